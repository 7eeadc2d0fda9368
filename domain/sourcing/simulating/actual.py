"""What was really decided for an order, told as a replay tells it. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.sourcing.planning.model import OrderToSource
from domain.sourcing.simulating.happenings import Parcel, Sourced


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision, its shipments as `describe` wrote them."""

    currency: str
    explanation: str
    shipments: Sequence[Mapping[str, Any]]

    @property
    def units(self) -> Counter[str]:
        units: Counter[str] = Counter()
        for shipment in self.shipments:
            for line in shipment["lines"]:
                units[line["sku"]] += line["units"]
        return units


def actual(
    order: OrderToSource, decisions: Sequence[Decided], warehouses: Mapping[str, UUID], currency: str
) -> Sourced:
    """The order as it was sourced: its first decision, and what later ones added.

    A decision that ships units a second time followed a rejection, and is left out. One that costs in another
    currency than the first is, too: a decision has one.
    """
    ordered: Counter[str] = Counter()
    for line in order.lines:
        ordered[line.sku] += line.quantity
    counted = Counter[str]()
    kept: list[Decided] = []
    for decided in decisions:
        if counted + decided.units <= ordered and decided.currency == decisions[0].currency:
            counted += decided.units
            kept.append(decided)
    return Sourced(
        order_id=order.order_id,
        lines=len(order.lines),
        units=ordered.total(),
        lines_filled=_lines_filled(order, counted),
        parcels=tuple(_parcel(one, warehouses) for decided in kept for one in decided.shipments),
        currency=decisions[0].currency if decisions else currency,
        explanation=decisions[0].explanation if decisions else "",
    )


def _lines_filled(order: OrderToSource, units: Counter[str]) -> int:
    left, filled = Counter(units), 0
    for line in order.lines:
        if left[line.sku] >= line.quantity:
            left[line.sku] -= line.quantity
            filled += 1
    return filled


def _parcel(shipment: Mapping[str, Any], warehouses: Mapping[str, UUID]) -> Parcel:
    """Lines are known by their SKU only, so the parcel counts units, not which line they are of."""
    warehouse_id = warehouses[shipment["warehouse"]]
    units = sum(line["units"] for line in shipment["lines"])
    return Parcel(
        warehouse_id=warehouse_id,
        lines=((warehouse_id, units),),
        cost_minor=shipment["cost"]["total"],
        distance_km=shipment["distanceKm"],
        late=shipment.get("late", False),
    )
