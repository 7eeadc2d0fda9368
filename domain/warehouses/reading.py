"""Warehouses, as rows."""

from collections.abc import Sequence
from uuid import UUID

from domain.shared.reading import Row, by_key
from domain.warehouses.models import Warehouse


async def warehouses(ids: Sequence[UUID]) -> list[Row | None]:
    """The warehouse of each id."""
    return await by_key(Warehouse, "id", ids)
