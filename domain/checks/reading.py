"""What came out of checks, and which are about to run."""

from domain.checks.models import CheckRun
from domain.shared.database import records

_ASKED_FOR = """
    SELECT DISTINCT asked.name FROM jobs j
    CROSS JOIN LATERAL jsonb_array_elements_text(j.payload -> 'names') AS asked (name)
    WHERE j.kind = 'RUN_CHECKS' AND j.state <> 'DEAD' AND NOT EXISTS (
        SELECT FROM check_runs r WHERE r.name = asked.name AND r.at >= (j.payload ->> 'asked_at')::timestamptz)
"""


async def runs_by_check() -> dict[str, list[CheckRun]]:
    """The runs that are kept of each check that ever ran, newest first."""
    runs: dict[str, list[CheckRun]] = {}
    for run in await CheckRun.all().order_by("name", "-at", "-id"):
        runs.setdefault(run.name, []).append(run)
    return runs


async def asked_for() -> set[str]:
    """The checks that a worker is to run."""
    return {row["name"] for row in await records(_ASKED_FOR)}
