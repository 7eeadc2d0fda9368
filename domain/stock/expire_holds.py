"""Expire holds: what was set aside too long is free again."""

from datetime import datetime

from domain.shared.actor import house
from domain.shared.database import transactional
from domain.stock.models import Hold
from domain.stock.move import move
from domain.stock.reasons import StockReason
from domain.stock.release_hold import freeing

BATCH_MAX = 500


@transactional
async def expire_holds(*, now: datetime) -> int:
    """End up to BATCH_MAX holds whose time is over; their number.

    The sweeper repeats it until nothing is left. Holds that somebody is just releasing are skipped.
    """
    due = (
        await Hold.filter(state="ACTIVE", expires_at__lte=now)
        .order_by("expires_at")
        .limit(BATCH_MAX)
        .select_for_update(skip_locked=True)
    )
    if not due:
        return 0
    await Hold.filter(id__in=[hold.id for hold in due]).update(state="EXPIRED", ended_at=now)
    await move([freeing(hold, StockReason.HOLD_EXPIRED) for hold in due], by=house("sweeper"), now=now)
    return len(due)
