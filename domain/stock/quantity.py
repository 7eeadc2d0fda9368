"""Quantities as they come in: whole units within what a level can hold."""

from domain.shared.refusal import InvalidInput

# Far above any real level, far below where sums of a bigint column overflow.
UNITS_MAX = 10**12


class InvalidQuantity(InvalidInput):
    """The quantity is zero, negative, or absurdly large."""

    code = "INVALID_QUANTITY"


def require_units(units: int, *, field: str = "quantity", least: int = 1) -> int:
    """`units` if it lies between `least` and UNITS_MAX, else InvalidQuantity."""
    if not least <= units <= UNITS_MAX:
        raise InvalidQuantity(f"Must be a whole number from {least} to {UNITS_MAX}.", field=field)
    return units
