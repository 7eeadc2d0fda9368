"""Ask for a re-evaluation of all open orders: by hand, or because it is time."""

from datetime import datetime, timedelta
from uuid import UUID

from domain.jobs.enqueue import enqueue
from domain.jobs.give_up import give_up
from domain.jobs.kinds import JobKind
from domain.shared.actor import Actor
from domain.shared.database import fetch_value, transactional
from domain.shared.ids import new_id

_ADD = """
    INSERT INTO sourcing_reevaluations (id, state, created_at, created_by) VALUES ($1, 'WAITING', $2, $3)
    ON CONFLICT (state) WHERE state = 'WAITING' DO NOTHING RETURNING id
"""
_WAITING = "SELECT id FROM sourcing_reevaluations WHERE state = 'WAITING'"
_DUE = """
    SELECT NOT EXISTS (SELECT FROM sourcing_reevaluations WHERE state IN ('WAITING', 'RUNNING') OR created_at > $1)
"""


@transactional
async def request_reevaluation(*, by: Actor, now: datetime) -> UUID:
    """Have all open orders planned anew by a worker; the run's id. One that waits already is the same."""
    while True:
        added: UUID | None = await fetch_value(_ADD, new_id(), now, by.name)
        if added is not None:
            await enqueue(JobKind.REEVALUATE, {"reevaluation_id": str(added)}, now=now)
            return added
        waiting: UUID | None = await fetch_value(_WAITING)
        if waiting is not None:  # else a worker has just taken it up
            return waiting


@transactional
async def reevaluate_in_time(*, every: timedelta, by: Actor, now: datetime) -> bool:
    """Ask for one if the last one is as long ago; whether it was. The relay's sweep calls this."""
    await give_up("sourcing_reevaluations", JobKind.REEVALUATE, "reevaluation_id", now=now)
    due: bool = await fetch_value(_DUE, now - every)
    if due:
        await request_reevaluation(by=by, now=now)
    return due
