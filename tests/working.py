"""What a worker does with the jobs that wait, step by step and at the time that a test says."""

from collections.abc import Callable
from datetime import datetime

from domain.jobs.models import Job
from domain.shared.settings import settings
from tests.factories import OUTSIDE
from workers.handling import Work
from workers.jobs.registry import HANDLERS


async def do_jobs(*kinds: str, now: Callable[[], datetime]) -> None:
    """Do the waiting jobs of these kinds, one kind after the other, each kind in one round."""
    handlers = {str(kind): handler for kind, handler in HANDLERS.items()}
    for kind in kinds:
        rows = await Job.filter(kind=kind)
        await Job.filter(id__in=[row.id for row in rows]).delete()
        if rows:
            payloads = [row.payload for row in rows]
            await handlers[kind](Work(payloads=payloads, settings=settings(), outside=OUTSIDE, now=now))
