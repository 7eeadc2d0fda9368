"""FILL_BACKORDERS: units became free; let the orders that wait for them be sourced again."""

import time

from domain.jobs.fill_backorders import STARTS_A_JOB_MAX, go_on_filling, starts_of
from domain.sourcing.wake_backorders import queues_of, wake_from
from workers import handling
from workers.handling import Work


async def fill_backorders(work: Work) -> None:
    """Wake the backorders of all variants that the jobs of this round name, so many queues at a time.

    What is left after a while is left to other jobs.
    """
    starts = queues_of(start for payload in work.payloads for start in starts_of(payload))
    until = time.monotonic() + handling.TURNS_S
    for at in range(0, len(starts), STARTS_A_JOB_MAX):
        if time.monotonic() > until:
            await go_on_filling(starts[at:], now=work.now())
            return
        await wake_from(starts[at : at + STARTS_A_JOB_MAX], now=work.now())
