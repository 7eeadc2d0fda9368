"""Why a row of an order file is not taken."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn


class RefusalCode(StrEnum):
    TOO_LONG = "TOO_LONG"  # more than 8 MiB
    BAD_JSON = "BAD_JSON"  # not one JSON object
    BAD_CSV = "BAD_CSV"  # other cells than the header has, or a quote that does not close
    BAD_ENCODING = "BAD_ENCODING"  # bytes that are no text in the file's encoding
    ROWS_DIFFER = "ROWS_DIFFER"  # rows of one order that say different things about it
    NOT_AN_ORDER = "NOT_AN_ORDER"  # a return, an adjustment, anything of another kind
    NOT_PLACED = "NOT_PLACED"  # cancelled, a draft, failed: nothing to fulfil
    MISSING_FIELD = "MISSING_FIELD"
    BAD_TEXT = "BAD_TEXT"  # not a string, too long, or with a NUL in it
    BAD_CHANNEL = "BAD_CHANNEL"
    OTHER_CHANNEL = "OTHER_CHANNEL"  # not the one that the file is imported into
    BAD_TIME = "BAD_TIME"  # no ISO 8601 time, or one without its offset
    BAD_CURRENCY = "BAD_CURRENCY"
    BAD_COUNTRY = "BAD_COUNTRY"
    BAD_COORDINATES = "BAD_COORDINATES"
    BAD_CHOICE = "BAD_CHOICE"  # a priority or policy that doesn't exist
    BAD_TAGS = "BAD_TAGS"  # too many, or one that is empty, too long or not one line
    EMPTY_LINES = "EMPTY_LINES"
    BAD_QUANTITY = "BAD_QUANTITY"
    ZERO_QUANTITY = "ZERO_QUANTITY"
    NEGATIVE_QUANTITY = "NEGATIVE_QUANTITY"
    BAD_PRICE = "BAD_PRICE"  # not a decimal string, or too large
    NEGATIVE_PRICE = "NEGATIVE_PRICE"
    PRICE_NOT_EXACT = "PRICE_NOT_EXACT"  # a fraction of the currency's minor unit
    BAD_AMOUNT = "BAD_AMOUNT"  # shipping or tax: no decimal string, below 0 or too large
    BAD_DISCOUNT = "BAD_DISCOUNT"
    DISCOUNT_TOO_LARGE = "DISCOUNT_TOO_LARGE"  # more than the line costs
    WORTHLESS = "WORTHLESS"  # every line free and nobody named: a stock booking


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """One row that is not taken: where, why, and which field says so."""

    line_number: int
    code: RefusalCode
    field: str
    message: str


class RowRefused(Exception):
    """A row's refusal on its way up to the parser's one way out."""

    def __init__(self, code: RefusalCode, field: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.message = message


def refuse(code: RefusalCode, field: str, message: str) -> NoReturn:
    raise RowRefused(code, field, message)
