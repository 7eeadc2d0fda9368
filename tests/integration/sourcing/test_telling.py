"""What is told of orders that wait: all that waits, once; and who parks them."""

from uuid import UUID

from domain.fulfilment.reject import RejectFulfilment, RejectReason, reject
from domain.fulfilment.short_pick import ShortPick, ShortReason, short_pick
from domain.orders.models import OrderHold, OrderLine
from domain.orders.reading import timelines_of
from domain.orders.release_order import ReleaseOrder, release_order
from domain.shared.database import execute
from tests.databases import Database
from tests.factories import NOW, TESTER, stock_up
from tests.integration.reevaluating.open_orders import (
    allocate,
    build,
    last_decision,
    order_row,
    parcels_of,
    place,
    plan_anew,
    rule_by,
    standing,
)
from tests.promises import broken_promises

PARK = {"name": "Park", "unfillable": "PARK"}


async def kinds(order: UUID) -> list[str]:
    [timeline] = await timelines_of([order])
    return [event["kind"] for event in timeline]


async def waits(order: UUID) -> list[tuple[str, int]]:
    return [(one["sku"], one["units"]) for one in (await last_decision(order)).detail["unfilled"]]


async def give_back(order: UUID) -> None:
    """The warehouse of its open parcel says that it has none of it."""
    [parcel] = [one for one in await parcels_of(order) if one.state == "OPEN"]
    why = RejectFulfilment(fulfilment_order_id=parcel.id, reason=RejectReason.OUT_OF_STOCK)
    await reject(why, by=TESTER, now=NOW)
    await allocate()


async def test_what_nobody_else_can_fill_after_a_rejection_is_told_once(database: Database) -> None:
    there = await build("A")
    await stock_up(there["leipzig"], {"A": 5})
    order = await place({"A": 5})
    await allocate()
    await give_back(order)

    told = ["ORDER_PLACED", "ORDER_SOURCED", "FULFILMENT_REJECTED", "ORDER_BACKORDERED"]
    assert await kinds(order) == told
    assert ((await order_row(order)).sourcing, await waits(order)) == ("BACKORDERED", [("A", 5)])
    await execute("UPDATE orders SET sourcing = 'WAITING'")
    await allocate()
    assert await kinds(order) == told
    assert await broken_promises() == {}


async def test_what_is_missing_of_a_parcel_is_told(database: Database) -> None:
    there = await build("AB")
    await stock_up(there["leipzig"], {"A": 5})
    order = await place({"A": 5, "B": 1})
    await allocate()
    assert await waits(order) == [("B", 1)]
    [parcel] = await parcels_of(order)
    line = await OrderLine.get(order_id=order, sku="A")
    ask = ShortPick(fulfilment_order_id=parcel.id, missing={line.id: 2}, reason=ShortReason.OUT_OF_STOCK)
    await short_pick(ask, by=TESTER, now=NOW)
    await allocate()
    assert (await kinds(order))[-2:] == ["FULFILMENT_SHORT_PICKED", "ORDER_BACKORDERED"]
    assert await waits(order) == [("A", 2), ("B", 1)]
    assert await broken_promises() == {}


async def test_what_waits_is_not_told_again_because_the_rest_was_moved(database: Database) -> None:
    there = await build("AB")
    await stock_up(there["munich"], {"A": 5})
    order = await place({"A": 2, "B": 1})
    await allocate()
    await stock_up(there["leipzig"], {"A": 5})
    assert (await plan_anew()).moved == 1
    await execute("UPDATE orders SET sourcing = 'WAITING'")
    await allocate()
    assert await kinds(order) == ["ORDER_PLACED", "ORDER_SOURCED", "ORDER_MOVED"]


async def test_an_order_is_parked_until_somebody_let_it_go(database: Database) -> None:
    there = await build("A")
    await rule_by(routings=[PARK])
    await stock_up(there["leipzig"], {"A": 5})
    order = await place({"A": 5})
    await allocate()
    assert (await order_row(order)).sourcing == "SOURCED"
    await give_back(order)
    assert (await order_row(order)).sourcing == "ON_HOLD"
    assert (await kinds(order))[-2:] == ["ORDER_BACKORDERED", "ORDER_HELD"]

    await release_order(ReleaseOrder(order_id=order), by=TESTER, now=NOW)
    await allocate()
    assert (await order_row(order)).sourcing == "BACKORDERED"
    assert (await kinds(order))[-1] == "ORDER_RELEASED"
    assert await OrderHold.filter(order_id=order).count() == 1
    assert await broken_promises() == {}


async def test_what_waits_is_parked_by_rules_that_come_later(database: Database) -> None:
    await build("A")
    order = await place({"A": 5})
    await allocate()
    await rule_by(routings=[PARK])
    await allocate()
    row = await order_row(order)
    assert (row.sourcing, row.version) == ("ON_HOLD", 3)
    assert await kinds(order) == ["ORDER_PLACED", "ORDER_BACKORDERED", "ORDER_HELD"]
    assert await broken_promises() == {}


async def test_nothing_of_a_parked_order_leaves_before_it_is_let_go(database: Database) -> None:
    there = await build("AB")
    await stock_up(there["leipzig"], {"A": 5})
    await rule_by(routings=[PARK])
    order = await place({"A": 1, "B": 1})
    await allocate()
    assert (await order_row(order)).sourcing == "ON_HOLD"
    assert await standing(order) == {("leipzig", "ON_HOLD"): 1}
    assert await broken_promises() == {}
    await release_order(ReleaseOrder(order_id=order), by=TESTER, now=NOW)
    assert await standing(order) == {("leipzig", "OPEN"): 1}
    assert await broken_promises() == {}
