"""The one way to the database: a transaction, and typed rows from SQL.

`transaction()` and the ORM share the connection, so a use case may mix both. Hot paths and
everything over one table are statements in `.sql` files beside their use case.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import asyncpg
from tortoise import Tortoise
from tortoise.backends.asyncpg.client import TransactionWrapper
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.connection import get_connections

from domain.shared.database.models import MODEL_MODULES

Row = TypeVar("Row")
Params = ParamSpec("Params")
Result = TypeVar("Result")

ALIAS = "default"
RETRIES_MAX = 3
_RETRY_PAUSE_S = 0.02
_PLAN_FOR_VALUES = "SET LOCAL plan_cache_mode = force_custom_plan"


def tortoise_apps() -> dict[str, dict[str, Any]]:
    """The one app that all models belong to."""
    return {
        "forebay": {
            "models": list(MODEL_MODULES),
            "default_connection": ALIAS,
            "migrations": "domain.migrations",
        }
    }


def tortoise_config(url: str, *, pool_max: int, application: str = "forebay") -> dict[str, Any]:
    """Tortoise's configuration for `url`, a `postgres://user:password@host:port/database` DSN."""
    connection = expand_db_url(url)
    connection["engine"] = "domain.shared.database.engine"
    connection["credentials"] |= {"minsize": 1, "maxsize": pool_max, "application_name": application}
    return {
        "connections": {ALIAS: connection},
        "apps": tortoise_apps(),
        "use_tz": True,
        "timezone": "UTC",
    }


async def connect(url: str, *, pool_max: int, application: str = "forebay") -> None:
    """Open the process's pool; the ORM and the functions below work from here on."""
    await Tortoise.init(
        config=tortoise_config(url, pool_max=pool_max, application=application),
        _enable_global_fallback=True,
    )


async def disconnect() -> None:
    """Close the pool; waits for what is under way."""
    await Tortoise.close_connections()


@asynccontextmanager
async def connected(url: str, *, pool_max: int = 4, application: str = "forebay") -> AsyncIterator[None]:
    """`connect` for the length of a block."""
    await connect(url, pool_max=pool_max, application=application)
    try:
        yield
    finally:
        await disconnect()


def transaction() -> Any:
    """An asynchronous context: commits at its end, rolls back when something is raised."""
    return get_connections().get(ALIAS)._in_transaction()  # noqa: SLF001


def in_a_transaction() -> bool:
    """Whether the current task is inside `transaction()`."""
    return isinstance(get_connections().get(ALIAS), TransactionWrapper)


def transactional(
    use_case: Callable[Params, Awaitable[Result]],
) -> Callable[Params, Awaitable[Result]]:
    """Run a use case in one transaction, again when it lost a deadlock or serialisation race.

    Inside an open transaction it joins it: the outermost use case is the one that retries.
    """

    @wraps(use_case)
    async def run(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        if in_a_transaction():
            return await use_case(*args, **kwargs)
        for attempt in range(RETRIES_MAX):
            try:
                async with transaction():
                    return await use_case(*args, **kwargs)
            except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                # full jitter, so that the rivals do not meet again at once
                await asyncio.sleep(random.uniform(0, _RETRY_PAUSE_S * 2**attempt))  # noqa: S311
        async with transaction():
            return await use_case(*args, **kwargs)

    return run


@asynccontextmanager
async def planned_for_values() -> AsyncIterator[None]:
    """A transaction whose statements are planned for the values that they are given.

    PostgreSQL plans a statement that comes often for values at large, which is right where they are alike. SKUs
    are not: one is in half of all orders, another in three.
    """
    async with transaction():
        await execute(_PLAN_FOR_VALUES)
        yield


def statement(beside: str, name: str) -> str:
    """The text of the `.sql` file `name` in the folder of the module `beside` (its `__file__`)."""
    return (Path(beside).parent / name).read_text(encoding="utf-8")


async def fetch(query: str, row: type[Row], *args: object) -> list[Row]:
    """Rows of `query` as instances of `row`, whose fields are named as the columns are."""
    return [row(**record) for record in await records(query, *args)]


async def fetch_one(query: str, row: type[Row], *args: object) -> Row | None:
    """The first row of `query` as an instance of `row`, or None."""
    found = await fetch(query, row, *args)
    return found[0] if found else None


async def fetch_value(query: str, *args: object) -> Any:
    """The first column of the first row, or None."""
    async with get_connections().get(ALIAS).acquire_connection() as connection:
        return await connection.fetchval(query, *args)


async def records(query: str, *args: object) -> list[asyncpg.Record]:
    """Raw rows of `query`."""
    async with get_connections().get(ALIAS).acquire_connection() as connection:
        return await connection.fetch(query, *args)  # type: ignore[no-any-return]


async def execute(query: str, *args: object) -> int:
    """Run `query`; the number of rows it touched."""
    async with get_connections().get(ALIAS).acquire_connection() as connection:
        status: str = await connection.execute(query, *args)
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0


async def copy_rows(table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]) -> int:
    """Write `rows` into a table by COPY, as they come; how many there were."""
    async with get_connections().get(ALIAS).acquire_connection() as connection:
        status: str = await connection.copy_records_to_table(table, columns=columns, records=rows)
    return int(status.rpartition(" ")[2])
