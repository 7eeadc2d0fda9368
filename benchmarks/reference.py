"""The hand-written transaction that `placeOrder` is measured against.

One statement, which is its own transaction, writes what `placeOrder` writes: the order, its lines,
its first event, the allocation job. It parses nothing and refuses nothing.
"""

import asyncio
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from random import Random
from uuid import UUID

import asyncpg
import orjson
import uvloop

from benchmarks.measuring import Load, Meter
from domain.shared.ids import new_id

APPLICATION = "forebay reference"
_WRITE = """
    WITH placed AS (
        INSERT INTO orders (id, channel_id, external_reference, content_hash, customer_reference, ship_to, latitude,
            longitude, currency, subtotal_minor, platform_discount_minor, merchant_discount_minor, shipping_minor,
            tax_minor, priority, stock_policy, split_policy, max_shipments, placed_at, units, taken_in_at, updated_at,
            state, sourcing, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'EUR', $9, 0, 0, 0, $10, 0, 'BACKORDER', 'PARTIAL_ALLOWED', 3, $11,
            $12, $13, $13, 'OPEN', 'WAITING', 1)
        RETURNING id, number
    ), lines AS (
        INSERT INTO order_lines (id, order_id, position, variant_id, sku, name, quantity, unit_price_minor, tax_minor)
        SELECT l.id, p.id, l.position, v.id, v.sku, v.name, l.quantity, l.unit_price_minor, l.tax_minor
        FROM unnest($14::uuid[], $15::text[], $16::int[], $17::bigint[], $18::bigint[]) WITH ORDINALITY
            AS l (id, sku, quantity, unit_price_minor, tax_minor, position)
        JOIN variants v ON v.sku = l.sku CROSS JOIN placed p
    ), told AS (
        INSERT INTO events (subject_id, version, kind, payload, actor, at)
        SELECT id, 1, 'ORDER_PLACED', $19, 'benchmark', $13 FROM placed
    ), job AS (
        INSERT INTO jobs (id, kind, payload, state, run_after, created_at)
        SELECT $20, 'ALLOCATE', '{}', 'WAITING', $13, $13 FROM placed
    )
    SELECT id, number FROM placed
"""
_SHIP_TO = orjson.dumps(
    {
        "country_code": "DE",
        "name": "Ada Lovelace",
        "line1": "Musterstrasse 12",
        "line2": "",
        "city": "Berlin",
        "region": "",
        "postcode": "10115",
        "phone": "",
        "latitude": 52.52,
        "longitude": 13.4,
    }
).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceLoad:
    """So many connections that each write order after order."""

    run: str
    database_url: str
    channel_id: UUID
    skus: tuple[str, ...]
    lines: int
    clients: int
    warm_up_s: float
    seconds: float


def run(load: ReferenceLoad) -> Load:
    """Drive `load`; what happened in its window."""
    return uvloop.run(_run(load))


async def _run(load: ReferenceLoad) -> Load:
    numbers = count()
    latencies: list[float] = []
    connections = [
        await asyncpg.connect(load.database_url, server_settings={"application_name": APPLICATION})
        for _ in range(load.clients)
    ]
    watcher = await asyncpg.connect(load.database_url)
    meter = Meter(watcher, APPLICATION, os.getpid())

    async def client(connection: asyncpg.Connection) -> None:
        write = await connection.prepare(_WRITE)
        for number in numbers:
            began = time.perf_counter()
            await write.fetchrow(*_values(load, number))
            latencies.append(time.perf_counter() - began)

    tasks = [asyncio.create_task(client(connection)) for connection in connections]
    await asyncio.sleep(load.warm_up_s)
    before, began = await meter.read(), time.perf_counter()
    latencies.clear()
    await asyncio.sleep(load.seconds)
    seen, seconds = list(latencies), time.perf_counter() - began
    process, backends = (await meter.read()).since(before)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for connection in (*connections, watcher):
        connection.terminate()
    return Load(
        count=len(seen), seconds=seconds, latencies_s=seen, process_cpu_s=process, backend_cpu_s=backends
    )


def _values(load: ReferenceLoad, number: int) -> tuple[object, ...]:
    reference, now = f"{load.run}-{number}", datetime.now(UTC)
    skus = Random(number).sample(load.skus, load.lines)
    event = {
        "channel": "web-shop",
        "externalReference": reference,
        "lines": len(skus),
        "units": 2 * len(skus),
    }
    return (
        new_id(),
        load.channel_id,
        reference,
        sha256(reference.encode()).digest(),
        "customer-4711",
        _SHIP_TO,
        52.52,
        13.4,
        3980 * len(skus),
        636 * len(skus),
        now,
        2 * len(skus),
        now,
        [new_id() for _ in skus],
        skus,
        [2] * len(skus),
        [1990] * len(skus),
        [636] * len(skus),
        orjson.dumps(event).decode(),
        new_id(),
    )
