"""ALLOCATE: source every order that waits, batch after batch."""

import asyncio
import time

import structlog

from domain.jobs.enqueue import call_for_help
from domain.jobs.kinds import JobKind
from domain.shared.actor import house
from domain.sourcing.allocate import allocate_waiting
from workers import handling
from workers.handling import Work
from workers.metrics import ALLOCATED, ALLOCATION_SECONDS

log = structlog.stdlib.get_logger("forebay.allocate")

_ACTOR = house("allocation")
# No event of anybody is announced past an open transaction, so a round is short rather than large. From about 50 orders
# on, more of them in a batch do not make one cheaper; fewer make it dearer, by a quarter at 20, and that just when the
# machine is busy.
ROUND_AIM_S = 0.05
BATCH_MIN = 50
# While one round waits for the database, others plan.
ROUNDS_AT_ONCE = 3


async def allocate(work: Work) -> None:
    """Allocate until nobody waits any more, as many orders at a time as fit a short round.

    A long backlog is left to another job after a while, so that these are not cut off.
    """
    until = time.monotonic() + handling.TURNS_S
    if await _round(work, min(BATCH_MIN, work.settings.allocation_batch_max)) is None:
        return
    left = await asyncio.gather(*(_round_after_round(work, until) for _ in range(ROUNDS_AT_ONCE)))
    if any(left):
        await call_for_help(JobKind.ALLOCATE, now=work.now())


async def _round_after_round(work: Work, until: float) -> bool:
    """Allocate until nobody waits any more, or the time has come; whether somebody may wait."""
    most = work.settings.allocation_batch_max
    batch = min(BATCH_MIN, most)
    while (seconds := await _round(work, batch)) is not None:
        if time.monotonic() > until:
            return True
        batch = next_batch(batch, seconds, most)
    return False


async def _round(work: Work, batch: int) -> float | None:
    """Allocate up to `batch` orders; the seconds it took, or None if nobody waits any more."""
    started = time.perf_counter()
    currency = work.settings.cost_currency
    done = await allocate_waiting(orders_max=batch, currency=currency, by=_ACTOR, now=work.now())
    seconds = time.perf_counter() - started
    ALLOCATED.inc(done.decided)
    if done.claimed:
        ALLOCATION_SECONDS.observe(seconds)
        log.info("allocated", orders=done.decided, again=done.again, seconds=round(seconds, 3))
    return seconds if done.claimed == batch or done.again else None


def next_batch(batch: int, seconds: float, most: int) -> int:
    """As many orders as fit a round at the pace of the last one, yet at most twice or half as many as before."""
    fitting = round(batch * ROUND_AIM_S / seconds)
    return min(most, max(BATCH_MIN, batch // 2, min(fitting, batch * 2)))
