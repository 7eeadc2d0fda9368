"""Clients that hang up in the middle cost nothing: no connection, no lock, no transaction is left behind.

Over HTTP a request whose client is gone runs to its end; over WebSocket and SSE it is cancelled
wherever it is, which is where connections could leak.
"""

import asyncio
import json
import random
from contextlib import suppress
from typing import Any

import httpx2
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.e2e.client import Client
from tests.e2e.house import House, eventually
from tests.e2e.trade import ADJUST, PLACE, PLACE_MANY, Shop, open_shop, place

ORDERS = "{ orders(first: 5) { nodes { number lines { sku } events { kind } fulfilmentOrders { state } } } }"
REQUESTS = 1_000
AT_ONCE = 40
POOL_MAX = 8
_OURS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'forebay api'"
_STUCK = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state LIKE 'idle in transaction%'
      AND state_change < now() - interval '100 ms'
"""


def _operation(number: int, shop: Shop) -> dict[str, Any]:
    found = {"warehouse": shop.warehouses[0], "sku": shop.skus[1], "delta": 1, "reason": "FOUND"}
    operations: list[dict[str, Any]] = [
        {"query": PLACE, "variables": {"input": shop.order(stockPolicy="REQUIRE")}},
        {"query": PLACE_MANY, "variables": {"input": {"orders": [shop.order() for _ in range(3)]}}},
        {"query": ORDERS},
        {"query": ADJUST, "variables": {"input": found | {"idempotencyKey": f"hung up {number}"}}},
    ]
    return operations[number % 4]


async def _over_http(house: House, path: str, operation: dict[str, Any], after_s: float) -> None:
    url, body = httpx2.URL(house.url), json.dumps(operation).encode()
    _, writer = await asyncio.open_connection(url.host, url.port)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {url.host}\r\nAuthorization: Bearer {house.stack.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    with suppress(ConnectionError):
        await writer.drain()
        await asyncio.sleep(after_s)
    writer.transport.abort()


async def _over_websocket(house: House, operation: dict[str, Any], after_s: float) -> None:
    protocol = Subprotocol("graphql-transport-ws")
    async with connect(house.websocket_url, subprotocols=[protocol], compression=None) as socket:
        hello = {"type": "connection_init", "payload": {"authorization": f"Bearer {house.stack.key}"}}
        await socket.send(json.dumps(hello))
        await socket.recv()
        for number in range(3):
            message = {"id": str(number), "type": "subscribe", "payload": operation}
            await socket.send(json.dumps(message))
        await asyncio.sleep(after_s)
        socket.transport.abort()


async def test_a_thousand_cancelled_requests_leak_nothing(house: House, admin: Client) -> None:
    shop = await open_shop(admin, [10_000, 10])
    at_once = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        operation = _operation(number, shop)
        after_s = random.choice([0.0, random.uniform(0, 0.02)])
        async with at_once:
            if number % 5 < 2:
                await _over_websocket(house, operation, after_s)
            else:
                path = "/graphql" if number % 5 == 2 else "/graphql/stream"
                await _over_http(house, path, operation, after_s)

    await asyncio.gather(*(one(number) for number in range(REQUESTS)))

    async with asyncio.timeout(25):  # more at once than the pools of both processes have connections
        await asyncio.gather(*(place(admin, shop.order()) for _ in range(4 * POOL_MAX)))

    async def calm() -> bool:
        return bool(await house.value(_STUCK) == 0)

    await eventually(calm)
    assert await house.value(_OURS) <= 2 * POOL_MAX
    for _ in range(4):
        assert (await admin.http.get("/readyz")).status_code == 200
    await house.audit()
