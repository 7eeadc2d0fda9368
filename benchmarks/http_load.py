"""Clients of the API over keep-alive connections, in a process of their own so that they don't count."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import cast
from urllib.parse import urlsplit

import asyncpg
import uvloop

from benchmarks.measuring import Load, Meter

API_APPLICATION = "forebay api"
# The n-th request's body. Called in the load's own process.
Body = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLoad:
    """So many clients that each ask again as soon as they are answered."""

    url: str
    key: str
    database_url: str
    api_pid: int
    clients: int
    body: Body
    expect: bytes  # every good answer contains it
    warm_up_s: float
    seconds: float


class UnexpectedAnswerError(RuntimeError):
    """An answer was not what the benchmark is about."""


def run(load: HttpLoad) -> Load:
    """Drive `load`; what happened in its window."""
    return uvloop.run(_run(load))


async def _run(load: HttpLoad) -> Load:
    where = urlsplit(load.url)
    loop = asyncio.get_running_loop()
    numbers = count()
    failed: asyncio.Future[None] = loop.create_future()
    clients = [_Client(load, where.netloc, numbers, failed) for _ in range(load.clients)]
    connection = await asyncpg.connect(load.database_url)
    meter = Meter(connection, API_APPLICATION, load.api_pid)
    try:
        for client in clients:
            await loop.create_connection(partial(_itself, client), where.hostname or "", where.port or 80)
        await _until(failed, load.warm_up_s)
        before = await meter.read()
        started = time.perf_counter()
        for client in clients:
            client.latencies_s = []
        await _until(failed, load.seconds)
        latencies = [latency for client in clients for latency in client.latencies_s]
        seconds = time.perf_counter() - started
        process, backends = (await meter.read()).since(before)
    finally:
        for client in clients:
            client.stop()
        await connection.close()
    return Load(
        count=len(latencies),
        seconds=seconds,
        latencies_s=latencies,
        process_cpu_s=process,
        backend_cpu_s=backends,
    )


async def _until(failed: "asyncio.Future[None]", seconds: float) -> None:
    done, _ = await asyncio.wait([failed], timeout=seconds)
    for each in done:
        each.result()


def _itself(client: "_Client") -> "_Client":
    return client


class _Client(asyncio.Protocol):
    def __init__(
        self, load: HttpLoad, host: str, numbers: Iterator[int], failed: "asyncio.Future[None]"
    ) -> None:
        self.latencies_s: list[float] = []
        self._load = load
        self._numbers = numbers
        self._failed = failed
        self._head = (
            f"POST /graphql HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {load.key}\r\n"
            "Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: "
        ).encode()
        self._transport: asyncio.Transport | None = None
        self._stopped = False
        self._received = b""
        self._asked_at = 0.0
        self._next = load.body(next(numbers))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < _content_length(head):
            return
        self._received = b""
        self.latencies_s.append(time.perf_counter() - self._asked_at)
        if self._load.expect not in body:
            self._fail(f"{head.splitlines()[0].decode()} {body[:600].decode()}")
        elif not self._stopped:
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._stopped:
            self._fail(f"the API closed the connection: {exc!r}")

    def stop(self) -> None:
        self._stopped = True
        if self._transport is not None:
            self._transport.close()

    def _ask(self) -> None:
        assert self._transport is not None
        self._asked_at = time.perf_counter()
        self._transport.write(b"%b%d\r\n\r\n%b" % (self._head, len(self._next), self._next))
        self._next = self._load.body(next(self._numbers))  # made while the API is at work

    def _fail(self, why: str) -> None:
        if not self._failed.done():
            self._failed.set_exception(UnexpectedAnswerError(why))


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    return 0
