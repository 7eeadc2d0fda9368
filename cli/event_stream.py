"""What happens to orders, live: `orderEvents` over SSE, resumed wherever a connection breaks.

Source: GraphQL over SSE, "Distinct connections mode",
https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import httpx2
import orjson

from cli.client import ApiAway, AskedWrongly, KeyRefused

SILENCE_MAX_S: Final = 30.0  # the API sends a sign of life every 12
RECONNECT_PAUSE_S: Final = 0.3
AWAY_MAX_S: Final = 120.0

_FOLLOW: Final = """
subscription Follow($after: String) {
  orderEvents(after: $after) { position kind orderId version at payload }
}
"""


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One message of the feed; `kind` POSITION only says where the feed stands."""

    position: str
    kind: str
    order_id: str
    version: int
    at: datetime | None
    payload: dict[str, Any]


async def order_events(url: str, key: str, *, after: str | None = None) -> AsyncGenerator[OrderEvent, None]:
    """Every event after `after` (None: from now on), each once and in order, until it is closed.

    A broken connection is opened again after the last event, so nothing is missed.

    Raises:
        ApiAway: nobody answers for two minutes.
        KeyRefused, AskedWrongly: the API doesn't let us follow, or `after` lies too far back.
    """
    clock = asyncio.get_running_loop()
    heard_at = clock.time()
    while True:
        try:
            async with aclosing(_one_connection(url, key, after)) as events:
                async for event in events:
                    after, heard_at = event.position, clock.time()
                    yield event
        except (httpx2.TransportError, TimeoutError, _NotReady) as broken:
            if clock.time() - heard_at > AWAY_MAX_S:
                raise ApiAway(url, str(broken) or type(broken).__name__) from broken
        await asyncio.sleep(RECONNECT_PAUSE_S)


class _NotReady(Exception):
    """Something answers that isn't ready."""


async def _one_connection(url: str, key: str, after: str | None) -> AsyncGenerator[OrderEvent, None]:
    body = orjson.dumps({"query": _FOLLOW, "variables": {"after": after}})
    headers = {
        "authorization": f"Bearer {key}",
        "content-type": "application/json",
        "accept": "text/event-stream",
    }
    timeout = httpx2.Timeout(10.0, read=SILENCE_MAX_S)
    async with (
        httpx2.AsyncClient(timeout=timeout, trust_env=False) as http,
        http.stream("POST", f"{url}/graphql/stream", content=body, headers=headers) as response,
    ):
        _require_stream(response, url)
        async with aclosing(_messages(response)) as messages:
            async for message in messages:
                yield _event(orjson.loads(message))


def _require_stream(response: httpx2.Response, url: str) -> None:
    if response.status_code in {401, 403}:
        raise KeyRefused(url)
    if response.status_code >= 500:
        raise _NotReady(f"HTTP {response.status_code}")
    if response.status_code != 200:
        raise AskedWrongly(f"{url}/graphql/stream answers HTTP {response.status_code}: is it Forebay's URL?")


async def _messages(response: httpx2.Response) -> AsyncGenerator[bytes, None]:
    """The data of each `next` event; an event is what lies between two empty lines."""
    async for block in blocks(response.aiter_bytes()):
        lines = block.split(b"\n")
        if b"event: next" in lines:
            yield next(line for line in lines if line.startswith(b"data: "))[6:]
        elif any(line.startswith(b"event: complete") for line in lines):
            return


async def blocks(chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """What lies between two empty lines, however the network cut it; an unfinished end is dropped."""
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n\n")
        for block in whole:
            yield block


def _event(answer: dict[str, Any]) -> OrderEvent:
    for error in answer.get("errors") or ():
        raise AskedWrongly(f"The API ends the event stream: {error['message']}")
    told = answer["data"]["orderEvents"]
    at = told["at"]
    return OrderEvent(
        position=told["position"],
        kind=told["kind"],
        order_id=told["orderId"] or "",
        version=int(told["version"] or 0),
        at=datetime.fromisoformat(at) if at else None,
        payload=told["payload"],
    )
