"""Scalars of our own: exact decimals, aware times, whole numbers beyond 32 bits.

On the way in they are lenient: what was written is kept and judged by the use case, so that a
wrong amount, time or number is one typed user error that names its field, and one bad row does
not fail the other 499 of a `placeOrders`. Strawberry's own would accept NaN, 1e1000000 and naive
times, and refuse 10^30 for the whole request.
"""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NewType

import strawberry
from graphql import ValueNode, value_from_ast_untyped
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from domain.shared.refusal import InvalidInput

RawDecimal = NewType("RawDecimal", str)  # as written; an input
RawDateTime = NewType("RawDateTime", str)  # as written; an input
WholeNumber = NewType("WholeNumber", int)

_DIGITS_MAX = 20
_TEXT_MAX = 64  # what is longer is no number and no time
_YEARS = range(1970, 10_000)
_BIGINT = range(-(2**63), 2**63)
INT_MAX = 2**31 - 1


def _as_written(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _whole(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)  # JSON parsers read 10^30 as a float
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r:.60} is not a whole number")
    return value


def _whole_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> int:
    return _whole(value_from_ast_untyped(node, variables))


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


_DECIMAL = strawberry.scalar(
    name="Decimal",
    description=f'An exact decimal number as a string, such as "19.90": finite, up to {_DIGITS_MAX} digits.',
    serialize=lambda value: f"{value:f}",
    parse_value=_as_written,
)
_DATE_TIME = strawberry.scalar(
    name="DateTime",
    description=(
        'A moment in ISO 8601 with its offset from UTC, such as "2026-03-01T09:30:00Z" or '
        '"2026-03-01T10:30:00+01:00". A time without an offset is refused.'
    ),
    specified_by_url="https://datatracker.ietf.org/doc/html/rfc3339",
    serialize=_utc,
    parse_value=_as_written,
)
_WHOLE_NUMBER = strawberry.scalar(
    name="WholeNumber",
    description=(
        "A whole number as JSON writes it, of up to 64 bits. A number that is out of a field's range "
        "is answered by a user error that names the field."
    ),
    serialize=int,
    parse_value=_whole,
    parse_literal=_whole_literal,
)

SCALARS: dict[object, ScalarDefinition] = {
    Decimal: _DECIMAL,
    RawDecimal: _DECIMAL,
    datetime: _DATE_TIME,
    RawDateTime: _DATE_TIME,
    WholeNumber: _WHOLE_NUMBER,
}


def decimal_of(raw: str, *, field: str) -> Decimal:
    """The number that `raw` spells.

    Raises:
        InvalidInput: it spells none, or NaN, an infinity, or one of more than 20 digits.
    """
    try:
        number = Decimal(raw) if len(raw) <= _TEXT_MAX else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or len(f"{number:e}") > _TEXT_MAX or abs(number.adjusted()) >= _DIGITS_MAX:
        raise InvalidInput(f'Not a decimal number such as "19.90": {raw:.60}', field=field)
    return number


def instant_of(raw: str, *, field: str) -> datetime:
    """The moment that `raw` spells, in UTC.

    Raises:
        InvalidInput: it spells none, or lacks its offset from UTC.
    """
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError:
        raise InvalidInput(f"Not an ISO 8601 time: {raw:.60}", field=field) from None
    if moment.tzinfo is None or moment.year not in _YEARS:
        raise InvalidInput(f"Write the time with its offset from UTC, from 1970 on: {raw:.60}", field=field)
    return moment.astimezone(UTC)


def instant_or_none(raw: str | None, *, field: str) -> datetime | None:
    """`instant_of`, where nothing means None."""
    return None if raw is None else instant_of(raw, field=field)


def bigint_of(number: int, *, field: str) -> int:
    """`number`, once it is known to fit 64 bits."""
    if number not in _BIGINT:
        raise InvalidInput("The number is out of range.", field=field)
    return number


def bigint_or_none(number: int | None, *, field: str) -> int | None:
    """`bigint_of`, where nothing means None."""
    return None if number is None else bigint_of(number, field=field)


__all__ = [
    "INT_MAX",
    "JSON",
    "SCALARS",
    "RawDateTime",
    "RawDecimal",
    "WholeNumber",
    "bigint_of",
    "bigint_or_none",
    "decimal_of",
    "instant_of",
    "instant_or_none",
]
