"""Live: what happens to orders and stock, from any position of the feed on, without gap or double."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Annotated, TypeVar

import strawberry

from api.graphql.info import Info, feed_cursor, reader, stock_reader
from api.graphql.orders.events import OrderEventWhere, OrderFeedEvent
from api.graphql.resolvers import subscription
from api.graphql.stock.events import StockEventWhere, StockFeedEvent
from api.live.cursor import position_of
from domain.events.feed import FeedEntry

Event = TypeVar("Event")

Since = Annotated[
    str | None,
    strawberry.argument(
        description=(
            "The `position` of the last event you have, or an `asOf`: everything after it follows, once and in order. "
            "Unsaid: from now on, and the first message is of the kind POSITION and says where that is. "
            "A cursor that lies too far back is answered by the error CURSOR_EXPIRED: read anew, then go on."
        )
    ),
]
OrderEvents = Annotated[
    OrderEventWhere | None,
    strawberry.argument(description="Only events that pass this; all that is given must hold."),
]
StockEvents = Annotated[
    StockEventWhere | None,
    strawberry.argument(description="Only events that pass this; all that is given must hold."),
]


@strawberry.type(
    description=(
        "What happens, live. Every event carries its position in the feed: keep the last one you have seen, and go on "
        "`after` it when the connection breaks."
    )
)
class Subscription:
    """What happens, live."""

    @subscription(description="What happens to the orders that the key may see.")
    async def order_events(
        self, info: Info, after: Since = None, where: OrderEvents = None
    ) -> AsyncGenerator[OrderFeedEvent, None]:
        by = reader(info)
        passes = await (where or OrderEventWhere()).passing(by)
        async with aclosing(
            _follow(info, after, passes, OrderFeedEvent.of, OrderFeedEvent.at_position)
        ) as events:
            async for event in events:
                yield event

    @subscription(description="What happens to stock levels: each entry of the ledger.")
    async def stock_events(
        self, info: Info, after: Since = None, where: StockEvents = None
    ) -> AsyncGenerator[StockFeedEvent, None]:
        stock_reader(info)
        passes = await (where or StockEventWhere()).passing()
        async with aclosing(
            _follow(info, after, passes, StockFeedEvent.of, StockFeedEvent.at_position)
        ) as events:
            async for event in events:
                yield event


async def _follow(
    info: Info,
    after: str | None,
    passes: Callable[[FeedEntry], bool],
    event_of: Callable[[FeedEntry], Event],
    position_event: Callable[[str], Event],
) -> AsyncGenerator[Event, None]:
    """The events after `after`, beginning with the position if there is none.

    What an event refers to is read when the event is sent, so loaders forget between events.
    """
    start = await feed_cursor() if after is None else after
    if after is None:
        yield position_event(start)
    async with aclosing(info.context.live.follow(position_of(start))) as entries:
        async for entry in entries:
            if passes(entry):
                info.context.loaders.forget()
                yield event_of(entry)
