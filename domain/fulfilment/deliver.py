"""Deliver: the parcel has arrived."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.events.kinds import EventKind
from domain.events.record import OrderEvent, record
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.lines import lines_of
from domain.fulfilment.step import lock_for, step
from domain.shared.actor import Actor
from domain.shared.database import execute, records, statement, transactional

_DELIVER = statement(__file__, "deliver.sql")
_ARRIVED = "UPDATE fulfilment_orders SET delivered_at = $2, state = 'DELIVERED' WHERE id = ANY($1::uuid[])"
_NEXT_VERSION = "UPDATE orders SET version = version + 1 WHERE id = ANY($1::uuid[]) RETURNING id, version"


@transactional
async def deliver(ids: Sequence[UUID], *, by: Actor, now: datetime) -> None:
    """Move SHIPPED fulfilment orders to DELIVERED, all or none.

    An order whose last unit arrives by it is COMPLETED.

    Raises:
        UnknownFulfilmentOrder, WrongState: as `lock_for`.
    """
    fulfilments = await lock_for(ids, FulfilmentState.DELIVERED, by=by)
    lines = await lines_of(ids)

    await execute(_ARRIVED, list(ids), now)
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
