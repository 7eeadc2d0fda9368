"""Claim a job, finish it, or fail it. The epoch is the fence: an older holder changes nothing.

A job's handler may run twice (a lease that ran out while its holder slept), so handlers are
idempotent; the fence only decides who may close the row.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from domain.jobs.kinds import JobKind
from domain.shared.database import execute, fetch, fetch_value, records

_CLAIM = """
    UPDATE jobs SET state = 'RUNNING', epoch = epoch + 1, attempts = attempts + 1, lease_until = $2
    WHERE id IN (SELECT id FROM jobs WHERE kind = $1 AND state = 'WAITING' AND run_after <= $3
                 AND ($5::text IS NULL OR payload ->> $5 <> ALL ($6::text[]))
                 ORDER BY run_after LIMIT $4 FOR UPDATE SKIP LOCKED)
    RETURNING id, kind, payload::text AS payload, epoch, attempts
"""
_EXTEND = """
    UPDATE jobs SET lease_until = $3 FROM unnest($1::uuid[], $2::int[]) AS held (id, epoch)
    WHERE jobs.id = held.id AND jobs.epoch = held.epoch AND jobs.state = 'RUNNING'
"""
_FINISH = """
    DELETE FROM jobs USING unnest($1::uuid[], $2::int[]) AS done (id, epoch)
    WHERE jobs.id = done.id AND jobs.epoch = done.epoch AND jobs.state = 'RUNNING'
"""
_FAIL = """
    UPDATE jobs
    SET state = CASE WHEN attempts >= $4 THEN 'DEAD' ELSE 'WAITING' END,
        lease_until = NULL, pushed_at = NULL, last_error = $3,
        run_after = $5::timestamptz + least(300, 0.5 * 2 ^ (attempts - 1)) * random() * interval '1 second'
    WHERE id = $1 AND epoch = $2 AND state = 'RUNNING'
    RETURNING state
"""
ERROR_LENGTH_MAX = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedJob:
    """A job in this worker's hands, until its lease ends."""

    id: UUID
    kind: JobKind
    payload: Mapping[str, Any]
    epoch: int
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    id: UUID
    kind: str
    payload: str
    epoch: int
    attempts: int

    def job(self) -> ClaimedJob:
        return ClaimedJob(
            id=self.id,
            kind=JobKind(self.kind),
            payload=orjson.loads(self.payload),
            epoch=self.epoch,
            attempts=self.attempts,
        )


async def claim(
    kind: JobKind,
    *,
    jobs_max: int,
    name: str | None = None,
    but: Collection[str] = (),
    lease_s: int,
    now: datetime,
) -> list[ClaimedJob]:
    """Take up to `jobs_max` jobs of `kind` that wait, the oldest first; with a `name`, those whose payload has none of
    `but` under it.
    """
    until = now + timedelta(seconds=lease_s)
    return [row.job() for row in await fetch(_CLAIM, _Row, kind, until, now, jobs_max, name, list(but))]


async def extend_lease(jobs: Sequence[ClaimedJob], *, lease_s: int, now: datetime) -> int:
    """Keep the jobs for longer; the number of those that were still ours."""
    lease_until = now + timedelta(seconds=lease_s)
    return await execute(_EXTEND, [job.id for job in jobs], [job.epoch for job in jobs], lease_until)


async def finish(jobs: Sequence[ClaimedJob]) -> int:
    """Remove jobs that are done; the number of those that were still ours."""
    return await execute(_FINISH, [job.id for job in jobs], [job.epoch for job in jobs])


async def fail(job: ClaimedJob, error: str, *, attempts_max: int, now: datetime) -> str | None:
    """Put the job back with exponential back-off and full jitter, or to the dead letters.

    Returns its new state, or None when it was no longer ours.
    """
    state: str | None = await fetch_value(
        _FAIL, job.id, job.epoch, error[:ERROR_LENGTH_MAX], attempts_max, now
    )
    return state


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCounts:
    """How many jobs stand where, by kind."""

    kind: str
    state: str
    jobs: int


async def job_counts() -> list[JobCounts]:
    """Jobs by kind and state; the table holds open work only, so this is cheap."""
    rows = await records(
        "SELECT kind, state, count(*) AS jobs FROM jobs GROUP BY kind, state ORDER BY kind, state"
    )
    return [JobCounts(**row) for row in rows]
