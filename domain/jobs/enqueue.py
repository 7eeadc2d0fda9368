"""Ask for something to be done later, in the transaction that makes it necessary."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain.jobs.kinds import JobKind
from domain.shared.database import execute
from domain.shared.ids import new_id

_ENQUEUE = """
    INSERT INTO jobs (id, kind, payload, state, run_after, created_at)
    VALUES ($1, $2, $3::jsonb, 'WAITING', $4, $5)
"""
_CALL = """
    INSERT INTO jobs (id, kind, payload, state, run_after, created_at)
    SELECT $1, $2, '{}', 'WAITING', $3, $3
    WHERE (SELECT count(*) FROM (SELECT FROM jobs WHERE kind = $2 AND state = 'WAITING' LIMIT $4) w) < $4
"""
_CALLS_MAX = 4


async def enqueue(
    kind: JobKind,
    payload: Mapping[str, Any] | None = None,
    *,
    now: datetime,
    run_after: datetime | None = None,
) -> UUID:
    """Add a job; a worker is woken for it soon after the transaction commits.

    Redis is not touched here: if it is away, the job waits in the table.
    """
    job_id = new_id()
    await execute(_ENQUEUE, job_id, kind, orjson.dumps(payload or {}).decode(), run_after or now, now)
    return job_id


async def call_for_help(kind: JobKind, *, now: datetime) -> None:
    """Add a job without a payload, unless some of `kind` wait already, which do as well.

    For who goes on with the work anyway: there are several, since who is at it already takes no notice of a wake-up.
    """
    await execute(_CALL, new_id(), kind, now, _CALLS_MAX)
