"""Hold an order: nothing new is sourced or handed to a warehouse until it is released."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.events.kinds import EventKind
from domain.events.record import OrderEvent, record
from domain.orders.lock_order import lock_order
from domain.orders.models import HoldReason, OrderHold
from domain.orders.refusals import OrderClosed
from domain.shared.actor import Actor
from domain.shared.database import execute, transactional
from domain.shared.ids import new_id
from domain.shared.text import require_text

_HOLD = "UPDATE orders SET sourcing = 'ON_HOLD', version = version + 1, updated_at = $2 WHERE id = $1"
# What a warehouse has accepted goes its way; only a cancellation stops that.
_HOLD_FULFILMENT = """
    UPDATE fulfilment_orders SET state = 'ON_HOLD', updated_at = $2 WHERE order_id = ANY ($1::uuid[]) AND state = 'OPEN'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOrder:
    """Why the order waits; `expected_version` None: whatever version it is at."""

    order_id: UUID
    reason: HoldReason
    note: str = ""
    expected_version: int | None = None


@transactional
async def hold_order(ask: HoldOrder, *, by: Actor, now: datetime) -> UUID:
    """Put the order on hold; its id.

    Units it has already been promised stay promised. Idempotent per reason: an order held for this
    reason stays as it is.

    Raises:
        InvalidText: the note is too long.
        UnknownOrder, VersionConflict: as `lock_order`.
        OrderClosed: it is cancelled or completed.
    """
    note = require_text(ask.note, field="note")
    order = await lock_order(ask.order_id, by=by, expected_version=ask.expected_version)
    if not order.is_open:
        raise OrderClosed(f"Order {order.number} is {order.state.lower()}.", field="id")
    if await OrderHold.filter(order_id=order.id, reason=ask.reason, released_at=None).exists():
        return order.id

    await OrderHold.create(
        id=new_id(), order_id=order.id, reason=ask.reason, note=note, placed_at=now, placed_by=by.name
    )
    await execute(_HOLD, order.id, now)
    await hold_parcels([order.id], now)
    held = {"reason": ask.reason, "note": note}
    await record(
        [OrderEvent(order_id=order.id, version=order.version + 1, kind=EventKind.ORDER_HELD, payload=held)],
        by=by,
        now=now,
    )
    return order.id


async def hold_parcels(order_ids: Sequence[UUID], now: datetime) -> None:
    """Keep what no warehouse has accepted yet from leaving, until the orders are released."""
    await execute(_HOLD_FULFILMENT, order_ids, now)
