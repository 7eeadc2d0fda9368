"""Comparing a past day with what the platform lists of it, and fetching what is missing.

What a poll could not see (an order changed while its page was turned, a webhook that never came) is found
here. The listing is the platform's own, by the day an order was created, in the channel's time zone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.channels.adapters.contract import Message
from domain.channels.platforms import POLLED
from domain.intake.archive import archive
from domain.intake.arrived import arrived
from domain.intake.outcomes import Source
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.database import execute, records, statement, transactional

# A day is compared when it has been over for so long.
AFTER_MIDNIGHT = timedelta(hours=2)
# One that could not be listed is asked for again after this.
AGAIN_AFTER = timedelta(minutes=30)
_DUE = statement(__file__, "due_sweeps.sql")
_KNOWN = """
    SELECT DISTINCT reference FROM inbound_messages
    WHERE channel_id = $1 AND reference = ANY($2::text[]) AND outcome <> 'REFUSED'
    UNION
    SELECT external_reference FROM orders WHERE channel_id = $1 AND external_reference = ANY($2::text[])
"""
_WRITE = """
    INSERT INTO channel_days (channel_id, day, theirs, missing, swept_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (channel_id, day) DO UPDATE
    SET theirs = excluded.theirs, missing = excluded.missing, swept_at = excluded.swept_at
"""
_SWEPT = """
    UPDATE channel_polls SET swept_to = greatest(swept_to, $2), sweep_after = '-infinity' WHERE channel_id = $1
"""


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


@transactional
async def write_sweep(channel_id: UUID, day: date, listed: Sequence[Message], *, now: datetime) -> Swept:
    """Archive what nothing was ever heard of, and note what the comparison found. Idempotent."""
    by_reference = {message.reference: message for message in listed if message.reference}
    known = {row["reference"] for row in await records(_KNOWN, channel_id, list(by_reference))}
    missing = [message for reference, message in by_reference.items() if reference not in known]
    await archive(arrived(channel_id, missing, Source.POLL), now=now)
    await execute(_WRITE, channel_id, day, len(by_reference), len(missing), now)
    await execute(_SWEPT, channel_id, day + timedelta(days=1))
    return Swept(theirs=len(by_reference), missing=len(missing))
