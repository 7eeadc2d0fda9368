"""Accept: the warehouse takes the fulfilment order on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.events.kinds import EventKind
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.step import lock_for, step
from domain.shared.actor import Actor
from domain.shared.database import transactional


@transactional
async def accept(ids: Sequence[UUID], *, by: Actor, now: datetime) -> None:
    """Move OPEN fulfilment orders to ACCEPTED, all or none.

    Raises:
        UnknownFulfilmentOrder, WrongState: as `lock_for`.
    """
    fulfilments = await lock_for(ids, FulfilmentState.ACCEPTED, by=by)
    await step(fulfilments, FulfilmentState.ACCEPTED, EventKind.FULFILMENT_ACCEPTED, by=by, now=now)
