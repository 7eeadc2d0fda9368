"""Subscribers over WebSocket and SSE, which hang up whenever they like and come back with their cursor."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.e2e.house import House

PROTOCOL = Subprotocol("graphql-transport-ws")
EVENTS = """subscription ($after: String, $channel: String!) {
    orderEvents(after: $after, where: {channel: {eq: $channel}}) { position kind orderId version } }"""
SILENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Heard:
    """One event, as a subscriber of `EVENTS` sees it."""

    position: str
    kind: str
    order_id: str
    version: int

    @classmethod
    def of(cls, payload: dict[str, Any]) -> "Heard":
        assert "errors" not in payload, payload
        event = payload["data"]["orderEvents"]
        return cls(event["position"], event["kind"], event["orderId"], event["version"])


class Socket:
    """A client's end of a WebSocket."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, **message: Any) -> None:
        await self._connection.send(json.dumps(message))

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(SILENCE_S):
            message: dict[str, Any] = json.loads(await self._connection.recv())
        return message

    async def subscribe(self, query: str, **variables: Any) -> None:
        await self.send(id="1", type="subscribe", payload={"query": query, "variables": variables})

    async def closed(self) -> int:
        """The code with which the server closes."""
        async with asyncio.timeout(SILENCE_S):
            with suppress(ConnectionClosed):
                while True:
                    await self._connection.recv()
        assert self._connection.close_code is not None
        return self._connection.close_code

    def cut(self) -> None:
        """As a lost network: no goodbye."""
        self._connection.transport.abort()


@asynccontextmanager
async def opened(house: House) -> AsyncIterator[Socket]:
    """A socket that has said nothing yet."""
    async with connect(house.websocket_url, subprotocols=[PROTOCOL], compression=None) as connection:
        yield Socket(connection)


@asynccontextmanager
async def ready(house: House, key: str | None = None) -> AsyncIterator[Socket]:
    """A socket whose key was accepted; the admin's unless another is given."""
    async with opened(house) as socket:
        token = house.stack.key if key is None else key
        await socket.send(type="connection_init", payload={"authorization": f"Bearer {token}"})
        assert await socket.receive() == {"type": "connection_ack"}
        yield socket


async def over_websocket(
    house: House, channel: str, after: str, *, key: str | None = None
) -> AsyncGenerator[Heard, None]:
    """The channel's events after a cursor, until the caller closes the generator: then the line is cut."""
    async with ready(house, key) as socket:
        await socket.subscribe(EVENTS, after=after, channel=channel)
        try:
            while True:
                message = await socket.receive()
                assert message["type"] == "next", message
                yield Heard.of(message["payload"])
        finally:
            socket.cut()


async def over_sse(house: House, channel: str, after: str) -> AsyncGenerator[Heard, None]:
    """The same over SSE; the cursor goes into `Last-Event-ID`, as browsers do it."""
    headers = {"Accept": "text/event-stream", "Last-Event-ID": after}
    body = {"query": EVENTS, "variables": {"channel": channel}}
    async with (
        house.client(timeout_s=SILENCE_S) as client,
        client.http.stream("POST", "/graphql/stream", json=body, headers=headers) as response,
    ):
        assert response.status_code == 200
        async for kind, identity, data in _events(response):
            assert kind == "next", (kind, data)
            heard = Heard.of(json.loads(data))
            assert identity == heard.position
            yield heard


async def _events(response: httpx2.Response) -> AsyncIterator[tuple[str, str, str]]:
    """Kind, id and data of each event."""
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line:
            name, _, value = line.partition(":")
            fields[name] = value.strip()
            continue
        if "event" in fields:
            yield fields["event"], fields.get("id", ""), fields.get("data", "")
        fields = {}


async def refusal_over_websocket(house: House, after: str) -> dict[str, Any]:
    """The one error a subscription after this cursor is answered with."""
    async with ready(house) as socket:
        await socket.subscribe(
            "subscription ($after: String) { orderEvents(after: $after) { kind } }", after=after
        )
        message = await socket.receive()
    payload = message["payload"]
    [error] = payload if message["type"] == "error" else payload["errors"]
    assert isinstance(error, dict)
    return error


async def refusal_over_sse(house: House, after: str) -> dict[str, Any]:
    """The same over SSE, with the cursor in the operation."""
    query = "subscription ($after: String) { orderEvents(after: $after) { kind } }"
    async with house.client() as client:
        response = await client.http.post(
            "/graphql/stream",
            json={"query": query, "variables": {"after": after}},
            headers={"Accept": "text/event-stream"},
        )
        assert response.status_code == 200
        [first, *_] = [data async for _, _, data in _events(response) if data]
    [error] = json.loads(first)["errors"]
    assert isinstance(error, dict)
    return error
