"""Placing orders, one or many."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from api.graphql.errors import UserError, user_error
from api.graphql.info import Info, selected
from api.graphql.orders.inputs import PlaceOrderInput
from api.graphql.orders.types import Order, order_of
from api.graphql.payloads import Payload, refusable, writer
from api.graphql.relay import to_global
from api.graphql.resolvers import field, mutation
from api.graphql.scalars import WholeNumber
from domain.orders.entry import Placed
from domain.orders.incoming import IncomingOrder, parse_order
from domain.orders.place_orders import ORDERS_MAX, place_orders
from domain.shared.actor import Scope
from domain.shared.refusal import InvalidInput, Refusal

_KNOWN_AT_ONCE = frozenset({"__typename", "id", "number", "version", "externalReference"})


@strawberry.type
class Placement:
    """An order that may or may not have been placed."""

    placed: strawberry.Private[Placed | None] = None
    external_reference: strawberry.Private[str] = ""

    @field(description="The order; null if it was refused.")
    async def order(self, info: Info) -> Order | None:
        if self.placed is None:
            return None
        if selected(info) <= _KNOWN_AT_ONCE:
            return Order.sketch(
                id=to_global("Order", self.placed.order_id),
                number=WholeNumber(self.placed.number),
                version=WholeNumber(self.placed.version),
                external_reference=self.external_reference,
            )
        return await order_of(info, self.placed.order_id)

    @field(description="Whether the order was there before this request.")
    def replayed(self) -> bool:
        return self.placed is not None and self.placed.replayed


@strawberry.type(description="The order, or why it was refused.")
class PlaceOrderPayload(Placement, Payload):
    """The order, or why it was refused."""


@strawberry.type(description="What became of one order of many.")
class PlaceOrderResult(Placement):
    """What became of one order of many."""

    index: int = strawberry.field(default=0, description="Its place in the input, from 0.")
    user_errors: list[UserError] = strawberry.field(
        default_factory=list, description="Why it was refused; empty when it was taken in."
    )


@strawberry.input(description="Up to 500 orders, each placed or refused by itself.")
class PlaceOrdersInput:
    """Up to 500 orders, each placed or refused by itself."""

    orders: list[PlaceOrderInput] = strawberry.field(description="The orders.")


@strawberry.type(description="What became of each order.")
class PlaceOrdersPayload(Payload):
    """What became of each order."""

    results: list[PlaceOrderResult] = strawberry.field(
        default_factory=list, description="One for each order, in the order of the input."
    )


@strawberry.type
class PlacingMutations:
    """Placing orders, one or many."""

    @mutation(description="Place an order. Sent again, it is found again: `replayed`.")
    @refusable(PlaceOrderPayload)
    async def place_order(self, info: Info, input: PlaceOrderInput) -> PlaceOrderPayload:  # noqa: A002
        by = writer(info, Scope.ORDERS_WRITE)
        order = parse_order(input.raw(), now=info.context.now())
        placed = await info.context.intake.place(order, by=by)
        return PlaceOrderPayload(placed=placed, external_reference=order.external_reference)

    @mutation(description="Place up to 500 orders. Each is placed or refused by itself.")
    @refusable(PlaceOrdersPayload)
    async def place_orders(self, info: Info, input: PlaceOrdersInput) -> PlaceOrdersPayload:  # noqa: A002
        by, now = writer(info, Scope.ORDERS_WRITE), info.context.now()
        if not 1 <= len(input.orders) <= ORDERS_MAX:
            raise InvalidInput(f"Place 1 to {ORDERS_MAX} orders at a time.", field="orders")
        parsed = [_parsed(order, now) for order in input.orders]
        right = [order for order in parsed if isinstance(order, IncomingOrder)]
        answers = await place_orders(right, by=by, now=now) if right else []
        return PlaceOrdersPayload(results=_results(parsed, answers))


def _parsed(order: PlaceOrderInput, now: datetime) -> IncomingOrder | Refusal:
    try:
        return parse_order(order.raw(), now=now)
    except Refusal as no:
        return no


def _results(
    parsed: Sequence[IncomingOrder | Refusal], answers: Sequence[Placed | Refusal]
) -> list[PlaceOrderResult]:
    """One result a row: refused by itself, or what the database answered, in turn."""
    answered = iter(answers)
    results: list[PlaceOrderResult] = []
    for index, order in enumerate(parsed):
        answer = order if isinstance(order, Refusal) else next(answered)
        if isinstance(answer, Refusal):
            results.append(PlaceOrderResult(index=index, user_errors=[user_error(answer)]))
        elif isinstance(order, IncomingOrder):
            reference = order.external_reference
            results.append(PlaceOrderResult(index=index, placed=answer, external_reference=reference))
    return results
