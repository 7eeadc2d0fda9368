"""Seeing what platforms really have, and since when that is not what they confirmed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain.channels.adapters.contract import ListingQuantity
from domain.channels.platforms import ASKED, AT_HOME
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.listings.reading import quantity_of
from domain.shared.database import execute, records, statement, transactional

LEASE = timedelta(seconds=120)
# Between two looks at a channel, and how many listings one look is at.
PAUSE = timedelta(seconds=60)
LISTINGS_MAX = 200
_DUE = statement(__file__, "due_observations.sql")
_NEXT = statement(__file__, "next_observed.sql")
_LOOK = "UPDATE listings SET looked_at = $2 WHERE id = ANY($1::uuid[])"
_WRITE = statement(__file__, "write_observed.sql")


@transactional
async def enqueue_observations(*, now: datetime) -> int:
    """Add an OBSERVE_STOCK job for every channel that can be asked and whose time has come; their number."""
    rows = await records(_DUE, now, now + LEASE, now + PAUSE, ASKED, AT_HOME)
    for row in rows:
        await enqueue(JobKind.OBSERVE_STOCK, {"channel_id": str(row["channel_id"])}, now=now)
    return len(rows)


async def next_observed(channel_id: UUID) -> list[ListingQuantity]:
    """The listings of the channel that were not looked at for the longest time, with what they confirmed."""
    rows = await records(_NEXT, channel_id, LISTINGS_MAX)
    return [quantity_of(row) for row in rows]


async def look_at(listings: Sequence[ListingQuantity], *, now: datetime) -> None:
    """Note that they had their turn, whatever comes of it: those of which nothing is ever said keep no other from theirs."""
    await execute(_LOOK, sorted(listing.listing_id for listing in listings), now)


async def write_observed(
    asked: Sequence[ListingQuantity], seen: Mapping[UUID, int], *, now: datetime
) -> None:
    """Note what a platform has of the listings it was asked about. What it does not know differs, too: it has none of it."""
    ids = sorted(listing.listing_id for listing in asked)
    await execute(_WRITE, now, ids, [seen.get(each) for each in ids])


async def end_observing(channel_id: UUID) -> None:
    """Let go of the channel's lease."""
    await execute("UPDATE channel_links SET observing_until = NULL WHERE channel_id = $1", channel_id)
