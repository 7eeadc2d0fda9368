"""What was really decided for an order, told as a replay tells it. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.sourcing.planning.model import OrderToSource
from domain.sourcing.said import Words
from domain.sourcing.simulating.happenings import Parcel, Sourced


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision, its shipments as `describe` wrote them."""

    currency: str
    explanation: Words
    shipments: Sequence[Mapping[str, Any]]
    called_off: Sequence[Mapping[str, Any]] = ()  # shipments of earlier decisions, by warehouse and lines


def actual(
    order: OrderToSource, decisions: Sequence[Decided], warehouses: Mapping[str, UUID], currency: str
) -> Sourced:
    """The order as it was sourced: its first decision, what later ones added, and what re-evaluations moved.

    A decision that ships units a second time followed a rejection, and is left out. One that costs in another
    currency than the first is, too: a decision has one.
    """
    ordered: Counter[str] = Counter()
    for line in order.lines:
        ordered[line.sku] += line.quantity
    kept: list[Mapping[str, Any]] = []
    for decided in decisions:
        after = _without(kept, decided.called_off) + list(decided.shipments)
        if _units(after) <= ordered and decided.currency == decisions[0].currency:
            kept = after
    counted = _units(kept)
    return Sourced(
        order_id=order.order_id,
        lines=len(order.lines),
        units=ordered.total(),
        lines_filled=_lines_filled(order, counted),
        parcels=tuple(_parcel(one, warehouses) for one in kept),
        currency=decisions[0].currency if decisions else currency,
        explanation=decisions[0].explanation if decisions else "",
    )


def _without(
    kept: Sequence[Mapping[str, Any]], called_off: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    left = list(kept)
    for gone in called_off:
        same = [
            one for one in left if one["warehouse"] == gone["warehouse"] and _units([one]) == _units([gone])
        ]
        if same:
            left.remove(same[0])
    return left


def _units(shipments: Sequence[Mapping[str, Any]]) -> Counter[str]:
    units: Counter[str] = Counter()
    for shipment in shipments:
        for line in shipment["lines"]:
            units[line["sku"]] += line["units"]
    return units


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
