"""ALLOCATE: source every order that waits, batch after batch."""

import time

import structlog

from domain.shared.actor import house
from domain.sourcing.allocate import allocate_waiting, policy_for
from workers.handling import Work
from workers.metrics import ALLOCATED, ALLOCATION_SECONDS

log = structlog.stdlib.get_logger("forebay.allocate")

_ACTOR = house("allocation")


async def allocate(work: Work) -> None:
    """Allocate until nobody waits any more. Under load the batches grow by themselves."""
    settings = work.settings
    policy = policy_for(settings.cost_currency)
    while True:
        started = time.perf_counter()
        done = await allocate_waiting(
            orders_max=settings.allocation_batch_max, policy=policy, by=_ACTOR, now=work.now()
        )
        seconds = time.perf_counter() - started
        ALLOCATED.inc(done.decided)
        if done.claimed:
            ALLOCATION_SECONDS.observe(seconds)
            log.info("allocated", orders=done.decided, again=done.again, seconds=round(seconds, 3))
        if done.claimed < settings.allocation_batch_max and not done.again:
            return
