"""Levels, their ledger, holds and transfers, as rows."""

from collections.abc import Sequence
from uuid import UUID

from tortoise.expressions import F, Q, RawSQL, Subquery
from tortoise.queryset import QuerySet

from domain.catalog.models import Variant
from domain.shared.database import records, statement
from domain.shared.reading import Row, by_key, grouped
from domain.stock.models import Hold, StockEntry, StockLevel, Transfer
from domain.warehouses.models import Warehouse

_LEVELS = statement(__file__, "levels.sql")
_FREE_UNITS = statement(__file__, "free_units.sql")

LevelId = tuple[UUID, UUID]  # variant, warehouse


def all_levels() -> QuerySet[StockLevel]:
    """Every level, with `available`: the units that are free, safety stock included."""
    free = F("on_hand") - F("allocated") - F("held") - F("unsellable")
    return StockLevel.annotate(available=free)


def with_free_units(variants: QuerySet[Variant]) -> QuerySet[Variant]:
    """Variants with `free`: units that are free in all active warehouses together, after safety stock."""
    return variants.annotate(free=RawSQL(_FREE_UNITS))


async def levels(keys: Sequence[LevelId]) -> list[Row | None]:
    """The level of each variant and warehouse."""
    found = await records(_LEVELS, [variant for variant, _ in keys], [warehouse for _, warehouse in keys])
    by_level = {(row["variant_id"], row["warehouse_id"]): dict(row) for row in found}
    return [by_level.get(key) for key in keys]


async def levels_of(variant_ids: Sequence[UUID]) -> list[list[Row]]:
    """Each variant's levels, in all warehouses."""
    return await grouped(StockLevel, "variant_id", variant_ids, "variant_id", "warehouse_id")


async def entries(ids: Sequence[int]) -> list[Row | None]:
    """The ledger entry of each id."""
    return await by_key(StockEntry, "id", ids)


async def holds(ids: Sequence[UUID]) -> list[Row | None]:
    """The hold of each id."""
    return await by_key(Hold, "id", ids)


async def transfers(ids: Sequence[UUID]) -> list[Row | None]:
    """The transfer of each id."""
    return await by_key(Transfer, "id", ids)


def variants_with(condition: Q) -> Subquery:
    """The ids of variants that meet `condition`, for use inside another query."""
    return Subquery(Variant.filter(condition).values("id"))


def warehouses_with(condition: Q) -> Subquery:
    """The ids of warehouses that meet `condition`, for use inside another query."""
    return Subquery(Warehouse.filter(condition).values("id"))
