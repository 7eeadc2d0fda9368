"""Start picking: somebody walks to the shelves; from here on the order is not moved elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.events.kinds import EventKind
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.step import Refused, all_or_none, lock_each, step
from domain.shared.actor import Actor
from domain.shared.database import transactional


@transactional
async def start_picking_each(ids: Sequence[UUID], *, by: Actor, now: datetime) -> Refused:
    """Move ACCEPTED fulfilment orders to PICKING; those that cannot be moved are refused, as `lock_each` does."""
    fulfilments, refused = await lock_each(ids, FulfilmentState.PICKING, by=by)
    await step(fulfilments, FulfilmentState.PICKING, EventKind.FULFILMENT_PICKING, by=by, now=now)
    return refused


start_picking = all_or_none(start_picking_each)
