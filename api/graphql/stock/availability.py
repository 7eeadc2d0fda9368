"""What a channel may sell, as clients see it."""

from typing import Self
from uuid import UUID

import strawberry

from api.graphql.catalog.types import Variant, variant_of
from api.graphql.info import Info
from api.graphql.resolvers import field
from api.graphql.scalars import WholeNumber
from domain.stock import availability as domain


@strawberry.type(description="What a channel may sell of one SKU.")
class Availability:
    """What a channel may sell of one SKU."""

    variant_key: strawberry.Private[UUID]
    sku: str = strawberry.field(description="The SKU.")
    on_hand: WholeNumber = strawberry.field(description="Units in the warehouses the channel sells from.")
    available: WholeNumber = strawberry.field(
        description="Of these, units that are free, less safety stock and what rules protect for other channels."
    )
    unallocated_demand: WholeNumber = strawberry.field(
        description="Units of orders that no warehouse has promised yet, over all channels."
    )
    sellable: WholeNumber = strawberry.field(
        description="max(0, (available - unallocatedDemand) x the channel's share - its buffer), rounded down."
    )

    @classmethod
    def of(cls, found: domain.Availability) -> Self:
        return cls(
            variant_key=found.variant_id,
            sku=found.sku,
            on_hand=WholeNumber(found.on_hand),
            available=WholeNumber(found.available),
            unallocated_demand=WholeNumber(found.unallocated_demand),
            sellable=WholeNumber(found.sellable),
        )

    @field(description="The variant.")
    async def variant(self, info: Info) -> Variant:
        return await variant_of(info, self.variant_key)


@strawberry.type(description="What a channel may sell of each SKU, in the order they were asked for.")
class AvailabilityAnswer:
    """What a channel may sell of each SKU."""

    nodes: list[Availability] = strawberry.field(description="One for each SKU.")
    as_of: str = strawberry.field(
        description="The feed's position before the levels were read: subscribe after it and miss nothing."
    )
