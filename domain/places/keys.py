"""How names and postal codes are compared: what people write differently is made the same. Pure."""

import re
import unicodedata
from functools import lru_cache

KEY_LENGTH_MAX = 100
# Letters that have no accent to take off, though people leave it out.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "\u0131": "i", "þ": "th"}
)
# The kind of place that Chinese and Japanese names end with: 杭州市 is 杭州, 内蒙古自治区 is 内蒙古.
_KIND = re.compile(
    "(?:特别行政区|特別行政區|(?:维吾尔|維吾爾|壮族|壯族|回族)?自治[区區]|自治[州县縣]|地[区區]|[省市区區县縣府県盟都])$"
)
_HAN = re.compile("[\u3400-\u9fff]{3,}")
# D-80331 and LV-1010 say again which country it is.
_COUNTRY = re.compile(r"([A-Z]{1,2})(\d+)")


@lru_cache(maxsize=10_000)  # cities come again and again
def name_key(name: str) -> str:
    """A city's or region's name without case, accents, spaces and signs; "" if nothing is left."""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN))
    key = "".join([sign for sign in folded if sign.isalnum()])[:KEY_LENGTH_MAX]
    return _KIND.sub("", key) if _HAN.fullmatch(key) else key


def postal_key(country_code: str, postcode: str) -> str:
    """A postal code without spaces, signs and its country's letters; "" if nothing is left."""
    folded = unicodedata.normalize("NFKC", postcode).upper()
    key = "".join([sign for sign in folded if sign.isalnum()])[:KEY_LENGTH_MAX]
    numbered = _COUNTRY.fullmatch(key)
    return numbered[2] if numbered and country_code.startswith(numbered[1]) else key
