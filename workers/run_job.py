"""Run jobs: claim their rows, do their work with a living lease, close the rows."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from uuid import UUID

import structlog

from domain.jobs.claim import ClaimedJob, claim, extend_lease, fail, finish
from domain.jobs.kinds import JobKind
from domain.shared.clock import utc_now
from domain.shared.settings import Settings
from workers.handling import SomeFailed, Work
from workers.jobs.registry import AFTER_A_FAULT, APART, HANDLERS, whom
from workers.metrics import JOBS
from workers.outside.client import Outside

log = structlog.stdlib.get_logger("forebay.worker")

# Longer than any round; one that hangs is cut off here.
ROUND_TIMEOUT_S = 300
JOBS_MAX = 1_000
# Of one kind in a process. Who does not answer has one until the time is out, and is then left alone for a while.
APART_MAX = 16


class JobRunner:
    """Runs one worker process's jobs, a round of each kind at a time, as tasks of `rounds`.

    A round takes everything of its kind that waits, so a second one beside it in the same process
    would only compete for it. A job that comes meanwhile stays in the table and is taken next.

    Kinds that speak to somebody outside have a round for each of these instead: who is slow keeps nobody else waiting.
    """

    def __init__(
        self,
        settings: Settings,
        outside: Outside,
        rounds: asyncio.TaskGroup,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings = settings
        self._outside = outside
        self._rounds = rounds
        self._now = now
        self._at_work: dict[JobKind, set[str]] = defaultdict(set)  # by `whom`
        self._beginning: dict[JobKind, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def begin(self, kind: JobKind) -> None:
        """Begin rounds for the jobs of `kind` that wait, as far as there is room, and leave the others in the table.

        A failure goes back to the table with its error.
        """
        name, at_work = APART.get(kind), self._at_work[kind]
        async with self._beginning[kind]:  # one after the other, so that nobody is given two rounds
            while room := (APART_MAX if name else 1) - len(at_work):
                jobs = await claim(
                    kind,
                    jobs_max=room if name else JOBS_MAX,
                    name=name,
                    but=at_work,
                    lease_s=self._settings.job_lease_s,
                    now=self._now(),
                )
                if not jobs:
                    return
                for one, theirs in _by_whom(kind, jobs).items():
                    at_work.add(one)
                    self._rounds.create_task(self._one(kind, one, theirs))

    async def _one(self, kind: JobKind, one: str, jobs: Sequence[ClaimedJob]) -> None:
        try:
            try:
                await self._round(kind, one, jobs)
            finally:
                self._at_work[kind].discard(one)
            await self.begin(kind)  # what has come meanwhile
        except Exception:
            log.exception("jobs could not be closed; their leases run out", kind=kind, jobs=len(jobs))

    async def _round(self, kind: JobKind, one: str, jobs: Sequence[ClaimedJob]) -> None:
        work = Work(
            payloads=[job.payload for job in jobs],
            settings=self._settings,
            outside=self._outside,
            now=self._now,
        )
        try:
            async with asyncio.timeout(ROUND_TIMEOUT_S), self._kept(jobs):
                await HANDLERS[kind](work)
        except Exception as fault:
            log.exception("round failed", kind=kind, jobs=len(jobs))
            await self._put_back(kind, jobs, fault)
            if kind in AFTER_A_FAULT:
                await AFTER_A_FAULT[kind](UUID(one), self._now())
        else:
            await self._finish(kind, jobs)

    async def _finish(self, kind: JobKind, jobs: Sequence[ClaimedJob]) -> None:
        await finish(jobs)
        JOBS.labels(kind, "done").inc(len(jobs))

    async def _put_back(self, kind: JobKind, jobs: Sequence[ClaimedJob], fault: Exception) -> None:
        """All of them, unless the fault says which; then the others are done."""
        faults = [(job, fault.of(job.payload) if isinstance(fault, SomeFailed) else fault) for job in jobs]
        await self._finish(kind, [job for job, own in faults if own is None])
        for job, own in faults:
            if own is not None:
                await self._fail(job, own)

    async def _fail(self, job: ClaimedJob, fault: Exception) -> None:
        state = await fail(job, repr(fault), attempts_max=self._settings.job_attempts_max, now=self._now())
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
            try:
                await extend_lease(jobs, lease_s=lease_s, now=self._now())
            except Exception as fault:  # noqa: BLE001 -- the lease lasts for two more tries, and the work goes on
                log.warning("a lease could not be extended", jobs=len(jobs), fault=repr(fault))


def _by_whom(kind: JobKind, jobs: Sequence[ClaimedJob]) -> dict[str, list[ClaimedJob]]:
    by = defaultdict[str, list[ClaimedJob]](list)
    for job in jobs:
        by[whom(kind, job.payload)].append(job)
    return by
