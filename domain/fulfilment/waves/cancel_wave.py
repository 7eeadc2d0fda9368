"""Cancel a wave: what was planned for it is free for another."""

from datetime import datetime
from uuid import UUID

from domain.fulfilment.waves.lock_wave import lock_wave
from domain.fulfilment.waves.models import WaveState
from domain.shared.actor import Actor
from domain.shared.database import execute, transactional

_FREE = """
    UPDATE wave_members SET left_at = $2, left_by = $3, left_because = 'WAVE_CANCELLED'
    WHERE wave_id = $1 AND left_at IS NULL
"""
_CANCEL = "UPDATE waves SET state = 'CANCELLED', ended_at = $2, ended_by = $3 WHERE id = $1"


@transactional
async def cancel_wave(wave_id: UUID, *, by: Actor, now: datetime) -> None:
    """Give an OPEN wave up; its fulfilment orders stay as they are.

    Idempotent. A released wave is not cancelled: its units are on their way from the shelves. What shall not
    leave after all is rejected, or its order cancelled, and the wave ends with its last parcel.

    Raises:
        UnknownWave: there is none.
        WrongWaveState: it was released.
    """
    wave = await lock_wave(wave_id, allowed={WaveState.OPEN, WaveState.CANCELLED})
    if wave.state == WaveState.OPEN:
        await execute(_FREE, wave.id, now, by.name)
        await execute(_CANCEL, wave.id, now, by.name)
