"""Asking a platform for orders: whose turn it is, which page comes next, and what a page brings.

The HTTP between `poll_standing` and `take_page` is the worker's. A page's messages and the place after it are one
transaction, so a poller that dies repeats a page at most, and what comes twice is archived once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.channels.adapters.contract import Cursor, Page, Pull
from domain.channels.platforms import AT_HOME, POLLED
from domain.intake.archive import archive
from domain.intake.arrived import arrived
from domain.intake.outcomes import Source
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.database import execute, fetch_one, records, statement, transactional

LEASE = timedelta(seconds=60)
ERROR_LENGTH_MAX = 500

_START = statement(__file__, "start_polls.sql")
_DUE = statement(__file__, "due_polls.sql")
_STANDING = "SELECT complete_to, window_until, page, version FROM channel_polls WHERE channel_id = $1"
_MOVE = statement(__file__, "move_poll.sql")
_ASK_EARLIER = statement(__file__, "ask_earlier.sql")
_FAIL = "UPDATE channel_polls SET error = $2, next_at = $3 WHERE channel_id = $1"
_BEGIN_ANEW = "UPDATE channel_polls SET error = $2, next_at = $3, page = CASE WHEN error IS NULL THEN page END WHERE channel_id = $1"
_END = "UPDATE channel_polls SET polling_until = NULL WHERE channel_id = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollStanding:
    """How far a channel has been polled."""

    complete_to: datetime
    window_until: datetime | None
    page: str | None
    version: int

    def cursor(self, pull: Pull, now: datetime) -> Cursor:
        """The page to ask for: of the window under way, else the first of the next one."""
        since = self.complete_to - timedelta(seconds=pull.overlap_s)
        longest = since + timedelta(seconds=pull.window_max_s)
        return Cursor(since=since, until=self.window_until or min(longest, now), page=self.page)


@transactional
async def enqueue_polls(*, now: datetime) -> int:
    """Add a POLL job for every channel that is asked for orders and whose turn it is; their number.

    A channel begins with what changes from then on, or since its setting `pollFrom`, also when that is set to an
    earlier time later on; one whose setting `polling` is false is not asked.
    """
    await execute(_START, now, POLLED, AT_HOME)
    await execute(_ASK_EARLIER, now)
    rows = await records(_DUE, now, now + LEASE, POLLED)
    for row in rows:
        await enqueue(JobKind.POLL, {"channel_id": str(row["channel_id"])}, now=now)
    return len(rows)


async def poll_standing(channel_id: UUID) -> PollStanding:
    """How far the channel has been polled."""
    found = await fetch_one(_STANDING, PollStanding, channel_id)
    assert found is not None, "who polls was found by its row"
    return found


@transactional
async def take_page(
    channel_id: UUID, was: PollStanding, cursor: Cursor, page: Page, pull: Pull, *, now: datetime
) -> bool:
    """Archive what `page` brings, and go on after it; False when somebody else took it meanwhile."""
    over = page.next_page is None
    caught_up = over and cursor.until + timedelta(seconds=pull.interval_s) >= now
    moved = await execute(
        _MOVE,
        channel_id,
        was.version,
        page.next_page,
        None if over else cursor.until,
        cursor.until if over else None,
        now + timedelta(seconds=pull.interval_s) if caught_up else None,
        now,
        now + LEASE,
    )
    if moved:
        await archive(arrived(channel_id, page.messages, Source.POLL), now=now)
    return bool(moved)


async def poll_failed(channel_id: UUID, error: str, *, again_at: datetime) -> None:
    """Note why a page could not be had; it is asked for again then."""
    await execute(_FAIL, channel_id, error[:ERROR_LENGTH_MAX], again_at)


async def page_refused(channel_id: UUID, error: str, *, again_at: datetime) -> None:
    """Note why a page was not given or cannot be read; it is asked for again then, and the second time its whole window is.

    The mark of a page may be over, and then would be refused for ever.
    """
    await execute(_BEGIN_ANEW, channel_id, error[:ERROR_LENGTH_MAX], again_at)


async def end_poll(channel_id: UUID) -> None:
    """Let go of the channel's lease."""
    await execute(_END, channel_id)
