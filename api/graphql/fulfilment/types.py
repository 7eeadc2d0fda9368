"""Fulfilment orders as clients see them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.catalog.types import Variant, variant_of
from api.graphql.info import Info
from api.graphql.money import Money, money
from api.graphql.relay import Node, to_global
from api.graphql.resolvers import field
from api.graphql.scalars import WholeNumber
from api.graphql.sourcing.types import SourcingDecision
from api.graphql.warehouses.types import Warehouse, warehouse_of
from domain.fulfilment.lifecycle import FulfilmentState, next_states
from domain.shared.reading import Row

if TYPE_CHECKING:
    from api.graphql.orders.types import Order
    from api.graphql.waves.types import Wave


@strawberry.type(description="Units of one order line that one warehouse ships.")
class FulfilmentOrderLine:
    """Units of one order line that one warehouse ships."""

    variant_key: strawberry.Private[UUID]
    order_line_id: strawberry.ID = strawberry.field(description="The order line they are of.")
    sku: str = strawberry.field(description="The SKU as it was when ordered.")
    name: str = strawberry.field(description="The name as it was when ordered.")
    quantity: int = strawberry.field(description="How many units.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            variant_key=row["variant_id"],
            order_line_id=to_global("OrderLine", row["order_line_id"]),
            sku=row["sku"],
            name=row["name"],
            quantity=row["quantity"],
        )

    @field(description="The variant as it is now.")
    async def variant(self, info: Info) -> Variant:
        return await variant_of(info, self.variant_key)


@strawberry.type(description="One warehouse's part of an order, and how far it is.")
class FulfilmentOrder(Node):
    """One warehouse's part of an order."""

    key: strawberry.Private[UUID]
    order_key: strawberry.Private[UUID]
    warehouse_key: strawberry.Private[UUID]
    decision_key: strawberry.Private[UUID]
    moved_key: strawberry.Private[UUID | None]
    number: WholeNumber = strawberry.field(
        description="Its number in this house, unique: what the barcode on a pick list says."
    )
    state: FulfilmentState = strawberry.field(description="How far it is.")
    next_states: list[FulfilmentState] = strawberry.field(description="The states it can go to from here.")
    cost: Money = strawberry.field(description="What shipping it was planned to cost.")
    distance_km: float | None = strawberry.field(
        description="As the crow flies; null: the destination is unknown."
    )
    weight_g: WholeNumber = strawberry.field(name="weightG", description="Its weight in grams.")
    carrier: str | None = strawberry.field(description="Who carries it, once shipped.")
    tracking_number: str | None = strawberry.field(description="Its number with the carrier, once shipped.")
    reject_reason: str | None = strawberry.field(description="Why the warehouse rejected it.")
    planned_ship_on: date | None = strawberry.field(
        description="The day it is planned to leave, in the warehouse's calendar; null: none is known yet."
    )
    arrives_on: date | None = strawberry.field(description="When it arrives if that day is kept.")
    late: bool = strawberry.field(description="Whether it was planned to arrive after the promised day.")
    releasable_at: datetime | None = strawberry.field(
        description="Until then something better may turn up, so picking can wait; null: it need not."
    )
    created_at: datetime = strawberry.field(description="When it was sourced.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    shipped_at: datetime | None = strawberry.field(description="When it left the building.")
    delivered_at: datetime | None = strawberry.field(description="When it arrived.")

    @classmethod
    def of(cls, row: Row) -> Self:
        state = FulfilmentState(row["state"])
        return cls(
            id=to_global("FulfilmentOrder", row["id"]),
            key=row["id"],
            order_key=row["order_id"],
            warehouse_key=row["warehouse_id"],
            decision_key=row["decision_id"],
            moved_key=row["moved_by"],
            number=row["number"],
            state=state,
            next_states=sorted(next_states(state)),
            cost=money(row["cost_minor"], row["currency"]),
            distance_km=row["distance_km"],
            weight_g=row["weight_g"],
            carrier=row["carrier"],
            tracking_number=row["tracking_number"],
            reject_reason=row["reject_reason"],
            planned_ship_on=row["planned_ship_on"],
            arrives_on=row["arrives_on"],
            late=row["late"],
            releasable_at=row["releasable_at"],
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            shipped_at=row["shipped_at"],
            delivered_at=row["delivered_at"],
        )

    @field(description="What is in it.")
    async def lines(self, info: Info) -> list[FulfilmentOrderLine]:
        return [
            FulfilmentOrderLine.of(row) for row in await info.context.loaders.fulfilment_lines.load(self.key)
        ]

    @field(description="The warehouse it leaves from.")
    async def warehouse(self, info: Info) -> Warehouse:
        return await warehouse_of(info, self.warehouse_key)

    @field(description="The order it is a part of.")
    async def order(self, info: Info) -> Annotated["Order", strawberry.lazy("api.graphql.orders.types")]:
        from api.graphql.orders.types import order_of  # noqa: PLC0415 -- they refer to each other

        return await order_of(info, self.order_key)

    @field(description="The decision that made it.")
    async def sourcing_decision(self, info: Info) -> SourcingDecision:
        row = await info.context.loaders.decision.load(self.decision_key)
        assert row is not None, "fulfilment orders refer to decisions"
        return SourcingDecision.of(row)

    @field(description="The wave it is in; null: none, or the key is limited to some channels.")
    async def wave(self, info: Info) -> Annotated["Wave", strawberry.lazy("api.graphql.waves.types")] | None:
        from api.graphql.waves.types import Wave  # noqa: PLC0415 -- they refer to each other

        if info.context.actor.channel_ids is not None:
            return None
        row = await info.context.loaders.wave_of.load(self.key)
        return None if row is None else Wave.of(row)

    @field(
        description="The decision by which a re-evaluation gave its units another parcel; null: it was not moved."
    )
    async def moved_by(self, info: Info) -> SourcingDecision | None:
        row = self.moved_key and await info.context.loaders.decision.load(self.moved_key)
        return SourcingDecision.of(row) if row else None
