"""How many waiting orders one worker sources, and what events wait meanwhile."""

import asyncio
import time
from collections.abc import Iterator
from functools import partial

from benchmarks.company import orders, set_waiting_aside, take_in
from benchmarks.harness import House
from benchmarks.measuring import Result, cpu_s
from domain.shared.database import fetch_value, records

RATE_MIN = 1_000
ORDERS = 8_000
GIVE_UP_S = 60.0
POLL_S = 0.02
_WAITING = "SELECT count(*) FROM (SELECT FROM orders WHERE sourcing = 'WAITING' LIMIT 100000) w"
_OUTCOMES = """
    SELECT outcome, count(*) AS orders FROM sourcing_decisions d JOIN orders o ON o.id = d.order_id
    WHERE o.external_reference LIKE 'allocating-%' GROUP BY outcome ORDER BY outcome
"""


def run(house: House) -> Iterator[Result]:
    """The orders wait already when the worker comes; the clock starts with its first decision."""
    count = int(ORDERS * house.scale.share)
    house.within(partial(_prepare, house, count))
    with house.worker() as worker, house.relay():
        left, seconds, before = house.within(partial(_watch, worker.pid))
        spent = cpu_s(worker.pid) - before
    outcomes = house.within(_outcomes)
    yield Result(
        what="allocation by one worker",
        measured=left / seconds,
        unit="orders/s",
        aim=RATE_MIN,
        note=f"{1000 * spent / left:.2f} ms of the worker's CPU an order; {outcomes}",
    )


async def _prepare(house: House, count: int) -> None:
    await set_waiting_aside()
    await take_in(orders("allocating", count, house.company.skus))


async def _watch(pid: int) -> tuple[int, float, float]:
    """After the first round: how many orders were left, the seconds they took, the worker's CPU before."""
    give_up = time.monotonic() + GIVE_UP_S
    waiting = at_first = await fetch_value(_WAITING)
    while waiting == at_first:
        await _pause(give_up)
        waiting = await fetch_value(_WAITING)
    left, began, before = waiting, time.perf_counter(), cpu_s(pid)
    while waiting:
        await _pause(give_up)
        waiting = await fetch_value(_WAITING)
    return left, time.perf_counter() - began, before


async def _pause(give_up: float) -> None:
    if time.monotonic() > give_up:
        raise TimeoutError("the worker does not get on")
    await asyncio.sleep(POLL_S)


async def _outcomes() -> str:
    return ", ".join(f"{row['orders']} {row['outcome']}" for row in await records(_OUTCOMES))
