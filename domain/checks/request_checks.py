"""Ask for checks to be run by a worker: by hand, or because it is time."""

from collections.abc import Collection
from datetime import datetime, timedelta

from domain.checks.models import CheckRun
from domain.checks.reading import runs_by_check
from domain.checks.run_checks import CHECKS
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.actor import Actor, Scope
from domain.shared.database import fetch_value, transactional
from domain.shared.refusal import InvalidInput

# A check may take this part of all time, whatever it costs: one of 10 s runs every three hours.
SHARE = 0.001
LONGEST = timedelta(days=1)
# What is broken is looked at again five times as often: liveness comes right by itself.
SOONER = 5
_UNDER_WAY = "SELECT EXISTS (SELECT FROM jobs WHERE kind = 'RUN_CHECKS' AND state <> 'DEAD')"


@transactional
async def request_checks(names: Collection[str] | None, *, by: Actor, now: datetime) -> None:
    """Have the checks of these names run; None: all.

    Raises:
        NotAllowed: it is not for `by` to ask.
        InvalidInput: there is no such check.
    """
    by.require_everywhere(Scope.ADMIN)
    known = [check.name for check in CHECKS]
    for at, name in enumerate(names or ()):
        if name not in known:
            raise InvalidInput("There is no such check.", field=f"names[{at}]")
    await _enqueue(known if names is None else names, now)


@transactional
async def enqueue_due_checks(*, every: timedelta, now: datetime) -> int:
    """Have those run whose time has come, unless a run is under way; how many. The relay calls this."""
    if await fetch_value(_UNDER_WAY):
        return 0
    runs = await runs_by_check()
    due = [
        check.name for check in CHECKS if check.name not in runs or _due_at(runs[check.name][0], every) <= now
    ]
    if due:
        await _enqueue(due, now)
    return len(due)


def _due_at(run: CheckRun, every: timedelta) -> datetime:
    pause = max(every, timedelta(seconds=run.seconds / SHARE))
    return run.at + min(pause / SOONER if run.violations else pause, LONGEST)


async def _enqueue(names: Collection[str], now: datetime) -> None:
    await enqueue(JobKind.RUN_CHECKS, {"names": sorted(names), "asked_at": now.isoformat()}, now=now)
