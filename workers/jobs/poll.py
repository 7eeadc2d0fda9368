"""POLL: ask platforms for orders that changed, page by page."""

import time
from datetime import timedelta
from functools import partial

import structlog

from domain.channels.adapters.contract import Pull, Unreadable
from domain.intake.polling.poll import end_poll, page_refused, poll_failed, poll_standing, take_page
from workers.handling import Work
from workers.outside.channel import ChannelCaller, Refused, TryLater

log = structlog.stdlib.get_logger("forebay.poll")

# What is left after this gets another round.
ROUND_S = 20.0
# What was refused or cannot be read will hardly be better in a moment.
FAULT_PAUSE = timedelta(minutes=5)


async def poll(work: Work) -> None:
    """Poll the channel that the jobs name."""
    channel_id = work.whom("channel_id")
    try:
        caller = await ChannelCaller.of(channel_id, work.outside, work.now)
        if caller.adapter.pull is not None:
            await _pages(caller, caller.adapter.pull, work)
    except TryLater as later:  # its link knows until when
        log.warning("a platform is left alone for a while", channel=str(channel_id), why=str(later))
        await poll_failed(channel_id, str(later), again_at=work.now())
    except (Refused, Unreadable) as fault:
        log.warning("a page could not be had", channel=str(channel_id), why=str(fault))
        await page_refused(channel_id, str(fault), again_at=work.now() + FAULT_PAUSE)
    finally:
        await end_poll(channel_id)


async def _pages(caller: ChannelCaller, pull: Pull, work: Work) -> None:
    """Page after page, until all up to now is there, the platform asks us to slow down, or the round ends."""
    began = time.monotonic()
    channel_id, until = caller.channel.id, work.now()
    while time.monotonic() - began < ROUND_S:
        was = await poll_standing(channel_id)
        cursor = was.cursor(pull, until)
        said = await caller.ask(partial(pull.pull_request, cursor))
        page = said.read(partial(pull.parse_page, cursor))
        if not await take_page(channel_id, was, cursor, page, pull, now=work.now()):
            return
        if page.next_page is None and cursor.until >= until:
            return
        if caller.adapter.wait_s(said.answer):  # its link knows for how long
            return
