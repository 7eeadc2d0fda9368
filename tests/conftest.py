"""Real servers for every test that asks: embedded PostgreSQL and Valkey, one pair a test process.

Databases are cloned from a template that was built by the migrations alone.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from cli.embedded import Servers, embedded_servers
from domain.shared.database import connected
from domain.shared.database.migrate import migrate
from tests.databases import Database, SharedDatabase, cloned, on_database, run_statement


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """PostgreSQL and Valkey, gone at the end."""
    root: Path = tmp_path_factory.mktemp("servers")
    with embedded_servers(root, fsync=False) as running:
        yield running


@pytest.fixture(scope="session")
def redis_url(servers: Servers) -> str:
    return servers.redis_url


@pytest.fixture(scope="session")
async def template(servers: Servers) -> str:
    """The name of a migrated, empty database; nobody stays connected to it."""
    await run_statement(servers.database_url, "CREATE DATABASE template_forebay")
    async with connected(on_database(servers.database_url, "template_forebay")):
        await migrate()
    return "template_forebay"


@pytest.fixture
async def empty_database(servers: Servers, template: str) -> AsyncIterator[Database]:
    """A fresh clone of the template, to which this process is not connected."""
    async with cloned(servers.database_url, template) as database:
        yield database


@pytest.fixture(scope="module")
async def shared_database(servers: Servers, template: str) -> AsyncIterator[SharedDatabase]:
    """What the tests of a module that ask for `database` have in turn."""
    shared = SharedDatabase(servers.database_url, template)
    await shared.open()
    yield shared
    await shared.close()


@pytest.fixture
async def database(shared_database: SharedDatabase) -> AsyncIterator[Database]:
    """A database as the migrations left it, to which this process is connected."""
    yield shared_database.database
    await shared_database.sweep()
