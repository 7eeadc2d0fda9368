"""Outbound webhooks: endpoints, their secrets, deliveries and their log. For administrators."""

from datetime import timedelta
from typing import Annotated

import strawberry
from tortoise.expressions import Q

from api.graphql.connections import BY_CREATED, After, Before, Connection, First, Last, Page, connect
from api.graphql.filters import ChoiceFilter, choices
from api.graphql.info import Info, admin
from api.graphql.payloads import Payload, keeper, refusable
from api.graphql.relay import uuid_of
from api.graphql.resolvers import field, mutation
from api.graphql.scalars import RawDateTime, instant_of
from api.graphql.webhooks.types import WebhookDelivery, WebhookEndpoint
from domain.events.kinds import EventKind
from domain.shared.actor import Scope
from domain.shared.refusal import InvalidInput
from domain.webhooks.models import DeliveryState
from domain.webhooks.models import WebhookDelivery as DeliveryRows
from domain.webhooks.models import WebhookEndpoint as EndpointRows
from domain.webhooks.replay import replay_deliveries, replay_since
from domain.webhooks.save_endpoint import (
    SaveWebhookEndpoint,
    change_endpoint,
    create_endpoint,
    enable_endpoint,
    remove_endpoint,
    rotate_secret,
)

IDS_MAX = 500
DAY_S = 86_400


@strawberry.input(description="Which deliveries: all that is given must hold.")
class WebhookDeliveryWhere:
    """Which deliveries: all that is given must hold."""

    endpoint_id: strawberry.ID | None = strawberry.field(default=None, description="To whom.")
    order_id: strawberry.ID | None = strawberry.field(default=None, description="Of which order.")
    state: ChoiceFilter[DeliveryState] | None = strawberry.field(default=None, description="How far it is.")

    def passing(self) -> Q:
        wanted = choices("state", self.state, "where.state")
        if self.endpoint_id is not None:
            wanted &= Q(endpoint_id=uuid_of(self.endpoint_id, "WebhookEndpoint", field="where.endpointId"))
        if self.order_id is not None:
            wanted &= Q(order_id=uuid_of(self.order_id, "Order", field="where.orderId"))
        return wanted


Where = Annotated[
    WebhookDeliveryWhere | None, strawberry.argument(description="Only deliveries that pass this.")
]


@strawberry.input(description="An endpoint as it shall be.")
class WebhookEndpointInput:
    """An endpoint as it shall be."""

    url: str = strawberry.field(description="An https URL at a public address.")
    description: str = strawberry.field(default="", description="For people.")
    kinds: list[EventKind] | None = strawberry.field(
        default=None, description="Only these kinds of events; null: all."
    )
    channels: list[str] | None = strawberry.field(
        default=None, description="Only orders of the channels with these codes; null: of all."
    )

    def ask(self) -> SaveWebhookEndpoint:
        return SaveWebhookEndpoint(
            url=self.url,
            description=self.description,
            kinds=None if self.kinds is None else tuple(self.kinds),
            channels=None if self.channels is None else tuple(self.channels),
        )


@strawberry.input(description="Which endpoint, and as what.")
class ChangeWebhookEndpointInput:
    """Which endpoint, and as what."""

    id: strawberry.ID = strawberry.field(description="The endpoint.")
    endpoint: WebhookEndpointInput = strawberry.field(description="As it shall be.")


@strawberry.input(description="Which endpoint.")
class WebhookEndpointRef:
    """Which endpoint."""

    id: strawberry.ID = strawberry.field(description="The endpoint.")


@strawberry.input(description="Which endpoint gets another secret.")
class RotateWebhookSecretInput:
    """Which endpoint gets another secret."""

    id: strawberry.ID = strawberry.field(description="The endpoint.")
    overlap_seconds: int = strawberry.field(
        default=DAY_S, description="So long the secret before signs along; up to a week."
    )


@strawberry.input(description="Whether an endpoint is sent anything.")
class EnableWebhookEndpointInput:
    """Whether an endpoint is sent anything."""

    id: strawberry.ID = strawberry.field(description="The endpoint.")
    enabled: bool = strawberry.field(description="Whether it is; what is pending waits meanwhile.")


@strawberry.input(
    description="What is sent again: deliveries by their ids, or those of an endpoint since a moment."
)
class ReplayWebhooksInput:
    """What is sent again."""

    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="These, up to 500.")
    endpoint_id: strawberry.ID | None = strawberry.field(
        default=None, description="Or those to this endpoint,"
    )
    since: RawDateTime | None = strawberry.field(default=None, description="made at this moment or later,")
    delivered_too: bool = strawberry.field(
        default=False, description="also what was taken, not only what failed."
    )


@strawberry.type(description="The endpoint as it is now, or why nothing was done.")
class WebhookEndpointPayload(Payload):
    """The endpoint as it is now."""

    webhook_endpoint: WebhookEndpoint | None = strawberry.field(
        default=None, description="As it is now; null if refused, or removed."
    )


@strawberry.type(description="The endpoint, and its new secret, which cannot be shown again.")
class WebhookSecretPayload(WebhookEndpointPayload):
    """The endpoint, and its new secret."""

    secret: str | None = strawberry.field(
        default=None, description="`whsec_` and base64: what its bodies are signed with. Keep it."
    )


@strawberry.type(description="Whether it is sent again.")
class ReplayWebhooksPayload(Payload):
    """Whether it is sent again."""

    replayed: int = strawberry.field(default=0, description="How many deliveries are sent again.")


