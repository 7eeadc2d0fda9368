"""Forget idempotency keys that are too old to be repeated."""

from datetime import datetime

from domain.shared.database import execute


async def prune_idempotency_records(*, before: datetime) -> int:
    """Delete what was recorded before `before`; the number of records."""
    return await execute("DELETE FROM idempotency_records WHERE created_at < $1", before)
