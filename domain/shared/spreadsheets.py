"""Texts that a spreadsheet would compute, told to be texts. Pure.

Source: OWASP, "CSV Injection".
"""

from typing import Final

# The last four are what East Asian keyboards make of the first; spreadsheets read them alike.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def inert(text: str) -> str:
    """`text` with a quote before it if a spreadsheet would take it for a formula."""
    return f"'{text}" if _computed(text) else text


def plain(cell: str) -> str:
    """`cell` without the quote that `inert` puts before it."""
    return cell[1:] if cell.startswith("'") and _computed(cell) else cell


def _computed(text: str) -> bool:
    # a text that has such a quote of its own gets another one, so that `plain` gives it back as it was
    return text.lstrip("'").startswith(_FORMULA)
