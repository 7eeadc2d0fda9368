"""Sales by category follow products that are sorted anew, whoever is counting, building or dying meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import date
from typing import Any

import pytest

from domain.catalog.save_variants import SaveVariant, save_variants
from domain.events.consume import stand_still
from domain.events.feed import advance_feed, prune_feed
from domain.orders.place_orders import place_orders
from domain.reporting.asking import AskReport
from domain.reporting.counting.build import begin_build, build_step
from domain.reporting.counting.follow import follow_catalogue, follow_feed
from domain.reporting.read_report import read_report
from domain.reporting.read_totals import read_totals
from domain.reporting.registry import report_named
from domain.shared.clock import utc_now
from domain.shared.database import execute, fetch_value, records, transaction
from tests.databases import Database
from tests.factories import NOW, TESTER, incoming, make_channel, make_variant
from tests.integration.reporting.recomputed import recomputed, rolled_up
from tests.promises import broken_promises
from tests.standstill import begun

SKUS = ("A", "B", "C")
DAY = AskReport(first_day=date(2026, 11, 22), last_day=date(2026, 11, 22), timezone="UTC", currency="EUR")
WAITING = "SELECT count(*) FROM recategorised"


class Died(Exception):
    """In the middle of it."""


@pytest.fixture(autouse=True)
async def shop(database: Database) -> None:
    await make_channel("web")
    for sku in SKUS:
        await make_variant(sku)


async def order(units: dict[str, int], count: int = 1) -> None:
    await place_orders([incoming("web", units) for _ in range(count)], by=TESTER, now=NOW)


async def sort(sku: str, category: str, *, product: str | None = None) -> None:
    ask = SaveVariant(sku=sku, name=sku, weight_g=500, product_code=product or f"P-{sku}", category=category)
    await save_variants([ask], by=TESTER, now=NOW)


async def follow_only_the_feed() -> None:
    await advance_feed()
    while await follow_feed():
        pass


async def follow(orders_max: int = 200) -> None:
    await follow_only_the_feed()
    while await follow_catalogue(orders_max=orders_max):
        pass


async def build() -> None:
    while await build_step():
        pass


@asynccontextmanager
async def held_open(sku: str, category: str) -> AsyncIterator[None]:
    """A change of the category that is written at the beginning and commits at the end."""
    async with uncommitted(lambda: sort(sku, category)):
        yield


@asynccontextmanager
async def uncommitted(do: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """What is done in another transaction, which commits at the end."""
    done, may_end = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with transaction():
            await do()
            done.set()
            await may_end.wait()

    holding = asyncio.create_task(hold())
    try:
        await done.wait()
        yield
    finally:
        may_end.set()
        await holding


async def units_by_category(**asked: Any) -> dict[str, int]:
    ask = AskReport(**{name: getattr(DAY, name) for name in DAY.__slots__} | asked)
    page = await read_report(report_named("salesByCategory"), ask, by=TESTER, now=NOW)
    return {row.now.category: row.now.units for row in page.rows}


async def is_right() -> None:
    """The roll-ups, to whose queue nobody is left, are what a recomputation says."""
    assert await rolled_up() == await recomputed()
    assert await fetch_value(WAITING) == 0
    assert await broken_promises() == {}


async def test_a_changed_category_is_followed(database: Database) -> None:
    await order({"A": 2, "B": 1}, count=3)
    await order({"C": 5})
    await follow()
    assert await units_by_category() == {"": 14}
    await sort("A", "Cups")
    assert await units_by_category() == {"": 14}
    assert await broken_promises() == {}  # who waits is known to wait
    await follow()
    assert await units_by_category() == {"Cups": 6, "": 8}
    await is_right()
    await sort("A", "")
    await follow()
    assert await units_by_category() == {"": 14}
    await is_right()


async def test_a_variant_takes_its_sales_to_another_product(database: Database) -> None:
    await order({"A": 2, "B": 1}, count=2)
    await sort("B", "Pots")
    await follow()
    await sort("A", "Pots", product="P-B")
    await follow()
    assert await units_by_category() == {"Pots": 6}
    await is_right()
    await sort("A", "Pans", product="P-B")  # and so with all that the product has now
    await follow()
    assert await units_by_category() == {"Pans": 6}
    await is_right()


async def test_nothing_else_is_written_for_a_category(database: Database) -> None:
    await order({"A": 2, "B": 1})
    await follow()
    tables = ("sales", "regional_sales", "variant_sales", "shipments", "lead_times")
    written = [await records(f"SELECT ctid, xmin FROM reports.{table} ORDER BY 1") for table in tables]
    await sort("A", "Cups")
    await follow()
    assert [
        await records(f"SELECT ctid, xmin FROM reports.{table} ORDER BY 1") for table in tables
    ] == written


async def test_saving_what_is_there_moves_nothing(database: Database) -> None:
    await sort("A", "Cups")
    await follow()
    await sort("A", "Cups")
    assert await fetch_value(WAITING) == 0


async def test_steps_are_bounded(database: Database) -> None:
    await order({"A": 1, "B": 1}, count=5)
    await order({"B": 1}, count=2)
    await follow()
    for sku in SKUS:  # of C nothing was ordered
        await sort(sku, "Cups")
    taken = []
    while counted := await follow_catalogue(orders_max=3):
        taken.append(counted)
    assert taken == [3, 3, 3, 3, 2]
    await is_right()


@pytest.mark.parametrize("orders_max", [1, 2, 3])
async def test_whoever_dies_in_the_middle_costs_a_step(database: Database, orders_max: int) -> None:
    await order({"A": 1}, count=5)
    await order({"A": 1, "B": 2})
    await follow()
    await sort("A", "Cups")
    await sort("B", "Pots")
    counted = 1
    while counted:
        with suppress(Died):
            async with transaction():
                await follow_catalogue(orders_max=orders_max)
                raise Died
        counted = await follow_catalogue(orders_max=orders_max)
    await is_right()


async def test_two_may_walk_together_while_the_feed_is_followed(database: Database) -> None:
    await order({"A": 1, "B": 1}, count=12)
    await follow()

    async def walk() -> None:
        for _ in range(20):
            await follow_catalogue(orders_max=2)

    async def trade() -> None:
        for number in range(4):
            await order({"A": 1, "C": 1})
            await follow_only_the_feed()
            await sort("A", f"Cups {number}")
            await sort("C", "Pots", product=("P-A", "P-C")[number % 2])

    await asyncio.gather(walk(), walk(), trade())
    await follow()
    await is_right()


async def test_of_two_changes_at_a_time_the_last_one_counts(database: Database) -> None:
    await order({"A": 1, "B": 1}, count=3)
    await follow()
    changes = [sort("A", "Cups"), sort("A", "Pots"), sort("B", "Pans", product="P-A"), sort("B", "Lids")]
    await asyncio.gather(*changes, follow_catalogue(orders_max=1), follow_catalogue(orders_max=1))
    await follow(orders_max=2)
    await is_right()


async def test_a_change_while_its_product_is_walked_begins_anew(database: Database) -> None:
    await order({"A": 1}, count=4)
    await follow()
    await sort("A", "Cups")
    assert await follow_catalogue(orders_max=3) == 3
    await sort("A", "Pots")
    await follow()
    assert await units_by_category() == {"Pots": 4}
    await is_right()


async def test_a_variant_that_moves_to_a_product_that_is_sorted_meanwhile_is_not_missed(
    database: Database,
) -> None:
    await order({"A": 1, "B": 1})
    await follow()
    ours = "SELECT id FROM products WHERE code = 'P-A'"
    # without locking the product first, as save_variants does
    async with uncommitted(lambda: execute(f"UPDATE variants SET product_id = ({ours}) WHERE sku = 'B'")):
        await execute("UPDATE products SET category = 'Cups' WHERE code = 'P-A'")
        await follow()
    await follow()
    assert await units_by_category() == {"Cups": 2}
    await is_right()


async def test_orders_that_are_counted_just_before_the_change_commits_are_counted_again(
    database: Database,
) -> None:
    await order({"A": 1}, count=2)
    async with held_open("A", "Cups"):
        await follow()
        assert await units_by_category() == {"": 2}
    await follow()
    assert await units_by_category() == {"Cups": 2}
    await is_right()


async def test_those_that_are_being_built_follow_too(database: Database) -> None:
    await order({"A": 1, "B": 1}, count=3)
    await follow()
    async with held_open("A", "Cups"):  # before the build begins
        await begin_build()
        await build_step()  # orders, by their categories of before
        await sort("B", "Pots")
    await follow()
    await is_right_but_for_what_is_built()
    assert await units_by_category() == {"Cups": 3, "Pots": 3}
    await build()
    await is_right()


async def is_right_but_for_what_is_built() -> None:
    assert await rolled_up() == await recomputed()
    assert await fetch_value(f"{WAITING} WHERE consumer = 'reports'") == 0


async def test_a_change_across_the_swap_is_followed_after_it(database: Database) -> None:
    await order({"A": 1}, count=3)
    await follow()
    await begin_build()
    async with held_open("A", "Cups"):
        await build()
        await follow()
        assert await units_by_category() == {"": 3}
    await follow()
    assert await units_by_category() == {"Cups": 3}
    await is_right()


async def test_what_waits_at_the_swap_waits_on(database: Database) -> None:
    await order({"A": 1}, count=3)
    await follow()
    await begin_build()
    await build_step()
    await sort(
        "A", "Cups"
    )  # those being built walk it before they are in use, though nobody did with those that are
    await build()
    assert await units_by_category() == {"Cups": 3}
    await follow()
    await is_right()


async def test_what_is_walked_just_before_the_swap_is_walked_in_those_that_were_built(
    database: Database,
) -> None:
    await order({"A": 1}, count=3)
    await follow()
    await begin_build()
    standing, may_walk = asyncio.Event(), asyncio.Event()

    async def walk() -> None:
        async with transaction():
            assert await stand_still("reports")
            standing.set()
            await may_walk.wait()
            assert await follow_catalogue()

    walking = asyncio.create_task(walk())
    try:
        await standing.wait()
        [building] = await begun(build())  # all but the swap, which needs the consumer's row
        await sort("A", "Cups")
    finally:
        may_walk.set()
        await walking
    await building
    assert await units_by_category() == {"": 3}
    await follow()
    assert await units_by_category() == {"Cups": 3}
    await is_right()


async def test_a_build_that_begins_anew_forgets_nothing(database: Database) -> None:
    await order({"A": 1}, count=3)
    await follow()
    await begin_build()
    await build_step()
    await sort("A", "Cups")
    await begin_build()
    await build_step()
    await sort("A", "Pots")
    await build()
    await follow()
    await is_right()


async def test_what_was_pruned_is_built_with_the_categories_of_now(database: Database) -> None:
    await order({"A": 1}, count=3)
    await advance_feed()
    await prune_feed(before=utc_now())
    await sort("A", "Cups")
    await order({"A": 1, "B": 1})
    await follow()
    await build()
    await follow()
    assert await units_by_category() == {"Cups": 4, "": 1}
    await is_right()


async def test_the_report_is_the_sum_of_its_skus(database: Database) -> None:
    await make_channel("market")
    await order({"A": 3, "B": 1}, count=2)
    await order({"C": 2})
    await place_orders([incoming("market", {"B": 4})], by=TESTER, now=NOW)
    for sku, category in {"A": "Cups", "B": "Cups", "C": "Pots"}.items():
        await sort(sku, category)
    await follow()
    assert await units_by_category() == await units_by_category(skus=SKUS) == {"Cups": 12, "Pots": 2}
    assert await units_by_category(channels=["market"]) == {"Cups": 4}
    assert await units_by_category(channels=["market"], skus=["B", "C"]) == {"Cups": 4}
    assert await units_by_category(skus=["B"]) == {"Cups": 6}
    assert await units_by_category(categories=["Pots", "Pans"]) == {"Pots": 2}
    assert await units_by_category(categories=["Pots"], skus=["B"]) == {}
    assert await units_by_category(currency="USD") == {}

    whole = [
        await told("salesByCategory"),
        await told("salesByCategory", skus=SKUS),
        await told("salesBySku"),
    ]
    assert whole[0] == whole[1] == whole[2] | {"rows": 2}


async def told(name: str, **asked: Any) -> dict[str, Any]:
    ask = AskReport(**{each: getattr(DAY, each) for each in DAY.__slots__} | asked)
    totals = (await read_totals(report_named(name), ask, by=TESTER, now=NOW)).now
    return {"rows": totals.rows, **totals.sums}
