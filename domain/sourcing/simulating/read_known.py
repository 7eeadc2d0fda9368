"""Read what was known at a moment of the past about the days before it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

from domain.shared.database import fetch, records, statement
from domain.sourcing.planning.model import OrderToSource
from domain.sourcing.read_worth import FRESH
from domain.sourcing.reevaluating.read_past import AHEAD, DAYS_AGO, ORDERS_MAX
from domain.sourcing.simulating.happenings import Foresight, Happening, in_turn
from domain.sourcing.simulating.read_past import LINES, Now, PastOrder, Piece, Span, by_order

PRICED_EVERY = FRESH  # older prices do not count live, either
PAST = timedelta(days=max(DAYS_AGO))  # as far back as it looks

_ORDERS = statement(__file__, "known_orders.sql")


async def read_known(at: datetime, now: Now) -> Foresight:
    """The days that live prices are worked out from, as they stood: later orders and cancellations are not seen."""
    days = [tuple(await _day(ago, at, now)) for ago in DAYS_AGO]
    return Foresight(at=at, days=tuple(day for day in days if day))


async def foreseeing(pieces: AsyncIterator[Piece], span: Span, now: Now) -> AsyncIterator[Piece]:
    """The same, with what was known every so often."""
    due = span.from_at
    async for piece in pieces:
        seen: list[Happening] = []
        while due < piece.until:
            seen.append(await read_known(due, now))
            due += PRICED_EVERY
        yield replace(piece, happenings=in_turn([*piece.happenings, *seen])) if seen else piece


async def _day(ago: int, at: datetime, now: Now) -> list[OrderToSource]:
    since = at - timedelta(days=ago)
    orders = await fetch(_ORDERS, PastOrder, since, min(since + AHEAD, at), at, ORDERS_MAX)
    lines = by_order(await records(LINES, [order.id for order in orders]))
    asked = (order.arrival(lines[order.id], now).order for order in orders)
    return [_promised_later(order, timedelta(days=ago)) for order in asked]


def _promised_later(order: OrderToSource, days: timedelta) -> OrderToSource:
    return order if order.promised_on is None else replace(order, promised_on=order.promised_on + days)
