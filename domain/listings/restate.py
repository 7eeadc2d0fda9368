"""Work out what listings should say, and note where that is news: one set-based statement."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.events.consume import is_behind, move_on, next_stretch, start_consuming
from domain.shared.database import execute, records, statement, transactional
from domain.stock.availability import SELLABLE

CONSUMER = "listings"
POSITIONS_MAX = 5_000

_TAIL = statement(__file__, "restate.sql")
_RESTATE = f"WITH sellable AS (\n{SELLABLE}\n)\n{_TAIL}"
_CHANGED = statement(__file__, "changed.sql")
_OF = """
    SELECT DISTINCT channel_id, variant_id FROM listings
    WHERE ($1::uuid IS NULL OR channel_id = $1) AND ($2::uuid[] IS NULL OR variant_id = ANY($2))
"""


@transactional
async def restate_changed(*, now: datetime) -> int:
    """Work off the next stretch of the feed; how many positions it had, 0 when nothing is new.

    Exactly once a position. Whoever was away for longer than the feed is kept restates everything.
    """
    behind = await is_behind(CONSUMER)
    if behind is None and await start_consuming(CONSUMER):
        await restate_listings(now=now)
    stretch = await next_stretch(CONSUMER, positions_max=POSITIONS_MAX) if behind else None
    if stretch is None or not stretch.length:
        return 0
    if stretch.missed:
        await restate_listings(now=now)
    else:
        rows = await records(_CHANGED, stretch.after, stretch.upto)
        await restate([(row["channel_id"], row["variant_id"]) for row in rows], now=now)
    await move_on(CONSUMER, stretch.upto)
    return stretch.length


@transactional
async def restate_listings(
    *, channel_id: UUID | None = None, variant_ids: Sequence[UUID] | None = None, now: datetime
) -> int:
    """Restate the listings of a channel, of some variants, or all; how many have news."""
    rows = await records(_OF, channel_id, None if variant_ids is None else list(variant_ids))
    return await restate([(row["channel_id"], row["variant_id"]) for row in rows], now=now)


async def restate(pairs: Sequence[tuple[UUID, UUID]], *, now: datetime) -> int:
    """Restate the listings of these (channel, variant) pairs; how many have news."""
    if not pairs:
        return 0
    return await execute(_RESTATE, [channel for channel, _ in pairs], [variant for _, variant in pairs], now)
