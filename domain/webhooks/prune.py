"""Forget deliveries that are too old to ask about, with their log."""

from datetime import datetime

from domain.shared.database import execute


async def prune_deliveries(*, before: datetime) -> int:
    """Delete what is settled and was created earlier than `before`; how many there were."""
    return await execute(
        "DELETE FROM webhook_deliveries WHERE created_at < $1 AND state <> 'PENDING'", before
    )
