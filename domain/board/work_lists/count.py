"""How much waits for a person, list by list, in one statement."""

from dataclasses import dataclass
from datetime import datetime

from domain.board.work_lists.registry import WORK_LISTS, WorkListKind
from domain.shared.actor import Actor
from domain.shared.database import records

_COUNT = """
    SELECT '{kind}' AS kind, count(*) AS number, min(since) AS oldest_at
    FROM (SELECT since FROM (\n{rows}\n) AS list LIMIT {limit}) AS capped
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How much a list has; `oldest_at` is of what was counted, None where there is nothing."""

    kind: WorkListKind
    number: int
    oldest_at: datetime | None


async def count_work_lists(most: int, *, by: Actor, now: datetime) -> list[Waiting]:
    """Every list that `by` may see; `most + 1` stands for more, and no more are visited."""
    counts = [
        _COUNT.format(kind=kind, rows=wanted.rows, limit=most + 1)
        for kind, wanted in WORK_LISTS.items()
        if wanted.is_for(by)
    ]
    channels = None if by.channel_ids is None else list(by.channel_ids)
    rows = await records(" UNION ALL ".join(counts), now, channels)
    return [Waiting(**dict(row) | {"kind": WorkListKind(row["kind"])}) for row in rows]
