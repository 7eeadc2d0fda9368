"""Lock a wave for a change. After orders, levels and days: the waves' rows are the last lock."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from uuid import UUID

from domain.fulfilment.waves.models import WaveState
from domain.fulfilment.waves.refusals import UnknownWave, WrongWaveState
from domain.shared.database import fetch_one, records

_LOCK = "SELECT id, number, warehouse_id, state FROM waves WHERE id = $1 FOR NO KEY UPDATE"
_MEMBERS = """
    SELECT fulfilment_order_id AS id FROM wave_members WHERE wave_id = $1 AND left_at IS NULL ORDER BY position
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedWave:
    """What decisions about a wave need to know."""

    id: UUID
    number: int
    warehouse_id: UUID
    state: str


async def lock_wave(wave_id: UUID, *, allowed: AbstractSet[WaveState]) -> LockedWave:
    """The wave, locked until the transaction ends.

    Raises:
        UnknownWave: there is none.
        WrongWaveState: it is in none of the `allowed` states.
    """
    wave = await fetch_one(_LOCK, LockedWave, wave_id)
    if wave is None:
        raise UnknownWave("There is no such wave.", field="id")
    if wave.state not in allowed:
        raise WrongWaveState(number=wave.number, state=wave.state, allowed=allowed)
    return wave


async def members_of(wave_id: UUID) -> list[UUID]:
    """The fulfilment orders that are in the wave now."""
    return [row["id"] for row in await records(_MEMBERS, wave_id)]