@strawberry.type
class WebhookQueries:
    """Reading endpoints and deliveries."""

    @field(
        description="Addresses that are told about order events, newest first. Needs ADMIN, of every channel."
    )
    async def webhook_endpoints(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[WebhookEndpoint]:
        admin(info)
        page = Page(first, after, last, before)
        return await connect(info, EndpointRows.all(), page, BY_CREATED, WebhookEndpoint.of)

    @field(
        description="What endpoints were told, newest first, with every attempt. Needs ADMIN, of every channel."
    )
    async def webhook_deliveries(
        self,
        info: Info,
        *,
        where: Where = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[WebhookDelivery]:
        admin(info)
        rows = DeliveryRows.filter(where.passing() if where else Q())
        return await connect(info, rows, Page(first, after, last, before), BY_CREATED, WebhookDelivery.of)


@strawberry.type
class WebhookMutations:
    """Making and changing endpoints, and sending again."""

    @mutation(description="Tell an address about order events from now on. Needs ADMIN, of every channel.")
    @refusable(WebhookSecretPayload)
    async def create_webhook_endpoint(
        self,
        info: Info,
        input: WebhookEndpointInput,  # noqa: A002
    ) -> WebhookSecretPayload:
        by = keeper(info, Scope.ADMIN)
        made = await create_endpoint(input.ask(), by=by, now=info.context.now())
        row = await info.context.loaders.webhook_endpoint.load(made.id)
        assert row is not None, "it was just made"
        return WebhookSecretPayload(webhook_endpoint=WebhookEndpoint.of(row), secret=made.secret)

    @mutation(
        description="Change an endpoint; what is pending goes to its new address. Needs ADMIN, of every channel."
    )
    @refusable(WebhookEndpointPayload)
    async def change_webhook_endpoint(
        self,
        info: Info,
        input: ChangeWebhookEndpointInput,  # noqa: A002
    ) -> WebhookEndpointPayload:
        by, key = keeper(info, Scope.ADMIN), uuid_of(input.id, "WebhookEndpoint")
        await change_endpoint(key, input.endpoint.ask(), by=by, now=info.context.now())
        return await _endpoint(info, input.id)

    @mutation(description="Send to an endpoint, or stop. Needs ADMIN, of every channel.")
    @refusable(WebhookEndpointPayload)
    async def enable_webhook_endpoint(
        self,
        info: Info,
        input: EnableWebhookEndpointInput,  # noqa: A002
    ) -> WebhookEndpointPayload:
        by, key = keeper(info, Scope.ADMIN), uuid_of(input.id, "WebhookEndpoint")
        await enable_endpoint(key, enabled=input.enabled, by=by, now=info.context.now())
        return await _endpoint(info, input.id)

    @mutation(description="Forget an endpoint, its deliveries and their log. Needs ADMIN, of every channel.")
    @refusable(WebhookEndpointPayload)
    async def remove_webhook_endpoint(
        self,
        info: Info,
        input: WebhookEndpointRef,  # noqa: A002
    ) -> WebhookEndpointPayload:
        by = keeper(info, Scope.ADMIN)
        await remove_endpoint(uuid_of(input.id, "WebhookEndpoint"), by=by)
        return WebhookEndpointPayload()

    @mutation(
        description="Give an endpoint another secret; the one before signs along for a while. Needs ADMIN, of every channel."
    )
    @refusable(WebhookSecretPayload)
    async def rotate_webhook_secret(
        self,
        info: Info,
        input: RotateWebhookSecretInput,  # noqa: A002
    ) -> WebhookSecretPayload:
        by, key = keeper(info, Scope.ADMIN), uuid_of(input.id, "WebhookEndpoint")
        overlap = timedelta(seconds=input.overlap_seconds)
        secret = await rotate_secret(key, overlap=overlap, by=by, now=info.context.now())
        shown = (await _endpoint(info, input.id)).webhook_endpoint
        return WebhookSecretPayload(webhook_endpoint=shown, secret=secret)

    @mutation(description="Send deliveries again, under the ids they had. Needs ADMIN, of every channel.")
    @refusable(ReplayWebhooksPayload)
    async def replay_webhooks(self, info: Info, input: ReplayWebhooksInput) -> ReplayWebhooksPayload:  # noqa: A002
        by, now = keeper(info, Scope.ADMIN), info.context.now()
        if input.ids is not None:
            if not 1 <= len(input.ids) <= IDS_MAX:
                raise InvalidInput(f"Name 1 to {IDS_MAX} deliveries.", field="ids")
            keys = [uuid_of(raw, "WebhookDelivery", field=f"ids[{at}]") for at, raw in enumerate(input.ids)]
            await replay_deliveries(keys, by=by, now=now)
            return ReplayWebhooksPayload(replayed=len(set(keys)))
        if input.endpoint_id is None or input.since is None:
            raise InvalidInput("Name deliveries, or an endpoint and a moment.", field="ids")
        endpoint = uuid_of(input.endpoint_id, "WebhookEndpoint", field="endpointId")
        since = instant_of(input.since, field="since")
        replayed = await replay_since(endpoint, since, delivered_too=input.delivered_too, by=by, now=now)
        return ReplayWebhooksPayload(replayed=replayed)


async def _endpoint(info: Info, raw: strawberry.ID) -> WebhookEndpointPayload:
    row = await info.context.loaders.webhook_endpoint.load(uuid_of(raw, "WebhookEndpoint"))
    return WebhookEndpointPayload(webhook_endpoint=None if row is None else WebhookEndpoint.of(row))
