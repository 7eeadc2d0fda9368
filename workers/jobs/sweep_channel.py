"""SWEEP_CHANNEL: compare a past day with what the platform lists of it, and fetch what is missing."""

from datetime import date
from functools import partial
from uuid import UUID

import structlog

from domain.channels.adapters.contract import Cursor, Message, Pull, Unreadable, WindowBy
from domain.intake.polling.sweep import bounds_of, write_sweep
from workers.handling import Work
from workers.metrics import MESSAGES_MISSED
from workers.outside.channel import ChannelCaller, PlatformFault

log = structlog.stdlib.get_logger("forebay.sweep_channel")

PAGES_MAX = 2_000


async def sweep_channel(work: Work) -> None:
    """Sweep the days of the channel, one after the other; one that fails does not keep the others.

    The relay asks again for a day that could not be listed.
    """
    for payload in work.payloads:
        channel_id, day = UUID(payload["channel_id"]), date.fromisoformat(payload["day"])
        try:
            await _sweep(channel_id, day, work)
        except (PlatformFault, Unreadable) as fault:
            log.warning("a day could not be compared", channel=str(channel_id), day=str(day), why=str(fault))


async def _sweep(channel_id: UUID, day: date, work: Work) -> None:
    caller = await ChannelCaller.of(channel_id, work.outside, work.now)
    pull = caller.adapter.pull
    if pull is None:
        return
    listed = await _listed(caller, pull, day)
    swept = await write_sweep(channel_id, day, listed, now=work.now())
    MESSAGES_MISSED.inc(swept.missing)
    log.info(
        "compared a day", channel=str(channel_id), day=str(day), theirs=swept.theirs, missing=swept.missing
    )


async def _listed(caller: ChannelCaller, pull: Pull, day: date) -> list[Message]:
    """All that the platform lists of the day.

    Raises:
        PlatformFault, Unreadable: not all of it could be had.
    """
    since, until = bounds_of(day, caller.channel.timezone)
    listed: list[Message] = []
    mark: str | None = None
    for _ in range(PAGES_MAX):
        cursor = Cursor(since=since, until=until, by=WindowBy.CREATED, page=mark)
        said = await caller.ask(partial(pull.pull_request, cursor))
        page = pull.parse_page(cursor, said.answer)
        listed += page.messages
        mark = page.next_page
        if mark is None:
            return listed
    raise Unreadable(f"more than {PAGES_MAX} pages")
