"""Work that takes many jobs, one after the other: a row says how far it is, and whether it is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, LiteralString
from uuid import UUID

from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.database import execute, fetch_value, records, transactional

# Longer than between two steps of a row that is being worked on.
QUIET: Final = timedelta(seconds=30)
_LAST_ATTEMPT = """
    SELECT coalesce(max(attempts) >= $3, false) FROM jobs WHERE kind = $1 AND payload ->> '{named}' = ($2::uuid)::text
"""
_FAULTED = """
    UPDATE {table} SET code = 'FAULT', error = $2, updated_at = $3::timestamptz,
        state = CASE WHEN $4 THEN 'FAILED' ELSE state END,
        ended_at = CASE WHEN $4 THEN $3::timestamptz END
    WHERE id = $1 AND state IN ('WAITING', 'RUNNING')
"""
# Its worker went away each time: another try is for somebody who has looked at it.
_GIVE_UP = """
    UPDATE {table} w SET state = 'FAILED', code = 'FAULT', updated_at = $1, ended_at = $1,
        error = coalesce(w.error, j.last_error, 'its worker went away')
    FROM jobs j
    WHERE w.state IN ('WAITING', 'RUNNING') AND j.kind = $2 AND j.state = 'DEAD' AND j.payload ->> '{named}' = w.id::text
      AND NOT EXISTS (SELECT FROM jobs k WHERE k.kind = $2 AND k.state <> 'DEAD' AND k.payload ->> '{named}' = w.id::text)
"""
_UNSPOKEN_FOR = """
    UPDATE {table} SET updated_at = $1
    WHERE id IN (SELECT id FROM {table} w WHERE state IN ('WAITING', 'RUNNING') AND updated_at < $2 AND NOT EXISTS
                    (SELECT FROM jobs WHERE kind = $3 AND payload ->> '{named}' = w.id::text)
                 ORDER BY id LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LongWork:
    """A table of such rows, and the jobs that work on them, which name a row under `named`.

    The table has `id`, `state` (WAITING, RUNNING, FAILED and others), `code`, `error`, `updated_at`, `ended_at`.
    """

    kind: JobKind
    table: LiteralString
    named: LiteralString

    def on(self, query: LiteralString) -> LiteralString:
        return query.replace("{table}", self.table).replace("{named}", self.named)


async def enqueue_turn(of: LongWork, row_id: UUID, *, now: datetime) -> None:
    """Have a worker go on with it."""
    await enqueue(of.kind, {of.named: str(row_id)}, now=now)


async def note_fault(
    of: LongWork, row_id: UUID, fault: Exception, *, attempts_max: int, now: datetime
) -> None:
    """A turn faulted. The job is tried again, from where it was; with its last attempt the row has FAILED."""
    over = await fetch_value(of.on(_LAST_ATTEMPT), of.kind, row_id, attempts_max)
    told = f"{type(fault).__name__}: {fault}"[:1_000].replace("\x00", "�")
    await execute(of.on(_FAULTED), row_id, told, now, over)


@transactional
async def wake_unspoken(of: LongWork, *, now: datetime) -> int:
    """Add a job for each row that waits or runs, has been quiet, and lost its job to a hand or a fault; how many.

    One whose job is dead has FAILED. Two relays do not add two: the row that the first one touched is quiet no more.
    """
    await execute(of.on(_GIVE_UP), now, of.kind)
    rows = await records(of.on(_UNSPOKEN_FOR), now, now - QUIET, of.kind)
    for row in rows:
        await enqueue_turn(of, row["id"], now=now)
    return len(rows)
