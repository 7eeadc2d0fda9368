"""Races that locks bring about, not chance: a bystander holds a lock until everybody stands where they should."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg

from domain.shared.database import fetch_value, transaction
from tests.databases import Database

Result = TypeVar("Result")

GIVE_UP_S = 30
LEVELS = "SELECT FROM stock_levels FOR UPDATE"
TIMELINES = "LOCK TABLE events IN SHARE MODE"
_WAITING = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@asynccontextmanager
async def in_the_way(database: Database, lock: str) -> AsyncIterator[asyncpg.Connection]:
    """Somebody else's transaction, which holds this lock to the end of the block."""
    bystander = await asyncpg.connect(database.url)
    try:
        async with bystander.transaction():
            await bystander.execute(lock)
            yield bystander
    finally:
        await bystander.close()


async def begun(*work: Awaitable[Any]) -> list[asyncio.Future[Any]]:
    """Each begun when those before it have ended or wait for a lock, as the last of them then does."""
    tasks: list[asyncio.Future[Any]] = []
    async with asyncio.timeout(GIVE_UP_S):
        for each in work:
            tasks.append(asyncio.ensure_future(each))
            while await fetch_value(_WAITING) < sum(not task.done() for task in tasks):
                await asyncio.sleep(0.01)
    return tasks


async def once(use_case: Callable[[], Awaitable[Result]]) -> Result:
    """In a transaction that is not tried again, so that a deadlock is an error."""
    async with transaction():
        return await use_case()
