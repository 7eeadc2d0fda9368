"""Forget requests to platforms that are too old to ask about."""

from datetime import datetime

from domain.shared.database import execute


async def prune_stock_pushes(*, before: datetime) -> int:
    """Delete the log of pushes sent earlier than `before`; how many there were."""
    return await execute("DELETE FROM stock_pushes WHERE sent_at < $1", before)
