"""Outbound webhooks as clients see them."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.channels.types import Channel
from api.graphql.info import Info
from api.graphql.relay import Node, to_global
from api.graphql.resolvers import field
from api.graphql.scalars import WholeNumber
from domain.events.kinds import EventKind
from domain.shared.reading import Row
from domain.webhooks.models import DeliveryState, EndpointState

strawberry.enum(
    EndpointState, name="WebhookEndpointState", description="Whether an endpoint is sent anything."
)
strawberry.enum(
    DeliveryState,
    name="WebhookDeliveryState",
    description="PENDING until it is taken; FAILED when its last attempt failed, until it is asked for again.",
)


@strawberry.type(description="One attempt at a delivery.")
class WebhookAttempt:
    """One attempt at a delivery."""

    at: datetime = strawberry.field(description="When it was sent.")
    took_ms: int = strawberry.field(description="Milliseconds until it was answered, or given up.")
    status: int | None = strawberry.field(description="The HTTP status; null: no answer.")
    error: str | None = strawberry.field(description="Why it was not taken; null: it was.")
    answer: str = strawberry.field(description="The beginning of what was answered.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            at=row["at"],
            took_ms=row["took_ms"],
            status=row["status"],
            error=row["error"],
            answer=row["answer"],
        )


@strawberry.type(description="One event of an order for one endpoint. `webhook-id` is `msg_` and its UUID.")
class WebhookDelivery(Node):
    """One event of an order for one endpoint."""

    key: strawberry.Private[UUID]
    state: DeliveryState = strawberry.field(description="How far it is.")
    message_id: str = strawberry.field(description="The header webhook-id, the same at every attempt.")
    order_id: strawberry.ID = strawberry.field(description="The order that it tells of.")
    position: WholeNumber = strawberry.field(description="The event's position in the feed.")
    attempts_made: int = strawberry.field(description="Attempts since it was last asked for.")
    next_attempt_at: datetime | None = strawberry.field(description="When it is tried again, if PENDING.")
    created_at: datetime = strawberry.field(description="When it was made.")
    delivered_at: datetime | None = strawberry.field(description="When it was taken.")

    @classmethod
    def of(cls, row: Row) -> Self:
        state = DeliveryState(row["state"])
        return cls(
            id=to_global("WebhookDelivery", row["id"]),
            key=row["id"],
            state=state,
            message_id=f"msg_{row['id'].hex}",
            order_id=to_global("Order", row["order_id"]),
            position=WholeNumber(row["position"]),
            attempts_made=row["attempts"],
            next_attempt_at=row["next_at"] if state is DeliveryState.PENDING else None,
            created_at=row["created_at"],
            delivered_at=row["delivered_at"],
        )

    @field(description="Every attempt, oldest first.")
    async def attempts(self, info: Info) -> list[WebhookAttempt]:
        return [WebhookAttempt.of(row) for row in await info.context.loaders.webhook_attempts.load(self.key)]


@strawberry.type(
    description="An address that is told about order events, by the Standard Webhooks specification."
)
class WebhookEndpoint(Node):
    """An address that is told about order events."""

    key: strawberry.Private[UUID]
    channel_keys: strawberry.Private[list[UUID] | None]
    url: str = strawberry.field(description="Where it is.")
    description: str = strawberry.field(description="For people.")
    kinds: list[EventKind] | None = strawberry.field(description="The kinds of events; null: all.")
    state: EndpointState = strawberry.field(description="Whether it is sent anything.")
    disabled_because: str | None = strawberry.field(description="Why it is not; null: it is.")
    failures: int = strawberry.field(description="How often in a row it took nothing.")
    last_ok_at: datetime | None = strawberry.field(description="When it last took something.")
    created_at: datetime = strawberry.field(description="When it was made; it hears of what happened since.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            id=to_global("WebhookEndpoint", row["id"]),
            key=row["id"],
            channel_keys=row["channel_ids"],
            url=row["url"],
            description=row["description"],
            kinds=None if row["kinds"] is None else [EventKind(kind) for kind in row["kinds"]],
            state=EndpointState(row["state"]),
            disabled_because=row["disabled_because"],
            failures=row["failures"],
            last_ok_at=row["last_ok_at"],
            created_at=row["created_at"],
        )

    @field(description="The channels whose orders it hears of; null: every channel's.")
    async def channels(self, info: Info) -> list[Channel] | None:
        if self.channel_keys is None:
            return None
        rows = await info.context.loaders.channel.load_many(self.channel_keys)
        return [Channel.of(row) for row in rows if row]
