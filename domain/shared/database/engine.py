"""Tortoise's asyncpg engine, made safe against cancellation and one round trip lighter.

Tortoise acquires a connection and begins a transaction in `__aenter__`; a task cancelled between
the two never reaches `__aexit__`, and the connection is lost to the pool. Closed sockets and job
time-outs cancel all the time, so here every path out gives the connection back. asyncpg's release
is shielded and rolls back what is still open.

Tortoise finds this module by name (`engine`) and takes `client_class` from it.
"""

from contextlib import suppress
from types import TracebackType
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionContext, TransactionContextPooled
from tortoise.connection import get_connections


class LeanConnection(asyncpg.Connection):  # type: ignore[misc]
    """A connection without session state of its own, so releasing it needs no RESET round trip.

    Rule that goes with it: no SET SESSION, LISTEN or session-level advisory lock on pooled
    connections. Open transactions are still rolled back on release.
    """

    __slots__ = ()

    def get_reset_query(self) -> str:
        return ""


class SafeTransactionContext(TransactionContextPooled):
    """A pooled transaction that returns its connection on every way out."""

    client: TransactionWrapper

    async def __aenter__(self) -> Any:
        await self.ensure_connection()
        pool = self._pool()
        self.client._connection = await pool.acquire()  # noqa: SLF001
        try:
            await self.client.begin()
        except BaseException:
            await pool.release(self.client._connection)  # noqa: SLF001
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        get_connections().reset(self.token)
        try:
            if exc_type is None:
                await self.client.commit()
            else:
                await self._roll_back()
        finally:
            await self._pool().release(self.client._connection)  # noqa: SLF001

    async def _roll_back(self) -> None:
        # a connection that cannot roll back is broken: PostgreSQL has rolled back by itself, and
        # the release below drops it
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await self.client.rollback()

    def _pool(self) -> asyncpg.Pool:
        return self.client._parent._pool  # noqa: SLF001


class SafeClient(AsyncpgDBClient):
    """AsyncpgDBClient whose transactions are SafeTransactionContext."""

    connection_class = LeanConnection

    def _in_transaction(self) -> TransactionContext:
        return SafeTransactionContext(TransactionWrapper(self), self._pool_init_lock)


client_class = SafeClient
