"""GraphQL over WebSocket, through real sockets."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from api.graphql import over_websocket
from api.live.cursor import cursor_of
from domain.access.keys import make_key, revoke_key
from domain.events.feed import prune_feed
from domain.events.kinds import EventKind
from domain.shared.actor import Scope
from tests.integration.api.conftest import NOW, Running, announce
from tests.integration.api.schema import contexts

PROTOCOL = Subprotocol("graphql-transport-ws")
CHANGES = "subscription ($after: String) { changes(after: $after) { cursor kind } }"


class Socket:
    """A client's end."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, **message: Any) -> None:
        await self._connection.send(json.dumps(message))

    async def send_raw(self, message: str | bytes) -> None:
        await self._connection.send(message)

    async def receive(self) -> Any:
        async with asyncio.timeout(5):
            return json.loads(await self._connection.recv())

    async def closed(self) -> int:
        """The code with which the server closes."""
        async with asyncio.timeout(5):
            with suppress(ConnectionClosed):
                while True:
                    await self._connection.recv()
        assert self._connection.close_code is not None
        return self._connection.close_code

    async def subscribe(self, query: str, *, id: str = "1", **variables: Any) -> None:  # noqa: A002
        await self.send(id=id, type="subscribe", payload={"query": query, "variables": variables})


@asynccontextmanager
async def opened(server: Running, **options: Any) -> AsyncIterator[Socket]:
    async with connect(server.websocket, subprotocols=[PROTOCOL], **options) as connection:
        yield Socket(connection)


@asynccontextmanager
async def ready(server: Running, token: str) -> AsyncIterator[Socket]:
    async with opened(server) as socket:
        await socket.send(type="connection_init", payload={"authorization": f"Bearer {token}"})
        assert await socket.receive() == {"type": "connection_ack"}
        yield socket


async def test_query_and_mutation(server: Running, token: str) -> None:
    async with ready(server, token) as socket:
        await socket.subscribe("{ me }")
        answer = await socket.receive()
        assert answer["payload"]["data"] == {"me": "everything"}
        assert await socket.receive() == {"id": "1", "type": "complete"}
        await socket.subscribe('mutation { ping(text: "x") }')
        assert (await socket.receive())["payload"]["data"] == {"ping": "x"}


async def test_the_key_may_come_with_the_handshake(server: Running, token: str) -> None:
    async with opened(server, additional_headers={"Authorization": f"Bearer {token}"}) as socket:
        await socket.send(type="connection_init")
        assert await socket.receive() == {"type": "connection_ack"}


async def test_a_subscription_follows_the_feed_from_its_cursor(server: Running, token: str) -> None:
    await announce(count=3)
    async with ready(server, token) as socket:
        await socket.subscribe(CHANGES, after=cursor_of(1))
        first = [(await socket.receive())["payload"]["data"]["changes"]["cursor"] for _ in range(2)]
        assert first == [cursor_of(2), cursor_of(3)]
        await announce(EventKind.ORDER_CANCELLED)
        assert (await socket.receive())["payload"]["data"] == {
            "changes": {"cursor": cursor_of(4), "kind": "ORDER_CANCELLED"}
        }
        await socket.send(id="1", type="complete")
        await announce()
        await socket.send(type="ping")
        assert await socket.receive() == {"type": "pong"}


async def test_operations_of_one_socket_have_contexts_of_their_own(server: Running, token: str) -> None:
    contexts.clear()
    async with ready(server, token) as socket:
        await socket.subscribe("{ me }", id="1")
        await socket.subscribe("{ me }", id="2")
        for _ in range(4):
            await socket.receive()
    assert len({id(context) for context in contexts}) == 2


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ items(first: 100) { nodes { items(first: 100) { nodes { number } } } } }", "QUERY_TOO_COSTLY"),
        ('subscription { changes(after: "nonsense") { kind } }', "INVALID_CURSOR"),
        ('subscription { changes(after: "ZmVlZDo5OTk=") { kind } }', "INVALID_CURSOR"),
    ],
)
async def test_an_error_ends_the_operation_and_not_the_socket(
    server: Running, token: str, query: str, code: str
) -> None:
    async with ready(server, token) as socket:
        await socket.subscribe(query)
        answer = await socket.receive()
        assert (answer["type"], answer["id"]) == ("error", "1")
        assert answer["payload"][0]["extensions"]["code"] == code
        await socket.subscribe("{ __typename }")
        assert (await socket.receive())["type"] == "next"


