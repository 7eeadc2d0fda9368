"""Run checks one by one on a system at work, and keep what came out.

Each has a transaction and a snapshot of its own, a time limit, and no helpers: it takes at most one core, and holds
back the clean-up of dead rows no longer than its own time. What follows from the other checks it does not say.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

import asyncpg

from domain.checks.models import CheckRun
from domain.checks.run_checks import CHECKS, Check, CheckResult, run_check
from domain.shared.database import execute, fetch_value, transaction
from domain.shared.ids import new_id

RUNS_KEPT = 20
_BOUNDED = """
    SET TRANSACTION READ ONLY;
    SET LOCAL work_mem = '64MB';
    SET LOCAL max_parallel_workers_per_gather = 0;
    SET LOCAL statement_timeout = {limit_ms};
"""
_DONE_SINCE = "SELECT max(at) >= $2 FROM check_runs WHERE name = $1"
_FORGET = """
    DELETE FROM check_runs WHERE id IN (SELECT id FROM check_runs WHERE name = $1 ORDER BY at DESC, id DESC OFFSET $2)
"""


async def run_stored(
    names: Collection[str], *, asked_at: datetime, limit: timedelta, now: datetime
) -> CheckRun | None:
    """Run the first of these checks that has not run since `asked_at`, and keep its result; None: all have."""
    for check in CHECKS:
        if check.name in names and not await fetch_value(_DONE_SINCE, check.name, asked_at):
            return await _run(check, limit=limit, now=now)
    return None


async def _run(check: Check, *, limit: timedelta, now: datetime) -> CheckRun:
    try:
        async with transaction():
            await execute(_BOUNDED.format(limit_ms=int(limit.total_seconds() * 1000)))
            found = await run_check(check, now=now)
    except asyncpg.QueryCanceledError:
        return await _store(check, now, None, limit.total_seconds())
    return await _store(check, now, found, found.seconds)


async def _store(check: Check, now: datetime, found: CheckResult | None, seconds: float) -> CheckRun:
    error = None if found else f"It did not end within {seconds:g} seconds."
    run = await CheckRun.create(
        id=new_id(),
        name=check.name,
        kind=check.kind,
        at=now,
        seconds=seconds,
        violations=found.number if found else None,
        samples=list(found.violations) if found else [],
        error=error,
    )
    await execute(_FORGET, check.name, RUNS_KEPT)
    return run
