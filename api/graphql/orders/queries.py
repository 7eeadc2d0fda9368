"""Reading orders."""

from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from api.graphql.connections import (
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
    bigint,
    connect,
    count_of,
)
from api.graphql.info import Info, as_of, reader
from api.graphql.orders.types import Order
from api.graphql.orders.where import OrderWhere, order_filter
from api.graphql.relay import uuid_of
from api.graphql.resolvers import field
from domain.channels.find import channel_by_code
from domain.orders.models import Order as OrderRows
from domain.orders.reading import order_by_reference
from domain.shared.reading import count_up_to
from domain.shared.refusal import InvalidInput
from domain.shared.text import require_text


@strawberry.enum(description="What orders are sorted by.")
class OrderSortField(Enum):
    """What orders are sorted by."""

    PLACED_AT = "PLACED_AT"
    NUMBER = "NUMBER"


_KEYSETS = {
    OrderSortField.PLACED_AT: Keyset("PLACED_AT", ("placed_at", "id"), (aware, UUID)),
    OrderSortField.NUMBER: Keyset("NUMBER", ("number",), (bigint,)),
}


@strawberry.input(description="The order of a list of orders.")
class OrderSort:
    """The order of a list of orders."""

    field: OrderSortField = strawberry.field(description="By what.")
    direction: SortDirection = strawberry.field(default=SortDirection.DESC, description="Which way.")


_NEWEST_FIRST = OrderSort(field=OrderSortField.PLACED_AT)

Where = Annotated[OrderWhere | None, strawberry.argument(description="Only orders that pass this.")]
Search = Annotated[
    str | None,
    strawberry.argument(
        description=(
            "What people type: a number, the beginning of an external or customer reference, or a SKU. "
            "Looks at the newest 1,000 matches; of a beginning that more than 10,000 orders share, at some of them."
        )
    ),
]
SortBy = Annotated[
    OrderSort | None, strawberry.argument(description="The list's order; newest first if unsaid.")
]


@strawberry.type
class OrderQueries:
    """Reading orders."""

    @field(description="One order: by `id`, or by `channel` and `externalReference`. Null if unknown.")
    async def order(
        self,
        info: Info,
        id: Annotated[strawberry.ID | None, strawberry.argument(description="Its global id.")] = None,  # noqa: A002
        channel: Annotated[str | None, strawberry.argument(description="Its channel's code.")] = None,
        external_reference: Annotated[
            str | None, strawberry.argument(description="Its channel's name for it.")
        ] = None,
    ) -> Order | None:
        by = reader(info)
        if id is not None and channel is None and external_reference is None:
            row = await info.context.loaders.order.load(uuid_of(id, "Order"))
        elif id is None and channel is not None and external_reference is not None:
            reference = require_text(external_reference, field="externalReference", longest=200)
            known = await channel_by_code(require_text(channel, field="channel", longest=63), by=by)
            row = await order_by_reference(known.id, reference)
        else:
            raise InvalidInput("Name the order by `id`, or by `channel` and `externalReference`.", field="id")
        return Order.of(row) if row is not None and by.sees_channel(row["channel_id"]) else None

    @field(description="The orders that the key may see.")
    async def orders(
        self,
        info: Info,
        *,
        where: Where = None,
        search: Search = None,
        sort_by: SortBy = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Order]:
        by, sort = reader(info), sort_by or _NEWEST_FIRST
        position = await as_of(info)  # before the search: what comes after it is in the feed
        which = await order_filter(where, search, by=by)
        return await connect(
            info,
            OrderRows.filter(which.passing()),
            Page(first, after, last, before),
            _KEYSETS[sort.field],
            Order.of,
            descending=sort.direction is SortDirection.DESC,
            position=position,
            spread=which.spread,
        )

    @field(description="How many orders pass; counting stops at 10,000.")
    async def order_count(self, info: Info, where: Where = None, search: Search = None) -> Count:
        which = await order_filter(where, search, by=reader(info))
        rows = OrderRows.filter(which.passing())
        return count_of(await count_up_to(rows, COUNT_MAX, which.spread))
