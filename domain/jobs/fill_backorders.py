"""Ask for the backorders of some variants to be looked at again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind

VARIANTS_A_JOB_MAX = 1_000


async def fill_backorders(variant_ids: Sequence[UUID], *, now: datetime) -> None:
    """Add the jobs that wake the orders waiting for units of these variants."""
    for start in range(0, len(variant_ids), VARIANTS_A_JOB_MAX):
        wanted = variant_ids[start : start + VARIANTS_A_JOB_MAX]
        await enqueue(JobKind.FILL_BACKORDERS, {"variant_ids": [str(v) for v in wanted]}, now=now)
