"""INTAKE: work off what channels sent, channel by channel, until nothing waits."""

import time
from collections.abc import AsyncIterator, Container
from uuid import UUID

from domain.intake.claim import channels_with_messages
from domain.intake.fetching.orders import enqueue_fetches
from domain.intake.work_off import work_off
from domain.jobs.enqueue import call_for_help
from domain.jobs.kinds import JobKind
from workers import handling
from workers.handling import Work
from workers.metrics import MESSAGES


async def intake(work: Work) -> None:
    """Work off every waiting message; what is left after a while is left to another job.

    Channels take turns, a batch each, so that a flood in one delays the others by a batch only. One channel's
    fault does not keep the others from being worked off; it is raised in the end, and the job tried again.
    """
    faults: dict[UUID, Exception] = {}
    until = time.monotonic() + handling.TURNS_S
    async for channel_id in _turns(faults):
        try:
            MESSAGES.inc(await work_off(channel_id, now=work.now))
        except Exception as fault:  # noqa: BLE001 -- it is raised below
            faults[channel_id] = fault
        if time.monotonic() > until:
            await call_for_help(JobKind.INTAKE, now=work.now())
            break
    await enqueue_fetches(now=work.now())
    if faults:
        raise next(iter(faults.values()))


async def _turns(faults: Container[UUID]) -> AsyncIterator[UUID]:
    """Whose turn it is, as long as messages wait of a channel that did not fault."""
    while channels := [each for each in await channels_with_messages() if each not in faults]:
        for channel_id in channels:
            yield channel_id
