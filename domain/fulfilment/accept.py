"""Accept: the warehouse takes the fulfilment order on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.events.kinds import EventKind
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.step import Refused, all_or_none, lock_each, step
from domain.shared.actor import Actor
from domain.shared.database import transactional


@transactional
async def accept_each(ids: Sequence[UUID], *, by: Actor, now: datetime) -> Refused:
    """Move OPEN fulfilment orders to ACCEPTED; those that cannot be moved are refused, as `lock_each` does."""
    fulfilments, refused = await lock_each(ids, FulfilmentState.ACCEPTED, by=by)
    await step(fulfilments, FulfilmentState.ACCEPTED, EventKind.FULFILMENT_ACCEPTED, by=by, now=now)
    return refused


accept = all_or_none(accept_each)
