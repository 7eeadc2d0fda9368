"""A platform or a partner on the other side of a real socket: it answers as the test says, or misbehaves."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import h11
import orjson

from domain.channels.adapters.contract import HttpAnswer

READ_MAX = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request that arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


class Misbehaviour(Enum):
    """What a partner may do instead of answering."""

    HANGS = "HANGS"
    CLOSES = "CLOSES"  # without a word
    CLOSES_EARLY = "CLOSES_EARLY"  # in the middle of its answer


Answer = HttpAnswer | Misbehaviour


def json_answer(content: object, status: int = 200, **headers: str) -> HttpAnswer:
    return HttpAnswer(
        status=status,
        headers={"content-type": "application/json"}
        | {name.replace("_", "-"): value for name, value in headers.items()},
        body=orjson.dumps(content),
    )


@dataclass(slots=True)
class Partner:
    """A server on a port of its own; use it as an async context manager.

    `answer` is asked for every request, and may take its time; it may be replaced at any time.
    """

    answer: Callable[[Received], Answer | Awaitable[Answer]] = field(
        default=lambda _request: HttpAnswer(status=200)
    )
    received: list[Received] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        assert self._server
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        try:
            with suppress(ConnectionError, asyncio.CancelledError):
                await self._talk(reader, writer)
        finally:
            writer.close()
            self._open.discard(task)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        while (request := await _request(connection, reader)) is not None:
            self.received.append(request)
            said = self.answer(request)
            answer = await said if isinstance(said, Awaitable) else said
            if answer is Misbehaviour.HANGS:
                await asyncio.sleep(3600)
            if isinstance(answer, Misbehaviour):
                if answer is Misbehaviour.CLOSES_EARLY:
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf of it")
                    await writer.drain()
                return
            writer.write(_bytes(connection, answer))
            await writer.drain()
            connection.start_next_cycle()


async def _request(connection: h11.Connection, reader: asyncio.StreamReader) -> Received | None:
    head: h11.Request | None = None
    body = b""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(READ_MAX))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage) and head:
            return _received(head, body)
        else:
            return None


def _received(head: h11.Request, body: bytes) -> Received:
    target = urlsplit(head.target.decode())
    return Received(
        method=head.method.decode(),
        path=target.path,
        query={name: values[-1] for name, values in parse_qs(target.query, keep_blank_values=True).items()},
        headers={name.decode().lower(): value.decode("latin-1") for name, value in head.headers},
        body=body,
    )


def _bytes(connection: h11.Connection, answer: HttpAnswer) -> bytes:
    headers = {"content-length": str(len(answer.body))} | dict(answer.headers)
    head = h11.Response(
        status_code=answer.status,
        headers=[(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
    )
    events: tuple[h11.Event, ...] = (head, h11.Data(data=answer.body), h11.EndOfMessage())
    return b"".join(connection.send(event) or b"" for event in events)
