"""A warehouse that rejected an order is not tried again for it, until there is a reason to."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain import migrations
from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.fulfilment.reject import RejectFulfilment, RejectReason, reject, reject_each
from domain.orders.models import OrderLine
from domain.shared.database import execute, records, statement, transaction
from domain.sourcing.allocate import allocate_waiting
from domain.sourcing.wake_waiting import wake_waiting
from domain.stock.adjust_stock import AdjustStock, Bucket, adjust_stock
from domain.stock.models import StockLevel
from domain.stock.move import Movement, move
from domain.stock.reasons import StockReason
from domain.warehouses.models import Warehouse
from tests.databases import Database, run_statement, somebody_waits
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
from tests.standstill import begun, in_the_way, once
from tests.working import do_jobs

MIGRATION = statement(migrations.__file__, "sql/0027_ending_exclusions.sql")
BEFORE_IT = """
    DROP TRIGGER stock_entries_end_exclusions ON stock_entries;
    DROP FUNCTION end_exclusions;
    ALTER TABLE sourcing_exclusions DROP COLUMN until, DROP COLUMN missing;
    UPDATE orders SET source_again_at = NULL;
"""


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


async def test_what_was_damaged_and_is_found_good_has_come_in(database: Database) -> None:
    there = await build("A")
    await stock_up(there["leipzig"], {"A": 1})
    order = await place({"A": 1})
    await allocate()
    await rejected(order, RejectReason.DAMAGED)
    found_good = AdjustStock(warehouse="leipzig", sku="A", delta=-1, bucket=Bucket.UNSELLABLE)
    await adjust_stock(found_good, by=TESTER, now=NOW)
    await do_jobs("FILL_BACKORDERS", "ALLOCATE", now=lambda: NOW)
    assert (await standing(order))["leipzig", "OPEN"] == 1


async def test_units_that_cannot_be_sold_have_not_come_in(database: Database) -> None:
    there = await build("A")
    await stock_up(there["leipzig"], {"A": 5})
    order = await place({"A": 1})
    await allocate()
    await rejected(order, RejectReason.DAMAGED)
    level = await StockLevel.get()
    broken = Movement(
        variant_id=level.variant_id,
        warehouse_id=level.warehouse_id,
        on_hand=3,
        unsellable=3,
        reason=StockReason.RETURNED,
    )
    await once(lambda: move([broken], by=TESTER, now=NOW))
    assert await records("SELECT FROM sourcing_exclusions WHERE missing = ARRAY[$1::uuid]", level.variant_id)


async def two_parcels(there: dict[str, Warehouse]) -> tuple[UUID, list[UUID]]:
    """An order and its two parcels in Leipzig, of A and of B; more of both is there."""
    await stock_up(there["leipzig"], {"A": 9})
    order = await place({"A": 1, "B": 1}, split_policy="PARTIAL_ALLOWED")
    await allocate()
    await come_in(there["leipzig"], B=9)
    return order, [parcel.id for parcel in await parcels_of(order)]


LASTS, DAY, GONE, BROKEN = (
    RejectReason.OTHER,
    RejectReason.NO_CAPACITY,
    RejectReason.OUT_OF_STOCK,
    RejectReason.DAMAGED,
)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("reasons", "missing", "ends"),
    [
        ((LASTS, DAY), None, False),
        ((DAY, LASTS), None, False),
        ((LASTS, GONE), None, False),
        ((BROKEN, LASTS), None, False),
        ((GONE, DAY), "A", False),
        ((DAY, BROKEN), "B", False),
        ((GONE, BROKEN), "AB", False),
        ((DAY, DAY), None, True),
    ],
)
async def test_of_several_reasons_the_strongest_holds(
    database: Database,
    *,
    reasons: tuple[RejectReason, RejectReason],
    missing: str | None,
    at_once: bool,
    ends: bool,
) -> None:
    order, parcels = await two_parcels(await build("AB"))
    asks = [
        RejectFulfilment(fulfilment_order_id=parcel, reason=reason)
        for parcel, reason in zip(parcels, reasons, strict=True)
    ]
    for some in [asks] if at_once else [[ask] for ask in asks]:
        assert await reject_each(some, by=TESTER, now=NOW) == {}
    [row] = await records(
        """
        SELECT until IS NOT NULL AS ends, (SELECT string_agg(v.sku, '' ORDER BY v.sku) FROM variants v
                                           WHERE v.id = ANY (e.missing)) AS missing
        FROM sourcing_exclusions e WHERE order_id = $1
        """,
        order,
    )
    assert (row["missing"], row["ends"]) == (missing, ends)


async def test_what_has_ended_is_forgotten_by_the_next_reason(database: Database) -> None:
    there = await build("AB")
    order, [first, second] = await two_parcels(there)
    await reject(RejectFulfilment(fulfilment_order_id=first, reason=GONE), by=TESTER, now=NOW)
    await stock_up(there["leipzig"], {"A": 1})
    await reject(RejectFulfilment(fulfilment_order_id=second, reason=DAY), by=TESTER, now=NOW)
    [row] = await records("SELECT reason, until, missing FROM sourcing_exclusions WHERE order_id = $1", order)
    midnight = datetime(2026, 11, 22, 23, tzinfo=UTC)  # in Berlin
    assert tuple(row.values()) == (DAY, midnight, None)


async def test_two_receipts_do_not_wait_for_each_other(database: Database) -> None:
    there = await build("AB")
    await stock_up(there["leipzig"], {"A": 1, "B": 1})
    first, second = [await place({sku: 1}) for sku in "BA"]
    await allocate()
    for order in (first, second):
        await rejected(order, GONE)
    one_of = "SELECT FROM sourcing_exclusions WHERE order_id = '{}' FOR UPDATE"
    async with in_the_way(database, one_of.format(first)) as another:
        [receipt] = await begun(once(lambda: stock_up(there["leipzig"], {"A": 1, "B": 1})))
        await another.execute(one_of.format(second))
    await receipt
    ended = await records("SELECT missing FROM sourcing_exclusions WHERE until = $1", NOW)
    assert [row["missing"] for row in ended] == [None, None]


async def test_what_was_rejected_before_the_upgrade_is_tried_again(database: Database) -> None:
    there = await build(
        "AB", leipzig={"timezone": "Asia/Shanghai"}, munich={"timezone": "America/Los_Angeles"}
    )
    for code in ("leipzig", "munich"):
        await stock_up(there[code], {"A": 1, "B": 2})
    waits = await place({"A": 1})
    opened, closed = [await place({"B": 2}) for _ in range(2)]
    await allocate()
    for reason, order in ((DAY, waits), (DAY, waits), (GONE, opened), (GONE, closed)):
        await rejected(order, reason)
    await cancel_order(CancelOrder(order_id=closed, reason=CancelReason.CUSTOMER), by=TESTER, now=NOW)

    await run_statement(database.url, BEFORE_IT + MIGRATION)

    rows = await records(
        "SELECT w.code, e.until FROM sourcing_exclusions e JOIN warehouses w ON w.id = e.warehouse_id WHERE order_id = $1",
        waits,
    )
    assert {row["code"]: row["until"] for row in rows} == {
        "leipzig": datetime(2026, 11, 22, 16, tzinfo=UTC),
        "munich": datetime(2026, 11, 23, 8, tzinfo=UTC),
    }
    looked_at = await records("SELECT id FROM orders WHERE source_again_at <= now()")
    assert [row["id"] for row in looked_at] == [waits]
    missing = await records("SELECT order_id FROM sourcing_exclusions WHERE missing IS NOT NULL")
    assert [row["order_id"] for row in missing] == [opened]
