"""Products and variants as clients see them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID

import strawberry

from api.graphql.info import Info, reader, stock_reader
from api.graphql.money import Money, money
from api.graphql.relay import Node, to_global
from api.graphql.resolvers import field
from domain.shared.reading import Row

if TYPE_CHECKING:
    from api.graphql.listings.types import Listing
    from api.graphql.stock.types import StockLevel


@strawberry.type(description="What is described once and sold in variants.")
class Product(Node):
    """What is described once and sold in variants."""

    code: str = strawberry.field(description="Its code, unique.")
    name: str = strawberry.field(description="Its name.")
    brand: str = strawberry.field(description="Its brand; empty if unknown.")
    category: str = strawberry.field(description="Its category; empty if unknown.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            id=to_global("Product", row["id"]),
            code=row["code"],
            name=row["name"],
            brand=row["brand"],
            category=row["category"],
        )


@strawberry.type(description="What is stocked and sold: one SKU.")
class Variant(Node):
    """What is stocked and sold: one SKU."""

    key: strawberry.Private[UUID]
    product_key: strawberry.Private[UUID]
    cost: strawberry.Private[Money | None]
    sku: str = strawberry.field(description="Its stock keeping unit, unique.")
    name: str = strawberry.field(description="Its name.")
    barcode: str | None = strawberry.field(description="Its barcode, such as a GTIN.")
    weight_g: int = strawberry.field(name="weightG", description="The weight of one unit in grams.")
    created_at: datetime = strawberry.field(description="When it was first saved.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            id=to_global("Variant", row["id"]),
            key=row["id"],
            product_key=row["product_id"],
            cost=None
            if row["unit_cost_minor"] is None
            else money(row["unit_cost_minor"], row["unit_cost_currency"]),
            sku=row["sku"],
            name=row["name"],
            barcode=row["barcode"],
            weight_g=row["weight_g"],
            created_at=row["created_at"],
        )

    @field(description="What a unit costs us, if that is known. For keys that see every channel.")
    def unit_cost(self, info: Info) -> Money | None:
        stock_reader(info)
        return self.cost

    @field(description="The product it is a variant of.")
    async def product(self, info: Info) -> Product:
        row = await info.context.loaders.product.load(self.product_key)
        assert row is not None, "variants refer to products"
        return Product.of(row)

    @field(description="Its levels, one for each warehouse that ever had it.")
    async def stock_levels(
        self, info: Info
    ) -> list[Annotated["StockLevel", strawberry.lazy("api.graphql.stock.types")]]:
        from api.graphql.stock.types import StockLevel  # noqa: PLC0415 -- they refer to each other

        stock_reader(info)
        return [StockLevel.of(row) for row in await info.context.loaders.levels_of_variant.load(self.key)]

    @field(
        description="What channels that the key may see sell it, what each was told of its stock and confirmed."
    )
    async def listings(
        self, info: Info
    ) -> list[Annotated["Listing", strawberry.lazy("api.graphql.listings.types")]]:
        from api.graphql.listings.types import Listing  # noqa: PLC0415 -- they refer to each other

        by = reader(info)
        rows = await info.context.loaders.variant_listings.load(self.key)
        return [Listing.of(row) for row in rows if by.sees_channel(row["channel_id"])]


async def variant_of(info: Info, key: UUID) -> Variant:
    """The variant that something refers to."""
    row = await info.context.loaders.variant.load(key)
    assert row is not None, "references to variants are foreign keys"
    return Variant.of(row)
