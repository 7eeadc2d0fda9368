"""Which messages and which changes: typed filters, and the rows that pass them."""

import strawberry
from tortoise.expressions import Q, Subquery

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.filters import ChoiceFilter, DateTimeFilter, TextFilter, choices, moments, texts
from api.graphql.relay import uuid_of
from domain.channels.reading import channel_ids
from domain.intake.outcomes import ChangeKind, ChangeState, MessageOutcome, Source
from domain.intake.reading import search_messages
from domain.orders.models import Order
from domain.shared.actor import Actor
from domain.shared.reading import having, one_of
from domain.shared.text import require_text


@strawberry.input(description="Which messages: all that is given must hold.")
class InboundMessageWhere:
    """Which messages: all that is given must hold."""

    channel: TextFilter | None = strawberry.field(default=None, description="The code of its channel.")
    outcome: ChoiceFilter[MessageOutcome] | None = strawberry.field(
        default=None, description="What became of it."
    )
    source: ChoiceFilter[Source] | None = strawberry.field(default=None, description="How it came.")
    topic: TextFilter | None = strawberry.field(default=None, description="What it is about.")
    reference: TextFilter | None = strawberry.field(default=None, description="The order's reference.")
    code: TextFilter | None = strawberry.field(
        default=None, description="Why it failed, such as UNKNOWN_SKU."
    )
    received_at: DateTimeFilter | None = strawberry.field(default=None, description="When it came first.")


@strawberry.input(description="Which order changes: all that is given must hold.")
class OrderChangeWhere:
    """Which order changes: all that is given must hold."""

    channel: TextFilter | None = strawberry.field(
        default=None, description="The code of the order's channel."
    )
    order_id: strawberry.ID | None = strawberry.field(default=None, description="Of one order.")
    kind: ChoiceFilter[ChangeKind] | None = strawberry.field(default=None, description="What it is.")
    state: ChoiceFilter[ChangeState] | None = strawberry.field(
        default=None, description="Whether it waits, or how it was decided."
    )
    code: TextFilter | None = strawberry.field(default=None, description="Why it was not applied by itself.")


async def messages_passing(where: InboundMessageWhere | None, search: str | None, *, by: Actor) -> Q:
    """The messages `by` may see that pass `where` and `search`.

    Raises:
        InvalidInput: a filter cannot be right; names it.
    """
    wanted = Q() if by.channel_ids is None else one_of("channel_id", by.channel_ids)
    if where is not None:
        wanted &= (
            choices("outcome", where.outcome, "where.outcome")
            & choices("source", where.source, "where.source")
            & texts("topic", where.topic, "where.topic")
            & texts("reference", where.reference, "where.reference")
            & texts("code", where.code, "where.code")
            & moments("received_at", where.received_at, "where.receivedAt")
        )
        wanted &= await _of_channels(where.channel)
    if search is not None and (text := require_text(search, field="search", longest=200)):
        wanted &= one_of("id", await search_messages(text, by=by))
    return wanted


async def changes_passing(where: OrderChangeWhere | None, *, by: Actor) -> Q:
    """The order changes `by` may see that pass `where`.

    Raises:
        InvalidInput: a filter cannot be right; names it.
    """
    orders = Q() if by.channel_ids is None else one_of("channel_id", by.channel_ids)
    wanted = Q()
    if where is not None:
        if where.channel is not None:
            orders &= await _of_channels(where.channel)
        if where.order_id is not None:
            wanted &= having("order_id", uuid_of(where.order_id, "Order", field="where.orderId"))
        wanted &= (
            choices("kind", where.kind, "where.kind")
            & choices("state", where.state, "where.state")
            & texts("code", where.code, "where.code")
        )
    if by.channel_ids is None and (where is None or where.channel is None):
        return wanted
    return wanted & Q(order_id__in=Subquery(Order.filter(orders).values("id")))


async def _of_channels(where: TextFilter | None) -> Q:
    codes = None if where is None else where.choices("where.channel")
    return Q() if codes is None else one_of("channel_id", (await channel_ids(codes)).values())
