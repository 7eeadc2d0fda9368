"""Wake intake for messages that no job speaks for any more."""

from datetime import datetime

from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.database import fetch_value, transactional

_UNSPOKEN_FOR = """
    SELECT EXISTS (SELECT FROM inbound_messages WHERE outcome = 'RECEIVED')
       AND NOT EXISTS (SELECT FROM jobs WHERE kind = 'INTAKE' AND state <> 'DEAD')
"""


@transactional
async def wake_intake(*, now: datetime) -> bool:
    """Add an INTAKE job if messages wait and there is none; whether it was needed. The relay's sweep calls it."""
    unspoken_for: bool = await fetch_value(_UNSPOKEN_FOR)
    if unspoken_for:
        await enqueue(JobKind.INTAKE, now=now)
    return unspoken_for
