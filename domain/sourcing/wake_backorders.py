"""Wake backorders: stock has arrived, so the orders that wait for it are sourced again."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain.jobs.enqueue import enqueue
from domain.jobs.fill_backorders import HEAD, Turn, go_on_filling
from domain.jobs.kinds import JobKind
from domain.shared.database import fetch_value, records, statement, transactional

_WAKE = statement(__file__, "wake_backorders.sql")
_LATELY_FREED = statement(__file__, "lately_freed.sql")


async def wake_backorders(variant_ids: Sequence[UUID], *, now: datetime) -> int:
    """Let the backorders that free units of these variants may serve wait for allocation again.

    Idempotent; returns how many orders were woken.
    """
    return await wake_from([(variant_id, HEAD) for variant_id in variant_ids], now=now)


def queues_of(starts: Iterable[tuple[UUID, Turn]]) -> list[tuple[UUID, Turn]]:
    """Which of these starts count, queue by queue. Pure.

    Of several in one queue two do: the first covers all others, and the last gets to the end however often more arrives.
    """
    queues: dict[UUID, set[Turn]] = defaultdict(set)
    for variant_id, turn in starts:
        queues[variant_id].add(turn)
    return [(variant_id, turn) for variant_id, turns in queues.items() for turn in {min(turns), max(turns)}]


@transactional
async def wake_from(starts: Sequence[tuple[UUID, Turn]], *, now: datetime) -> int:
    """As `wake_backorders`, each variant's queue behind a turn.

    A job goes on where one is not at its end: what was woken may not be allowed what is there.
    """
    asked = [(variant_id, *turn) for variant_id, turn in starts]
    rows = await records(_WAKE, *([row[at] for row in asked] for at in range(4)), now)
    beyond = [
        (row["variant_id"], Turn(row["rank"], row["placed_at"], row["id"])) for row in rows if row["id"]
    ]
    await go_on_filling(beyond, now=now)
    woken: int = rows[0]["woken"]
    if woken:
        await enqueue(JobKind.ALLOCATE, now=now)
    return woken


@transactional
async def wake_forgotten_backorders(*, now: datetime, within: timedelta) -> int:
    """As `wake_backorders`, for every variant of which units became free within this time.

    A safety net: units that arrive at a warehouse that never had the variant, just while the order
    is being decided, are seen by neither side.
    """
    variant_ids = await fetch_value(_LATELY_FREED, now - within)
    return await wake_backorders(variant_ids, now=now) if variant_ids else 0
