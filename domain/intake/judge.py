"""Whether a change of an order is safe to apply without anybody looking at it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.intake.differences import Differences

MORE_UNITS = "MORE_UNITS"
OTHER_MONEY = "OTHER_MONEY"
UNITS_PICKED = "UNITS_PICKED"
BEING_PICKED = "BEING_PICKED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """How far the order is: units by SKU that nobody has begun to pick, and whether anything is handled."""

    free: Mapping[str, int]
    handled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why somebody should look at it."""

    code: str
    detail: str


def doubt_about(differing: Differences, situation: Situation) -> Doubt | None:
    """Why the change is not safe; None: it is.

    Safe are other data while nothing is being picked, and fewer units while those are not, with the money
    that goes with them. More units may not be there, and other prices may be a mistake.
    """
    if differing.added:
        return Doubt(code=MORE_UNITS, detail=f"More units of {', '.join(differing.added)}.")
    if differing.money_apart:
        return Doubt(code=OTHER_MONEY, detail=f"Other amounts: {', '.join(differing.money_apart)}.")
    if late := [sku for sku, units in differing.reduced.items() if units > situation.free.get(sku, 0)]:
        return Doubt(code=UNITS_PICKED, detail=f"Units of {', '.join(late)} are being picked or have left.")
    if differing.has_data and situation.handled:
        return Doubt(code=BEING_PICKED, detail="The order is being picked, or part of it has left.")
    return None
