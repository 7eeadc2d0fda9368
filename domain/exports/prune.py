"""Forget the files of exports that have expired; a little at a time, since they may be large."""

from datetime import datetime, timedelta
from typing import Final

from domain.shared.database import execute, records

# Whoever began to download before a link expired may finish.
GRACE: Final = timedelta(hours=1)
PIECES_MAX: Final = 200
_EXPIRED = """
    SELECT id FROM exports WHERE pruned_at IS NULL AND ended_at IS NOT NULL AND (state <> 'DONE' OR expires_at < $1)
"""
_FORGET = """
    DELETE FROM export_pieces WHERE (export_id, assembled, start) IN (
        SELECT export_id, assembled, start FROM export_pieces WHERE export_id = $1 LIMIT $2)
"""
_PRUNED = "UPDATE exports SET pruned_at = $2 WHERE id = $1 AND pruned_at IS NULL"


async def prune_exports(*, now: datetime) -> None:
    """What has expired, or was cancelled, or has failed. Two at once do no harm."""
    for row in await records(_EXPIRED, now - GRACE):
        while await execute(_FORGET, row["id"], PIECES_MAX):
            pass
        await execute(_PRUNED, row["id"], now)
