"""Roll-ups are what a plain recomputation says, in whatever portions, after deaths and doubles, and built anew."""

import asyncio
from contextlib import suppress

import pytest

from domain.events.feed import advance_feed, prune_feed
from domain.reporting.counting.build import begin_build, build_step, is_building
from domain.reporting.counting.follow import follow_catalogue, follow_feed
from domain.shared.clock import utc_now
from domain.shared.database import execute, fetch_value, records, transaction
from tests.databases import Database
from tests.integration.reporting.recomputed import recomputed, rolled_up
from tests.integration.reporting.trading import Company
from tests.promises import broken_promises


class Died(Exception):
    """In the middle of it."""


_LAYOUT = """
    SELECT relname, relkind::text, reloptions, pg_get_expr(relpartbound, oid) AS part, pg_get_partkeydef(oid) AS divided,
           (SELECT array_agg(pg_get_indexdef(indexrelid) ORDER BY indexrelid::regclass::text) FROM pg_index WHERE indrelid = c.oid) AS indexes,
           (SELECT array_agg(pg_get_constraintdef(n.oid) ORDER BY conname) FROM pg_constraint n WHERE conrelid = c.oid) AS rules
    FROM pg_class c WHERE relnamespace = 'reports'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname
"""


async def follow(portion: int = 2_000) -> None:
    await advance_feed()
    while await follow_feed(positions_max=portion) or await follow_catalogue(orders_max=portion):
        pass


async def die_following(portion: int) -> None:
    with suppress(Died):
        async with transaction():
            await follow_feed(positions_max=portion)
            await follow_catalogue(orders_max=portion)
            raise Died


async def build() -> None:
    await begin_build()
    while await build_step():
        pass
    assert not await is_building()


async def busy(seed: int, *, doings: int = 80) -> Company:
    company = Company(seed)
    await company.open()
    for _ in range(doings):
        await company.do_something()
    return company


@pytest.mark.parametrize("seed", range(6))
async def test_they_are_what_a_recomputation_says(database: Database, seed: int) -> None:
    company = Company(seed)
    await company.open()
    for _ in range(80):
        await company.do_something()
        if company.dice.random() < 0.3:
            await advance_feed()
            await die_following(portion=company.dice.randint(1, 50))
            await follow_feed(positions_max=company.dice.randint(1, 50))
            await follow_catalogue(orders_max=company.dice.randint(1, 5))
    await follow(portion=company.dice.choice([1, 9, 500]))
    expected = await recomputed()
    assert expected["sales"]
    assert expected["shipments"]
    assert expected["stock_moves"]
    assert await rolled_up() == expected

    await execute("UPDATE feed_consumers SET position = 0 WHERE name = 'reports'")  # all of it once more
    await follow(portion=17)
    assert await rolled_up() == expected

    await build()
    assert await rolled_up() == expected
    assert await broken_promises() == {}


async def test_it_is_built_while_the_company_goes_on(database: Database) -> None:
    company = await busy(7)
    await follow()
    await begin_build()
    while await build_step():
        await company.do_something()
        await follow()
        assert await rolled_up() == await recomputed()  # those in use are live meanwhile
    await follow()
    assert await rolled_up() == await recomputed()


async def test_what_was_built_is_laid_out_as_what_it_replaces(database: Database) -> None:
    layout = [tuple(row.values()) for row in await records(_LAYOUT)]
    assert {"variant_sales_1440", "levels"} <= {name for name, *_ in layout}
    await build()
    assert [tuple(row.values()) for row in await records(_LAYOUT)] == layout


async def test_several_may_build_it_together(database: Database) -> None:
    await busy(10)

    async def go_on() -> None:
        while await is_building():
            await build_step()

    await begin_build()
    await asyncio.gather(*(go_on() for _ in range(3)))
    assert await rolled_up() == await recomputed()


async def test_a_build_mends_what_was_wrong(database: Database) -> None:
    await busy(8)
    await follow()
    await execute("UPDATE reports.sales SET units = units + 1")
    await execute("DELETE FROM reports.orders")
    assert await rolled_up() != await recomputed()
    await build()
    assert await rolled_up() == await recomputed()
    assert await fetch_value("SELECT count(*) FROM reports.orders") == await fetch_value(
        "SELECT count(*) FROM orders"
    )


async def test_whoever_missed_positions_builds_anew(database: Database) -> None:
    company = await busy(9)
    await advance_feed()
    await prune_feed(before=utc_now())
    await company.do_something()
    await company.place()
    await follow()
    assert await is_building()
    while await build_step():
        pass
    assert await rolled_up() == await recomputed()
