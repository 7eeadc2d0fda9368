"""A warehouse that rejected an order is not tried again for it, until there is a reason to."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.fulfilment.reject import RejectFulfilment, RejectReason, reject
from domain.orders.models import OrderLine
from domain.shared.database import execute, transaction
from domain.sourcing.allocate import allocate_waiting
from domain.sourcing.wake_waiting import wake_waiting
from domain.warehouses.models import Warehouse
from tests.databases import Database, somebody_waits
from tests.factories import NOW, TESTER, stock_up
from tests.integration.reevaluating.open_orders import (
    allocate,
    build,
    order_row,
    parcels_of,
    place,
    plan_anew,
    standing,
)
from tests.promises import broken_promises
from tests.working import do_jobs


async def rejected(order: UUID, reason: RejectReason, *skus: str) -> None:
    """The order's open parcel, because of all units of these SKUs; without any, of all."""
    [parcel] = [one for one in await parcels_of(order) if one.state == "OPEN"]
    lines = await OrderLine.filter(order_id=order, sku__in=skus)
    missing = {line.id: line.quantity for line in lines} or None
    ask = RejectFulfilment(fulfilment_order_id=parcel.id, reason=reason, missing=missing)
    await reject(ask, by=TESTER, now=NOW)
    await allocate()


async def come_in(warehouse: Warehouse, **units: int) -> None:
    await stock_up(warehouse, units)
    await do_jobs("FILL_BACKORDERS", "ALLOCATE", now=lambda: NOW)


async def test_who_had_no_capacity_is_tried_again_the_next_day(database: Database) -> None:
    there = await build("A", leipzig={"timezone": "America/New_York"})
    await stock_up(there["leipzig"], {"A": 5})
    order = await place({"A": 1})
    await allocate()
    await rejected(order, RejectReason.NO_CAPACITY)
    midnight = datetime(2026, 11, 23, 5, tzinfo=UTC)  # in New York
    row = await order_row(order)
    assert (row.sourcing, row.source_again_at) == ("BACKORDERED", midnight)
    await wake_waiting(now=midnight - timedelta(seconds=1))
    assert (await order_row(order)).sourcing == "BACKORDERED"
    await wake_waiting(now=midnight)
    await allocate_waiting(orders_max=9, currency="EUR", by=TESTER, now=midnight)
    assert await standing(order) == {("leipzig", "REJECTED"): 1, ("leipzig", "OPEN"): 1}
    assert await broken_promises() == {}


@pytest.mark.parametrize("reason", [RejectReason.OUT_OF_STOCK, RejectReason.DAMAGED])
async def test_where_units_were_missing_it_is_tried_again_when_they_have_come_in(
    database: Database, reason: RejectReason
) -> None:
    there = await build("AB")
    await stock_up(there["leipzig"], {"A": 9, "B": 9})
    order = await place({"A": 1, "B": 1})
    await allocate()
    await rejected(order, reason, "A")
    assert (await order_row(order)).sourcing == "BACKORDERED"
    await come_in(there["leipzig"], B=5)
    assert (await order_row(order)).sourcing == "BACKORDERED"
    await come_in(there["leipzig"], A=5)
    assert (await standing(order))["leipzig", "OPEN"] == 2
    assert await broken_promises() == {}


async def test_what_was_missing_comes_in_while_the_order_is_decided(database: Database) -> None:
    there = await build("A")
    await stock_up(there["leipzig"], {"A": 1})
    order = await place({"A": 1})
    await allocate()
    await rejected(order, RejectReason.OUT_OF_STOCK)
    await execute("UPDATE orders SET sourcing = 'WAITING' WHERE id = $1", order)
    begun = asyncio.Event()

    async def allocate_then() -> None:
        await begun.wait()
        await allocate()

    round_ = asyncio.create_task(allocate_then())  # outside of the transaction below
    async with transaction():
        await execute("LOCK TABLE stock_levels IN ACCESS EXCLUSIVE MODE")
        begun.set()
        await somebody_waits()  # to read what is free
        await stock_up(there["leipzig"], {"A": 5})
    await round_
    assert (await standing(order))["leipzig", "OPEN"] == 1
    assert await broken_promises() == {}


async def test_what_was_missing_altogether_has_to_come_in_altogether(database: Database) -> None:
    there = await build("AB")
    await stock_up(there["leipzig"], {"A": 9, "B": 9})
    order = await place({"A": 1, "B": 1})
    await allocate()
    await rejected(order, RejectReason.OUT_OF_STOCK)
    await come_in(there["leipzig"], A=5)
    assert (await order_row(order)).sourcing == "BACKORDERED"
    assert (await plan_anew()).units_filled == 0
    await come_in(there["leipzig"], B=5)
    assert (await standing(order))["leipzig", "OPEN"] == 2


async def test_other_reasons_last(database: Database) -> None:
    there = await build("A")
    await stock_up(there["leipzig"], {"A": 9})
    order = await place({"A": 1})
    await allocate()
    await rejected(order, RejectReason.OTHER)
    assert (await order_row(order)).source_again_at is None
    await come_in(there["leipzig"], A=5)
    assert (await order_row(order)).sourcing == "BACKORDERED"
    await come_in(there["munich"], A=5)
    assert (await standing(order))["munich", "OPEN"] == 1
