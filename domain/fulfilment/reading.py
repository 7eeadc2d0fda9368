"""Fulfilment orders and their lines, as rows."""

from collections.abc import Sequence
from uuid import UUID

from domain.fulfilment.models import FulfilmentOrder
from domain.shared.database import records, statement
from domain.shared.reading import Row, by_key, group, grouped

_LINES = statement(__file__, "read_lines.sql")


async def fulfilment_orders(ids: Sequence[UUID]) -> list[Row | None]:
    """The fulfilment order of each id."""
    return await by_key(FulfilmentOrder, "id", ids)


async def fulfilment_orders_of(order_ids: Sequence[UUID]) -> list[list[Row]]:
    """Each order's fulfilment orders, oldest first."""
    return await grouped(FulfilmentOrder, "order_id", order_ids, "created_at", "id")


async def lines_of(fulfilment_order_ids: Sequence[UUID]) -> list[list[Row]]:
    """Each fulfilment order's lines, in the order of the order."""
    found = await records(_LINES, list(set(fulfilment_order_ids)))
    return group(map(dict, found), "fulfilment_order_id", fulfilment_order_ids)
