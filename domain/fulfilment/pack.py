"""Pack: everything is in the parcel."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.events.kinds import EventKind
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.step import lock_for, step
from domain.shared.actor import Actor
from domain.shared.database import transactional


@transactional
async def pack(ids: Sequence[UUID], *, by: Actor, now: datetime) -> None:
    """Move PICKING fulfilment orders to PACKED, all or none.

    Raises:
        UnknownFulfilmentOrder, WrongState: as `lock_for`.
    """
    fulfilments = await lock_for(ids, FulfilmentState.PACKED, by=by)
    await step(fulfilments, FulfilmentState.PACKED, EventKind.FULFILMENT_PACKED, by=by, now=now)
