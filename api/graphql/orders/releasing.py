"""Releasing many orders from their holds at once."""

from uuid import UUID

import strawberry

from api.graphql.errors import UserError, user_error
from api.graphql.info import Info
from api.graphql.orders.types import Order, order_of
from api.graphql.payloads import Payload, refusable, writer
from api.graphql.relay import uuid_of
from api.graphql.resolvers import field, mutation
from domain.orders.models import HoldReason
from domain.orders.release_order import release_orders
from domain.shared.actor import Scope
from domain.shared.refusal import InvalidInput, Refusal

ORDERS_MAX = 500


@strawberry.input(description="Which orders need not wait any longer.")
class ReleaseOrdersInput:
    """Which orders need not wait any longer."""

    ids: list[strawberry.ID] = strawberry.field(description="The orders, 1 to 500.")
    reason: HoldReason | None = strawberry.field(
        default=None, description="Which hold of each ends; unsaid: all of them."
    )


@strawberry.type(description="What became of one order of many.")
class ReleaseOrderResult:
    """What became of one order of many."""

    key: strawberry.Private[UUID | None]
    index: int = strawberry.field(description="Its place in the input, from 0.")
    user_errors: list[UserError] = strawberry.field(
        description="Why it was not released; empty when it was. `field` is relative to its row."
    )

    @field(description="As it is now; null if it was refused.")
    async def order(self, info: Info) -> Order | None:
        return None if self.key is None else await order_of(info, self.key)


@strawberry.type(description="What became of each order.")
class ReleaseOrdersPayload(Payload):
    """What became of each order."""

    results: list[ReleaseOrderResult] = strawberry.field(
        default_factory=list, description="One for each id, in the order of the input."
    )


@strawberry.type
class ReleasingMutations:
    """Releasing many orders at once."""

    @mutation(
        description=(
            "End the holds of up to 500 orders, each by itself: those of which none is left are sourced again. "
            "Repeating it changes nothing."
        )
    )
    @refusable(ReleaseOrdersPayload)
    async def release_orders(self, info: Info, input: ReleaseOrdersInput) -> ReleaseOrdersPayload:  # noqa: A002
        by = writer(info, Scope.ORDERS_WRITE)
        if not 1 <= len(input.ids) <= ORDERS_MAX:
            raise InvalidInput(f"Name 1 to {ORDERS_MAX} at a time.", field="ids")
        keys = [uuid_of(raw, "Order", field=f"ids[{at}]") for at, raw in enumerate(input.ids)]
        refused = await release_orders(keys, input.reason, by=by, now=info.context.now())
        return ReleaseOrdersPayload(
            results=[_result(index, key, refused.get(key)) for index, key in enumerate(keys)]
        )


def _result(index: int, key: UUID, no: Refusal | None) -> ReleaseOrderResult:
    if no is not None:
        return ReleaseOrderResult(key=None, index=index, user_errors=[user_error(no)])
    return ReleaseOrderResult(key=key, index=index, user_errors=[])
