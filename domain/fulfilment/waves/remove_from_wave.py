"""Remove fulfilment orders from a wave: they are handled by themselves, or in a later wave."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.fulfilment.waves.lock_wave import lock_wave
from domain.fulfilment.waves.models import WaveState
from domain.shared.actor import Actor
from domain.shared.database import execute, transactional

_REMOVE = """
    UPDATE wave_members SET left_at = $3, left_by = $4, left_because = 'REMOVED'
    WHERE wave_id = $1 AND fulfilment_order_id = ANY($2::uuid[]) AND left_at IS NULL
"""
_END = "SELECT end_waves(ARRAY[$1::uuid])"


@transactional
async def remove_from_wave(
    wave_id: UUID,
    fulfilment_order_ids: Sequence[UUID],
    *,
    by: Actor,
    now: datetime,
) -> int:
    """Take these out of the wave as they are; how many were in it.

    Idempotent: one that is not in the wave stays where it is. A wave that has nothing left to do by it ends.

    Raises:
        UnknownWave: there is none.
        WrongWaveState: it has ended.
    """
    wave = await lock_wave(wave_id, allowed={WaveState.OPEN, WaveState.RELEASED})
    removed = await execute(_REMOVE, wave.id, list(fulfilment_order_ids), now, by.name)
    await execute(_END, wave.id)
    return removed
