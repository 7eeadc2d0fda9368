"""Reading fulfilment orders and sourcing decisions."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from api.graphql.connections import (
    BY_CREATED,
    COUNT_MAX,
    After,
    Before,
    Connection,
    Count,
    First,
    Keyset,
    Last,
    Page,
    SortDirection,
    aware,
    connect,
    count_of,
)
from api.graphql.filters import (
    ChoiceFilter,
    DateTimeFilter,
    DayRange,
    NumberFilter,
    TextFilter,
    choices,
    days,
    moments,
    numbers,
    texts,
)
from api.graphql.fulfilment.types import FulfilmentOrder
from api.graphql.info import Info, reader
from api.graphql.relay import uuid_of
from api.graphql.resolvers import field
from api.graphql.sourcing.types import SourcingDecision
from domain.channels.models import Channel as ChannelRows
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.models import FulfilmentOrder as FulfilmentRows
from domain.fulfilment.overdue import overdue
from domain.fulfilment.waves.reading import in_wave
from domain.orders.models import Order as OrderRows
from domain.shared.actor import Actor
from domain.shared.reading import count_up_to
from domain.sourcing.models import SourcingDecision as DecisionRows
from domain.stock.reading import warehouses_with

_DECISIONS = Keyset("AT", ("at", "id"), (aware, UUID))


@strawberry.input(description="Which fulfilment orders: all that is given must hold.")
class FulfilmentOrderWhere:
    """Which fulfilment orders: all that is given must hold."""

    warehouse: TextFilter | None = strawberry.field(default=None, description="The code of its warehouse.")
    state: ChoiceFilter[FulfilmentState] | None = strawberry.field(default=None, description="How far it is.")
    order_id: strawberry.ID | None = strawberry.field(default=None, description="The order it is a part of.")
    number: NumberFilter | None = strawberry.field(default=None, description="Its number, as scanned.")
    wave_id: strawberry.ID | None = strawberry.field(
        default=None, description="The wave it is in. For keys that see every channel."
    )
    created_at: DateTimeFilter | None = strawberry.field(default=None, description="When it was sourced.")
    channel: TextFilter | None = strawberry.field(
        default=None, description="The code of its order's channel."
    )
    late: bool | None = strawberry.field(
        default=None, description="Whether it was planned to arrive after the promised day."
    )
    planned_ship_on: DayRange | None = strawberry.field(
        default=None, description="The day it is planned to leave, in its warehouse's calendar."
    )
    overdue: bool | None = strawberry.field(
        default=None,
        description="True: has not left although its planned day is over by its warehouse's clock; else all.",
    )

    async def passing(self, by: Actor, now: datetime) -> Q:
        wanted = (
            days("planned_ship_on", self.planned_ship_on)
            & (await overdue(now=now) if self.overdue else Q())
            & (Q() if self.late is None else Q(late=self.late))
            & (Q() if self.channel is None else _of_channels(self.channel))
        ) & (
            choices("state", self.state, "where.state")
            & moments("created_at", self.created_at, "where.createdAt")
            & numbers("number", self.number, "where.number")
        )
        if self.wave_id is not None:
            by.require_every_channel()
            wanted &= in_wave(uuid_of(self.wave_id, "Wave", field="where.waveId"))
        if self.order_id is not None:
            wanted &= Q(order_id=uuid_of(self.order_id, "Order", field="where.orderId"))
        if self.warehouse is not None:
            wanted &= Q(warehouse_id__in=warehouses_with(texts("code", self.warehouse, "where.warehouse")))
        return wanted


Where = Annotated[
    FulfilmentOrderWhere | None, strawberry.argument(description="Only fulfilment orders that pass this.")
]
Direction = Annotated[
    SortDirection,
    strawberry.argument(description="By the time of sourcing: newest (DESC) or oldest (ASC) first."),
]
OrderId = Annotated[strawberry.ID | None, strawberry.argument(description="Only decisions about this order.")]


def _of_channels(where: TextFilter) -> Q:
    """Rows whose `order_id` is of an order of these channels."""
    channels = ChannelRows.filter(texts("code", where, "where.channel")).values("id")
    return Q(order_id__in=Subquery(OrderRows.filter(channel_id__in=Subquery(channels)).values("id")))


def of_visible_orders(by: Actor) -> Q:
    """Rows whose `order_id` is of an order that `by` may see."""
    if by.channel_ids is None:
        return Q()
    return Q(order_id__in=Subquery(OrderRows.filter(channel_id__in=list(by.channel_ids)).values("id")))


@strawberry.type
class FulfilmentQueries:
    """Reading fulfilment orders and sourcing decisions."""

    @field(description="The fulfilment orders of the orders that the key may see.")
    async def fulfilment_orders(
        self,
        info: Info,
        *,
        where: Where = None,
        direction: Direction = SortDirection.DESC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[FulfilmentOrder]:
        return await connect(
            info,
            await _rows(where, info),
            Page(first, after, last, before),
            BY_CREATED,
            FulfilmentOrder.of,
            descending=direction is SortDirection.DESC,
        )

    @field(description="How many fulfilment orders pass; counting stops at 10,000.")
    async def fulfilment_order_count(self, info: Info, where: Where = None) -> Count:
        return count_of(await count_up_to(await _rows(where, info), COUNT_MAX))

    @field(description="Where orders leave from and why, newest first.")
    async def sourcing_decisions(
        self,
        info: Info,
        *,
        order_id: OrderId = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[SourcingDecision]:
        wanted = of_visible_orders(reader(info))
        if order_id is not None:
            wanted &= Q(order_id=uuid_of(order_id, "Order", field="orderId"))
        page = Page(first, after, last, before)
        return await connect(info, DecisionRows.filter(wanted), page, _DECISIONS, SourcingDecision.of)


async def _rows(where: FulfilmentOrderWhere | None, info: Info) -> QuerySet[FulfilmentRows]:
    by = reader(info)
    passing = await where.passing(by, info.context.now()) if where else Q()
    return FulfilmentRows.filter(of_visible_orders(by) & passing)
