"""Cancelling some of an order's units."""

from typing import Any

import strawberry

from api.graphql.fulfilment.mutations import IDEMPOTENCY_KEY
from api.graphql.info import Info
from api.graphql.orders.changing import EXPECTED, OrderPayload
from api.graphql.orders.types import order_of
from api.graphql.payloads import once_for, refusable, writer
from api.graphql.relay import uuid_of
from api.graphql.resolvers import mutation
from api.graphql.scalars import WholeNumber
from domain.fulfilment.cancel_order import CancelReason
from domain.fulfilment.cancel_units import CancelUnits, cancel_units
from domain.shared.actor import Scope
from domain.shared.refusal import InvalidInput
from domain.stock.quantity import require_units


@strawberry.input(description="Units of a SKU that are cancelled.")
class CancelLineInput:
    """Units of a SKU that are cancelled."""

    sku: str = strawberry.field(description="The SKU of one of the order's lines.")
    quantity: WholeNumber = strawberry.field(description="How many units, at least one.")


@strawberry.input(description="Which units of which order are cancelled, and why.")
class CancelOrderLinesInput:
    """Which units of which order are cancelled, and why."""

    id: strawberry.ID = strawberry.field(description="The order.")
    lines: list[CancelLineInput] = strawberry.field(description="What is cancelled, each SKU once.")
    reason: CancelReason = strawberry.field(description="Why.")
    note: str = strawberry.field(default="", description="For the timeline.")
    also_picked: bool = strawberry.field(
        default=False, description="Also units of parcels that are being picked or packed."
    )
    expected_version: WholeNumber | None = strawberry.field(default=None, description=EXPECTED)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)

    def ask(self) -> CancelUnits:
        units = {
            line.sku: require_units(line.quantity, field=f"lines[{at}].quantity")
            for at, line in enumerate(self.lines)
        }
        if not units or len(units) < len(self.lines):
            raise InvalidInput("Name at least one SKU, and each once.", field="lines")
        return CancelUnits(
            order_id=uuid_of(self.id, "Order"),
            units=units,
            reason=self.reason,
            note=self.note,
            also_picked=self.also_picked,
            expected_version=self.expected_version,
        )


@strawberry.type(description="The order as it is now, or why nothing of it was cancelled.")
class CancelOrderLinesPayload(OrderPayload):
    """The order as it is now."""


@strawberry.type
class CancellingMutations:
    """Cancelling some of an order's units."""

    @mutation(
        description=(
            "Cancel so many units: first what no warehouse has been found for, then what was promised last. What was promised "
            "becomes free, parcels get lighter and cheaper, and one of which nothing is left is CANCELLED; so is an order. "
            "All of it or nothing; what has left a warehouse is UNITS_UNDER_WAY, and so is what is being picked unless `alsoPicked`."
        )
    )
    @refusable(CancelOrderLinesPayload)
    async def cancel_order_lines(
        self,
        info: Info,
        input: CancelOrderLinesInput,  # noqa: A002
    ) -> CancelOrderLinesPayload:
        by, ask = writer(info, Scope.ORDERS_WRITE), input.ask()

        async def run() -> dict[str, Any]:
            await cancel_units(ask, by=by, now=info.context.now())
            return {}

        await once_for(info, "cancelOrderLines", input, run)
        return CancelOrderLinesPayload(order=await order_of(info, ask.order_id))
