"""Work out what listings should say, and note where that is news: lock them, then one set-based statement."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from domain.events.consume import is_behind, move_on, next_stretch, start_consuming
from domain.shared.database import execute, records, statement, transactional
from domain.stock.availability import SELLABLE

CONSUMER = "listings"
POSITIONS_MAX = 5_000

_TAIL = statement(__file__, "restate.sql")
# By itself: estimates of arrays are guesses, by which a join into its middle takes several times as long.
_RESTATE = f"WITH sellable AS MATERIALIZED (\n{SELLABLE}\n)\n{_TAIL}"
_CHANGED = statement(__file__, "changed.sql")
_OF = """
    SELECT id, channel_id, variant_id FROM listings
    WHERE ($1::uuid IS NULL OR channel_id = $1) AND ($2::uuid[] IS NULL OR variant_id = ANY($2))
    ORDER BY id FOR NO KEY UPDATE
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
        await _restate(await records(_CHANGED, stretch.after, stretch.upto), now=now)
    await move_on(CONSUMER, stretch.upto)
    return stretch.length


@transactional
async def restate_listings(
    *, channel_id: UUID | None = None, variant_ids: Sequence[UUID] | None = None, now: datetime
) -> int:
    """Restate the listings of a channel, of some variants, or all; how many have news."""
    locked = await records(_OF, channel_id, None if variant_ids is None else list(variant_ids))
    return await _restate(locked, now=now)


async def _restate(locked: Sequence[Record], *, now: datetime) -> int:
    """Restate listings that are locked; how many have news.

    Locked by a statement before, so that what this one reads is as new as what any rival has stated of them.
    """
    if not locked:
        return 0
    ids, channels, variants = zip(*locked, strict=True)
    return await execute(_RESTATE, channels, variants, now, ids)
