"""Variants and products, as rows."""

from collections.abc import Sequence
from uuid import UUID

from domain.catalog.models import Product, Variant
from domain.shared.reading import Row, by_key


async def variants(ids: Sequence[UUID]) -> list[Row | None]:
    """The variant of each id."""
    return await by_key(Variant, "id", ids)


async def products(ids: Sequence[UUID]) -> list[Row | None]:
    """The product of each id."""
    return await by_key(Product, "id", ids)