async def test_an_expired_cursor_is_told(server: Running, token: str) -> None:

    await announce(count=3)
    await prune_feed(before=datetime.now(UTC) + timedelta(hours=1))
    async with ready(server, token) as socket:
        await socket.subscribe(CHANGES, after=cursor_of(2))
        assert (await socket.receive())["payload"][0]["extensions"]["code"] == "CURSOR_EXPIRED"


async def test_a_subscription_that_breaks_is_masked(server: Running, token: str) -> None:
    async with ready(server, token) as socket:
        await socket.subscribe("subscription { breaking }")
        assert (await socket.receive())["payload"]["data"] == {"breaking": 1}
        answer = await socket.receive()
        assert answer["type"] == "error"
        assert answer["payload"][0]["extensions"]["code"] == "INTERNAL"
        assert "secret" not in str(answer)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"type": "subscribe", "id": "1", "payload": {"query": "{ me }"}}, 4401),
        ({"type": "connection_init"}, 4401),
        ({"type": "connection_init", "payload": {"authorization": "Bearer nonsense"}}, 4403),
        ({"type": "connection_init", "payload": "nonsense"}, 4400),
        ({"type": "nonsense"}, 4400),
        ({}, 4400),
        ([], 4400),
    ],
)
async def test_a_socket_that_begins_badly_is_closed(server: Running, message: Any, code: int) -> None:
    async with opened(server) as socket:
        await socket.send_raw(json.dumps(message))
        assert await socket.closed() == code


@pytest.mark.parametrize("message", ["nonsense", b'{"type": "ping"}'])
async def test_what_is_no_message_closes_the_socket(
    server: Running, token: str, message: str | bytes
) -> None:
    async with ready(server, token) as socket:
        await socket.send_raw(message)
        assert await socket.closed() == 4400


async def test_a_second_init_closes_the_socket(server: Running, token: str) -> None:
    async with ready(server, token) as socket:
        await socket.send(type="connection_init")
        assert await socket.closed() == 4429


async def test_an_id_that_is_taken_closes_the_socket(server: Running, token: str) -> None:
    async with ready(server, token) as socket:
        await socket.subscribe(CHANGES)
        await socket.subscribe(CHANGES)
        assert await socket.closed() == 4409


async def test_operations_have_a_limit(server: Running, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(over_websocket, "OPERATIONS_MAX", 1)
    async with ready(server, token) as socket:
        await socket.subscribe(CHANGES, id="1")
        await socket.subscribe(CHANGES, id="2")
        answer = await socket.receive()
        assert (answer["type"], answer["id"]) == ("error", "2")


@pytest.mark.parametrize("subprotocols", [None, [Subprotocol("graphql-ws")]])
async def test_other_subprotocols_are_turned_away(server: Running, subprotocols: Any) -> None:
    async with connect(server.websocket, subprotocols=subprotocols) as connection:
        assert await Socket(connection).closed() == 4406


async def test_a_restart_is_not_the_end_of_a_subscription(server: Running, token: str) -> None:
    async with ready(server, token) as socket:
        await socket.subscribe(CHANGES)
        await socket.send(type="ping")
        await socket.receive()
        server.server.should_exit = True
        assert await socket.closed() == 1012  # and no `complete`: clients reconnect


async def test_a_revoked_key_loses_its_subscriptions(
    server: Running, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(over_websocket, "RECHECK_S", 0.1)
    key, other = await make_key("short-lived", [Scope.READ], now=NOW)
    async with ready(server, other) as socket:
        await socket.subscribe(CHANGES)
        await revoke_key(key.prefix, now=NOW)
        assert await socket.closed() == 4403


async def test_a_socket_that_says_nothing_is_closed(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(over_websocket, "INIT_TIMEOUT_S", 0.1)
    async with opened(server) as socket:
        assert await socket.closed() == 4408
