"""Start picking: somebody walks to the shelves; from here on the order is not moved elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.events.kinds import EventKind
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.step import lock_for, step
from domain.shared.actor import Actor
from domain.shared.database import transactional


@transactional
async def start_picking(ids: Sequence[UUID], *, by: Actor, now: datetime) -> None:
    """Move ACCEPTED fulfilment orders to PICKING, all or none.

    Raises:
        UnknownFulfilmentOrder, WrongState: as `lock_for`.
    """
    fulfilments = await lock_for(ids, FulfilmentState.PICKING, by=by)
    await step(fulfilments, FulfilmentState.PICKING, EventKind.FULFILMENT_PICKING, by=by, now=now)
