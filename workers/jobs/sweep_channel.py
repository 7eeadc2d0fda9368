"""SWEEP_CHANNEL: compare a past day with what the platform lists of it, page by page, and fetch what is missing."""

import time
from datetime import date
from functools import partial
from uuid import UUID

import structlog

from domain.channels.adapters.contract import Pull, Unreadable
from domain.intake.polling.sweep import begin_day_anew, go_on_soon, sweep_standing, swept, take_listed
from workers.handling import Work
from workers.metrics import MESSAGES_MISSED
from workers.outside.channel import ChannelCaller, Refused, TryLater

log = structlog.stdlib.get_logger("forebay.sweep_channel")

PAGES_MAX = 2_000
# What is left after this gets another round.
ROUND_S = 20.0


async def sweep_channel(work: Work) -> None:
    """Go on with the days that the jobs name.

    The relay asks again for a day that was not listed to its end.
    """
    channel_id = work.whom("channel_id")
    caller = await ChannelCaller.of(channel_id, work.outside, work.now)
    if caller.adapter.pull is None:
        return
    for day in sorted({date.fromisoformat(payload["day"]) for payload in work.payloads}):
        try:
            await _pages(caller, caller.adapter.pull, day, work)
        except TryLater as later:
            log.warning("a day is not compared yet", channel=str(channel_id), day=str(day), why=str(later))
        except (Refused, Unreadable) as fault:
            log.warning("a day could not be compared", channel=str(channel_id), day=str(day), why=str(fault))
            await begin_day_anew(channel_id, day)


async def _pages(caller: ChannelCaller, pull: Pull, day: date, work: Work) -> None:
    """Page after page, until the day is compared, the platform asks us to slow down, or the round ends."""
    channel_id, began = caller.channel.id, time.monotonic()
    while time.monotonic() - began < ROUND_S:
        was = await sweep_standing(channel_id, day)
        if was is None:
            return
        if was.pages >= PAGES_MAX:
            raise Unreadable(f"more than {PAGES_MAX} pages")
        cursor = was.cursor(caller.channel.timezone)
        said = await caller.ask(partial(pull.pull_request, cursor))
        page = said.read(partial(pull.parse_page, cursor))
        if not await take_listed(channel_id, was, page, now=work.now()):
            return
        if page.next_page is None:
            await _tell(channel_id, day)
            return
        if caller.adapter.wait_s(said.answer):  # its link knows for how long
            break
    await go_on_soon(channel_id, day, now=work.now())


async def _tell(channel_id: UUID, day: date) -> None:
    found = await swept(channel_id, day)
    MESSAGES_MISSED.inc(found.missing)
    log.info(
        "compared a day", channel=str(channel_id), day=str(day), theirs=found.theirs, missing=found.missing
    )
