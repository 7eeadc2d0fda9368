"""Into how many parcels an order may go holds over its life, not each time that something of it is sourced."""

from uuid import UUID

from domain.catalog.models import Variant
from domain.fulfilment.accept import accept
from domain.fulfilment.cancel_order import CancelReason
from domain.fulfilment.cancel_units import CancelUnits, cancel_units
from domain.fulfilment.reject import RejectFulfilment, RejectReason, reject
from domain.fulfilment.start_picking import start_picking
from domain.shared.database import execute
from domain.sourcing.wake_backorders import wake_backorders
from domain.warehouses.models import Warehouse
from tests.databases import Database
from tests.factories import NOW, TESTER, stock_up
from tests.integration.reevaluating.open_orders import (
    allocate,
    build,
    order_row,
    parcels_of,
    place,
    plan_anew,
    rule_by,
    standing,
)

LOOK_AGAIN = "UPDATE orders SET sourcing = 'WAITING' WHERE id = $1"


async def arrive(warehouse: Warehouse, sku: str) -> int:
    """Units come in, and backorders that they may serve are sourced; how many that were."""
    await stock_up(warehouse, {sku: 5})
    woken = await wake_backorders([(await Variant.get(sku=sku)).id], now=NOW)
    await allocate()
    return woken


async def in_two_of_two(there: dict[str, Warehouse], **fields: int) -> UUID:
    """An order of A, B and C, of which A and B leave from two warehouses and C has no stock."""
    await stock_up(there["leipzig"], {"A": 5})
    order = await place({"A": 1, "B": 1, "C": 1}, **fields)
    await allocate()
    assert await arrive(there["munich"], "B") == 1
    assert await standing(order) == {("leipzig", "OPEN"): 1, ("munich", "OPEN"): 1}
    return order


async def test_a_backorder_gets_no_parcel_beyond_its_limit(database: Database) -> None:
    there = await build("ABC")
    order = await in_two_of_two(there, max_shipments=2)
    assert await arrive(there["hamburg"], "C") == 0
    await execute(LOOK_AGAIN, order)
    await allocate()
    assert (await order_row(order)).sourcing == "BACKORDERED"
    assert await standing(order) == {("leipzig", "OPEN"): 1, ("munich", "OPEN"): 1}


async def test_neither_does_it_beyond_the_limit_of_its_routing(database: Database) -> None:
    there = await build("ABC")
    await rule_by(routings=[{"name": "Two", "split": {"shipmentsMax": 2}}])
    order = await in_two_of_two(there)
    await arrive(there["hamburg"], "C")
    assert (await order_row(order)).sourcing == "BACKORDERED"
    assert len(await parcels_of(order)) == 2


async def test_with_a_parcel_to_spare_it_gets_what_arrives(database: Database) -> None:
    there = await build("ABC")
    order = await in_two_of_two(there, max_shipments=3)
    assert await arrive(there["hamburg"], "C") == 1
    assert await standing(order) == {("leipzig", "OPEN"): 1, ("munich", "OPEN"): 1, ("hamburg", "OPEN"): 1}


async def test_a_parcel_that_was_rejected_does_not_count(database: Database) -> None:
    there = await build("ABC")
    order = await in_two_of_two(there, max_shipments=2)
    await stock_up(there["hamburg"], {"B": 5, "C": 5})
    munich = (await parcels_of(order))[1]
    await reject(
        RejectFulfilment(fulfilment_order_id=munich.id, reason=RejectReason.OUT_OF_STOCK), by=TESTER, now=NOW
    )
    await allocate()
    assert await standing(order) == {
        ("leipzig", "OPEN"): 1,
        ("munich", "REJECTED"): 1,
        ("hamburg", "OPEN"): 2,
    }


async def test_where_units_are_cancelled_the_rest_is_looked_at_again(database: Database) -> None:
    there = await build("ABC")
    order = await in_two_of_two(there, max_shipments=2)
    await arrive(there["hamburg"], "C")
    ask = CancelUnits(order_id=order, units={"B": 1}, reason=CancelReason.CUSTOMER)
    await cancel_units(ask, by=TESTER, now=NOW)
    assert (await order_row(order)).sourcing == "WAITING"
    await allocate()
    assert (await order_row(order)).sourcing == "SOURCED"
    assert await standing(order) == {
        ("leipzig", "OPEN"): 1,
        ("munich", "CANCELLED"): 1,
        ("hamburg", "OPEN"): 1,
    }


async def test_a_re_evaluation_keeps_the_limit_and_joins_what_nobody_picks(database: Database) -> None:
    there = await build("ABC")
    order = await in_two_of_two(there, max_shipments=2)
    parcels = [parcel.id for parcel in await parcels_of(order)]
    await accept(parcels, by=TESTER, now=NOW)
    await start_picking(parcels, by=TESTER, now=NOW)
    await arrive(there["hamburg"], "C")
    assert (await plan_anew()).units_filled == 0

    other = await place({"A": 1, "B": 1, "C": 1}, max_shipments=1)
    await allocate()
    assert (await standing(other)).keys() <= {("leipzig", "OPEN"), ("munich", "OPEN"), ("hamburg", "OPEN")}
    await stock_up(there["leipzig"], {"B": 5, "C": 5})
    assert (await plan_anew()).units_filled == 2
    assert (await standing(other))["leipzig", "OPEN"] == 3
    assert (await order_row(order)).sourcing == "BACKORDERED"
