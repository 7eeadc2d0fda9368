"""INTAKE: work off what channels sent, channel by channel, until nothing waits."""

from uuid import UUID

from domain.intake.claim import channels_with_messages
from domain.intake.fetching.orders import enqueue_fetches
from domain.intake.work_off import work_off
from workers.handling import Work
from workers.metrics import MESSAGES


async def intake(work: Work) -> None:
    """Work off every waiting message.

    Channels take turns, a batch each, so that a flood in one delays the others by a batch only. One channel's
    fault does not keep the others from being worked off; it is raised in the end, and the job tried again.
    """
    faults: dict[UUID, Exception] = {}
    while channels := [each for each in await channels_with_messages() if each not in faults]:
        for channel_id in channels:
            try:
                MESSAGES.inc(await work_off(channel_id, now=work.now))
            except Exception as fault:  # noqa: BLE001 -- it is raised below
                faults[channel_id] = fault
    await enqueue_fetches(now=work.now())
    if faults:
        raise next(iter(faults.values()))
