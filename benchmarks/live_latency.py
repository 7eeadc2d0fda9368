"""From an order's commit to its event at each of 100 subscribers over WebSockets."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
import uvloop
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks.company import OPERATOR, orders, set_waiting_aside, take_in, until_all_is_followed
from benchmarks.harness import Api, House
from benchmarks.measuring import Result, cpu_s, percentile
from domain.events.feed import advance_feed
from domain.orders.entry import Placed
from domain.orders.incoming import IncomingOrder
from domain.orders.place_orders import place_orders
from domain.shared.clock import utc_now
from domain.shared.database import connected, transaction

SUBSCRIBERS = 100
EVENTS_A_SECOND = 20
P99_MS_MAX = 100.0
BACKLOG = 12_000
ARRIVE_WITHIN_S = 10.0
QUERY = """
subscription Live { orderEvents(where: {kinds: [ORDER_PLACED]}) { position kind orderId version at actor } }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLoad:
    """Subscribers, and a writer who places these orders one by one."""

    url: str
    key: str
    database_url: str
    orders: tuple[IncomingOrder, ...]


def run(house: House) -> Iterator[Result]:
    """First with nothing else going on, then while a worker allocates as fast as it can."""
    house.within(_catch_up)
    with house.api() as api, house.relay():
        house.within(until_all_is_followed)
        yield _result("event from commit to subscriber: p99", api, "calm", aim=P99_MS_MAX)
        house.within(partial(_pile_up, int(BACKLOG * house.scale.share), house))
        house.within(until_all_is_followed)
        with house.worker():
            yield _result("the same while a worker allocates: p99", api, "busy", aim=None)
    house.within(set_waiting_aside)


async def _catch_up() -> None:
    """Nothing waits to be announced: subscribers are not told of what was before."""
    await set_waiting_aside()
    await _catch_up_feed()


async def _catch_up_feed() -> None:
    while await advance_feed():
        pass


async def _pile_up(count: int, house: House) -> None:
    await take_in(orders("backlog", count, house.company.skus))
    await _catch_up_feed()


def _result(what: str, api: Api, name: str, *, aim: float | None) -> Result:
    house = api.house
    count = int(EVENTS_A_SECOND * house.scale.window_s)
    load = LiveLoad(
        url=api.url.replace("http", "ws") + "/graphql",
        key=house.key,
        database_url=house.database_url,
        orders=tuple(orders(f"live-{name}", count, house.company.skus)),
    )
    before, began = cpu_s(api.pid), time.perf_counter()
    latencies_ms = [1000 * latency for latency in house.apart(drive, load)]
    busy = (cpu_s(api.pid) - before) / (time.perf_counter() - began)
    return Result(
        what=what,
        measured=percentile(latencies_ms, 99),
        unit="ms",
        aim=aim,
        at_most=True,
        note=f"p50 {percentile(latencies_ms, 50):.1f} ms, worst {max(latencies_ms):.0f} ms; {SUBSCRIBERS} subscribers, "
        f"{EVENTS_A_SECOND} events/s each; API's CPU {busy:.0%} of a core",
    )


def drive(load: LiveLoad) -> list[float]:
    """Seconds from each commit to each subscriber. All must have got all."""
    return uvloop.run(_drive(load))


async def _drive(load: LiveLoad) -> list[float]:
    committed: dict[int, float] = {}
    arrived: list[list[tuple[float, bytes]]] = [[] for _ in range(SUBSCRIBERS)]
    async with AsyncExitStack() as until_end:
        await until_end.enter_async_context(
            connected(load.database_url, pool_max=2, application="forebay live")
        )
        listening = []
        for seen in arrived:
            socket = await until_end.enter_async_context(
                connect(load.url, subprotocols=[Subprotocol("graphql-transport-ws")], compression=None)
            )
            await _subscribe(socket, load.key)
            listening.append(asyncio.create_task(_listen(socket, seen, len(load.orders))))
        began = time.monotonic()
        for number, order in enumerate(load.orders):
            await asyncio.sleep(max(0.0, began + number / EVENTS_A_SECOND - time.monotonic()))
            committed[number] = await _place(order)
        async with asyncio.timeout(ARRIVE_WITHIN_S):
            await asyncio.gather(*listening)
    return [at - committed[number] for seen in arrived for number, at in _in_order(seen)]


async def _place(order: IncomingOrder) -> float:
    """Place it; the moment before the commit was sent."""
    async with transaction():
        [placed] = await place_orders([order], by=OPERATOR, now=utc_now())
        assert isinstance(placed, Placed)
        return time.monotonic()


async def _subscribe(socket: ClientConnection, key: str) -> None:
    await _send(socket, {"type": "connection_init", "payload": {"authorization": f"Bearer {key}"}})
    await socket.recv()
    await _send(socket, {"id": "1", "type": "subscribe", "payload": {"query": QUERY}})
    first = await socket.recv()
    assert "POSITION" in str(first), first


async def _send(socket: ClientConnection, message: dict[str, Any]) -> None:
    await socket.send(orjson.dumps(message).decode())


async def _listen(socket: ClientConnection, seen: list[tuple[float, bytes]], count: int) -> None:
    while len(seen) < count:
        message = await socket.recv(decode=False)
        seen.append((time.monotonic(), message))


def _in_order(seen: list[tuple[float, bytes]]) -> Iterator[tuple[int, float]]:
    """Which of the placed orders each message was about: they were placed one after the other."""
    ids = [orjson.loads(message)["payload"]["data"]["orderEvents"]["orderId"] for _, message in seen]
    assert len(set(ids)) == len(ids), "an event came twice"
    return enumerate(at for at, _ in seen)
