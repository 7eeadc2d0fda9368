"""Note that a run of an import faulted; it is FAILED once its job is given up."""

from datetime import datetime
from uuid import UUID

from domain.shared.database import execute

_FAULTED = """
    UPDATE imports SET code = 'FAULT', error = $2, updated_at = $3::timestamptz,
        state = CASE WHEN job.over THEN 'FAILED' ELSE state END,
        ended_at = CASE WHEN job.over THEN $3::timestamptz END
    FROM (SELECT coalesce(max(attempts) >= $4, false) AS over FROM jobs
          WHERE kind = 'IMPORT' AND payload->>'import_id' = ($1::uuid)::text) job
    WHERE id = $1 AND state IN ('WAITING', 'RUNNING')
"""


async def import_failed(import_id: UUID, fault: Exception, *, attempts_max: int, now: datetime) -> None:
    """The job is tried again, from the position; with its last attempt the import has FAILED."""
    await execute(
        _FAULTED,
        import_id,
        f"{type(fault).__name__}: {fault}"[:1_000].replace("\x00", "�"),
        now,
        attempts_max,
    )
