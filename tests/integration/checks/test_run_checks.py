"""The checks: silent on a world whose promises are kept, and each able to see its own broken."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from domain.checks.run_checks import CHECKS, VIOLATIONS_MAX, CheckKind, CheckResult, run_checks
from domain.events.feed import advance_feed, prune_feed
from domain.orders.place_orders import place_orders
from domain.shared.database import fetch_value
from domain.sourcing.allocate import allocate_waiting
from domain.stock.receive_stock import ReceiveStock, StockQuantity, receive_stock
from tests.databases import Database
from tests.factories import NOW, TESTER, incoming, make_channel, make_variant, make_warehouse
from tests.integration.checks.corruptions import CORRUPTIONS
from tests.integration.checks.world import build_world


async def broken() -> dict[str, CheckResult]:
    return {result.name: result for result in await run_checks(now=NOW) if not result.kept}


async def vandalise(database: Database, statements: str) -> None:
    connection = await asyncpg.connect(database.url)
    try:
        await connection.execute(f"SET session_replication_role = replica; {statements}")
    finally:
        await connection.close()


def test_every_check_can_be_shown_to_fail() -> None:
    assert CORRUPTIONS.keys() == {check.name for check in CHECKS}


def test_every_check_says_what_it_promises() -> None:
    assert all(check.promise.endswith((".", ")")) for check in CHECKS)
    assert {check.kind for check in CHECKS} == set(CheckKind)


def test_every_check_says_what_to_do() -> None:
    assert [check.name for check in CHECKS if len(check.advice) < 20 or not check.advice.endswith(".")] == []
    assert [check.name for check in CHECKS if "If broken" in check.promise] == []


async def test_an_empty_database_breaks_no_promise(database: Database) -> None:
    assert await broken() == {}


@pytest.mark.parametrize("name", CORRUPTIONS)
async def test_a_broken_promise_is_seen_by_its_check_alone(database: Database, name: str) -> None:
    await build_world()
    assert await broken() == {}

    await vandalise(database, CORRUPTIONS[name])

    found = await broken()
    assert found.keys() == {name}
    assert all(found[name].violations)


async def test_violations_are_capped(database: Database) -> None:
    await make_channel("shop")
    await make_variant("A")
    await place_orders([incoming("shop", {"A": 1}) for _ in range(50)], by=TESTER, now=NOW)
    await vandalise(database, "UPDATE orders SET version = 9")

    found = (await broken())["timelines_are_gapless"]
    assert (len(found.violations), found.number) == (VIOLATIONS_MAX, 50)


async def test_a_pruned_feed_is_complete_from_its_oldest_position(database: Database) -> None:
    await build_world()
    half = await fetch_value("SELECT last_position / 2 FROM feed_state")
    await vandalise(database, f"UPDATE feed SET fed_at = '2026-01-01' WHERE position <= {half}")
    await vandalise(database, "DELETE FROM board_minutes; DELETE FROM feed_consumers WHERE name = 'board'")
    await prune_feed(before=NOW - timedelta(days=30))
    assert await fetch_value("SELECT min(position) FROM feed") == half + 1
    await place_orders([incoming("shop", {"A": 1}) for _ in range(500)], by=TESTER, now=NOW)
    await advance_feed()
    assert await broken() == {}

    await vandalise(database, "DELETE FROM feed WHERE position = (SELECT last_position - 1 FROM feed_state)")

    assert (await broken()).keys() == {"feed_is_complete"}


async def test_a_system_at_work_raises_no_false_alarm(database: Database) -> None:
    await make_channel("shop")
    await make_warehouse("leipzig")
    for sku in "ABCD":
        await make_variant(sku)
    lines = tuple(StockQuantity(sku=sku, quantity=3) for sku in "ABCD")
    still_working = True

    async def work(number: int) -> None:
        pair = {"ABCD"[number]: 1, "ABCD"[number - 1]: 1}
        policy = ("REQUIRE", "BACKORDER")[number % 2]
        for _ in range(25):
            await receive_stock(ReceiveStock(warehouse="leipzig", lines=lines), by=TESTER, now=NOW)
            orders = [incoming("shop", pair, stock_policy=policy) for _ in range(4)]
            await place_orders(orders, by=TESTER, now=NOW)
            await allocate_waiting(orders_max=5, currency="EUR", by=TESTER, now=NOW)
            await advance_feed()

    async def check() -> int:
        rounds = 0
        while still_working:
            assert await broken() == {}
            rounds += 1
        return rounds

    checking = asyncio.create_task(check())
    await asyncio.gather(*(work(number) for number in range(4)))
    still_working = False

    assert await checking > 5
