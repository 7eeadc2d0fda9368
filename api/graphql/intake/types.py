"""Inbound messages and order changes as clients see them."""

from base64 import b64encode
from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql import resolvers
from api.graphql.channels.types import Channel
from api.graphql.info import Info
from api.graphql.orders.types import Order, order_of
from api.graphql.relay import Node, to_global
from api.graphql.scalars import JSON
from domain.intake.outcomes import ChangeKind, ChangeState, MessageOutcome, Source
from domain.intake.replay import Preview
from domain.shared.actor import Scope
from domain.shared.reading import Row


@strawberry.type(description="A message's body as it came, which holds personal data.")
class MessagePayload:
    """A message's body as it came."""

    text: str | None = strawberry.field(description="The body as text; null if it is none.")
    base64: str = strawberry.field(description="The body's bytes. Of a refused one, its beginning.")
    headers: JSON = strawberry.field(description="The headers it came with, but for secret ones.")


@strawberry.type(description="One thing that a channel's platform told us, and what became of it.")
class InboundMessage(Node):
    """One thing that a platform told us."""

    key: strawberry.Private[UUID]
    channel_key: strawberry.Private[UUID]
    order_key: strawberry.Private[UUID | None]
    source: Source = strawberry.field(description="How it came.")
    topic: str = strawberry.field(description="What it is about, in the platform's words.")
    delivery_id: str | None = strawberry.field(description="The platform's id of the delivery.")
    event_id: str | None = strawberry.field(description="The platform's id of what happened.")
    reference: str | None = strawberry.field(description="The order's, as the channel calls it.")
    external_updated_at: datetime | None = strawberry.field(
        description="When the platform changed what it tells; the newest wins."
    )
    sha256: str = strawberry.field(description="The digest of its whole body, in hexadecimal.")
    bytes: int = strawberry.field(description="The length of its whole body.")
    received_at: datetime = strawberry.field(description="When it was archived, before it was answered.")
    last_received_at: datetime = strawberry.field(description="When it came for the last time.")
    times_received: int = strawberry.field(description="How often it came; kept once.")
    outcome: MessageOutcome = strawberry.field(description="What became of it.")
    outcome_at: datetime | None = strawberry.field(description="When that was; null: it waits.")
    mapping_version: str | None = strawberry.field(
        description="By which code and settings it was read: platform, digest of its adapter, settings' version."
    )
    code: str | None = strawberry.field(description="Why it failed, or why its change waits; for programs.")
    field: str | None = strawberry.field(description="What in it is wrong, as a path.")
    detail: str | None = strawberry.field(description="The same for people.")
    replays: int = strawberry.field(description="How often it was replayed.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            id=to_global("InboundMessage", row["id"]),
            key=row["id"],
            channel_key=row["channel_id"],
            order_key=row["order_id"],
            source=Source(row["source"]),
            topic=row["topic"],
            delivery_id=row["delivery_id"],
            event_id=row["event_id"],
            reference=row["reference"],
            external_updated_at=row["external_updated_at"],
            sha256=bytes(row["sha256"]).hex(),
            bytes=row["body_bytes"],
            received_at=row["received_at"],
            last_received_at=row["last_received_at"],
            times_received=row["times_received"],
            outcome=MessageOutcome(row["outcome"]),
            outcome_at=row["outcome_at"],
            mapping_version=row["mapping_version"],
            code=row["code"],
            field=row["field"],
            detail=row["detail"],
            replays=row["replays"],
        )

    @resolvers.field(description="The channel it is from.")
    async def channel(self, info: Info) -> Channel:
        row = await info.context.loaders.channel.load(self.channel_key)
        assert row is not None, "nothing deletes channels"
        return Channel.of(row)

    @resolvers.field(description="The order it placed or speaks of, if that is there.")
    async def order(self, info: Info) -> Order | None:
        return None if self.order_key is None else await order_of(info, self.order_key)

    @resolvers.field(description="Its body and headers. Needs ADMIN: they hold personal data.")
    async def payload(self, info: Info) -> MessagePayload | None:
        info.context.actor.require(Scope.ADMIN)
        row = await info.context.loaders.message_payload.load(self.key)
        if row is None:
            return None
        return MessagePayload(
            text=_text(row["body"]), base64=b64encode(row["body"]).decode(), headers=row["headers"]
        )


