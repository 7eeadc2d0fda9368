"""Release a wave: people begin to pick all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.events.kinds import EventKind
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.step import LockedFulfilment, lock, lock_each, step
from domain.fulfilment.waves.lock_wave import LockedWave, lock_wave, members_of
from domain.fulfilment.waves.models import WaveState
from domain.fulfilment.waves.refusals import NothingToPick
from domain.shared.actor import Actor
from domain.shared.database import execute, transactional

_RELEASE = "UPDATE waves SET state = 'RELEASED', released_at = $2, released_by = $3 WHERE id = $1"
_LEAVE_OUT = """
    UPDATE wave_members SET left_at = $3, left_by = $4, left_because = 'NOT_PICKABLE'
    WHERE wave_id = $1 AND fulfilment_order_id = ANY($2::uuid[])
"""
_TO_START = frozenset({FulfilmentState.OPEN, FulfilmentState.ACCEPTED})
_UNDER_WAY = frozenset({FulfilmentState.PICKING, FulfilmentState.PACKED})
_GONE = frozenset({FulfilmentState.SHIPPED, FulfilmentState.DELIVERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedWave:
    """What could not be picked any more, and is in the wave no longer."""

    left_out: tuple[UUID, ...]


@transactional
async def release_wave(wave_id: UUID, *, by: Actor, now: datetime) -> ReleasedWave:
    """Move the wave's OPEN and ACCEPTED fulfilment orders to PICKING, and it to RELEASED.

    What is on hold, cancelled, rejected or has moved to another warehouse meanwhile leaves the wave. What
    somebody has begun by itself stays in it as it is.

    Raises:
        UnknownWave: there is none.
        WrongWaveState: it is not OPEN.
        NothingToPick: nothing is left in it.
    """
    # orders before the wave, as everybody else; waves only get smaller, so no member is missed
    locked = {member.id: member for member in await lock(await members_of(wave_id))}
    wave = await lock_wave(wave_id, allowed={WaveState.OPEN})
    members = [locked[id_] for id_ in await members_of(wave_id)]

    here = [member for member in members if member.warehouse_id == wave.warehouse_id]
    picked = [member for member in here if member.state in _TO_START]
    staying = [member for member in here if member.state in _TO_START | _UNDER_WAY | _GONE]
    if not any(member.state not in _GONE for member in staying):
        raise NothingToPick(f"Nothing of wave {wave.number} can be picked any more; cancel it.", field="id")

    await execute(_RELEASE, wave.id, now, by.name)
    await _start(wave, picked, by=by, now=now)
    kept = {member.id for member in staying}
    left_out = tuple(member.id for member in members if member.id not in kept)
    await execute(_LEAVE_OUT, wave.id, list(left_out), now, by.name)
    return ReleasedWave(left_out=left_out)


async def _start(wave: LockedWave, members: Sequence[LockedFulfilment], *, by: Actor, now: datetime) -> None:
    """Accept what is OPEN, and pick all of it."""
    told = {member.id: {"wave": wave.number} for member in members}
    fresh = [member for member in members if member.state == FulfilmentState.OPEN]
    await step(fresh, FulfilmentState.ACCEPTED, EventKind.FULFILMENT_ACCEPTED, by=by, now=now, payloads=told)
    accepted, _ = await lock_each([member.id for member in members], FulfilmentState.PICKING, by=by)
    await step(accepted, FulfilmentState.PICKING, EventKind.FULFILMENT_PICKING, by=by, now=now, payloads=told)
