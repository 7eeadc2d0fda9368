"""RUN_CHECKS: run the checks that were asked for, one after the other, keeping each result at once."""

import time
from datetime import datetime, timedelta

from domain.checks.run_stored import run_stored
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from workers.handling import Work

# A round is cut off after `JOB_TIMEOUT_S`; what is begun within this time has enough left.
BEGIN_WITHIN_S = 120


async def run_checks(work: Work) -> None:
    """Run what has not run since it was asked for. What would be begun too late gets a round of its own."""
    names = sorted({name for payload in work.payloads for name in payload["names"]})
    asked_at = max(datetime.fromisoformat(payload["asked_at"]) for payload in work.payloads)
    limit = timedelta(seconds=work.settings.check_timeout_s)
    began = time.monotonic()
    while await run_stored(names, asked_at=asked_at, limit=limit, now=work.now()):
        if time.monotonic() - began > BEGIN_WITHIN_S:
            payload = {"names": names, "asked_at": asked_at.isoformat()}
            await enqueue(JobKind.RUN_CHECKS, payload, now=work.now())
            return
