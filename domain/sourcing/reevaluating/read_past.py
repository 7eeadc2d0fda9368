"""Read past days from this time of the day on, as if their orders were to come."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from asyncpg import Record

from domain.shared.database import fetch, records, statement
from domain.sourcing.gather_snapshot import read_limits
from domain.sourcing.reevaluating.futures import PastDays
from domain.sourcing.reevaluating.read_open import OpenOrder, Seen, standing_of
from domain.sourcing.reevaluating.standing import Standing

DAYS_AGO = 1, 7  # yesterday, and the same day of the week
AHEAD = timedelta(days=1)
ORDERS_MAX = 10_000  # of one day

_ORDERS = statement(__file__, "past_orders.sql")
_PIECES = statement(__file__, "past_pieces.sql")
_FREE = statement(__file__, "free_now.sql")


async def read_past(seen: Seen, *, now: datetime) -> PastDays:
    """The orders of each past day that has any, and the units free of every variant of theirs."""
    days = [day for ago in DAYS_AGO if (day := await _day(ago, seen, now))]
    variants = {piece.variant_id for day in days for standing in day for piece in standing.pieces}
    rows = await records(_FREE, list(variants))
    return PastDays(days=days, free={(row["variant_id"], row["warehouse_id"]): row["free"] for row in rows})


async def _day(ago: int, seen: Seen, now: datetime) -> list[Standing]:
    since = now - timedelta(days=ago)
    orders = await fetch(_ORDERS, OpenOrder, since, min(since + AHEAD, now), ago, ORDERS_MAX)
    pieces: dict[UUID, list[Record]] = defaultdict(list)
    for row in await records(_PIECES, [order.id for order in orders]):
        pieces[row["order_id"]].append(row)
    limits = await read_limits(orders, seen.network.closed, now)
    unrejected = replace(limits, excluded={})  # who rejected one of them may take the next
    found = (standing_of(order, pieces[order.id], unrejected) for order in orders)
    return [standing for standing in found if standing]
