"""Deliver: the parcel has arrived."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.events.kinds import EventKind
from domain.events.record import OrderEvent, record
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.lines import lines_of
from domain.fulfilment.step import Refused, all_or_none, lock_each, step
from domain.shared.actor import Actor
from domain.shared.database import execute, records, statement, transactional

_DELIVER = statement(__file__, "deliver.sql")
_ARRIVED = "UPDATE fulfilment_orders SET delivered_at = $2, state = 'DELIVERED' WHERE id = ANY($1::uuid[])"
_NEXT_VERSION = "UPDATE orders SET version = version + 1 WHERE id = ANY($1::uuid[]) RETURNING id, version"


@transactional
async def deliver_each(ids: Sequence[UUID], *, by: Actor, now: datetime) -> Refused:
    """Move SHIPPED fulfilment orders to DELIVERED; those that cannot be are refused, as `lock_each` does.

    An order whose last unit arrives by it is COMPLETED.
    """
    fulfilments, refused = await lock_each(ids, FulfilmentState.DELIVERED, by=by)
    if not fulfilments:
        return refused
    arrived = [fulfilment.id for fulfilment in fulfilments]
    lines = await lines_of(arrived)

    await execute(_ARRIVED, arrived, now)
    completed = await records(
        _DELIVER,
        [line.order_line_id for line in lines],
        [line.order_id for line in lines],
        [line.quantity for line in lines],
    )
    await step(fulfilments, FulfilmentState.DELIVERED, EventKind.FULFILMENT_DELIVERED, by=by, now=now)
    versions = await records(_NEXT_VERSION, [row["id"] for row in completed])
    await record(
        [
            OrderEvent(order_id=row["id"], version=row["version"], kind=EventKind.ORDER_COMPLETED)
            for row in versions
        ],
        by=by,
        now=now,
    )
    return refused


deliver = all_or_none(deliver_each)
