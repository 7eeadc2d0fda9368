"""The gates of a replay: on which days warehouses have room for another parcel. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from domain.sourcing.planning.model import ShipDay, Site
from domain.sourcing.simulating.happenings import Gate, Parcel, World
from domain.warehouses.ship_days import Calendar, ship_days

DAYS_AHEAD = 10  # as live allocation has it


class ReplayedDispatch:
    """Parcels by warehouse and day: those of replayed orders, besides what others really took."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._planned: Counter[tuple[UUID, date]] = Counter(world.taken)
        self.calendars: Mapping[UUID, Calendar] = {
            warehouse_id: gate.calendar for warehouse_id, gate in world.gates.items()
        }

    def sites(self, at: datetime) -> tuple[Site, ...]:
        """Every warehouse with its next days, as one would have seen them at that moment."""
        return tuple(
            self._site(site, self._world.gates.get(site.warehouse_id), at) for site in self._world.sites
        )

    def plan(self, parcels: Iterable[Parcel], *, sign: int = 1) -> None:
        for parcel in parcels:
            if parcel.ship_on is not None:
                self._planned[parcel.warehouse_id, parcel.ship_on] += sign

    def call_off(self, parcels: Iterable[Parcel]) -> None:
        self.plan(parcels, sign=-1)

    def _site(self, site: Site, gate: Gate | None, at: datetime) -> Site:
        if gate is None:
            return site
        room = gate.daily_capacity
        days = ship_days(gate.calendar, now=at, days_max=1 if room is None else DAYS_AHEAD)
        return replace(
            site,
            days=tuple(
                ShipDay(
                    day=day,
                    left=None if room is None else max(0, room - self._planned[site.warehouse_id, day]),
                )
                for day in days
            ),
        )
