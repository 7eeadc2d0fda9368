"""The units of fulfilment orders, and what becomes of them at their order lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.shared.database import fetch

_LINES = """
    SELECT l.fulfilment_order_id, f.order_id, f.warehouse_id, l.order_line_id, l.variant_id, l.quantity
    FROM fulfilment_order_lines l JOIN fulfilment_orders f ON f.id = l.fulfilment_order_id
    WHERE l.fulfilment_order_id = ANY($1::uuid[])
    ORDER BY l.fulfilment_order_id, l.order_line_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilmentLine:
    """So many units of an order line, at one warehouse."""

    fulfilment_order_id: UUID
    order_id: UUID
    warehouse_id: UUID
    order_line_id: UUID
    variant_id: UUID
    quantity: int


async def lines_of(fulfilment_order_ids: Sequence[UUID]) -> list[FulfilmentLine]:
    """All lines of these fulfilment orders."""
    return await fetch(_LINES, FulfilmentLine, list(fulfilment_order_ids))
