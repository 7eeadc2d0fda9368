"""Add jobs for rows of work that no job speaks for any more: what was lost by hand, or by a fault of ours."""

from datetime import datetime, timedelta
from typing import LiteralString

from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.database import records

# Longer than between two steps of a row that is being worked on.
QUIET = timedelta(seconds=30)
_UNSPOKEN_FOR = """
    UPDATE {table} SET updated_at = $1
    WHERE id IN (SELECT id FROM {table} w WHERE state IN ('WAITING', 'RUNNING') AND updated_at < $2 AND NOT EXISTS
                    (SELECT FROM jobs WHERE kind = $3 AND payload ->> $4 = w.id::text)
                 ORDER BY id LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING id
"""


async def enqueue_unspoken(kind: JobKind, *, table: LiteralString, named: str, now: datetime) -> int:
    """A job of `kind` for each row of `table` that waits or runs, has been quiet, and has none; how many.

    The table has `id`, `state` and `updated_at`; jobs name the row's id under `named`. Joins the caller's transaction.
    Two relays do not add two: the row that the first one touched is quiet no more. A row whose job is dead is left
    alone, since it would only fail again.
    """
    rows = await records(_UNSPOKEN_FOR.format(table=table), now, now - QUIET, kind, named)
    for row in rows:
        await enqueue(kind, {named: str(row["id"])}, now=now)
    return len(rows)
