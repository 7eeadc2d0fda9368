"""How many waiting orders one worker sources, and what of the machine it, the relay and PostgreSQL spend on each."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from functools import partial

from benchmarks.company import orders, set_waiting_aside, take_in, until_all_is_followed
from benchmarks.harness import House
from benchmarks.measuring import Result, cpu_s
from domain.shared.database import fetch_value, records

RATE_MIN = 1_000
ORDERS = 8_000
GIVE_UP_S = 60.0
POLL_S = 0.1
_WAITING = "SELECT count(*) FROM orders WHERE sourcing = 'WAITING'"
_OUTCOMES = """
    SELECT outcome, count(*) AS orders FROM sourcing_decisions d JOIN orders o ON o.id = d.order_id
    WHERE o.external_reference LIKE 'allocating-%' GROUP BY outcome ORDER BY outcome
"""
_BACKENDS = "SELECT application_name, pid FROM pg_stat_activity WHERE application_name LIKE 'forebay-%'"


def run(house: House) -> Iterator[Result]:
    """The orders wait already, announced and counted, when the worker comes; the clock starts with its first decision."""
    count = int(ORDERS * house.scale.share)
    with house.relay() as relay:
        house.within(partial(_prepare, house, count))
        with house.worker() as worker:
            left, seconds, spent = house.within(partial(_watch, {"worker": worker.pid, "relay": relay.pid}))
    outcomes = house.within(_outcomes)
    each = ", ".join(f"{1000 * cpu / left:.2f} {who}" for who, cpu in spent.items())
    yield Result(
        what="allocation by one worker",
        measured=left / seconds,
        unit="orders/s",
        aim=RATE_MIN,
        note=f"ms of CPU an order: {each}; {outcomes}",
    )


async def _prepare(house: House, count: int) -> None:
    await set_waiting_aside()
    await take_in(orders("allocating", count, house.company.skus))
    await until_all_is_followed()


async def _watch(pids: Mapping[str, int]) -> tuple[int, float, dict[str, float]]:
    """After the first round: how many orders were left, the seconds they took, and the CPU that each process spent."""
    give_up = time.monotonic() + GIVE_UP_S
    waiting = at_first = await fetch_value(_WAITING)
    while waiting == at_first:
        await _pause(give_up)
        waiting = await fetch_value(_WAITING)
    left, began, before = waiting, time.perf_counter(), await _spent(pids)
    while waiting:
        await _pause(give_up)
        waiting = await fetch_value(_WAITING)
    seconds, after = time.perf_counter() - began, await _spent(pids)
    return left, seconds, {who: after[who] - before[who] for who in before}


async def _spent(pids: Mapping[str, int]) -> dict[str, float]:
    """CPU seconds so far of the processes, and of PostgreSQL for each of them."""
    backends = await records(_BACKENDS)
    spent = {who: cpu_s(pid) for who, pid in pids.items()}
    for who in pids:
        mine = [row["pid"] for row in backends if row["application_name"] == f"forebay-{who}"]
        spent[f"PostgreSQL for the {who}"] = sum(map(cpu_s, mine))
    return spent


async def _pause(give_up: float) -> None:
    if time.monotonic() > give_up:
        raise TimeoutError("it does not get on")
    await asyncio.sleep(POLL_S)


async def _outcomes() -> str:
    return ", ".join(f"{row['orders']} {row['outcome']}" for row in await records(_OUTCOMES))
