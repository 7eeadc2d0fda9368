"""Wake imports that no job speaks for any more, and give up those whose job is dead."""

from datetime import datetime

from domain.jobs.enqueue_unspoken import enqueue_unspoken
from domain.jobs.kinds import JobKind
from domain.shared.database import execute, transactional

# Its worker went away each time: only somebody who looks at it should try again (`resumeImport`).
_GIVE_UP = """
    UPDATE imports i SET state = 'FAILED', code = 'FAULT', error = coalesce(i.error, j.last_error, 'its worker went away'),
        updated_at = $1, ended_at = $1
    FROM jobs j
    WHERE i.state IN ('WAITING', 'RUNNING') AND j.kind = 'IMPORT' AND j.state = 'DEAD' AND j.payload ->> 'import_id' = i.id::text
      AND NOT EXISTS (SELECT FROM jobs k WHERE k.kind = 'IMPORT' AND k.state <> 'DEAD' AND k.payload ->> 'import_id' = i.id::text)
"""


@transactional
async def wake_imports(*, now: datetime) -> int:
    """Add a job for each import that was left without one; how many. The relay's sweep calls it."""
    await execute(_GIVE_UP, now)
    return await enqueue_unspoken(JobKind.IMPORT, table="imports", named="import_id", now=now)
