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
