"""Telling a platform what a channel may sell: who is due, what is said, and what it answered.

The HTTP between `claim_push` and `write_push` is the worker's. One pusher a channel at a time holds the
link's lease, so an older quantity is never sent after a newer one; if it dies, what it sent is sent again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain.channels.adapters.contract import ListingQuantity, StockResult
from domain.channels.platforms import AT_HOME, TOLD
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.listings.reading import quantity_of
from domain.shared.database import execute, records, statement, transactional
from domain.shared.ids import new_id

LEASE = timedelta(seconds=60)
_DUE = statement(__file__, "due_pushes.sql")
_CLAIM = statement(__file__, "claim_push.sql")
_WRITE = statement(__file__, "write_push.sql")
_KEEP = "UPDATE channel_links SET pushing_until = $2 WHERE channel_id = $1"
_LOG = """
    INSERT INTO stock_pushes (id, channel_id, listings, heard, status, error, sent_at, answered_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
ERROR_LENGTH_MAX = 500
_SILENT = "the platform said nothing about it"


@transactional
async def enqueue_pushes(*, now: datetime) -> int:
    """Add a PUSH_STOCK job for every channel that can be told and has not heard the latest; their number."""
    rows = await records(_DUE, now, now + LEASE, TOLD, AT_HOME)
    for row in rows:
        await enqueue(JobKind.PUSH_STOCK, {"channel_id": str(row["channel_id"])}, now=now)
    return len(rows)


@transactional
async def claim_push(channel_id: UUID, *, listings_max: int, now: datetime) -> list[ListingQuantity]:
    """The latest quantities of listings that are due; the channel's lease is extended."""
    await execute(_KEEP, channel_id, now + LEASE)
    rows = await records(_CLAIM, channel_id, listings_max, now)
    return [quantity_of(row) for row in rows]


@transactional
async def write_push(
    channel_id: UUID,
    sent: Sequence[ListingQuantity],
    results: Sequence[StockResult],
    *,
    status: int | None,
    wait_s: float | None = None,
    sent_at: datetime,
    now: datetime,
) -> int:
    """Note what the platform said to one request, listing by listing; how many listings it heard.

    A listing without a result, or confirmed with another quantity, was not heard. What the platform would take later
    waits for `wait_s`, if it said how long that is.
    """
    said = {result.listing_id: result for result in results}
    faults = [_fault(listing, said.get(listing.listing_id)) for listing in sent]
    await execute(
        _WRITE,
        now,
        [listing.listing_id for listing in sent],
        [listing.version for listing in sent],
        [listing.quantity for listing in sent],
        [fault is None for fault in faults],
        [fault and fault[:ERROR_LENGTH_MAX] for fault in faults],
        [(result := said.get(listing.listing_id)) is not None and result.again for listing in sent],
        wait_s,
    )
    heard = faults.count(None)
    first = next((fault for fault in faults if fault), None)
    told = first and first[:ERROR_LENGTH_MAX]
    await execute(_LOG, new_id(), channel_id, len(sent), heard, status, told, sent_at, now)
    return heard


async def note_unheard(
    channel_id: UUID, listings: int, error: str, *, status: int | None, sent_at: datetime, now: datetime
) -> None:
    """Note that a request as a whole was in vain; its listings are due as before."""
    told = error[:ERROR_LENGTH_MAX]
    await execute(_LOG, new_id(), channel_id, listings, 0, status, told, sent_at, now)


def _fault(listing: ListingQuantity, result: StockResult | None) -> str | None:
    if result is None:
        return _SILENT
    if result.error is not None:
        return result.error
    if result.acknowledged != listing.quantity:
        return f"it confirmed {result.acknowledged} instead of {listing.quantity}"
    return None


async def end_push(channel_id: UUID) -> None:
    """Let go of the channel's lease."""
    await execute("UPDATE channel_links SET pushing_until = NULL WHERE channel_id = $1", channel_id)
