"""The values that rules are given, read or refused: a ValueError says what to write instead."""

from decimal import Decimal, InvalidOperation

from domain.shared.forms import CURRENCY, REGION
from domain.shared.money import NotRepresentable, to_minor

Values = tuple[str, ...]


def some(values: Values) -> frozenset[str]:
    """At least one text."""
    if not values:
        raise ValueError("Name at least one.")
    return frozenset(values)


def regions(values: Values) -> frozenset[str]:
    """Countries, or countries and the beginning of a postcode."""
    for value in some(values):
        if not REGION.fullmatch(value):
            raise ValueError(f"{value!r} must be a country such as DE, or DE-04 for postcodes that begin so.")
    return frozenset(values)


def whole_number(values: Values, *, most: int) -> int:
    """The only value, from 0 to `most`."""
    if len(values) != 1 or not values[0].isascii() or not values[0].isdecimal() or int(values[0]) > most:
        raise ValueError(f"Must be one whole number from 0 to {most}.")
    return int(values[0])


def amount(values: Values) -> tuple[str, int]:
    """A currency and what it is in minor units: ("EUR", "100.00")."""
    wanted = "Must be a currency and an amount, such as EUR and 100.00."
    if len(values) != 2 or not CURRENCY.fullmatch(values[0]):
        raise ValueError(wanted)
    try:
        minor = to_minor(Decimal(values[1]), values[0])
    except (InvalidOperation, NotRepresentable) as wrong:
        raise ValueError(wanted) from wrong
    return values[0], minor
