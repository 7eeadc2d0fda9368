"""When what waits is looked at again though nothing arrives: for room, for another day, for other tags."""

from datetime import UTC, datetime, timedelta

from domain.orders.change_tags import ChangeTags, add_tags, remove_tags
from domain.shared.database import execute, fetch_value
from domain.sourcing.allocate import allocate_waiting
from domain.sourcing.wake_waiting import wake_waiting
from tests.databases import Database
from tests.factories import NOW, TESTER, make_warehouse, stock_up
from tests.integration.reevaluating.open_orders import (
    allocate,
    build,
    last_decision,
    order_row,
    place,
    rule_by,
    standing,
)
from tests.promises import broken_promises

MONDAYS = {"working_days": [1], "daily_capacity": 1}


async def source(now: datetime = NOW) -> None:
    await allocate_waiting(orders_max=500, currency="EUR", by=TESTER, now=now)


async def test_what_only_a_full_warehouse_has_together_is_looked_at_again(database: Database) -> None:
    there = await build("AB", leipzig=MONDAYS)
    await stock_up(there["leipzig"], {"A": 99, "B": 99})
    for _ in range(10):
        await place({"A": 1})
    await source()
    await stock_up(there["munich"], {"A": 9})
    await stock_up(there["hamburg"], {"B": 9})
    order = await place({"A": 1, "B": 1}, split_policy="SINGLE_SHIPMENT")
    await source()

    row = await order_row(order)
    assert (row.sourcing, [one["reason"] for one in (await last_decision(order)).detail["unfilled"]]) == (
        "BACKORDERED",
        ["NO_CAPACITY", "NO_CAPACITY"],
    )
    assert row.source_again_at == datetime(2026, 11, 23, tzinfo=UTC)
    monday = datetime(2026, 11, 23, 14, tzinfo=UTC)  # 15:00 there: the cut-off
    await wake_waiting(now=monday - timedelta(minutes=1))
    await source(monday - timedelta(minutes=1))
    assert (await order_row(order)).source_again_at == monday
    younger = await place({"A": 1, "B": 1}, split_policy="SINGLE_SHIPMENT")
    await source(monday)  # before anybody else has woken it
    assert await standing(order) == {("leipzig", "OPEN"): 2}
    assert (await order_row(younger)).sourcing == "BACKORDERED"
    assert await broken_promises() == {}


async def test_room_is_looked_for_when_the_days_of_its_warehouse_move_on(database: Database) -> None:
    await build("A")
    tokyo = await make_warehouse("tokyo", timezone="Asia/Tokyo", cutoff_minute=23 * 60, daily_capacity=1)
    await stock_up(tokyo, {"A": 99})
    for _ in range(10):
        await place({"A": 1})
    order = await place({"A": 1})
    await source()
    assert (await order_row(order)).source_again_at == datetime(2026, 11, 22, 14, tzinfo=UTC)


async def test_what_another_routing_may_fill_is_looked_at_again_when_its_day_has_come(
    database: Database,
) -> None:
    there = await build("A")
    await rule_by(
        routings=[
            {"name": "Soon", "when": [{"rule": "PROMISED_WITHIN_DAYS", "values": ["1"]}]},
            {"name": "Not yet", "eligible": [{"rule": "WAREHOUSE", "values": ["leipzig"]}]},
        ]
    )
    await stock_up(there["munich"], {"A": 9})
    promised = await place({"A": 1}, promised_by="2026-11-25T22:30:00Z")  # 23:30 on the 25th in Berlin
    unpromised = await place({"A": 1})
    await source()
    midnight = datetime(2026, 11, 23, 23, tzinfo=UTC)  # of the 24th in Berlin
    assert (await order_row(promised)).source_again_at == midnight
    assert (await order_row(unpromised)).source_again_at is None
    await wake_waiting(now=midnight)
    await source(midnight)
    assert await standing(promised) == {("munich", "OPEN"): 1}
    assert (await last_decision(promised)).detail["routing"] == "Soon"


async def test_a_tag_that_rules_ask_for_lets_what_waits_be_looked_at_again(database: Database) -> None:
    there = await build("A")
    await stock_up(there["munich"], {"A": 9})
    near = {"name": "Near", "eligible": [{"rule": "WAREHOUSE", "values": ["leipzig"]}]}
    await rule_by(routings=[near])
    order = await place({"A": 1})
    await source()
    await add_tags(ChangeTags(order_id=order, tags=["big"]), by=TESTER, now=NOW)
    assert (await order_row(order)).sourcing == "BACKORDERED"  # no rule asks for it

    await rule_by(routings=[{"name": "VIP", "when": [{"rule": "TAG", "values": ["vip"]}]}, near])
    await source()
    await remove_tags(ChangeTags(order_id=order, tags=["big"]), by=TESTER, now=NOW)
    assert (await order_row(order)).sourcing == "WAITING"
    await allocate()
    assert (await order_row(order)).sourcing == "BACKORDERED"
    await add_tags(ChangeTags(order_id=order, tags=["vip"]), by=TESTER, now=NOW)
    assert await fetch_value("SELECT count(*) FROM jobs WHERE kind = 'ALLOCATE' AND state = 'WAITING'")
    await source()
    assert await standing(order) == {("munich", "OPEN"): 1}
    await add_tags(ChangeTags(order_id=order, tags=["new"]), by=TESTER, now=NOW)
    assert (await order_row(order)).sourcing == "SOURCED"


async def test_who_waits_for_room_is_not_looked_at_over_and_over_when_the_clock_goes_back(
    database: Database,
) -> None:
    there = await build("A", leipzig={"timezone": "Europe/Berlin", "cutoff_minute": 150, "daily_capacity": 1})
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 2:10 for the second time
    await stock_up(there["leipzig"], {"A": 99})
    for _ in range(10):
        await place({"A": 1})
    order = await place({"A": 1})
    await source(second)
    assert (await order_row(order)).source_again_at == datetime(2026, 10, 26, tzinfo=UTC)


async def test_what_an_order_that_faults_came_with_is_looked_at_again_all_the_same(
    database: Database,
) -> None:
    there = await build("AB", munich={"kg_minor": 10**9})
    await stock_up(there["munich"], {"B": 1_000_000})
    await place({"B": 1_000_000})
    due = await place({"A": 1})
    await execute("UPDATE variants SET weight_g = 100000000 WHERE sku = 'B'")
    await execute("UPDATE orders SET sourcing = 'BACKORDERED', source_again_at = $2 WHERE id = $1", due, NOW)
    await stock_up(there["leipzig"], {"A": 1})
    await source()
    assert await standing(due) == {("leipzig", "OPEN"): 1}
