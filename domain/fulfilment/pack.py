"""Pack: everything is in the parcel."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.events.kinds import EventKind
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.step import Refused, all_or_none, lock_each, step
from domain.shared.actor import Actor
from domain.shared.database import transactional


@transactional
async def pack_each(ids: Sequence[UUID], *, by: Actor, now: datetime) -> Refused:
    """Move PICKING fulfilment orders to PACKED; those that cannot be moved are refused, as `lock_each` does."""
    fulfilments, refused = await lock_each(ids, FulfilmentState.PACKED, by=by)
    await step(fulfilments, FulfilmentState.PACKED, EventKind.FULFILMENT_PACKED, by=by, now=now)
    return refused


pack = all_or_none(pack_each)
