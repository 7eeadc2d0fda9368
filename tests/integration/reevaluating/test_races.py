"""Re-evaluations among everybody else at work: nothing is lost, nothing taken twice."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from uuid import UUID

from domain.fulfilment.accept import accept
from domain.fulfilment.cancel_order import AlreadyShipped, CancelOrder, CancelReason, cancel_order
from domain.fulfilment.models import FulfilmentOrder
from domain.fulfilment.pack import pack
from domain.fulfilment.reject import RejectFulfilment, RejectReason, reject
from domain.fulfilment.ship import ShipFulfilment, ship
from domain.fulfilment.start_picking import start_picking
from domain.fulfilment.step import WrongState
from domain.shared.database import fetch_value
from tests.databases import Database
from tests.factories import NOW, TESTER, stock_up
from tests.integration.reevaluating.open_orders import (
    allocate,
    build,
    place,
    plan_anew,
    rule_by,
    ship_to,
)
from tests.promises import broken_promises
from tests.standstill import LEVELS, begun, in_the_way, once

ORDERS = 60
_PROMISED = "SELECT sum(units_allocated + units_shipped)::int FROM orders"
_ALLOCATED = "SELECT sum(allocated)::int FROM stock_levels"
_SHIPPED = "SELECT coalesce(sum(units_shipped), 0)::int FROM orders"
_ON_HAND = "SELECT sum(on_hand)::int FROM stock_levels"


async def _furnish(random: Random) -> list[UUID]:
    """Orders that leave from the only warehouse with stock, and more of it nearer by afterwards."""
    there = await build("ABC")
    await rule_by(reevaluation={"savingMinMinor": 1, "savingMinShare": 0})
    await stock_up(there["munich"], dict.fromkeys("ABC", 80))
    orders = [
        await place(
            dict.fromkeys(random.sample("ABC", random.choice((1, 2))), 1),
            ship_to=ship_to(random.uniform(50, 54), random.uniform(9, 14)),
        )
        for _ in range(ORDERS)
    ]
    await allocate()
    for code in ("leipzig", "hamburg"):
        await stock_up(there[code], dict.fromkeys("ABC", 20))
    return orders


async def test_re_evaluations_race_each_other(database: Database) -> None:
    await _furnish(Random(1))
    units = await fetch_value(_PROMISED)
    runs = await asyncio.gather(*(plan_anew() for _ in range(3)))
    moved = sum(run.moved for run in runs)
    assert moved == await fetch_value("SELECT count(*) FROM events WHERE kind = 'ORDER_MOVED'") > 20
    assert moved == await fetch_value("SELECT sum(moved)::int FROM sourcing_reevaluations")
    assert await fetch_value(_PROMISED) == await fetch_value(_ALLOCATED) == units
    assert await broken_promises() == {}


async def test_re_evaluations_among_everybody_at_work(database: Database) -> None:
    random = Random(2)
    orders = await _furnish(random)
    on_hand = await fetch_value(_ON_HAND)
    fresh = [place({random.choice("ABC"): 1}) for _ in range(40)]
    staff = [_one_by_one(list(random.sample(orders, ORDERS)), random) for _ in range(3)]
    runs = await asyncio.gather(
        _again(plan_anew, 3), *(_again(allocate, 6) for _ in range(4)), *staff, *fresh, return_exceptions=True
    )
    assert [one for one in runs if isinstance(one, BaseException)] == []
    await allocate()
    await plan_anew()

    moved = await fetch_value("SELECT count(*) FROM events WHERE kind = 'ORDER_MOVED'")
    assert moved == await fetch_value("SELECT sum(moved)::int FROM sourcing_reevaluations") > 10
    assert await fetch_value(_PROMISED) == await fetch_value(_ALLOCATED) + await fetch_value(_SHIPPED)
    assert await fetch_value(_ON_HAND) == on_hand - await fetch_value(_SHIPPED)
    assert await fetch_value("SELECT count(*) FROM orders WHERE sourcing = 'WAITING'") == 0
    assert await broken_promises() == {}


async def test_new_rules_and_a_re_evaluation_that_fills_a_backorder_wait_in_one_order(
    database: Database,
) -> None:
    there = await build()
    await stock_up(there["leipzig"], {"A": 1})
    await place({"A": 1})
    await allocate()
    await stock_up(there["leipzig"], {"B": 1})
    await place({"A": 1, "B": 1}, split_policy="SINGLE_SHIPMENT")
    await allocate()
    await stock_up(there["munich"], {"A": 1})
    async with in_the_way(database, LEVELS):
        run, activation = await begun(plan_anew(), once(rule_by))
    await activation

    assert (await run).units_filled == 2
    assert await fetch_value("SELECT count(*) FROM orders WHERE sourcing = 'SOURCED'") == 2
    assert await broken_promises() == {}


async def _again(work: Callable[[], Awaitable[object]], times: int) -> None:
    for _ in range(times):
        await work()
        await asyncio.sleep(0.05)


async def _one_by_one(orders: list[UUID], random: Random) -> None:
    """Somebody's day: each order a step further, or back; whatever has moved meanwhile is somebody else's."""
    for order in orders:
        step = random.choice((_fulfil, _fulfil, _reject, _cancel, _accept))
        try:
            await step(order)
        except (WrongState, AlreadyShipped):
            await asyncio.sleep(0)


async def _parcel(order: UUID) -> UUID | None:
    found = await FulfilmentOrder.filter(order_id=order, state="OPEN").first()
    return found.id if found else None


async def _accept(order: UUID) -> None:
    if parcel := await _parcel(order):
        await accept([parcel], by=TESTER, now=NOW)


async def _fulfil(order: UUID) -> None:
    if parcel := await _parcel(order):
        await accept([parcel], by=TESTER, now=NOW)
        await start_picking([parcel], by=TESTER, now=NOW)
        await pack([parcel], by=TESTER, now=NOW)
        left = ShipFulfilment(fulfilment_order_id=parcel, carrier="DHL", tracking_number="1Z")
        await ship([left], by=TESTER, now=NOW)


async def _reject(order: UUID) -> None:
    if parcel := await _parcel(order):
        why = RejectReason.NO_CAPACITY
        await reject(RejectFulfilment(fulfilment_order_id=parcel, reason=why), by=TESTER, now=NOW)


async def _cancel(order: UUID) -> None:
    await cancel_order(CancelOrder(order_id=order, reason=CancelReason.CUSTOMER), by=TESTER, now=NOW)
