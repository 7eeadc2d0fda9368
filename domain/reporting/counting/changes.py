"""Whom a stretch of the feed speaks of, counted."""

from domain.events.consume import Stretch
from domain.reporting.counting.count import Level, count_orders, count_shipments, count_stock
from domain.shared.database import fetch, records, statement

# Few enough for a short transaction: nothing is announced past the oldest one that is open.
POSITIONS_MAX = 1_000

_ORDERS = statement(__file__, "touched_orders.sql")
_LEVELS = statement(__file__, "touched_levels.sql")


async def count_changes(stretch: Stretch, *, schema: str) -> None:
    """Count whoever changed in the stretch, in the caller's transaction."""
    orders = await records(_ORDERS, stretch.after, stretch.upto)
    await count_orders([row["id"] for row in orders if row["itself"]], schema=schema)
    await count_shipments([row["id"] for row in orders if row["parcels"]], schema=schema)
    await count_stock(await fetch(_LEVELS, Level, stretch.after, stretch.upto), schema=schema)
