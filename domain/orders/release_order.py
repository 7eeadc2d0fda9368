"""Release orders from their holds; an order of which none is left is sourced again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.events.kinds import EventKind
from domain.events.record import OrderEvent, record
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.orders.lock_order import LockedOrder, lock_order, lock_orders
from domain.orders.models import HoldReason
from domain.orders.refusals import UnknownOrder
from domain.shared.actor import Actor
from domain.shared.database import execute, records, statement, transactional

_END_HOLDS = statement(__file__, "end_holds.sql")
_TOUCH = "UPDATE orders SET version = version + 1, updated_at = $2 WHERE id = ANY ($1::uuid[])"
_RESUME = """
    UPDATE orders
    SET sourcing = CASE
            WHEN units > units_cancelled + units_allocated + units_shipped
                 OR EXISTS (SELECT FROM reservations r WHERE r.order_id = orders.id) THEN 'WAITING'
            ELSE 'SOURCED' END
    WHERE id = ANY ($1::uuid[])
    RETURNING sourcing
"""
_RESUME_FULFILMENT = """
    UPDATE fulfilment_orders SET state = 'OPEN', updated_at = $2
    WHERE order_id = ANY ($1::uuid[]) AND state = 'ON_HOLD'
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
    await _release([order], ask.reason, by=by, now=now)
    return order.id


@transactional
async def release_orders(
    order_ids: Sequence[UUID], reason: HoldReason | None, *, by: Actor, now: datetime
) -> Mapping[UUID, UnknownOrder]:
    """End the holds of many, in as many statements as for one; which orders there are none of that `by` may see.

    Idempotent, as `release_order`.
    """
    locked = [order for order in await lock_orders(order_ids) if by.sees_channel(order.channel_id)]
    await _release(locked, reason, by=by, now=now)
    seen = {order.id for order in locked}
    return {
        asked: UnknownOrder("There is no such order for this key.", field="id")
        for asked in order_ids
        if asked not in seen
    }


async def _release(
    orders: Sequence[LockedOrder], reason: HoldReason | None, *, by: Actor, now: datetime
) -> None:
    rows = await records(_END_HOLDS, [order.id for order in orders], reason, now, by.name)
    ended = {row["order_id"]: row for row in rows}
    touched = [order for order in orders if order.id in ended]
    if not touched:
        return
    await execute(_TOUCH, list(ended), now)
    await _resume([order.id for order in touched if order.is_open and not ended[order.id]["held"]], now)
    events = [
        OrderEvent(
            order_id=order.id,
            version=order.version + 1,
            kind=EventKind.ORDER_RELEASED,
            payload={"reasons": ended[order.id]["reasons"]},
        )
        for order in touched
    ]
    await record(events, by=by, now=now)


async def _resume(order_ids: Sequence[UUID], now: datetime) -> None:
    await execute(_RESUME_FULFILMENT, order_ids, now)
    resumed = await records(_RESUME, order_ids)
    if any(row["sourcing"] == "WAITING" for row in resumed):
        await enqueue(JobKind.ALLOCATE, now=now)
