"""Create a wave: the most urgent of what a warehouse has to pick."""

from datetime import datetime
from uuid import UUID

from domain.fulfilment.waves.plan_waves import PlanWaves, plan_waves
from domain.fulfilment.waves.refusals import NothingDue
from domain.shared.actor import Actor
from domain.shared.database import transactional


@transactional
async def create_wave(ask: PlanWaves, *, by: Actor, now: datetime) -> UUID:
    """Make one OPEN wave of what is due first; its id.

    Raises:
        InvalidWave, UnknownWarehouse, UnknownChannel: as `plan_waves`.
        NothingDue: there is nothing to put into it.
    """
    planned = await plan_waves(ask, by=by, now=now, waves_max=1)
    if not planned.ids:
        raise NothingDue("Nothing that is in no wave yet is due by then and passes the filters.")
    return planned.ids[0]
