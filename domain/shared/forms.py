"""Forms that short words must have: codes, currencies, countries, time zones."""

import re
from functools import lru_cache
from zoneinfo import available_timezones

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
CURRENCY = re.compile(r"[A-Z]{3}")
COUNTRY = re.compile(r"[A-Z]{2}")
REGION = re.compile(r"[A-Z]{2}(-[0-9A-Z]{1,10})?")
A_CODE = "1 to 63 small letters, digits and hyphens, not beginning with a hyphen"
A_CURRENCY = "an ISO 4217 code such as EUR"
A_COUNTRY = "an ISO 3166 code such as DE"
A_REGION = "countries such as DE, or DE-04 for postcodes that begin so"
A_TIMEZONE = "an IANA time zone such as Europe/Berlin"


@lru_cache(maxsize=1)
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_timezone(name: str) -> bool:
    """Whether `name` is in the IANA time zone database, spelt as there."""
    return name in _timezones()