def _text(body: bytes) -> str | None:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


@strawberry.type(description="One field that a channel states otherwise than before.")
class FieldChange:
    """One field that differs."""

    path: str = strawberry.field(description="As `placeOrder` calls it; lines are named by their SKU.")
    before: JSON | None = strawberry.field(description="As it was stated before; null: it was not.")
    after: JSON | None = strawberry.field(description="As it is stated now.")


@strawberry.type(
    description="What a channel changed about an order that was placed: applied by itself where that is safe."
)
class OrderChange(Node):
    """What a channel changed about an order."""

    order_key: strawberry.Private[UUID]
    message_key: strawberry.Private[UUID]
    kind: ChangeKind = strawberry.field(description="Whether it restated the order or cancelled it.")
    state: ChangeState = strawberry.field(description="Whether it was applied, or waits for somebody.")
    fields: list[FieldChange] = strawberry.field(description="What it states otherwise than before.")
    code: str | None = strawberry.field(description="Why it was not applied by itself; for programs.")
    detail: str | None = strawberry.field(description="The same for people.")
    note: str = strawberry.field(description="What was written when it was decided.")
    created_at: datetime = strawberry.field(description="When it was heard of.")
    decided_at: datetime | None = strawberry.field(description="When it was decided; null: it waits.")
    decided_by: str | None = strawberry.field(
        description="Who decided; the channel itself where it was safe."
    )

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            id=to_global("OrderChange", row["id"]),
            order_key=row["order_id"],
            message_key=row["message_id"],
            kind=ChangeKind(row["kind"]),
            state=ChangeState(row["state"]),
            fields=[FieldChange(**each) for each in row["fields_"]],
            code=row["code"],
            detail=row["detail"],
            note=row["note"],
            created_at=row["created_at"],
            decided_at=row["decided_at"],
            decided_by=row["decided_by"],
        )

    @resolvers.field(description="The order.")
    async def order(self, info: Info) -> Order | None:
        return await order_of(info, self.order_key)

    @resolvers.field(description="The message it follows from, while that is kept.")
    async def message(self, info: Info) -> InboundMessage | None:
        row = await info.context.loaders.message.load(self.message_key)
        return None if row is None else InboundMessage.of(row)


@strawberry.type(description="What a message would do if it alone were replayed now.")
class ReplayPreview:
    """What a message would do."""

    message_key: strawberry.Private[UUID]
    order_key: strawberry.Private[UUID | None]
    outcome: MessageOutcome = strawberry.field(description="What would become of it.")
    code: str | None = strawberry.field(description="Why it would fail, or its change would wait.")
    field: str | None = strawberry.field(description="What in it is wrong, as a path.")
    detail: str | None = strawberry.field(description="The same for people.")
    change_state: ChangeState | None = strawberry.field(
        description="Whether the change of its order would be applied, or wait; null: it would bring none."
    )
    fields: list[FieldChange] = strawberry.field(
        description="What would be placed, or changed, field by field."
    )

    @classmethod
    def of(cls, preview: Preview) -> Self:
        return cls(
            message_key=preview.message_id,
            order_key=preview.order_id,
            outcome=preview.outcome,
            code=preview.code,
            field=preview.field,
            detail=preview.detail,
            change_state=None if preview.change_state is None else ChangeState(preview.change_state),
            fields=[FieldChange(**each) for each in preview.fields],
        )

    @resolvers.field(description="The message.")
    async def message(self, info: Info) -> InboundMessage | None:
        row = await info.context.loaders.message.load(self.message_key)
        return None if row is None else InboundMessage.of(row)

    @resolvers.field(description="The order that is there already, if it is.")
    async def order(self, info: Info) -> Order | None:
        return None if self.order_key is None else await order_of(info, self.order_key)
