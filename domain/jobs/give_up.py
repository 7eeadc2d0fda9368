"""Give up what waits for a job that is not there any more."""

from datetime import datetime
from typing import LiteralString

from domain.jobs.kinds import JobKind
from domain.shared.database import execute

_GIVE_UP = """
    UPDATE {table} r
    SET state = 'FAILED', ended_at = $1, error = coalesce(error, 'its worker went away')
    WHERE state IN ('WAITING', 'RUNNING') AND NOT EXISTS (
        SELECT FROM jobs WHERE kind = $2 AND state <> 'DEAD' AND payload->>'{named}' = r.id::text)
"""


async def give_up(table: LiteralString, kind: JobKind, named: LiteralString, *, now: datetime) -> None:
    """Rows whose job died with its worker too often have FAILED: nobody will take them up again.

    The table has `id`, `state` (WAITING, RUNNING, FAILED and others), `error` and `ended_at`; a job names a row under
    `named`.
    """
    await execute(_GIVE_UP.replace("{table}", table).replace("{named}", named), now, kind)
