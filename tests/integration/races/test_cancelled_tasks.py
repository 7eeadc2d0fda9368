"""Tasks cancelled at any moment: no connection is lost, and nothing is left half done."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest

from domain.orders.gather import OrderIntake
from domain.orders.place_orders import place_orders
from domain.shared.database import connect, disconnect, execute, fetch_value, transaction
from tests.databases import Database
from tests.factories import NOW, TESTER, incoming, make_channel, make_variant, make_warehouse, stock_up
from tests.promises import broken_promises

TASKS = 1_000
POOL = 5


@pytest.fixture
async def small_pool(empty_database: Database) -> AsyncIterator[None]:
    await connect(empty_database.url, pool_max=POOL)
    yield
    await disconnect()


async def cancelled_at_random(work: Callable[[], Awaitable[object]]) -> None:
    async def one() -> None:
        task = asyncio.ensure_future(work())
        await asyncio.sleep(random.random() * 0.03)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    for _ in range(TASKS // 50):
        await asyncio.gather(*(one() for _ in range(50)))


async def require_whole_pool() -> None:
    """Every connection of the pool still serves, and none is in a forgotten transaction."""
    everybody = asyncio.Barrier(POOL)

    async def serve() -> None:
        async with transaction():
            await execute("SELECT 1")
            await everybody.wait()

    async with asyncio.timeout(10):
        await asyncio.gather(*(serve() for _ in range(POOL)))
    idle = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()"
    assert await fetch_value(idle) == 0


async def test_inside_a_transaction(small_pool: None) -> None:
    async def work() -> None:
        async with transaction():
            await execute("SELECT pg_sleep(0.001)")
            await execute("CREATE TEMPORARY TABLE IF NOT EXISTS scratch (n int)")
            await fetch_value("SELECT count(*) FROM scratch")

    await cancelled_at_random(work)

    await require_whole_pool()


async def test_while_an_order_is_placed(small_pool: None) -> None:
    await make_channel("shop")
    await make_variant("A")
    await stock_up(await make_warehouse(), {"A": 300})

    async def work() -> object:
        policy = random.choice(("REQUIRE", "BACKORDER"))
        return await place_orders([incoming("shop", {"A": 1}, stock_policy=policy)], by=TESTER, now=NOW)

    await cancelled_at_random(work)

    await require_whole_pool()
    assert await broken_promises() == {}


async def test_while_the_intake_places_it(small_pool: None) -> None:
    await make_channel("shop")
    await make_variant("A")
    intake = OrderIntake(lambda: NOW)
    references: list[str] = []

    async def work() -> object:
        order = incoming("shop", {"A": 1})
        references.append(order.external_reference)
        return await intake.place(order, by=TESTER)

    await cancelled_at_random(work)
    await intake.stop()

    await require_whole_pool()
    # a caller that went away had said what it wanted: its order is in the pool like any other
    assert await fetch_value("SELECT count(*) FROM orders") == len(references)
    assert await broken_promises() == {}
