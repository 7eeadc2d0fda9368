"""How many orders a second the roll-ups of reports follow, placed, sourced and shipped; and how fast they are built anew."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from benchmarks.company import OPERATOR, orders, set_waiting_aside, take_in
from benchmarks.harness import House
from benchmarks.measuring import Result, cpu_s
from domain.events.feed import BATCH_MAX, advance_feed
from domain.fulfilment.accept import accept
from domain.fulfilment.pack import pack
from domain.fulfilment.ship import ShipFulfilment, ship
from domain.fulfilment.start_picking import start_picking
from domain.reporting.counting.build import begin_build, build_step, is_building
from domain.reporting.counting.follow import follow_feed
from domain.shared.database import fetch_value, records
from domain.sourcing.allocate import allocate_waiting

RATE_MIN = 500
ORDERS = 8_000
_PARCELS = """
    SELECT f.id FROM fulfilment_orders f JOIN orders o ON o.id = f.order_id
    WHERE o.external_reference LIKE 'rollups-%' AND f.state = 'OPEN' ORDER BY f.id LIMIT 500
"""


def run(house: House) -> Iterator[Result]:
    """Everything has happened already when the clock starts, so nothing but following is measured."""
    count = int(ORDERS * house.scale.share)
    house.within(partial(_trade, house, count))
    followed = house.within(_follow)
    yield Result(
        what="roll-ups follow orders",
        measured=count / followed.seconds,
        unit="orders/s",
        aim=RATE_MIN,
        note=f"placed, sourced, shipped: {followed.positions / count:.1f} positions and {1000 * followed.cpu_s / count:.2f} ms of "
        f"PostgreSQL's CPU each; the longest transaction {1000 * followed.longest_s:.0f} ms",
    )
    total, seconds = house.within(_build)
    yield Result(what="roll-ups built anew", measured=total / seconds, unit="orders/s")


async def _trade(house: House, count: int) -> None:
    await set_waiting_aside()
    await _follow()
    await take_in(orders("rollups", count, house.company.skus))
    while (
        await allocate_waiting(orders_max=100, currency="EUR", by=OPERATOR, now=datetime.now(UTC))
    ).claimed:
        pass
    while parcels := [row["id"] for row in await records(_PARCELS)]:
        now = datetime.now(UTC)
        for step in (accept, start_picking, pack):
            await step(parcels, by=OPERATOR, now=now)
        leaving = [
            ShipFulfilment(fulfilment_order_id=id_, carrier="DHL", tracking_number="1Z") for id_ in parcels
        ]
        await ship(leaving, by=OPERATOR, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Followed:
    positions: int
    seconds: float
    longest_s: float
    cpu_s: float


async def _follow() -> _Followed:
    """Follow all there is."""
    while await advance_feed() >= BATCH_MAX:
        pass
    backend = await fetch_value("SELECT pg_backend_pid()")  # one after the other, so they share a connection
    positions, longest, began, before = 0, 0.0, time.perf_counter(), cpu_s(backend)
    while True:
        at = time.perf_counter()
        followed = await follow_feed()
        longest = max(longest, time.perf_counter() - at)
        if not followed:
            seconds = time.perf_counter() - began
            spent = cpu_s(backend) - before
            return _Followed(positions=positions, seconds=seconds, longest_s=longest, cpu_s=spent)
        positions += followed


async def _build() -> tuple[int, float]:
    began = time.perf_counter()
    await begin_build()
    while await is_building():
        await build_step()
    return await fetch_value("SELECT count(*) FROM orders"), time.perf_counter() - began
