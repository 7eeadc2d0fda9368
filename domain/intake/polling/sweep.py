"""Comparing a past day with what the platform lists of it, page by page, and fetching what is missing.

What a poll could not see (an order changed while its page was turned, a webhook that never came) is found
here. The listing is the platform's own, by the day an order was created, in the channel's time zone.

The HTTP between `sweep_standing` and `take_listed` is the worker's. What a page lists and the place after it are one
transaction, so whoever stops in the midst, or dies, is followed by somebody who repeats a page at most.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.channels.adapters.contract import Cursor, Page, WindowBy
from domain.channels.platforms import POLLED
from domain.intake.archive import archive
from domain.intake.arrived import arrived
from domain.intake.outcomes import Source
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.database import execute, fetch, fetch_one, records, statement, transactional

# A day is compared when it has been over for so long.
AFTER_MIDNIGHT = timedelta(hours=2)
# One whose next page could not be had goes on after this: what a strict platform allows meanwhile is enough for polls, too.
AGAIN_AFTER = timedelta(minutes=30)
_DUE = statement(__file__, "due_sweeps.sql")
_STANDING = """
    SELECT swept_to AS day, sweep_page AS page, sweep_pages AS pages FROM channel_polls
    WHERE channel_id = $1 AND swept_to = $2
"""
_MOVE = statement(__file__, "move_sweep.sql")
_NOTE_LISTED = statement(__file__, "note_listed.sql")
_WRITE_DAY = statement(__file__, "write_day.sql")
_SWEPT = "SELECT theirs, missing FROM channel_days WHERE channel_id = $1 AND day = $2"
_GO_ON = "UPDATE channel_polls SET sweep_after = $3 WHERE channel_id = $1 AND swept_to = $2"
_BEGIN_ANEW = """
    UPDATE channel_polls SET sweep_page = NULL, sweep_pages = 0 WHERE channel_id = $1 AND swept_to = $2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepStanding:
    """How far the list of a day has been read."""

    day: date
    page: str | None
    pages: int

    def cursor(self, timezone: str) -> Cursor:
        """The page to ask for next."""
        since, until = bounds_of(self.day, timezone)
        return Cursor(since=since, until=until, by=WindowBy.CREATED, page=self.page)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """Orders that the platform lists of a day, and how many of them we had never heard of."""

    theirs: int
    missing: int


@transactional
async def enqueue_sweeps(*, now: datetime) -> int:
    """Add a SWEEP_CHANNEL job for the oldest day of each channel that is over and not compared; their number."""
    rows = await records(_DUE, now, POLLED, AFTER_MIDNIGHT, now + AGAIN_AFTER)
    for row in rows:
        payload = {"channel_id": str(row["channel_id"]), "day": row["day"].isoformat()}
        await enqueue(JobKind.SWEEP_CHANNEL, payload, now=now)
    return len(rows)


def bounds_of(day: date, timezone: str) -> tuple[datetime, datetime]:
    """Where the day begins and ends in that time zone, in UTC."""
    zone = ZoneInfo(timezone)
    ends = (datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1)))
    since, until = (end.astimezone(UTC) for end in ends)
    return since, until


async def sweep_standing(channel_id: UUID, day: date) -> SweepStanding | None:
    """How far the day's list has been read; None when it is not its turn: it is compared, or an earlier one comes first."""
    return await fetch_one(_STANDING, SweepStanding, channel_id, day)


@transactional
async def take_listed(channel_id: UUID, was: SweepStanding, page: Page, *, now: datetime) -> bool:
    """Archive what `page` lists and nothing was ever heard of, and go on after it; False when somebody else took it.

    After the last page the day is compared, and what that found is written.
    """
    place = (channel_id, was.day, was.pages, was.page)
    if not await execute(_MOVE, *place, page.next_page, now + AGAIN_AFTER):
        return False
    listed = {
        each.reference: each for each in arrived(channel_id, page.messages, Source.POLL) if each.reference
    }
    missing = await records(_NOTE_LISTED, channel_id, was.day, list(listed))
    await archive([listed[row["reference"]] for row in missing], now=now)
    if page.next_page is None:
        await execute(_WRITE_DAY, channel_id, was.day, now)
    return True


async def swept(channel_id: UUID, day: date) -> Swept:
    """What the comparison of the day found."""
    [found] = await fetch(_SWEPT, Swept, channel_id, day)
    return found


async def go_on_soon(channel_id: UUID, day: date, *, now: datetime) -> None:
    """Have the day gone on with as soon as the platform allows."""
    await execute(_GO_ON, channel_id, day, now)


async def begin_day_anew(channel_id: UUID, day: date) -> None:
    """Have the day's list read again from its start: the mark of a page may be over, and then would be refused for ever.

    What it listed is kept, since what was missing is known by now and would not be counted again.
    """
    await execute(_BEGIN_ANEW, channel_id, day)
