"""The dispatch schedule: what each day of a warehouse has to do, and the room it has left."""

from dataclasses import dataclass
from datetime import date, timedelta

from domain.fulfilment.waves.refusals import InvalidWave
from domain.shared.database import fetch, statement
from domain.stock.find import warehouse_id

DAYS_MAX = 92

_SCHEDULE = statement(__file__, "dispatch_schedule.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchDay:
    """A day's parcels. `capacity` None: unlimited; `to_leave` and `in_waves` count what has not left yet."""

    day: date
    works: bool
    planned: int
    capacity: int | None
    to_leave: int
    in_waves: int

    @property
    def room(self) -> int | None:
        """Parcels that can still be planned for it; None: any number."""
        if not self.works:
            return 0
        return None if self.capacity is None else max(0, self.capacity - self.planned)


async def dispatch_schedule(warehouse: str, first: date, last: date) -> list[DispatchDay]:
    """Each day from `first` to `last`, both included.

    Raises:
        UnknownWarehouse: there is none of this code.
        InvalidWave: the span is turned round, or longer than 92 days.
    """
    if not timedelta(0) <= last - first < timedelta(days=DAYS_MAX):
        raise InvalidWave(f"Ask for 1 to {DAYS_MAX} days.", field="to")
    return await fetch(_SCHEDULE, DispatchDay, await warehouse_id(warehouse), first, last)
