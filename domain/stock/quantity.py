"""Quantities as they come in: whole units within what a level can hold."""

from domain.shared.refusal import InvalidInput

# Of one movement, and of what a level has on hand and on its way to it. Far above any real level, and low enough that no sum
# of a roll-up leaves its bigint (9.2 x 10^18). The largest are unit-seconds in a block of 64 days: 10^9 units for 5,529,600 s
# are 5.5 x 10^15, so 1,600 warehouses may be full of one SKU (58, where a report asks for five years at once). Sums of units
# have room for 9.2 x 10^9 of the largest movements.
UNITS_MAX = 10**9


class InvalidQuantity(InvalidInput):
    """The quantity is zero, negative, or absurdly large."""

    code = "INVALID_QUANTITY"


def require_units(units: int, *, field: str = "quantity", least: int = 1) -> int:
    """`units` if it lies between `least` and UNITS_MAX, else InvalidQuantity."""
    if not least <= units <= UNITS_MAX:
        raise InvalidQuantity(f"Must be a whole number from {least} to {UNITS_MAX}.", field=field)
    return units
