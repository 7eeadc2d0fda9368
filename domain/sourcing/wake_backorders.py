"""Wake backorders: stock has arrived, so the orders that wait for it are sourced again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.database import execute, fetch_value, statement, transactional

_WAKE = statement(__file__, "wake_backorders.sql")
_LATELY_FREED = statement(__file__, "lately_freed.sql")


@transactional
async def wake_backorders(variant_ids: Sequence[UUID], *, now: datetime) -> int:
    """Let the backorders that free units of these variants may serve wait for allocation again.

    Idempotent; returns how many orders were woken.
    """
    woken = await execute(_WAKE, list(variant_ids))
    if woken:
        await enqueue(JobKind.ALLOCATE, now=now)
    return woken


@transactional
async def wake_forgotten_backorders(*, now: datetime, within: timedelta) -> int:
    """As `wake_backorders`, for every variant of which units became free within this time.

    A safety net: units that arrive at a warehouse that never had the variant, just while the order
    is being decided, are seen by neither side.
    """
    variant_ids = await fetch_value(_LATELY_FREED, now - within)
    return await wake_backorders(variant_ids, now=now) if variant_ids else 0
