"""Run one job: claim its row, do its work with a living lease, close the row."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import structlog

from domain.jobs.claim import ClaimedJob, claim, claim_siblings, extend_lease, fail, finish
from domain.shared.settings import Settings
from workers.handling import Work
from workers.jobs.registry import HANDLERS
from workers.metrics import JOBS

log = structlog.stdlib.get_logger("forebay.worker")


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRunner:
    """What a worker process needs for its jobs."""

    settings: Settings
    now: Callable[[], datetime] = utc_now

    async def run(self, job_id: UUID, epoch: int) -> None:
        """Do the job if it still waits at `epoch`, together with all others of its kind.

        A failure goes back to the table with its error; it never reaches arq, which would forget it.
        """
        lease_s = self.settings.job_lease_s
        job = await claim(job_id, epoch, lease_s=lease_s, now=self.now())
        if job is None:
            return
        jobs = [job, *await claim_siblings(job.kind, lease_s=lease_s, now=self.now())]
        try:
            async with self._kept(jobs):
                payloads = [each.payload for each in jobs]
                await HANDLERS[job.kind](Work(payloads=payloads, settings=self.settings, now=self.now))
        except Exception as fault:
            log.exception("job failed", kind=job.kind, attempts=job.attempts)
            await self._put_back(jobs, fault)
        else:
            await finish(jobs)
            JOBS.labels(job.kind, "done").inc(len(jobs))

    async def _put_back(self, jobs: Sequence[ClaimedJob], fault: Exception) -> None:
        for job in jobs:
            state = await fail(job, repr(fault), attempts_max=self.settings.job_attempts_max, now=self.now())
            JOBS.labels(job.kind, "dead" if state == "DEAD" else "failed").inc()

    @asynccontextmanager
    async def _kept(self, jobs: Sequence[ClaimedJob]) -> AsyncIterator[None]:
        """Extend the leases while the block runs."""
        keeper = asyncio.create_task(self._extend(jobs))
        try:
            yield
        finally:
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper

    async def _extend(self, jobs: Sequence[ClaimedJob]) -> None:
        lease_s = self.settings.job_lease_s
        while True:
            await asyncio.sleep(lease_s / 3)
            await extend_lease(jobs, lease_s=lease_s, now=self.now())
