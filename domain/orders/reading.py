"""Orders and what belongs to them, as rows."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from domain.orders.models import Order, OrderHold, OrderLine
from domain.shared.actor import Actor
from domain.shared.database import records, statement
from domain.shared.reading import Row, by_key, group, grouped

_SEARCH = statement(__file__, "search.sql")
_TIMELINE = statement(__file__, "timeline.sql")

SEARCH_MAX = 1_000
# So many of what begins alike are looked at.
ALIKE_MAX = 10_000


async def orders(ids: Sequence[UUID]) -> list[Row | None]:
    """The order of each id."""
    return await by_key(Order, "id", ids)


async def order_by_reference(channel_id: UUID, external_reference: str) -> Row | None:
    """The order that a channel knows by this reference."""
    rows = await Order.filter(channel_id=channel_id, external_reference=external_reference).values()
    return rows[0] if rows else None


async def lines_of(order_ids: Sequence[UUID]) -> list[list[Row]]:
    """Each order's lines, in their order."""
    return await grouped(OrderLine, "order_id", order_ids, "order_id", "position")


async def lines(ids: Sequence[UUID]) -> list[Row | None]:
    """The order line of each id."""
    return await by_key(OrderLine, "id", ids)


async def holds_of(order_ids: Sequence[UUID]) -> list[list[Row]]:
    """Each order's holds, the released ones too, oldest first."""
    return await grouped(OrderHold, "order_id", order_ids, "placed_at", "id")


async def timelines_of(order_ids: Sequence[UUID]) -> list[list[Row]]:
    """What happened to each order, oldest first."""
    return group(map(_event, await records(_TIMELINE, list(set(order_ids)))), "subject_id", order_ids)


def _event(row: Any) -> Row:
    return {**row, "payload": orjson.loads(row["payload"])}


async def search_orders(text: str, *, by: Actor) -> list[UUID]:
    """The newest SEARCH_MAX orders `by` may see whose number, reference, customer or SKU is `text`.

    References and customers match by how they begin. Of a beginning that more than ALIKE_MAX share, it is the newest
    of those among the newest ALIKE_MAX orders, and some of the others.
    """
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
    channels, arm_max = (None, SEARCH_MAX) if by.channel_ids is None else (list(by.channel_ids), ALIKE_MAX)
    found = await records(_SEARCH, text, number, channels, SEARCH_MAX, ALIKE_MAX, arm_max)
    return [row["id"] for row in found]
