"""The board: what is open and where it stands, and how fast it comes and goes.

Everything is bounded by the work that is open and by the minutes of a day, whatever was done before.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.shared.actor import Actor
from domain.shared.database import fetch, records, statement

RATES_MINUTES = 60
# of a day in any time zone, and of the hour before it
KEPT = timedelta(hours=50)

_STAGES = statement(__file__, "stages.sql")
_BACKLOG = statement(__file__, "backlog.sql")
_MINUTES = statement(__file__, "minutes.sql")
_TODAY = statement(__file__, "today.sql")


class Stage(StrEnum):
    """Where open work stands, in the order in which it passes."""

    WAITING = "WAITING"
    ON_HOLD = "ON_HOLD"
    BACKORDERED = "BACKORDERED"
    TO_PICK = "TO_PICK"
    PICKING = "PICKING"
    PACKED = "PACKED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How much of a channel's work stands at a stage, and since when the oldest."""

    stage: Stage
    channel_id: UUID
    number: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What of a channel's orders has not left."""

    channel_id: UUID
    orders: int
    units: int
    oldest_placed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput:
    """What happened in some time."""

    placed: int = 0
    sourced: int = 0
    shipped: int = 0
    delivered: int = 0
    cancelled: int = 0

    def __add__(self, other: "Throughput") -> "Throughput":
        mine, theirs = asdict(self), asdict(other)
        return Throughput(**{name: mine[name] + theirs[name] for name in mine})


async def standings(*, by: Actor) -> list[Standing]:
    """Open work by stage and channel; only where there is some."""
    return [
        Standing(**row | {"stage": Stage(row["stage"])})
        for row in map(dict, await records(_STAGES, _seen(by)))
    ]


async def backlogs(*, by: Actor) -> list[Backlog]:
    """Channels with orders that have not left."""
    return await fetch(_BACKLOG, Backlog, _seen(by))


async def last_minutes(*, by: Actor, now: datetime) -> list[tuple[datetime, Throughput]]:
    """The last RATES_MINUTES minutes, oldest first; the last one is not over."""
    this = now.replace(second=0, microsecond=0)
    first = this - timedelta(minutes=RATES_MINUTES - 1)
    counted = {row["minute"]: _throughput(row) for row in await records(_MINUTES, _seen(by), first)}
    each = (first + timedelta(minutes=at) for at in range(RATES_MINUTES))
    return [(minute, counted.get(minute, Throughput())) for minute in each]


async def today(timezone: str, *, by: Actor, now: datetime) -> dict[UUID, Throughput]:
    """What happened by channel since midnight in `timezone`."""
    local = now.astimezone(ZoneInfo(timezone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return {row["channel_id"]: _throughput(row) for row in await records(_TODAY, _seen(by), midnight)}


def _throughput(row: Mapping[str, int]) -> Throughput:
    return Throughput(**{field.name: row[field.name] for field in fields(Throughput)})


def _seen(by: Actor) -> list[UUID] | None:
    return None if by.channel_ids is None else list(by.channel_ids)
