"""Release an order from its holds; when none is left, it is sourced again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.events.kinds import EventKind
from domain.events.record import OrderEvent, record
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.orders.lock_order import lock_order
from domain.orders.models import HoldReason, OrderHold
from domain.shared.actor import Actor
from domain.shared.database import execute, fetch_value, transactional

_TOUCH = "UPDATE orders SET version = version + 1, updated_at = $2 WHERE id = $1"
_RESUME = """
    UPDATE orders
    SET sourcing = CASE
            WHEN units > units_cancelled + units_allocated + units_shipped
                 OR EXISTS (SELECT FROM reservations r WHERE r.order_id = orders.id) THEN 'WAITING'
            ELSE 'SOURCED' END
    WHERE id = $1
    RETURNING sourcing
"""
_RESUME_FULFILMENT = """
    UPDATE fulfilment_orders SET state = 'OPEN', updated_at = $2 WHERE order_id = $1 AND state = 'ON_HOLD'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOrder:
    """Which hold ends; `reason` None: all of them."""

    order_id: UUID
    reason: HoldReason | None = None
    expected_version: int | None = None


@transactional
async def release_order(ask: ReleaseOrder, *, by: Actor, now: datetime) -> UUID:
    """End the holds; the order's id.

    Idempotent: an order that is not held for this reason stays as it is.

    Raises:
        UnknownOrder, VersionConflict: as `lock_order`.
    """
    order = await lock_order(ask.order_id, by=by, expected_version=ask.expected_version)
    active = OrderHold.filter(order_id=order.id, released_at=None)
    ending = active.filter(reason=ask.reason) if ask.reason else active
    reasons = await ending.order_by("placed_at").values_list("reason", flat=True)
    if not reasons:
        return order.id

    await ending.update(released_at=now, released_by=by.name)
    await execute(_TOUCH, order.id, now)
    if order.is_open and not await active.exists():
        await _resume(order.id, now)
    released = {"reasons": list(reasons)}
    await record(
        [
            OrderEvent(
                order_id=order.id, version=order.version + 1, kind=EventKind.ORDER_RELEASED, payload=released
            )
        ],
        by=by,
        now=now,
    )
    return order.id


async def _resume(order_id: UUID, now: datetime) -> None:
    await execute(_RESUME_FULFILMENT, order_id, now)
    if await fetch_value(_RESUME, order_id) == "WAITING":
        await enqueue(JobKind.ALLOCATE, now=now)
