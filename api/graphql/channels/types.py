"""Channels as clients see them."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.channels.standing import ChannelDay, ChannelLink, ChannelPoll
from api.graphql.info import Info
from api.graphql.relay import Node, to_global
from api.graphql.resolvers import field
from api.graphql.scalars import JSON
from api.graphql.warehouses.types import Warehouse
from domain.channels.credentials.set_credentials import credential_fields
from domain.channels.models import ChannelKind
from domain.shared.reading import Row


@strawberry.type(description="A field of a channel's credentials; its value is never shown.")
class ChannelCredential:
    """A field of a channel's credentials."""

    name: str = strawberry.field(description="Its name.")
    description: str = strawberry.field(description="What the platform calls it and what it is for.")
    required: bool = strawberry.field(description="Whether the channel works only with it.")
    set_at: datetime | None = strawberry.field(description="When it was set; null: it is not.")
    set_by: str | None = strawberry.field(description="Who set it.")


@strawberry.type(description="A selling place: orders come from it, and stock is announced to it.")
class Channel(Node):
    """A selling place."""

    key: strawberry.Private[UUID]
    code: str = strawberry.field(description="Its code, unique: lower-case letters, digits and dashes.")
    name: str = strawberry.field(description="Its name.")
    kind: ChannelKind = strawberry.field(description="What sort of selling place it is.")
    platform: str = strawberry.field(description="Its platform's adapter, such as shopify.")
    currency_code: str = strawberry.field(description="The one currency it sells in: ISO 4217.")
    timezone: str = strawberry.field(description="IANA, such as Europe/Berlin.")
    priority: int = strawberry.field(
        description="Where orders are equally urgent, the higher is served first."
    )
    stock_share_bp: int = strawberry.field(
        description="How much of what is free it may sell, in basis points: 10,000 is everything."
    )
    stock_buffer: int = strawberry.field(description="Units of each SKU it never sells.")
    active: bool = strawberry.field(description="Whether it may place orders.")
    settings: JSON = strawberry.field(description="What its adapter reads, such as a map of SKUs.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            id=to_global("Channel", row["id"]),
            key=row["id"],
            code=row["code"],
            name=row["name"],
            kind=ChannelKind(row["kind"]),
            platform=row["platform"],
            currency_code=row["currency"],
            timezone=row["timezone"],
            priority=row["priority"],
            stock_share_bp=row["stock_share_bp"],
            stock_buffer=row["stock_buffer"],
            active=row["active"],
            settings=row["settings"],
        )

    @field(description="What its platform must be given to be spoken to, and when that was set.")
    async def credentials(self, info: Info) -> list[ChannelCredential]:
        rows = {row["name"]: row for row in await info.context.loaders.channel_credentials.load(self.key)}
        return [
            ChannelCredential(
                name=each.name,
                description=each.description,
                required=each.required,
                set_at=rows[each.name]["set_at"] if each.name in rows else None,
                set_by=rows[each.name]["set_by"] if each.name in rows else None,
            )
            for each in credential_fields(self.platform)
        ]

    @field(description="The warehouses it is restricted to; empty: it sells from all.")
    async def warehouses(self, info: Info) -> list[Warehouse]:
        return [Warehouse.of(row) for row in await info.context.loaders.channel_warehouses.load(self.key)]

    @field(description="Whether its platform answers; null: nobody spoke to it yet.")
    async def link(self, info: Info) -> ChannelLink | None:
        row = await info.context.loaders.channel_link.load(self.key)
        return None if row is None else ChannelLink.of(row)

    @field(description="How far its platform was asked for orders; null: it is not asked.")
    async def poll(self, info: Info) -> ChannelPoll | None:
        row = await info.context.loaders.channel_poll.load(self.key)
        return None if row is None else ChannelPoll.of(row)

    @field(description="Its latest 90 days as they were compared with the platform's own list, newest first.")
    async def days(self, info: Info) -> list[ChannelDay]:
        return [ChannelDay.of(row) for row in await info.context.loaders.channel_days.load(self.key)]
