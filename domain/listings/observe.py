"""Seeing what platforms really have, and since when that is not what they confirmed."""

from collections.abc import Mapping
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
_NEXT = """
    SELECT l.id AS listing_id, v.sku, l.external_ids::text AS external_ids, l.acked AS quantity, l.acked_version AS version
    FROM listings l JOIN variants v ON v.id = l.variant_id
    WHERE l.channel_id = $1 AND l.active AND l.acked IS NOT NULL
    ORDER BY l.observed_at NULLS FIRST LIMIT $2
"""
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


async def write_observed(seen: Mapping[UUID, int], *, now: datetime) -> None:
    """Note what a platform has. What it does not know any more differs, too: it has None of it."""
    await execute(_WRITE, now, list(seen), list(seen.values()))


async def end_observing(channel_id: UUID) -> None:
    """Let go of the channel's lease."""
    await execute("UPDATE channel_links SET observing_until = NULL WHERE channel_id = $1", channel_id)
