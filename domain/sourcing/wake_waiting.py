"""Wake waiting orders that no job speaks for any more."""

from datetime import datetime

from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.database import fetch_value, transactional

_UNSPOKEN_FOR = """
    SELECT EXISTS (SELECT FROM orders WHERE sourcing = 'WAITING')
       AND NOT EXISTS (SELECT FROM jobs WHERE kind = 'ALLOCATE' AND state <> 'DEAD')
"""


@transactional
async def wake_waiting(*, now: datetime) -> bool:
    """Add an ALLOCATE job if orders wait and there is none; whether it was needed.

    An allocation round passes over an order that somebody has locked at that moment, to ship
    another part of it, say, and may be the last round for a while. The relay's sweep calls this.
    """
    unspoken_for: bool = await fetch_value(_UNSPOKEN_FOR)
    if unspoken_for:
        await enqueue(JobKind.ALLOCATE, now=now)
    return unspoken_for
