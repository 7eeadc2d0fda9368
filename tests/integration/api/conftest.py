"""The API on a real database, and the keys to it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2
import pytest
from starlette.applications import Starlette
from uvicorn import Config

from api.app import create_app
from api.server import DrainingServer, config
from domain.access.keys import make_key
from domain.events.feed import advance_feed
from domain.events.kinds import EventKind
from domain.events.record import OrderEvent, record
from domain.shared.actor import Scope, house
from domain.shared.database import transaction
from domain.shared.ids import new_id
from domain.shared.settings import settings
from tests.databases import Database
from tests.integration.api.schema import SCHEMA

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@contextmanager
def environment_of(redis_url: str) -> Iterator[pytest.MonkeyPatch]:
    """Settings of the test's own."""
    with pytest.MonkeyPatch.context() as changes:
        changes.setenv("FOREBAY_SECRET", "a pepper for tests only")
        changes.setenv("FOREBAY_REDIS_URL", redis_url)
        settings.cache_clear()
        yield changes
    settings.cache_clear()


async def everything() -> str:
    """The token of a key that may do everything."""
    _, token = await make_key("everything", [Scope.ADMIN], now=NOW)
    return token


@asynccontextmanager
async def started() -> AsyncIterator[Starlette]:
    """The application, without a server before it."""
    app = create_app(schema=SCHEMA, connect_database=False)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def environment(redis_url: str) -> Iterator[pytest.MonkeyPatch]:
    with environment_of(redis_url) as changes:
        yield changes


@pytest.fixture
async def token(database: Database, environment: pytest.MonkeyPatch) -> str:
    return await everything()


@pytest.fixture
async def app(database: Database, environment: pytest.MonkeyPatch) -> AsyncIterator[Starlette]:
    async with started() as app:
        yield app


@pytest.fixture
async def client(app: Starlette, token: str) -> AsyncIterator[httpx2.AsyncClient]:
    """An HTTP client in the same process, with a key."""
    transport = httpx2.ASGITransport(app)
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/graphql-response+json"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://forebay", headers=headers) as client:
        yield client


@dataclass(frozen=True, slots=True)
class Running:
    """A server on a socket of this machine."""

    server: DrainingServer
    task: "asyncio.Task[None]"
    port: int

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def websocket(self) -> str:
        return f"ws://127.0.0.1:{self.port}/graphql"


@pytest.fixture
async def server(database: Database, environment: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    """The application behind uvicorn, as in production but for the loop."""
    app = create_app(schema=SCHEMA, connect_database=False)
    listener = socket.create_server(("127.0.0.1", 0))
    running = uvicorn_of(app, listener)
    while not running.server.started:
        await asyncio.sleep(0.01)
    yield running
    running.server.should_exit = True
    await running.task


def uvicorn_of(app: Starlette, listener: socket.socket) -> Running:
    settings_of_uvicorn: Config = config(app, "127.0.0.1", 0)
    server = DrainingServer(settings_of_uvicorn)
    task = asyncio.create_task(server._serve([listener]))
    return Running(server, task, listener.getsockname()[1])


async def announce(kind: EventKind = EventKind.ORDER_PLACED, count: int = 1) -> None:
    """Record events of new orders and give them their feed positions."""
    async with transaction():
        events = [OrderEvent(order_id=new_id(), version=1, kind=kind, payload={}) for _ in range(count)]
        await record(events, by=house("test"), now=NOW)
    await advance_feed()
