"""Wake waiting orders that no job speaks for any more."""

from datetime import datetime

from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.database import execute, fetch_value, transactional

_UNSPOKEN_FOR = """
    SELECT EXISTS (SELECT FROM orders WHERE sourcing = 'WAITING')
       AND NOT EXISTS (SELECT FROM jobs WHERE kind = 'ALLOCATE' AND state <> 'DEAD')
"""

_IN_TIME = """
    UPDATE orders SET sourcing = 'WAITING', source_again_at = NULL
    WHERE id IN (SELECT id FROM orders WHERE source_again_at <= $1 AND sourcing = 'BACKORDERED'
                 ORDER BY source_again_at LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED)
"""


@transactional
async def wake_waiting(*, now: datetime) -> bool:
    """Add an ALLOCATE job if orders wait and there is none; whether it was needed.

    An allocation round passes over an order that somebody has locked at that moment, to ship
    another part of it, say, and may be the last round for a while. Backorders that time alone may fill,
    because another day has room then, wait again from their time on; so do those that are cancelled if this last
    look fills nothing. The relay's sweep calls this.
    """
    await wake_in_time(now=now)
    unspoken_for: bool = await fetch_value(_UNSPOKEN_FOR)
    if unspoken_for:
        await enqueue(JobKind.ALLOCATE, now=now)
    return unspoken_for


async def wake_in_time(*, now: datetime) -> None:
    """Let backorders wait for sourcing whose time to be looked at again has come."""
    await execute(_IN_TIME, now)
