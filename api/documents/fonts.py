"""Text in PDFs: every name is readable, whatever it is written in, without a font file.

Western text is set in Helvetica; Chinese and what its character set has besides (kana, Greek, Cyrillic) in STSong,
Korean in HYSMyeongJo, which readers and printers bring themselves. A letter that none of them has is shown by the
letters it is made of (Łódź: Lodz), or as a box.

Source: PDF 32000-1, 9.7.5.2, "Predefined CMaps".
"""

import re
from functools import cache
from itertools import groupby
from unicodedata import normalize
from xml.sax.saxutils import escape

from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont

WESTERN = "Helvetica"
CHINESE = "STSong-Light"
KOREAN = "HYSMyeongJo-Medium"
_BOX = "\N{WHITE SQUARE}"  # STSong has it
_HANGUL = re.compile(r"[\u3131-\u318e\uac00-\ud7a3]")
_APART = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "\u0131": "i", "ħ": "h", "Ħ": "H"})


@cache
def register() -> None:
    """Make the fonts known; before anything is set in them."""
    for name in (CHINESE, KOREAN):
        registerFont(UnicodeCIDFont(name))


def markup(text: str) -> str:
    """`text` as a Paragraph takes it: escaped, each run in a font that has it."""
    runs = groupby(_shown(text), key=font_of)
    return "".join(
        escape(part) if font == WESTERN else f'<font name="{font}">{escape(part)}</font>'
        for font, part in ((font, "".join(run)) for font, run in runs)
    )


def has_ideographs(text: str) -> bool:
    """Whether lines may break between any two characters."""
    return any(font_of(character) != WESTERN for character in _shown(text))


def font_of(character: str) -> str | None:
    """The font that has the character; None: none of them."""
    if _encodes(character, "cp1252"):
        return WESTERN
    if _encodes(character, "gbk"):
        return CHINESE
    # its character set has more, but wide
    return KOREAN if _HANGUL.match(character) and _encodes(character, "euc-kr") else None


@cache
def _encodes(character: str, charset: str) -> bool:
    try:
        return bool(character.encode(charset))
    except UnicodeEncodeError:
        return False


def _shown(text: str) -> str:
    """`text` in characters that the fonts have; white space, also of control characters, as blanks."""
    composed = normalize("NFC", text)
    return "".join(" " if character.isspace() else _or_like_it(character) for character in composed)


def _or_like_it(character: str) -> str:
    if character.isprintable() and font_of(character):
        return character
    apart = normalize("NFKD", character.translate(_APART))
    plain = "".join(part for part in apart if part.isprintable() and font_of(part))
    return plain or _BOX
