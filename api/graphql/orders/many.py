"""Holding, releasing, cancelling and tagging many orders at once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

import strawberry

from api.graphql.errors import UserError, user_error
from api.graphql.info import Info
from api.graphql.orders.types import Order, order_of
from api.graphql.payloads import Payload, refusable, writer
from api.graphql.relay import require_few, uuid_of
from api.graphql.resolvers import field, mutation
from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.orders.change_tags import ChangeTags, add_tags, remove_tags
from domain.orders.hold_order import HoldOrder, hold_order
from domain.orders.models import HoldReason
from domain.orders.release_order import release_orders
from domain.shared.actor import Scope
from domain.shared.refusal import Refusal

RELEASED_MAX = 500
ORDERS_MAX = 100  # where each is a transaction of its own

_IDS = f"The orders, 1 to {ORDERS_MAX}."


@strawberry.input(description="Which orders need not wait any longer.")
class ReleaseOrdersInput:
    """Which orders need not wait any longer."""

    ids: list[strawberry.ID] = strawberry.field(description=f"The orders, 1 to {RELEASED_MAX}.")
    reason: HoldReason | None = strawberry.field(
        default=None, description="Which hold of each ends; unsaid: all of them."
    )


@strawberry.input(description="Which orders wait, and why.")
class HoldOrdersInput:
    """Which orders wait, and why."""

    ids: list[strawberry.ID] = strawberry.field(description=_IDS)
    reason: HoldReason = strawberry.field(description="Why.")
    note: str = strawberry.field(default="", description="For whoever releases them.")


@strawberry.input(description="Which orders are cancelled, and why.")
class CancelOrdersInput:
    """Which orders are cancelled, and why."""

    ids: list[strawberry.ID] = strawberry.field(description=_IDS)
    reason: CancelReason = strawberry.field(description="Why.")
    note: str = strawberry.field(default="", description="For the timelines.")


@strawberry.input(description="Which orders, and which tags.")
class OrdersTagsInput:
    """Which orders, and which tags."""

    ids: list[strawberry.ID] = strawberry.field(description=_IDS)
    tags: list[str] = strawberry.field(description="Tags of 1 to 50 characters; an order carries up to 20.")

    def ask(self, key: UUID) -> ChangeTags:
        return ChangeTags(order_id=key, tags=self.tags)


@strawberry.type(description="What became of one order of many.")
class OrderResult:
    """What became of one order of many."""

    key: strawberry.Private[UUID | None]
    index: int = strawberry.field(description="Its place in the input, from 0.")
    user_errors: list[UserError] = strawberry.field(
        description="Why it was not done; empty when it was. `field` is relative to its row."
    )

    @field(description="As it is now; null if it was refused.")
    async def order(self, info: Info) -> Order | None:
        return None if self.key is None else await order_of(info, self.key)


@strawberry.type(description="What became of each order.")
class OrdersPayload(Payload):
    """What became of each order."""

    results: list[OrderResult] = strawberry.field(
        default_factory=list, description="One for each id, in the order of the input."
    )


@strawberry.type
class ManyOrdersMutations:
    """Holding, releasing, cancelling and tagging many orders at once."""

    @mutation(
        description=(
            f"End the holds of up to {RELEASED_MAX} orders, each by itself: those of which none is left are sourced again. "
            "Repeating it changes nothing."
        )
    )
    @refusable(OrdersPayload)
    async def release_orders(self, info: Info, input: ReleaseOrdersInput) -> OrdersPayload:  # noqa: A002
        by, keys = writer(info, Scope.ORDERS_WRITE), _keys(input.ids, RELEASED_MAX)
        return _told(keys, await release_orders(keys, input.reason, by=by, now=info.context.now()))

    @mutation(
        description=f"`holdOrder` for up to {ORDERS_MAX}, each by itself. Repeating it changes nothing."
    )
    @refusable(OrdersPayload)
    async def hold_orders(self, info: Info, input: HoldOrdersInput) -> OrdersPayload:  # noqa: A002
        def ask(key: UUID) -> HoldOrder:
            return HoldOrder(order_id=key, reason=input.reason, note=input.note)

        return await _each(info, input.ids, hold_order, ask)

    @mutation(
        description=f"`cancelOrder` for up to {ORDERS_MAX}, each by itself. Repeating it changes nothing."
    )
    @refusable(OrdersPayload)
    async def cancel_orders(self, info: Info, input: CancelOrdersInput) -> OrdersPayload:  # noqa: A002
        def ask(key: UUID) -> CancelOrder:
            return CancelOrder(order_id=key, reason=input.reason, note=input.note)

        return await _each(info, input.ids, cancel_order, ask)

    @mutation(
        description=f"`addOrderTags` for up to {ORDERS_MAX}, each by itself. Repeating it changes nothing."
    )
    @refusable(OrdersPayload)
    async def add_tags_to_orders(self, info: Info, input: OrdersTagsInput) -> OrdersPayload:  # noqa: A002
        return await _each(info, input.ids, add_tags, input.ask)

    @mutation(
        description=f"`removeOrderTags` for up to {ORDERS_MAX}, each by itself. Repeating it changes nothing."
    )
    @refusable(OrdersPayload)
    async def remove_tags_from_orders(self, info: Info, input: OrdersTagsInput) -> OrdersPayload:  # noqa: A002
        return await _each(info, input.ids, remove_tags, input.ask)


def _keys(ids: Sequence[str], most: int) -> list[UUID]:
    require_few(ids, most, field="ids")
    return [uuid_of(raw, "Order", field=f"ids[{at}]") for at, raw in enumerate(ids)]


async def _each(
    info: Info, ids: Sequence[str], do: Callable[..., Awaitable[object]], ask: Callable[[UUID], object]
) -> OrdersPayload:
    """Do what is asked of each in a transaction of its own, so that one that is refused keeps no other from its turn."""
    by, now = writer(info, Scope.ORDERS_WRITE), info.context.now()
    keys, refused = _keys(ids, ORDERS_MAX), dict[UUID, Refusal]()
    for key in dict.fromkeys(keys):
        try:
            await do(ask(key), by=by, now=now)
        except Refusal as no:
            refused[key] = no
    return _told(keys, refused)


def _told(keys: Sequence[UUID], refused: Mapping[UUID, Refusal]) -> OrdersPayload:
    return OrdersPayload(results=[_result(index, key, refused.get(key)) for index, key in enumerate(keys)])


def _result(index: int, key: UUID, no: Refusal | None) -> OrderResult:
    if no is not None:
        return OrderResult(key=None, index=index, user_errors=[user_error(no)])
    return OrderResult(key=key, index=index, user_errors=[])
