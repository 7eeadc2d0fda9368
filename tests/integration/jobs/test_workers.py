"""Workers and the relay together: what waits is done, Redis or not, and exactly once."""

import asyncio

import pytest

from cli.embedded import Servers
from domain.events.feed import read_feed
from domain.orders.place_orders import place_orders
from domain.shared.database import execute, fetch_value
from tests.databases import Database
from tests.factories import NOW, TESTER, incoming, make_channel, make_variant, make_warehouse, stock_up
from tests.integration.jobs.running import running


async def eventually(query: str, expected: object, *, within_s: float = 60) -> None:
    """Wait until `query` answers `expected`; a busy machine has a minute for it."""
    async with asyncio.timeout(within_s):
        while await fetch_value(query) != expected:
            await asyncio.sleep(0.05)


async def test_orders_are_allocated_and_announced(database: Database, redis_url: str) -> None:
    await make_channel("shop")
    await make_variant("A")
    await stock_up(await make_warehouse("leipzig"), {"A": 100})

    async with running(redis_url):
        await place_orders([incoming("shop", {"A": 1}) for _ in range(50)], by=TESTER, now=NOW)
        await eventually("SELECT count(*) FROM orders WHERE sourcing = 'SOURCED'", 50)
        await eventually("SELECT count(*) FROM jobs", 0)
        await eventually("SELECT count(*) FROM feed", 1 + 50 + 50 + 50)

    entries = await read_feed(after=0, rows_max=1000)
    assert [entry.position for entry in entries] == list(range(1, 152))


async def test_an_order_without_a_job_is_found_by_the_sweep(database: Database, redis_url: str) -> None:
    await make_channel("shop")
    await make_variant("A")
    await place_orders([incoming("shop", {"A": 1})], by=TESTER, now=NOW)
    await execute("DELETE FROM jobs")

    async with running(redis_url):
        await eventually("SELECT count(*) FROM orders WHERE sourcing = 'BACKORDERED'", 1)


@pytest.mark.usefixtures("database")
async def test_jobs_outlive_a_flushed_redis(servers: Servers, redis_url: str) -> None:
    await make_channel("shop")
    await make_variant("A")
    await stock_up(await make_warehouse("leipzig"), {"A": 100})

    async with running(redis_url):
        servers.valkey.kill()
        await place_orders([incoming("shop", {"A": 1}) for _ in range(20)], by=TESTER, now=NOW)
        await asyncio.sleep(0.5)
        assert await fetch_value("SELECT count(*) FROM orders WHERE sourcing = 'WAITING'") == 20
        servers.valkey.start(fresh=True)
        await eventually("SELECT count(*) FROM orders WHERE sourcing = 'SOURCED'", 20)
