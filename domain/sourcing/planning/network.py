"""The warehouses of one plan call and what is on their shelves, addressed by small integers."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from domain.sourcing.planning.geo import distances_km, radians
from domain.sourcing.planning.model import Place, Site


class Network:
    """The warehouses in tie-break order: an index into `sites` is a warehouse, a lower one is preferred."""

    def __init__(self, sites: Iterable[Site]) -> None:
        self.sites = sorted(sites, key=lambda site: (site.priority, site.code, site.warehouse_id.int))
        self.index = {site.warehouse_id.int: at for at, site in enumerate(self.sites)}
        if len(self.index) < len(self.sites):
            raise ValueError("a warehouse is named twice")
        self.size = len(self.sites)
        self.alone = [(site.warehouse_id,) for site in self.sites]
        by_code = sorted(range(self.size), key=lambda at: (self.sites[at].code, at))
        self.code_rank = {at: rank for rank, at in enumerate(by_code)}
        by_rate = sorted(range(self.size), key=lambda at: (self.sites[at].kg_minor, at))
        self.rate_rank = {at: rank for rank, at in enumerate(by_rate)}
        self._points = [radians(site.place) for site in self.sites]
        self._km: dict[Place | None, list[float]] = {None: [0.0] * self.size}

    def distances_km(self, place: Place | None) -> list[float]:
        """From `place` to every warehouse; an unknown place is nowhere far."""
        known = self._km.get(place)
        if known is None:
            assert place is not None
            known = self._km[place] = distances_km(place, self._points)
        return known

    def preference(self, chosen: Iterable[int]) -> tuple[list[int], list[int]]:
        """What breaks a tie between two sets that cost the same: priorities first, then codes."""
        members = list(chosen)
        return sorted(self.sites[at].priority for at in members), sorted(self.code_rank[at] for at in members)


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
