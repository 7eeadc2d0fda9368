"""The warehouses of one plan call and what is on their shelves, addressed by small integers."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property
from math import inf
from uuid import UUID

from domain.sourcing.planning.geo import distances_km, middle, radians
from domain.sourcing.planning.model import ANYWHERE, Place, ShipDay, Site, Zone


class Network:
    """The warehouses in tie-break order: an index into `sites` is a warehouse, a lower one is preferred."""

    def __init__(self, sites: Iterable[Site], zones: tuple[Zone, ...] = (ANYWHERE,)) -> None:
        self.zones = zones
        self.sites = sorted(sites, key=lambda site: (site.priority, site.code, site.warehouse_id.int))
        self.km_millis = [site.km_millis for site in self.sites]
        self.index = {site.warehouse_id.int: at for at, site in enumerate(self.sites)}
        if len(self.index) < len(self.sites):
            raise ValueError("a warehouse is named twice")
        self.size = len(self.sites)
        self.alone = [(site.warehouse_id,) for site in self.sites]
        by_code = sorted(range(self.size), key=lambda at: (self.sites[at].code, at))
        self.code_rank = {at: rank for rank, at in enumerate(by_code)}
        by_rate = sorted(range(self.size), key=lambda at: (self.sites[at].kg_minor, at))
        self.rate_rank = {at: rank for rank, at in enumerate(by_rate)}
        self._one_zone: list[Zone | None] = [*zones] * self.size if [z.km_max for z in zones] == [inf] else []
        self._stepped = any(zone.steps for zone in zones)
        self.rates_vary = len(zones) != 1 or self._stepped  # from one order to the next
        self._fees, self._rates = self.tariffs([*self._one_zone], 0) if self._one_zone else ([], [])
        self.ends = not zones or zones[-1].km_max < inf  # there is a beyond
        self.limits_regions = any(site.regions is not None for site in self.sites)
        self._points = [radians(site.place) for site in self.sites]
        self._km: dict[Place, list[float]] = {}

    def distances_km(self, place: Place | None) -> list[float]:
        """From `place` to every warehouse; an unknown place is as far from all of them."""
        if place is None:
            return [self.unknown_km] * self.size
        known = self._km.get(place)
        if known is None:
            known = self._km[place] = distances_km(place, self._points)
        return known

    @cached_property
    def unknown_km(self) -> float:
        """How far an order counts whose place is unknown: as warehouses lie from their middle, on average.

        Within the last zone, since that it is beyond is not known either.
        """
        if not self.sites:
            return 0.0
        km = distances_km(middle([site.place for site in self.sites]), self._points)
        return min(sum(km) / self.size, self.zones[-1].km_max if self.zones else inf)

    def zones_of(self, km: list[float]) -> list[Zone | None]:
        """Per warehouse the zone of its distance; None: it is beyond the last."""
        if self._one_zone:
            return self._one_zone
        return [next((zone for zone in self.zones if far <= zone.km_max), None) for far in km]

    def tariffs(self, zones: list[Zone | None], weight_g: int) -> tuple[list[int], list[int]]:
        """Per warehouse, in minor units, what a shipment of an order of this weight costs before its way, and a kg."""
        if self._stepped:
            return self._tariffs_by_step(zones, weight_g)
        if zones is self._one_zone:
            return self._fees, self._rates
        return (
            [
                site.shipment_minor + (zone.shipment_minor if zone else 0)
                for site, zone in zip(self.sites, zones, strict=True)
            ],
            [
                site.kg_minor + (zone.kg_minor if zone else 0)
                for site, zone in zip(self.sites, zones, strict=True)
            ],
        )

    def _tariffs_by_step(self, zones: list[Zone | None], weight_g: int) -> tuple[list[int], list[int]]:
        step_of = {zone: zone and zone.step(weight_g) for zone in set(zones)}
        fees, rates = [], []
        for site, zone in zip(self.sites, zones, strict=True):
            parts = [part for part in (site, zone, step_of[zone]) if part]
            fees.append(sum(part.shipment_minor for part in parts))
            rates.append(sum(part.kg_minor for part in parts))
        return fees, rates

    def preference(self, chosen: Iterable[int]) -> tuple[list[int], list[int]]:
        """What breaks a tie between two sets that cost the same: priorities first, then codes."""
        members = list(chosen)
        return sorted(self.sites[at].priority for at in members), sorted(self.code_rank[at] for at in members)


class Dispatch:
    """The next day each warehouse hands a parcel over, as the plan fills them."""

    def __init__(self, network: Network) -> None:
        self._days = [None if site.days is None else list(site.days) for site in network.sites]
        self.next_day: list[date | None] = [None] * network.size  # None: no day has room, or no calendar
        self.has_calendars = any(days is not None for days in self._days)
        self.full: set[int] = set()  # warehouses with a calendar in which no day has room
        for site in range(network.size):
            self._settle(site)

    def days(self, zones: list[Zone | None]) -> tuple[list[date | None], list[date | None]]:
        """Per warehouse, when a parcel of now would leave and when it would arrive."""
        if not self.has_calendars:
            return self.next_day, self.next_day
        arrives_on = [
            day + timedelta(days=zone.transit_days) if day and zone else None
            for day, zone in zip(self.next_day, zones, strict=True)
        ]
        return self.next_day.copy(), arrives_on

    def room(self) -> list[int | None]:
        """Per warehouse, how many more parcels all its days together take; None: any number."""
        return [None if days is None else _room(days) for days in self._days]

    def take(self, site: int) -> None:
        """Plan one more parcel for the next day."""
        days = self._days[site]
        if days and days[0].left is not None:
            days[0] = ShipDay(day=days[0].day, left=days[0].left - 1)
            self._settle(site)

    def _settle(self, site: int) -> None:
        days = self._days[site]
        if days is None:
            return
        while days and days[0].left is not None and days[0].left < 1:
            del days[0]
        self.next_day[site] = days[0].day if days else None
        if not days:
            self.full.add(site)


def _room(days: list[ShipDay]) -> int | None:
    room = 0
    for day in days:
        if day.left is None:
            return None
        room += day.left
    return room


class Shelves:
    """Free units per variant and warehouse, as the plan goes on."""

    def __init__(self, free: Mapping[tuple[UUID, UUID], int], network: Network, wanted: set[int]) -> None:
        self._rows = {variant: [0] * network.size for variant in wanted}
        for (variant_id, warehouse_id), units in free.items():
            row = self._rows.get(variant_id.int)
            at = network.index.get(warehouse_id.int)
            if row is not None and at is not None and units > 0:
                row[at] = units

    def row(self, variant_id: UUID) -> list[int]:
        """Units per warehouse; whoever takes or gives writes into it."""
        return self._rows[variant_id.int]
