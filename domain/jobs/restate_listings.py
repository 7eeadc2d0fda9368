"""Ask for what listings say to be worked out again, where no entry of the feed tells that it changed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind


async def restate_listings(
    *, channel_id: UUID | None = None, variant_ids: Sequence[UUID] | None = None, now: datetime
) -> None:
    """Add the job: for the listings of a channel, of some variants, or for all.

    Changes of stock and of demand need none: the relay follows them in the feed.
    """
    payload = {
        "channel_id": str(channel_id) if channel_id else None,
        "variant_ids": [str(each) for each in variant_ids] if variant_ids is not None else None,
    }
    await enqueue(JobKind.RESTATE_LISTINGS, payload, now=now)
