"""Dead letters: jobs that failed too often; a person lists, replays or discards them."""

from datetime import datetime
from uuid import UUID

from domain.jobs.models import Job
from domain.shared.database import execute
from domain.shared.refusal import NotFound

_REPLAY = """
    UPDATE jobs SET state = 'WAITING', attempts = 0, run_after = $2, pushed_at = NULL
    WHERE id = $1 AND state = 'DEAD'
"""


class UnknownDeadJob(NotFound):
    """There is no dead job with this id; perhaps somebody replayed it already."""

    code = "UNKNOWN_DEAD_JOB"


async def replay_job(job_id: UUID, *, now: datetime) -> None:
    """Let a dead job run again, with all its attempts.

    Raises:
        UnknownDeadJob: there is none, or it is not dead.
    """
    if not await execute(_REPLAY, job_id, now):
        raise UnknownDeadJob(f"No dead job {job_id}.", field="id")


async def discard_job(job_id: UUID) -> None:
    """Give a dead job up for good.

    Raises:
        UnknownDeadJob: there is none, or it is not dead.
    """
    if not await Job.filter(id=job_id, state="DEAD").delete():
        raise UnknownDeadJob(f"No dead job {job_id}.", field="id")
