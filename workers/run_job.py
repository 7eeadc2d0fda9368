"""Run jobs: claim their rows, do their work with a living lease, close the rows."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from uuid import UUID

import structlog

from domain.jobs.claim import ClaimedJob, claim, claim_siblings, extend_lease, fail, finish
from domain.jobs.kinds import JobKind
from domain.shared.clock import utc_now
from domain.shared.settings import Settings
from workers.handling import Work
from workers.jobs.registry import HANDLERS
from workers.metrics import JOBS
from workers.outside.client import Outside

log = structlog.stdlib.get_logger("forebay.worker")


class JobRunner:
    """Runs one worker process's jobs, a round of each kind at a time.

    A round takes everything of its kind that waits, so a second one beside it in the same process
    would only compete for it. A job that comes meanwhile stays in the table and is taken next.
    """

    def __init__(self, settings: Settings, outside: Outside, now: Callable[[], datetime] = utc_now) -> None:
        self._settings = settings
        self._outside = outside
        self._now = now
        self._running: set[JobKind] = set()
        self._asked_again: set[JobKind] = set()

    async def run(self, job_id: UUID, epoch: int, kind: JobKind) -> None:
        """Do the job if it still waits at `epoch`, together with all others of its kind.

        A failure goes back to the table with its error; it never reaches arq, which would forget it.
        """
        if kind in self._running:
            self._asked_again.add(kind)
            return
        self._running.add(kind)
        try:
            lease_s = self._settings.job_lease_s
            job = await claim(job_id, epoch, lease_s=lease_s, now=self._now())
            if job is not None:
                await self._round(kind, [job])
            while kind in self._asked_again:
                self._asked_again.discard(kind)
                await self._round(kind, [])
        finally:
            self._running.discard(kind)

    async def _round(self, kind: JobKind, claimed: Sequence[ClaimedJob]) -> None:
        siblings = await claim_siblings(kind, lease_s=self._settings.job_lease_s, now=self._now())
        jobs = [*claimed, *siblings]
        if not jobs:
            return
        work = Work(
            payloads=[job.payload for job in jobs],
            settings=self._settings,
            outside=self._outside,
            now=self._now,
        )
        try:
            async with self._kept(jobs):
                await HANDLERS[kind](work)
        except Exception as fault:
            log.exception("round failed", kind=kind, jobs=len(jobs))
            await self._put_back(jobs, fault)
        else:
            await finish(jobs)
            JOBS.labels(kind, "done").inc(len(jobs))

    async def _put_back(self, jobs: Sequence[ClaimedJob], fault: Exception) -> None:
        for job in jobs:
            state = await fail(
                job, repr(fault), attempts_max=self._settings.job_attempts_max, now=self._now()
            )
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
        lease_s = self._settings.job_lease_s
        while True:
            await asyncio.sleep(lease_s / 3)
            await extend_lease(jobs, lease_s=lease_s, now=self._now())
