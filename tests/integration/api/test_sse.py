"""GraphQL over Server-Sent Events, through real sockets."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from api.graphql import over_sse
from api.live.cursor import cursor_of
from domain.access.keys import make_key, revoke_key
from domain.shared.actor import Scope
from tests.integration.api.conftest import NOW, Running, announce

CHANGES = "subscription ($after: String) { changes(after: $after) { cursor kind } }"


@dataclass(frozen=True, slots=True)
class Event:
    kind: str
    data: Any
    id: str | None = None


async def events_of(response: httpx2.Response) -> AsyncIterator[Event]:
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line == "" and fields:
            yield Event(fields["event"], json.loads(fields["data"] or "null"), fields.get("id"))
            fields = {}
        elif line and not line.startswith(":"):
            name, _, value = line.partition(":")
            fields[name] = value.strip()


@asynccontextmanager
async def streaming(
    server: Running,
    token: str,
    query: str,
    *,
    method: str = "POST",
    last_id: str | None = None,
    **variables: Any,
) -> AsyncIterator[AsyncIterator[Event]]:
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    if last_id:
        headers["Last-Event-ID"] = last_id
    content: dict[str, Any] = (
        {"json": {"query": query, "variables": variables}}
        if method == "POST"
        else {"params": {"query": query, "variables": json.dumps(variables)}}
    )
    async with (
        httpx2.AsyncClient() as client,
        client.stream(
            method, f"{server.http}/graphql/stream", headers=headers, timeout=10, **content
        ) as response,
    ):
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield events_of(response)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_subscription_follows_the_feed(server: Running, token: str, method: str) -> None:
    await announce(count=2)
    async with streaming(server, token, CHANGES, method=method, after=cursor_of(0)) as events:
        first = await anext(events)
        assert (first.kind, first.id) == ("next", cursor_of(1))
        assert first.data["data"]["changes"]["cursor"] == cursor_of(1)
        await anext(events)
        await announce()
        assert (await anext(events)).id == cursor_of(3)


async def test_a_client_that_reconnects_goes_on_where_it_was(server: Running, token: str) -> None:
    await announce(count=5)
    async with streaming(server, token, CHANGES, after=cursor_of(0), last_id=cursor_of(3)) as events:
        assert [(await anext(events)).id for _ in range(2)] == [cursor_of(4), cursor_of(5)]


async def test_the_id_is_the_place_in_the_feed_whatever_is_filtered_or_selected(
    server: Running, token: str
) -> None:
    await announce(count=5)
    query = 'subscription { changes(after: "ZmVlZDow", kind: "ORDER_PLACED") { kind } }'
    async with streaming(server, token, query) as events:
        assert [(await anext(events)).id for _ in range(3)] == [cursor_of(n) for n in (1, 2, 3)]


async def test_what_precedes_the_first_entry_is_a_place_too_and_is_not_repeated(
    server: Running, token: str
) -> None:
    await announce(count=5)
    query = "subscription { announced { position } }"
    async with streaming(server, token, query) as events:
        assert (await anext(events)).id == cursor_of(5)
    await announce()
    async with streaming(server, token, query, last_id=cursor_of(5)) as events:
        assert (await anext(events)).id == cursor_of(6)


async def test_a_query_is_one_event(server: Running, token: str) -> None:
    async with streaming(server, token, "{ me }") as events:
        received = [event async for event in events]
    assert [event.kind for event in received] == ["next", "complete"]
    assert received[0].data["data"] == {"me": "everything"}
    assert received[0].id is None


@pytest.mark.parametrize(
    ("method", "query"), [("POST", "{ nothing }"), ("GET", 'mutation { ping(text: "x") }')]
)
async def test_what_cannot_run_is_told_in_an_event(
    server: Running, token: str, method: str, query: str
) -> None:
    async with streaming(server, token, query, method=method) as events:
        received = [event async for event in events]
    assert [event.kind for event in received] == ["next", "complete"]
    assert "data" not in received[0].data
    assert received[0].data["errors"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Accept": "application/json"}, 406),
        ({"Last-Event-ID": "nonsense"}, 400),
        ({"Authorization": "x"}, 401),
    ],
)
async def test_what_is_no_stream_request(
    server: Running, token: str, headers: dict[str, str], status: int
) -> None:
    async with httpx2.AsyncClient() as client:
        response = await client.post(
            f"{server.http}/graphql/stream",
            json={"query": "{ me }"},
            headers={"Authorization": f"Bearer {token}", **headers},
        )
    assert response.status_code == status


async def test_a_restart_is_not_the_end_of_a_subscription(server: Running, token: str) -> None:
    async with streaming(server, token, CHANGES) as events:
        await asyncio.sleep(0.1)
        server.server.should_exit = True
        async with asyncio.timeout(5):
            assert [event.kind async for event in events] == []  # no `complete`: clients reconnect


async def test_a_client_that_goes_away_is_no_follower(server: Running, token: str) -> None:
    async with streaming(server, token, CHANGES, after=cursor_of(0)) as events:
        await announce()
        await anext(events)
        assert await followers(server, token) == 1
    async with asyncio.timeout(5):
        while await followers(server, token):
            await asyncio.sleep(0.05)


async def followers(server: Running, token: str) -> int:
    async with httpx2.AsyncClient() as client:
        response = await client.get(f"{server.http}/metrics", headers={"Authorization": f"Bearer {token}"})
    [line] = [line for line in response.text.splitlines() if line.startswith("forebay_feed_followers ")]
    return int(float(line.split()[1]))


async def test_an_idle_stream_is_kept_alive_and_a_revoked_key_ends_it(
    server: Running, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(over_sse, "HEARTBEAT_S", 0.1)
    key, other = await make_key("short-lived", [Scope.READ], now=NOW)
    headers = {"Authorization": f"Bearer {other}"}
    async with httpx2.AsyncClient() as client, asyncio.timeout(8):
        ask = client.stream(
            "POST", f"{server.http}/graphql/stream", json={"query": CHANGES}, headers=headers, timeout=10
        )
        async with ask as response:
            lines = response.aiter_lines()
            comments = [line for line in [await anext(lines) for _ in range(8)] if line]
            await revoke_key(key.prefix, now=NOW)
            rest = [line async for line in lines if line]
    assert set(comments) == {":"}
    assert set(rest) <= {":"}
