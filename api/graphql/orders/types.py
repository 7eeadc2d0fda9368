"""Orders as clients see them."""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Self
from uuid import UUID

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.catalog.types import Variant, variant_of
from api.graphql.channels.types import Channel
from api.graphql.info import Info
from api.graphql.money import Money, money
from api.graphql.orders.parts import OrderEvent, OrderHold, ShipTo
from api.graphql.relay import Node, to_global
from api.graphql.resolvers import field
from api.graphql.scalars import WholeNumber
from api.graphql.sourcing.types import SourcingDecision
from domain.orders.models import AllocationStatus, FulfilmentStatus, OrderState, Sourcing
from domain.orders.policies import Priority, SplitPolicy, StockPolicy
from domain.shared.reading import Row

if TYPE_CHECKING:
    from api.graphql.fulfilment.types import FulfilmentOrder

FulfilmentOrders = list[Annotated["FulfilmentOrder", strawberry.lazy("api.graphql.fulfilment.types")]]


@strawberry.enum(description="What can be done to an order as it is now.")
class OrderAction(Enum):
    """What can be done to an order as it is now."""

    CANCEL = strawberry.enum_value("CANCEL", description="`cancelOrder`")
    CANCEL_LINES = strawberry.enum_value("CANCEL_LINES", description="`cancelOrderLines`")
    HOLD = strawberry.enum_value("HOLD", description="`holdOrder`")
    RELEASE = strawberry.enum_value("RELEASE", description="`releaseOrder`")


@strawberry.type(description="One SKU of an order, with its price as it was and what became of its units.")
class OrderLine(Node):
    """One SKU of an order."""

    variant_key: strawberry.Private[UUID]
    position: int = strawberry.field(description="Its place in the order, from 1.")
    sku: str = strawberry.field(description="The SKU as it was when ordered.")
    name: str = strawberry.field(description="The name as it was when ordered.")
    quantity: int = strawberry.field(description="Units ordered.")
    unit_price: Money = strawberry.field(description="The price of one unit, before discounts.")
    platform_discount: Money = strawberry.field(description="Off the whole line, paid for by the channel.")
    merchant_discount: Money = strawberry.field(description="Off the whole line, paid for by the merchant.")
    tax: Money = strawberry.field(description="Tax on the whole line.")
    cancelled: int = strawberry.field(description="Units cancelled.")
    allocated: int = strawberry.field(description="Units that warehouses have promised.")
    shipped: int = strawberry.field(description="Units that left a warehouse.")
    delivered: int = strawberry.field(description="Units that arrived.")
    open_units: int = strawberry.field(description="Units that no warehouse has promised yet.")

    @classmethod
    def of(cls, row: Row, currency: str) -> Self:
        return cls(
            id=to_global("OrderLine", row["id"]),
            variant_key=row["variant_id"],
            position=row["position"],
            sku=row["sku"],
            name=row["name"],
            quantity=row["quantity"],
            unit_price=money(row["unit_price_minor"], currency),
            platform_discount=money(row["platform_discount_minor"], currency),
            merchant_discount=money(row["merchant_discount_minor"], currency),
            tax=money(row["tax_minor"], currency),
            cancelled=row["cancelled"],
            allocated=row["allocated"],
            shipped=row["shipped"],
            delivered=row["delivered"],
            open_units=row["open_units"],
        )

    @field(description="The variant as it is now.")
    async def variant(self, info: Info) -> Variant:
        return await variant_of(info, self.variant_key)


