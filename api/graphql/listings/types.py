"""Listings as clients see them: what a channel should say, was told, confirmed, and was seen to have."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from api.graphql.catalog.types import Variant
from api.graphql.channels.types import Channel
from api.graphql.info import Info
from api.graphql.relay import Node, to_global
from api.graphql.resolvers import field
from api.graphql.scalars import WholeNumber
from domain.listings.models import Drift
from domain.shared.reading import Row

strawberry.enum(
    Drift,
    name="ListingDrift",
    description=(
        "How far a channel is from what it should know. NOT_HEARD: it has not confirmed the latest quantity. DIFFERS: "
        "it confirmed one quantity and was seen to have another."
    ),
)


@strawberry.type(description="A quantity of a listing, which of its versions that is, and since when.")
class ListedQuantity:
    """A quantity of a listing."""

    quantity: WholeNumber = strawberry.field(description="Units.")
    version: WholeNumber | None = strawberry.field(
        description="Rises with every quantity the listing should say; null where the platform was only looked at."
    )
    at: datetime = strawberry.field(description="Since when, or when last.")


@strawberry.type(description="One thing a channel sells, and what it knows of our stock of it.")
class Listing(Node):
    """One thing a channel sells."""

    channel_key: strawberry.Private[UUID]
    variant_key: strawberry.Private[UUID]
    external_ids: JSON = strawberry.field(description="The platform's ids of it, by the platform's names.")
    active: bool = strawberry.field(description="Whether it is sold; if not, the platform is told 0.")
    desired: ListedQuantity = strawberry.field(
        description="What it should say: (available - unallocated demand) x share - buffer, never below 0."
    )
    sent: ListedQuantity | None = strawberry.field(description="What the platform was last sent.")
    acknowledged: ListedQuantity | None = strawberry.field(description="What the platform last confirmed.")
    observed: ListedQuantity | None = strawberry.field(
        description="What the platform was last seen to have; null: never looked, it cannot be asked, or does not know it."
    )
    drift: Drift | None = strawberry.field(description="How it drifts at this moment; null: it does not.")
    error: str | None = strawberry.field(description="Why the platform did not take the last one.")
    retry_at: datetime | None = strawberry.field(description="When it is sent again after an error.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            id=to_global("Listing", row["id"]),
            channel_key=row["channel_id"],
            variant_key=row["variant_id"],
            external_ids=JSON(row["external_ids"]),
            active=row["active"],
            desired=ListedQuantity(
                quantity=row["desired"], version=row["desired_version"], at=row["desired_at"]
            ),
            sent=_quantity(row["sent"], row["sent_version"], row["sent_at"]),
            acknowledged=_quantity(row["acked"], row["acked_version"], row["acked_at"]),
            observed=_quantity(row["observed"], None, row["observed_at"]),
            drift=_drift(row),
            error=row["error"],
            retry_at=row["retry_at"],
        )

    @field(description="Where it is sold.")
    async def channel(self, info: Info) -> Channel:
        row = await info.context.loaders.channel.load(self.channel_key)
        assert row is not None, "a listing's channel exists"
        return Channel.of(row)

    @field(description="What is sold.")
    async def variant(self, info: Info) -> Variant:
        row = await info.context.loaders.variant.load(self.variant_key)
        assert row is not None, "a listing's variant exists"
        return Variant.of(row)


def _quantity(quantity: int | None, version: int | None, at: datetime | None) -> ListedQuantity | None:
    if quantity is None or at is None:
        return None
    return ListedQuantity(
        quantity=WholeNumber(quantity), version=None if version is None else WholeNumber(version), at=at
    )


def _drift(row: Row) -> Drift | None:
    if row["acked_version"] < row["desired_version"]:
        return Drift.NOT_HEARD
    return Drift.DIFFERS if row["differs_since"] else None


@strawberry.type(description="One request that told a platform about stock, and what it said to it.")
class StockPush(Node):
    """One request that told a platform about stock."""

    channel_key: strawberry.Private[UUID]
    listings: int = strawberry.field(description="How many listings it named.")
    heard: int = strawberry.field(description="How many of them the platform confirmed.")
    status: int | None = strawberry.field(description="The HTTP status; null: no answer.")
    error: str | None = strawberry.field(
        description="What went wrong, or with the first listing that failed."
    )
    sent_at: datetime = strawberry.field(description="When it was sent.")
    answered_at: datetime = strawberry.field(description="When it was answered, or given up.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            id=to_global("StockPush", row["id"]),
            channel_key=row["channel_id"],
            listings=row["listings"],
            heard=row["heard"],
            status=row["status"],
            error=row["error"],
            sent_at=row["sent_at"],
            answered_at=row["answered_at"],
        )

    @field(description="Who was told.")
    async def channel(self, info: Info) -> Channel:
        row = await info.context.loaders.channel.load(self.channel_key)
        assert row is not None, "a push's channel exists"
        return Channel.of(row)
