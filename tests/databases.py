"""Databases for tests: clones of a template, and one that the tests of a module have in turn.

A clone and a first connection to it cost more than most tests do. So a module's tests share one that
is swept after each: its rows are deleted, its sequences begin anew.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from uuid import uuid4

import asyncpg
from tortoise.connection import get_connections

from domain.shared.database import connected, fetch_value, statement
from domain.shared.database.session import ALIAS

POOL_MAX: Final = 8
# Deleted rows are read over until they are vacuumed away; beyond this a new clone is cheaper.
SWEPT_BYTES_MAX: Final = 4 * 2**20
_SWEEP = statement(__file__, "sweep.sql")
_OURS = "relkind = 'r' AND relnamespace <> ALL ('{pg_catalog, information_schema}'::regnamespace[])"
_WRITTEN = f"""
    SELECT relnamespace::regnamespace::text AS schema_name, relname AS table_name FROM pg_class
    WHERE {_OURS} AND pg_relation_size(oid) > 0
"""
_SCHEMA = """
    SELECT (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_attribute), (SELECT count(*) FROM pg_proc),
           (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_trigger)
"""
_BYTES = f"SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE {_OURS}"


@dataclass(frozen=True, slots=True)
class Database:
    """A database of the test's own."""

    url: str


def on_database(url: str, name: str) -> str:
    """`url` with another database's name."""
    return f"{url.rpartition('/')[0]}/{name}"


async def run_statement(url: str, text: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(text)
    finally:
        await connection.close()


@asynccontextmanager
async def cloned(server_url: str, template: str) -> AsyncIterator[Database]:
    """A fresh clone of the template, to which this process is not connected."""
    name = f"test_{uuid4().hex}"
    # Copying files takes a sixth of what logging each page would.
    await run_statement(server_url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    try:
        yield Database(on_database(server_url, name))
    finally:
        await run_statement(server_url, f"DROP DATABASE {name} WITH (FORCE)")


async def somebody_waits(within_s: float = 10) -> None:
    """Until somebody waits for a lock that another one has."""
    async with asyncio.timeout(within_s):
        while not await fetch_value("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):
            await asyncio.sleep(0.01)


class SharedDatabase:
    """A clone that this process is connected to; swept between tests, and replaced where that won't do."""

    database: Database

    def __init__(self, server_url: str, template: str) -> None:
        self._server_url = server_url
        self._template = template
        self._until_end = AsyncExitStack()
        self._sweeper: asyncpg.Connection
        self._seeds: list[tuple[asyncpg.Record, bytes]] = []
        self._schema: tuple[int, ...] = ()

    async def open(self) -> None:
        self.database = await self._until_end.enter_async_context(cloned(self._server_url, self._template))
        await self._until_end.enter_async_context(connected(self.database.url, pool_max=POOL_MAX))
        # what the ledger and the events refuse, it may; and nobody is waited for who left a lock behind
        allowed = {"session_replication_role": "replica", "lock_timeout": "5s"}
        self._sweeper = await asyncpg.connect(self.database.url, server_settings=allowed)
        self._until_end.push_async_callback(self._sweeper.close)
        self._schema = await self._sweeper.fetchrow(_SCHEMA)
        self._seeds.clear()
        for row in await self._sweeper.fetch(_WRITTEN):
            rows = BytesIO()
            await self._sweeper.copy_from_table(**row, output=rows)
            self._seeds.append((row, rows.getvalue()))

    async def close(self) -> None:
        await self._until_end.aclose()

    async def sweep(self) -> None:
        """Make it as new, or have a new one."""
        if not await self._swept():
            await self.close()
            await self.open()

    async def _swept(self) -> bool:
        """Whether it is as new again; not if somebody still uses it, changed the schema or wrote very much."""
        if self._in_use() or await self._sweeper.fetchrow(_SCHEMA) != self._schema:
            return False
        try:
            async with self._sweeper.transaction():
                await self._sweeper.execute(_SWEEP)
                for table, rows in self._seeds:
                    await self._sweeper.copy_to_table(**table, source=BytesIO(rows))
        except asyncpg.LockNotAvailableError:
            return False
        return bool(await self._sweeper.fetchval(_BYTES) <= SWEPT_BYTES_MAX)

    def _in_use(self) -> bool:
        pool = get_connections().get(ALIAS)._pool
        return pool is not None and bool(pool.get_idle_size() < pool.get_size())