@strawberry.type(description="One customer's purchase on one channel.")
class Order(Node):
    """One customer's purchase on one channel."""

    key: strawberry.Private[UUID]
    channel_key: strawberry.Private[UUID]
    currency: strawberry.Private[str]
    number: WholeNumber = strawberry.field(description="Its number in this house, unique.")
    version: WholeNumber = strawberry.field(description="How many events it has; for `expectedVersion`.")
    external_reference: str = strawberry.field(description="What its channel calls it; unique per channel.")
    customer_reference: str = strawberry.field(
        description="What its channel calls the customer; empty if unknown."
    )
    ship_to: ShipTo = strawberry.field(description="Where it goes, as it was when placed.")
    state: OrderState = strawberry.field(description="Its own state.")
    sourcing: Sourcing = strawberry.field(description="Where it stands with sourcing.")
    allocation_status: AllocationStatus = strawberry.field(description="How far its units are promised.")
    fulfilment_status: FulfilmentStatus = strawberry.field(description="How far its units have left.")
    priority: Priority = strawberry.field(description="How urgent it is.")
    stock_policy: StockPolicy = strawberry.field(description="Whether it needed its stock at once.")
    split_policy: SplitPolicy = strawberry.field(description="How far it may be taken apart.")
    max_shipments: int = strawberry.field(description="Into how many shipments at most, over its life.")
    tags: list[str] = strawberry.field(description="Words that filters and routings look at, sorted.")
    subtotal: Money = strawberry.field(description="All lines at their prices, before discounts.")
    platform_discount: Money = strawberry.field(description="Paid for by the channel, over all lines.")
    merchant_discount: Money = strawberry.field(description="Paid for by the merchant, over all lines.")
    shipping: Money = strawberry.field(description="What the customer pays for shipping.")
    tax: Money = strawberry.field(description="Tax on everything.")
    total: Money = strawberry.field(description="subtotal - discounts + shipping + tax.")
    units: WholeNumber = strawberry.field(description="Units ordered.")
    units_cancelled: WholeNumber = strawberry.field(description="Units cancelled.")
    units_allocated: WholeNumber = strawberry.field(
        description="Units promised by warehouses, not yet shipped."
    )
    units_shipped: WholeNumber = strawberry.field(description="Units that left a warehouse.")
    units_delivered: WholeNumber = strawberry.field(description="Units that arrived.")
    placed_at: datetime = strawberry.field(description="When the customer placed it.")
    promised_by: datetime | None = strawberry.field(description="By when it was promised.")
    cancel_unfilled_at: datetime | None = strawberry.field(
        description="When units that no warehouse can ship are cancelled; null: they wait, or there are none."
    )
    taken_in_at: datetime = strawberry.field(description="When it came into this house.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @classmethod
    def of(cls, row: Row) -> Self:
        currency = row["currency"]
        return cls(
            id=to_global("Order", row["id"]),
            key=row["id"],
            channel_key=row["channel_id"],
            currency=currency,
            ship_to=ShipTo.of(row),
            state=OrderState(row["state"]),
            sourcing=Sourcing(row["sourcing"]),
            allocation_status=AllocationStatus(row["allocation_status"]),
            fulfilment_status=FulfilmentStatus(row["fulfilment_status"]),
            priority=Priority(row["priority"]),
            stock_policy=StockPolicy(row["stock_policy"]),
            split_policy=SplitPolicy(row["split_policy"]),
            **_amounts(row),
            **{name: row[name] for name in _AS_THEY_ARE},
        )

    @classmethod
    def sketch(cls, **known: Any) -> Self:
        """An order of which no more than `known` will be asked: what was just placed needs no query."""
        order = cls.__new__(cls)
        order.__dict__.update(known)
        return order

    @field(description="The channel it came through.")
    async def channel(self, info: Info) -> Channel:
        row = await info.context.loaders.channel.load(self.channel_key)
        assert row is not None, "orders refer to channels"
        return Channel.of(row)

    @field(description="Its lines, in their order.")
    async def lines(self, info: Info) -> list[OrderLine]:
        return [
            OrderLine.of(row, self.currency) for row in await info.context.loaders.order_lines.load(self.key)
        ]

    @field(description="Why it waits or waited: its holds, oldest first.")
    async def holds(self, info: Info) -> list[OrderHold]:
        return [OrderHold.of(row) for row in await info.context.loaders.order_holds.load(self.key)]

    @field(description="Each warehouse's part of it, oldest first.")
    async def fulfilment_orders(self, info: Info) -> FulfilmentOrders:
        from api.graphql.fulfilment.types import FulfilmentOrder  # noqa: PLC0415 -- they refer to each other

        return [
            FulfilmentOrder.of(row) for row in await info.context.loaders.order_fulfilments.load(self.key)
        ]

    @field(description="Where it leaves from and why: each run of the engine, oldest first.")
    async def sourcing_decisions(self, info: Info) -> list[SourcingDecision]:
        return [SourcingDecision.of(row) for row in await info.context.loaders.order_decisions.load(self.key)]

    @field(description="What happened to it, oldest first.")
    async def events(self, info: Info) -> list[OrderEvent]:
        return [OrderEvent.of(row) for row in await info.context.loaders.order_events.load(self.key)]

    @field(description="The states it can go to from here.")
    def next_states(self) -> list[OrderState]:
        if self.state is not OrderState.OPEN:
            return []
        return [OrderState.COMPLETED] if self.units_shipped else [OrderState.CANCELLED, OrderState.COMPLETED]

    @field(description="What can be done to it as it is now.")
    def supported_actions(self) -> list[OrderAction]:
        if self.state is not OrderState.OPEN:
            return []
        actions = [OrderAction.HOLD]
        if self.sourcing is Sourcing.ON_HOLD:
            actions.append(OrderAction.RELEASE)
        if not self.units_shipped:
            actions.append(OrderAction.CANCEL)
        if self.units_cancelled + self.units_shipped < self.units:
            actions.append(OrderAction.CANCEL_LINES)
        return actions


def _amounts(row: Row) -> dict[str, Any]:
    return {name: money(row[f"{name}_minor"], row["currency"]) for name in _AMOUNTS}


_AMOUNTS = ("subtotal", "platform_discount", "merchant_discount", "shipping", "tax", "total")
_AS_THEY_ARE = (
    "number",
    "version",
    "external_reference",
    "customer_reference",
    "max_shipments",
    "tags",
    "units",
    "units_cancelled",
    "units_allocated",
    "units_shipped",
    "units_delivered",
    "placed_at",
    "promised_by",
    "cancel_unfilled_at",
    "taken_in_at",
    "updated_at",
)


async def order_of(info: Info, key: UUID) -> Order:
    """The order that something refers to, which the caller may see because it sees that."""
    row = await info.context.loaders.order.load(key)
    assert row is not None, "references to orders are foreign keys"
    return Order.of(row)
