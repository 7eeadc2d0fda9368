"""Plan waves: all that a warehouse has to pick up to a day, in waves of a size that people can carry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.channels.find import channel_ids
from domain.fulfilment.waves.refusals import InvalidWave
from domain.orders.policies import Priority
from domain.shared.actor import Actor
from domain.shared.database import execute, records, statement, transactional
from domain.shared.ids import new_id
from domain.stock.find import UnknownWarehouse

PARCELS_MAX = 500  # of one wave
PARCELS_DEFAULT = 50
WAVES_MAX = 100  # that are planned at once
CHANNELS_MAX = 100

_DUE = statement(__file__, "due.sql")
_WRITE = statement(__file__, "write_waves.sql")
# One planner a warehouse at a time: the second sees what the first has taken.
_LOCK_WAREHOUSE = "SELECT id, timezone FROM warehouses WHERE code = $1 FOR NO KEY UPDATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWaves:
    """What goes into waves of which size.

    `ship_by` is the last planned ship date that is taken, None: today by the warehouse's clock. `sourced_before`
    is the cut-off: what was sourced later waits for the next wave. `channels` (codes) and `priorities` None: all.
    """

    warehouse: str
    ship_by: date | None = None
    sourced_before: datetime | None = None
    channels: tuple[str, ...] | None = None
    priorities: tuple[Priority, ...] | None = None
    parcels_max: int = PARCELS_DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWaves:
    """The waves, in the order in which they are best picked; whether more is due than was planned."""

    ids: tuple[UUID, ...]
    more: bool


@transactional
async def plan_waves(ask: PlanWaves, *, by: Actor, now: datetime, waves_max: int = WAVES_MAX) -> PlannedWaves:
    """Put all due fulfilment orders that are in no wave into new OPEN waves, urgent ones first.

    Not due is what may still move to a better place (`releasable_at`). Nothing due makes no wave. At most `waves_max` are made; then there is `more`.

    Raises:
        InvalidWave: a size of 0, or beyond 500.
        UnknownWarehouse, UnknownChannel: there is none of this code.
    """
    if not 1 <= ask.parcels_max <= PARCELS_MAX:
        raise InvalidWave(f"A wave has 1 to {PARCELS_MAX} parcels.", field="parcelsMax")
    channels = await _channels(ask)
    found = await records(_LOCK_WAREHOUSE, ask.warehouse)
    if not found:
        raise UnknownWarehouse(f"There is no warehouse {ask.warehouse!r}.", field="warehouse")
    [warehouse] = found
    ship_by = ask.ship_by or now.astimezone(ZoneInfo(warehouse["timezone"])).date()
    chosen_by = (ship_by, ask.sourced_before, channels, _stored(ask.priorities))

    most = ask.parcels_max * waves_max
    due = [row["id"] for row in await records(_DUE, warehouse["id"], *chosen_by, most + 1, now)]
    waves = [due[at : at + ask.parcels_max] for at in range(0, min(len(due), most), ask.parcels_max)]
    ids = tuple(new_id() for _ in waves)
    if waves:
        await execute(_WRITE, list(ids), warehouse["id"], *chosen_by, now, by.name, *_members(ids, waves))
    return PlannedWaves(ids=ids, more=len(due) > most)


async def _channels(ask: PlanWaves) -> list[UUID] | None:
    if ask.channels is None:
        return None
    if len(ask.channels) > CHANNELS_MAX:
        raise InvalidWave(f"Up to {CHANNELS_MAX} channels.", field="channels")
    return await channel_ids(ask.channels, field="channels")


def _stored(priorities: Sequence[Priority] | None) -> list[int] | None:
    return None if priorities is None else sorted({int(priority) for priority in priorities})


def _members(ids: Sequence[UUID], waves: Sequence[Sequence[UUID]]) -> list[list[object]]:
    """Columns: the wave, the fulfilment order, its position from 1."""
    rows = [
        (wave_id, parcel, position)
        for wave_id, parcels in zip(ids, waves, strict=True)
        for position, parcel in enumerate(parcels, start=1)
    ]
    return [list(column) for column in zip(*rows, strict=True)]
