"""Real servers for every test that asks: embedded PostgreSQL and Valkey, one pair a test process.

Databases are cloned from a template that was built by the migrations alone.
"""

import itertools
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from cli.embedded import Servers, embedded_servers
from domain.shared.database import connect, connected, disconnect
from domain.shared.database.migrate import migrate

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """PostgreSQL and Valkey, gone at the end."""
    root: Path = tmp_path_factory.mktemp("servers")
    with embedded_servers(root, fsync=False) as running:
        yield running


@pytest.fixture(scope="session")
def redis_url(servers: Servers) -> str:
    return servers.redis_url


def on_database(url: str, name: str) -> str:
    """`url` with another database's name."""
    return f"{url.rpartition('/')[0]}/{name}"


async def _run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
async def template(servers: Servers) -> str:
    """The name of a migrated, empty database; nobody stays connected to it."""
    await _run(servers.database_url, "CREATE DATABASE template_forebay")
    async with connected(on_database(servers.database_url, "template_forebay")):
        await migrate()
    return "template_forebay"


@dataclass(frozen=True, slots=True)
class Database:
    """A database of the test's own."""

    url: str


@pytest.fixture
async def empty_database(servers: Servers, template: str) -> AsyncIterator[Database]:
    """A fresh clone of the template, to which this process is not connected."""
    name = f"test_{next(_numbers)}"
    await _run(servers.database_url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield Database(on_database(servers.database_url, name))
    await _run(servers.database_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(empty_database: Database) -> AsyncIterator[Database]:
    """A fresh clone of the template, to which this process is connected."""
    await connect(empty_database.url, pool_max=8)
    yield empty_database
    await disconnect()
