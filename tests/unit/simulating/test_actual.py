"""What really became of an order: its decisions, without what re-evaluations called off."""

from typing import Any
from uuid import UUID

from domain.sourcing.simulating.actual import Decided, actual
from tests.unit.sourcing.instances import line, order

WAREHOUSES = {"hamburg": UUID(int=1), "leipzig": UUID(int=2), "munich": UUID(int=3)}


def shipment(warehouse: str, cost_minor: int, **units: int) -> dict[str, Any]:
    lines = [{"sku": sku.replace("_", "-"), "units": count} for sku, count in units.items()]
    return {"warehouse": warehouse, "lines": lines, "cost": {"total": cost_minor}, "distanceKm": 1.0}


def decided(*shipments: dict[str, Any], called_off: tuple[dict[str, Any], ...] = ()) -> Decided:
    return Decided(currency="EUR", explanation="", shipments=shipments, called_off=called_off)


ORDER = order(line(1, 2), line(2, 1))
FIRST = decided(shipment("hamburg", 500, SKU_1=2), shipment("munich", 400, SKU_2=1))


def told(*decisions: Decided) -> list[tuple[UUID, int]]:
    sourced = actual(ORDER, decisions, WAREHOUSES, "EUR")
    assert sourced.lines_filled == 2
    return [(parcel.warehouse_id, parcel.cost_minor) for parcel in sourced.parcels]


def test_a_moved_parcel_stands_in_for_the_one_it_called_off() -> None:
    gone = (shipment("hamburg", 500, SKU_1=2),)
    moved = decided(shipment("leipzig", 300, SKU_1=2), called_off=gone)
    assert told(FIRST, moved) == [(WAREHOUSES["munich"], 400), (WAREHOUSES["leipzig"], 300)]


def test_what_moves_twice_counts_once() -> None:
    there = decided(shipment("leipzig", 300, SKU_1=2, SKU_2=1), called_off=tuple(map(dict, FIRST.shipments)))
    back = decided(shipment("hamburg", 250, SKU_1=2, SKU_2=1), called_off=tuple(map(dict, there.shipments)))
    assert told(FIRST, there, back) == [(WAREHOUSES["hamburg"], 250)]


def test_units_that_ship_a_second_time_followed_a_rejection() -> None:
    assert told(FIRST, decided(shipment("leipzig", 300, SKU_1=2))) == told(FIRST)
