"""Which jobs a worker should be woken for, and what the sweeper puts right."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.shared.database import execute, fetch

# A wake-up may be lost with Redis, so a job still waiting after this long is announced again.
REPEAT_AFTER_S = 5
_TO_WAKE = """
    UPDATE jobs SET pushed_at = $1
    WHERE id IN (SELECT id FROM jobs WHERE state = 'WAITING' AND run_after <= $1
                 AND (pushed_at IS NULL OR pushed_at < $2)
                 ORDER BY run_after LIMIT $3 FOR UPDATE SKIP LOCKED)
    RETURNING id, epoch, kind
"""
_FORGET = "UPDATE jobs SET pushed_at = NULL WHERE id = ANY($1) AND state = 'WAITING'"
_TAKE_BACK = """
    UPDATE jobs SET state = CASE WHEN attempts >= $2 THEN 'DEAD' ELSE 'WAITING' END,
                    lease_until = NULL, pushed_at = NULL, run_after = $1,
                    last_error = coalesce(last_error, 'its worker went away')
    WHERE id IN (SELECT id FROM jobs WHERE state = 'RUNNING' AND lease_until < $1 FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeUp:
    """What arq is told: which job, and the epoch it was seen at."""

    id: UUID
    epoch: int
    kind: str


async def jobs_to_wake(*, now: datetime, rows_max: int = 1_000) -> list[WakeUp]:
    """Jobs that wait and for which nobody was woken lately; they count as announced from here on."""
    return await fetch(_TO_WAKE, WakeUp, now, now - timedelta(seconds=REPEAT_AFTER_S), rows_max)


async def not_woken(wake_ups: list[WakeUp]) -> None:
    """The announcement failed; let the next round announce them again."""
    await execute(_FORGET, [wake_up.id for wake_up in wake_ups])


async def take_back_expired(*, now: datetime, attempts_max: int) -> int:
    """Put jobs whose lease ran out back to waiting, or to the dead letters; their number."""
    return await execute(_TAKE_BACK, now, attempts_max)
