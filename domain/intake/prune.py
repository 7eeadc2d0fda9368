"""Forget messages that are old: they hold personal data, and refused ones anybody may send."""

from datetime import datetime

from domain.shared.database import execute, transactional

BATCH_MAX = 2_000
_PRUNE = """
    DELETE FROM inbound_messages WHERE id IN (
        SELECT id FROM inbound_messages WHERE received_at < $1 AND outcome NOT IN ('RECEIVED', 'FETCHING')
        ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)
"""


@transactional
async def prune_messages(*, before: datetime) -> int:
    """Delete up to BATCH_MAX messages that came before then and are done with; their number.

    An order keeps what it is. Its next statement is compared with the order itself where the one before is gone.
    """
    return await execute(_PRUNE, before, BATCH_MAX)
