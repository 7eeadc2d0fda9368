"""The shelves of a replay: free units per variant and warehouse. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

Level = tuple[UUID, UUID]  # (variant, warehouse)


class ReplayedShelves:
    """Free units, after safety stock. What others really took may leave a level below zero."""

    def __init__(self, opening: Mapping[Level, int]) -> None:
        self._units: dict[UUID, dict[UUID, int]] = defaultdict(dict)
        for (variant_id, warehouse_id), units in opening.items():
            self._units[variant_id][warehouse_id] = units

    def change(self, variant_id: UUID, warehouse_id: UUID, units: int) -> None:
        row = self._units[variant_id]
        row[warehouse_id] = row.get(warehouse_id, 0) + units

    def free(self, variant_ids: Iterable[UUID]) -> dict[Level, int]:
        """What may be promised of these variants."""
        return {
            (variant_id, warehouse_id): units
            for variant_id in variant_ids
            for warehouse_id, units in self._units[variant_id].items()
            if units > 0
        }

    def most_and_total(self, variant_id: UUID) -> tuple[int, int]:
        """Free units of the warehouse that has most of it, and of all."""
        units = [units for units in self._units[variant_id].values() if units > 0]
        return max(units, default=0), sum(units)
