"""Ask for the backorders of some variants to be looked at again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind

STARTS_A_JOB_MAX: Final = 1_000
# for those who were woken, to take what they may
PAUSE: Final = timedelta(seconds=2)


class Turn(NamedTuple):
    """An order's turn among those that wait for a variant: the most urgent first, and the oldest."""

    rank: int  # 0: normal, the less the more urgent
    placed_at: datetime
    order_id: UUID


HEAD: Final = Turn(-9, datetime.min.replace(tzinfo=UTC), UUID(int=0))


async def fill_backorders(variant_ids: Sequence[UUID], *, now: datetime) -> None:
    """Add the jobs that wake the orders waiting for units of these variants."""
    for start in range(0, len(variant_ids), STARTS_A_JOB_MAX):
        wanted = variant_ids[start : start + STARTS_A_JOB_MAX]
        await enqueue(JobKind.FILL_BACKORDERS, {"variant_ids": [str(v) for v in wanted]}, now=now)


async def go_on_filling(starts: Sequence[tuple[UUID, Turn]], *, now: datetime) -> None:
    """Add the jobs that go on behind these turns in the variants' queues, after PAUSE, if units are left by then."""
    for at in range(0, len(starts), STARTS_A_JOB_MAX):
        rows = [
            (str(variant_id), turn.rank, turn.placed_at.isoformat(), str(turn.order_id))
            for variant_id, turn in starts[at : at + STARTS_A_JOB_MAX]
        ]
        await enqueue(JobKind.FILL_BACKORDERS, {"after": rows}, now=now, run_after=now + PAUSE)


def starts_of(payload: Mapping[str, Any]) -> Iterator[tuple[UUID, Turn]]:
    """Which queues such a job is to wake, and behind which turns."""
    for variant_id in payload.get("variant_ids", ()):
        yield UUID(variant_id), HEAD
    for variant_id, rank, placed_at, order_id in payload.get("after", ()):
        yield UUID(variant_id), Turn(rank, datetime.fromisoformat(placed_at), UUID(order_id))
