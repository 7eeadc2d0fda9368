"""Telling a platform what a channel may sell: who is due, what is said, and what it answered.

The HTTP between `claim_push` and `write_push` is the worker's. One pusher a channel at a time holds the link's lease, and
keeps it anew for each request, so an older quantity is never sent after a newer one; if it dies, what it sent is sent again.
Whoever takes the lease raises its epoch, by which an older holder notices: the relay, whose job names it, and the round that
begins the job, so that of two that were given the same job one begins.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain.channels.adapters.contract import ListingQuantity, StockResult
from domain.channels.platforms import AT_HOME, TOLD
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.listings.reading import quantity_of
from domain.shared.database import execute, fetch_value, records, statement, transactional
from domain.shared.ids import new_id

# Longer than a request takes whose token is renewed twice, each step within 15 s.
LEASE = timedelta(seconds=90)
_DUE = statement(__file__, "due_pushes.sql")
_BEGIN = """
    UPDATE channel_links SET pushing_until = $3, push_epoch = push_epoch + 1 WHERE channel_id = $1 AND push_epoch = $2
    RETURNING push_epoch
"""
_DUE_LISTINGS = statement(__file__, "due_listings.sql")
_CLAIM = statement(__file__, "claim_push.sql")
_WRITE = statement(__file__, "write_push.sql")
_END = "UPDATE channel_links SET pushing_until = NULL WHERE channel_id = $1 AND push_epoch = $2"
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
        told = {"channel_id": str(row["channel_id"]), "epoch": row["push_epoch"]}
        await enqueue(JobKind.PUSH_STOCK, told, now=now)
    return len(rows)


async def begin_push(channel_id: UUID, epoch: int, *, now: datetime) -> int | None:
    """The epoch under which the caller alone pushes, in exchange for a job's; None: somebody has taken the lease since."""
    mine: int | None = await fetch_value(_BEGIN, channel_id, epoch, now + LEASE)
    return mine


async def due_listings(channel_id: UUID, *, listings_max: int, now: datetime) -> list[ListingQuantity]:
    """Listings that have not heard the latest."""
    return [quantity_of(row) for row in await records(_DUE_LISTINGS, channel_id, listings_max, now)]


async def claim_push(
    channel_id: UUID, epoch: int, listing_ids: Sequence[UUID], *, now: datetime
) -> list[ListingQuantity]:
    """Keep the lease for one request, and what it should say of these listings, in their order; none: it is lost."""
    rows = await records(_CLAIM, channel_id, epoch, now + LEASE, list(listing_ids), now)
    latest = {row["listing_id"]: quantity_of(row) for row in rows}
    return [latest[listing_id] for listing_id in listing_ids if listing_id in latest]


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


async def end_push(channel_id: UUID, epoch: int) -> None:
    """Let go of the channel's lease, if it is still the caller's."""
    await execute(_END, channel_id, epoch)
