"""Holding, releasing, tagging and cancelling orders."""

import strawberry

from api.graphql.info import Info
from api.graphql.orders.types import Order, order_of
from api.graphql.payloads import Payload, refusable, writer
from api.graphql.relay import uuid_of
from api.graphql.resolvers import mutation
from api.graphql.scalars import WholeNumber
from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.orders.change_tags import ChangeTags, add_tags, remove_tags
from domain.orders.hold_order import HoldOrder, hold_order
from domain.orders.models import HoldReason
from domain.orders.release_order import ReleaseOrder, release_order
from domain.shared.actor import Scope

strawberry.enum(CancelReason, description="Why an order is cancelled.")

EXPECTED = "Refuse if the order is at another version; unsaid: whatever version it is at."


@strawberry.input(description="Which order waits, and why.")
class HoldOrderInput:
    """Which order waits, and why."""

    id: strawberry.ID = strawberry.field(description="The order.")
    reason: HoldReason = strawberry.field(description="Why.")
    note: str = strawberry.field(default="", description="For whoever releases it.")
    expected_version: WholeNumber | None = strawberry.field(default=None, description=EXPECTED)


@strawberry.input(description="Which order need not wait any longer.")
class ReleaseOrderInput:
    """Which order need not wait any longer."""

    id: strawberry.ID = strawberry.field(description="The order.")
    reason: HoldReason | None = strawberry.field(
        default=None, description="Which hold ends; unsaid: all of them."
    )
    expected_version: WholeNumber | None = strawberry.field(default=None, description=EXPECTED)


@strawberry.input(description="Which order is cancelled, and why.")
class CancelOrderInput:
    """Which order is cancelled, and why."""

    id: strawberry.ID = strawberry.field(description="The order.")
    reason: CancelReason = strawberry.field(description="Why.")
    note: str = strawberry.field(default="", description="For the timeline.")
    expected_version: WholeNumber | None = strawberry.field(default=None, description=EXPECTED)


@strawberry.input(description="Which order, and which tags.")
class OrderTagsInput:
    """Which order, and which tags."""

    id: strawberry.ID = strawberry.field(description="The order.")
    tags: list[str] = strawberry.field(description="Tags of 1 to 50 characters; an order carries up to 20.")
    expected_version: WholeNumber | None = strawberry.field(default=None, description=EXPECTED)

    def ask(self) -> ChangeTags:
        return ChangeTags(
            order_id=uuid_of(self.id, "Order"), tags=self.tags, expected_version=self.expected_version
        )


@strawberry.type(description="The order as it is now, or why it was not changed.")
class OrderPayload(Payload):
    """The order as it is now."""

    order: Order | None = strawberry.field(
        default=None, description="The order as it is now; null if refused."
    )


@strawberry.type(description="The order as it is now, or why it was not held.")
class HoldOrderPayload(OrderPayload):
    """The order as it is now."""


@strawberry.type(description="The order as it is now, or why it was not released.")
class ReleaseOrderPayload(OrderPayload):
    """The order as it is now."""


@strawberry.type(description="The order as it is now, or why it was not cancelled.")
class CancelOrderPayload(OrderPayload):
    """The order as it is now."""


@strawberry.type(description="The order as it is now, or why its tags are as they were.")
class OrderTagsPayload(OrderPayload):
    """The order as it is now."""


@strawberry.type
class OrderMutations:
    """Holding, releasing, tagging and cancelling orders."""

    @mutation(description="Keep an order from being sourced. Holding it twice for one reason holds it once.")
    @refusable(HoldOrderPayload)
    async def hold_order(self, info: Info, input: HoldOrderInput) -> HoldOrderPayload:  # noqa: A002
        by = writer(info, Scope.ORDERS_WRITE)
        ask = HoldOrder(
            order_id=uuid_of(input.id, "Order"),
            reason=input.reason,
            note=input.note,
            expected_version=input.expected_version,
        )
        held = await hold_order(ask, by=by, now=info.context.now())
        return HoldOrderPayload(order=await order_of(info, held))

    @mutation(description="End an order's holds; when none is left, it is sourced again.")
    @refusable(ReleaseOrderPayload)
    async def release_order(self, info: Info, input: ReleaseOrderInput) -> ReleaseOrderPayload:  # noqa: A002
        by = writer(info, Scope.ORDERS_WRITE)
        ask = ReleaseOrder(
            order_id=uuid_of(input.id, "Order"), reason=input.reason, expected_version=input.expected_version
        )
        released = await release_order(ask, by=by, now=info.context.now())
        return ReleaseOrderPayload(order=await order_of(info, released))

    @mutation(description="Cancel every unit of an order, as long as none has left a warehouse.")
    @refusable(CancelOrderPayload)
    async def cancel_order(self, info: Info, input: CancelOrderInput) -> CancelOrderPayload:  # noqa: A002
        by = writer(info, Scope.ORDERS_WRITE)
        ask = CancelOrder(
            order_id=uuid_of(input.id, "Order"),
            reason=input.reason,
            note=input.note,
            expected_version=input.expected_version,
        )
        cancelled = await cancel_order(ask, by=by, now=info.context.now())
        return CancelOrderPayload(order=await order_of(info, cancelled))

    @mutation(description="Put tags on an order. Nothing is sourced anew; the next decision sees them.")
    @refusable(OrderTagsPayload)
    async def add_order_tags(self, info: Info, input: OrderTagsInput) -> OrderTagsPayload:  # noqa: A002
        by = writer(info, Scope.ORDERS_WRITE)
        tagged = await add_tags(input.ask(), by=by, now=info.context.now())
        return OrderTagsPayload(order=await order_of(info, tagged))

    @mutation(description="Take tags off an order; those it does not carry change nothing.")
    @refusable(OrderTagsPayload)
    async def remove_order_tags(self, info: Info, input: OrderTagsInput) -> OrderTagsPayload:  # noqa: A002
        by = writer(info, Scope.ORDERS_WRITE)
        untagged = await remove_tags(input.ask(), by=by, now=info.context.now())
        return OrderTagsPayload(order=await order_of(info, untagged))
