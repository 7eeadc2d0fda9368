"""Forget the files and errors of imports that ended long ago, and uploads that were given up."""

from datetime import datetime

from domain.shared.database import execute, transactional

_ABANDON = """
    UPDATE imports SET state = 'CANCELLED', code = 'ABANDONED', error = 'Its upload was not finished.', ended_at = $2,
        updated_at = $2
    WHERE state = 'UPLOADING' AND updated_at < $1
"""
_PRUNE = """
    WITH old AS (
        UPDATE imports SET pruned_at = $2 WHERE pruned_at IS NULL AND ended_at < $1 RETURNING id
    ), pieces AS (DELETE FROM import_pieces WHERE import_id IN (SELECT id FROM old))
    DELETE FROM import_errors WHERE import_id IN (SELECT id FROM old)
"""


@transactional
async def prune_imports(*, before: datetime, now: datetime) -> None:
    """What ended before `before`, or was left in the middle of its upload."""
    await execute(_ABANDON, before, now)
    await execute(_PRUNE, before, now)
