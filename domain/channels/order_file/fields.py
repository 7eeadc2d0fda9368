"""The fields of a row, each either what it must be or a refusal that names it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.channels.order_file.refusals import RefusalCode, refuse
from domain.shared.money import NotRepresentable, exponent, to_decimal, to_minor
from domain.shared.tags import InvalidTags, tags_of

Row = Mapping[str, Any]

QUANTITY_MAX = 2**31 - 1
_CURRENCY = re.compile(r"[A-Z]{3}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class Unclear:
    """A number that is written as its file's numbers are not."""

    said: str


def text(row: Row, key: str, field: str, *, length_max: int = 200) -> str | None:
    """The trimmed text of a field, or None where it is absent, null or blank."""
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        refuse(RefusalCode.BAD_TEXT, field, "must be a string")
    if "\x00" in value or len(value) > length_max:
        refuse(RefusalCode.BAD_TEXT, field, f"must be at most {length_max} characters, none of them NUL")
    return value.strip() or None


def required_text(row: Row, key: str, field: str, *, length_max: int = 200) -> str:
    return text(row, key, field, length_max=length_max) or refuse(
        RefusalCode.MISSING_FIELD, field, "is required"
    )


def moment(row: Row, key: str) -> str | None:
    value = text(row, key, key)
    if value is None:
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        refuse(RefusalCode.BAD_TIME, key, f"is no ISO 8601 time: {value[:40]!r}")
    if parsed.utcoffset() is None:
        refuse(RefusalCode.BAD_TIME, key, "has no offset from UTC")
    return parsed.isoformat()


def currency(row: Row) -> str:
    value = required_text(row, "currency", "currency")
    if not _CURRENCY.fullmatch(value):
        refuse(RefusalCode.BAD_CURRENCY, "currency", "must be an ISO 4217 code such as EUR")
    return value


def country(row: Row) -> str:
    value = text(row, "country", "ship_to.country")
    if value is None or not _COUNTRY.fullmatch(value):
        refuse(RefusalCode.BAD_COUNTRY, "ship_to.country", "must be an ISO 3166 code such as DE")
    return value


def coordinates(row: Row) -> tuple[float, float] | None:
    """Latitude and longitude in degrees; both or neither."""
    latitude, longitude = row.get("lat"), row.get("lon")
    if latitude is None and longitude is None:
        return None
    return _degrees(latitude, "ship_to.lat", 90), _degrees(longitude, "ship_to.lon", 180)


def _degrees(value: object, field: str, bound: int) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= bound:
        refuse(RefusalCode.BAD_COORDINATES, field, f"must be a number of degrees within {bound}")
    return float(value)


def choice(row: Row, key: str, known: Collection[str]) -> str | None:
    value = text(row, key, key)
    if value is None:
        return None
    if value.upper() not in known:
        refuse(RefusalCode.BAD_CHOICE, key, f"must be one of {', '.join(sorted(known))}")
    return value.upper()


def tags(row: Row) -> list[str]:
    """The tags of an order, each once."""
    value = row.get("tags")
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        refuse(RefusalCode.BAD_TAGS, "tags", "must be a list of strings")
    try:
        return list(tags_of(value))
    except InvalidTags as wrong:
        refuse(RefusalCode.BAD_TAGS, wrong.field or "tags", wrong.message)


def whole_number(value: object, field: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value > QUANTITY_MAX:
        refuse(RefusalCode.BAD_QUANTITY, field, "must be a whole number below 2^31")
    return value


def quantity(row: Row, field: str) -> int:
    value = whole_number(row.get("qty"), field)
    if value < 0:
        refuse(RefusalCode.NEGATIVE_QUANTITY, field, f"is {value}: goods coming back are no order")
    if value == 0:
        refuse(RefusalCode.ZERO_QUANTITY, field, "is 0")
    return value


def price_minor(row: Row, field: str, currency_code: str) -> int:
    amount = decimal(row.get("unit_price"), field, RefusalCode.BAD_PRICE)
    if amount < 0:
        refuse(RefusalCode.NEGATIVE_PRICE, field, f"is {amount}")
    return _minor(amount, field, currency_code, RefusalCode.BAD_PRICE)


def discount_minor(row: Row, key: str, field: str, currency_code: str) -> int:
    if row.get(key) is None:
        return 0
    amount = decimal(row[key], field, RefusalCode.BAD_DISCOUNT)
    if amount < 0:
        refuse(RefusalCode.BAD_DISCOUNT, field, f"is {amount}")
    return _minor(amount, field, currency_code, RefusalCode.BAD_DISCOUNT)


def extra_minor(row: Row, key: str, field: str, currency_code: str) -> int:
    """Shipping or tax; 0 where it is absent."""
    if row.get(key) is None:
        return 0
    amount = decimal(row[key], field, RefusalCode.BAD_AMOUNT)
    if amount < 0:
        refuse(RefusalCode.BAD_AMOUNT, field, f"is {amount}")
    return _minor(amount, field, currency_code, RefusalCode.BAD_AMOUNT)


def extra_amount(row: Row, key: str, field: str, currency_code: str) -> str | None:
    """As `extra_minor`, as text; None for nothing."""
    minor = extra_minor(row, key, field, currency_code)
    return money_string(minor, currency_code) if minor else None


def decimal(value: object, field: str, code: RefusalCode) -> Decimal:
    if isinstance(value, Unclear):
        refuse(
            code, field, f"is {value.said[:40]!r}, where a comma marks decimals and points group thousands"
        )
    # a JSON number has been through a binary float somewhere, so only strings are exact
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        refuse(code, field, 'must be a decimal string such as "2.55"')
    return Decimal(value)


def _minor(amount: Decimal, field: str, currency_code: str, code: RefusalCode) -> int:
    if amount != round(amount, exponent(currency_code)):
        refuse(
            RefusalCode.PRICE_NOT_EXACT, field, f"{amount} is no whole number of {currency_code} minor units"
        )
    try:
        return to_minor(amount, currency_code)
    except NotRepresentable as wrong:
        refuse(code, field, str(wrong))


def money_string(minor: int, currency_code: str) -> str:
    return str(to_decimal(minor, currency_code))
