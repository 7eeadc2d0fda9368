"""PostgreSQL and Redis go away and come back; the API says so, loses nothing and needs no restart."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from cli.embedded import Servers, embedded_servers
from domain.events.feed import feed_range
from domain.shared.database import connect, disconnect
from domain.shared.database.migrate import migrate
from tests.databases import Database
from tests.integration.api.conftest import announce, environment_of

Response = httpx2.Response


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers of this module's own, which it may stop."""
    root: Path = tmp_path_factory.mktemp("outages")
    with embedded_servers(root, fsync=False) as running:
        yield running


@pytest.fixture(scope="module")
def environment(servers: Servers) -> Iterator[pytest.MonkeyPatch]:
    with environment_of(servers.redis_url) as changes:
        yield changes


@pytest.fixture(scope="module")
async def database(servers: Servers) -> AsyncIterator[Database]:
    await connect(servers.database_url, pool_max=4)
    await migrate()
    yield Database(servers.database_url)
    await disconnect()


async def ask(client: httpx2.AsyncClient, query: str = "{ one }") -> Response:
    return await client.post("/graphql", json={"query": query})


async def eventually(look: Callable[[], Coroutine[Any, Any, bool]]) -> None:
    async with asyncio.timeout(20):
        while not await look():
            await asyncio.sleep(0.05)


async def test_postgresql_goes_away_and_comes_back(client: httpx2.AsyncClient, servers: Servers) -> None:
    assert (await ask(client)).json()["data"] == {"one": 1}
    await asyncio.to_thread(servers.postgres.kill)

    async def gone() -> bool:  # backends outlive the postmaster for a moment
        return (await ask(client)).status_code == 503

    await eventually(gone)
    response = await ask(client)
    [error] = response.json()["errors"]
    assert error["extensions"] == {"code": "UNAVAILABLE", "retryable": True}
    assert (await client.get("/readyz")).status_code == 503
    assert (await client.get("/healthz")).status_code == 200
    await asyncio.sleep(3.1)  # the key is forgotten by now
    response = await ask(client)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")

    await asyncio.to_thread(servers.postgres.start)

    async def well() -> bool:
        return (await ask(client)).status_code == 200

    await eventually(well)
    assert (await client.get("/readyz")).status_code == 200


@pytest.mark.parametrize("name", ["postgres", "valkey"])
async def test_a_subscription_outlives_an_outage(
    app: Starlette, token: str, servers: Servers, name: str
) -> None:
    hub = app.state.hub

    start = (await feed_range()).last_position
    async with aclosing(hub.follow(None)) as entries:
        coming = asyncio.create_task(anext(entries))
        await asyncio.sleep(0.1)
        await asyncio.to_thread(getattr(servers, name).kill)
        await asyncio.sleep(0.3)
        assert not coming.done()
        if name == "postgres":
            await asyncio.to_thread(servers.postgres.start)
        await asyncio.wait_for(_announced(), 20)
        assert (await asyncio.wait_for(coming, 20)).position == start + 1
        if name == "valkey":
            await asyncio.to_thread(servers.valkey.start)
        await announce()
        assert (await asyncio.wait_for(anext(entries), 20)).position == start + 2


async def _announced() -> None:
    while True:
        try:
            await announce()
        except Exception:  # noqa: BLE001 -- the pool still holds connections of the dead server
            await asyncio.sleep(0.05)
        else:
            return
