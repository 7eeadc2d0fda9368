"""Days raced: whoever plans parcels and whoever calls them off lock them in one order."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.orders.entry import Placed
from domain.orders.place_orders import place_orders
from domain.shared.database import fetch_value, records
from domain.sourcing.allocate import allocate_waiting
from domain.sourcing.lock_days import lock_days
from tests.databases import Database
from tests.factories import NOW, TESTER, incoming, make_channel, make_variant, make_warehouse, stock_up
from tests.promises import broken_promises
from tests.standstill import TIMELINES, begun, in_the_way, once

TODAY = NOW.date()


async def _allocate() -> None:
    await allocate_waiting(orders_max=50, currency="EUR", by=TESTER, now=NOW)


async def _place(*skus: str) -> UUID:
    [placed] = await place_orders([incoming("shop", dict.fromkeys(skus, 1))], by=TESTER, now=NOW)
    assert isinstance(placed, Placed)
    return placed.order_id


@pytest.fixture
async def leaving(database: Database) -> UUID:
    """An order that leaves from a warehouse of any number of parcels, which is the older, and from one of 100 a day."""
    await make_channel("shop")
    for sku in "ABCD":
        await make_variant(sku)
    await stock_up(await make_warehouse("any"), {"A": 1, "C": 1})
    await stock_up(await make_warehouse("hundred", daily_capacity=100), {"B": 1, "D": 1})
    order_id = await _place("A", "B")
    await _allocate()
    assert await fetch_value("SELECT count(*) FROM fulfilment_orders") == 2
    return order_id


async def test_an_order_is_cancelled_while_another_fills_its_days(database: Database, leaving: UUID) -> None:
    await _place("C", "D")

    async def cancel() -> None:
        await cancel_order(CancelOrder(order_id=leaving, reason=CancelReason.CUSTOMER), by=TESTER, now=NOW)

    async with in_the_way(database, TIMELINES):
        work = await begun(once(_allocate), once(cancel))
    await asyncio.gather(*work)
    assert await fetch_value("SELECT sum(planned) FROM dispatch_days") == 2
    assert await broken_promises() == {}


async def test_days_that_are_not_there_yet_are_locked_in_the_same_order(
    database: Database, leaving: UUID
) -> None:
    places = {row["code"]: row["id"] for row in await records("SELECT code, id FROM warehouses")}
    known, new = (places["hundred"], TODAY), (places["any"], TODAY + timedelta(days=1))
    async with in_the_way(database, "SELECT FROM dispatch_days FOR UPDATE") as rival:
        [locking] = await begun(once(lambda: lock_days({known, new})))
        await rival.execute("INSERT INTO dispatch_days (warehouse_id, day) VALUES ($1, $2)", *new)
    assert await locking == {known: 99, new: None}
