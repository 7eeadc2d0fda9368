"""Order events as subscribers get them."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Self
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.filters import TextFilter
from api.graphql.info import Info
from api.graphql.orders.types import Order, order_of
from api.graphql.relay import to_global, uuid_of
from api.graphql.resolvers import field
from api.graphql.scalars import WholeNumber
from api.live.cursor import cursor_of
from domain.channels.find import UnknownChannel
from domain.channels.reading import channel_ids
from domain.events.feed import FeedEntry, FeedSource
from domain.events.kinds import EventKind
from domain.shared.actor import Actor


@strawberry.input(description="Which order events: all that is given must hold.")
class OrderEventWhere:
    """Which order events: all that is given must hold."""

    channel: TextFilter | None = strawberry.field(
        default=None, description="The code of the order's channel."
    )
    order_id: strawberry.ID | None = strawberry.field(default=None, description="One order's events.")
    kinds: list[EventKind] | None = strawberry.field(default=None, description="Only these kinds.")

    async def passing(self, by: Actor) -> Callable[[FeedEntry], bool]:
        """Whether an entry is of an order that `by` may see and passes.

        Raises:
            UnknownChannel: a channel is named that `by` may not see.
        """
        channels = await self._channels(by)
        order = None if self.order_id is None else uuid_of(self.order_id, "Order", field="where.orderId")
        kinds = None if self.kinds is None else frozenset(kind.value for kind in self.kinds)

        def passes(entry: FeedEntry) -> bool:
            return (
                entry.source is FeedSource.ORDER
                and (channels is None or entry.channel_id in channels)
                and (order is None or entry.subject_id == order)
                and (kinds is None or entry.kind in kinds)
            )

        return passes

    async def _channels(self, by: Actor) -> frozenset[UUID] | None:
        codes = None if self.channel is None else self.channel.choices("where.channel")
        if codes is None:
            return by.channel_ids
        known = await channel_ids(codes)
        for code in codes:
            if code not in known or not by.sees_channel(known[code]):
                raise UnknownChannel(f"There is no channel {code!r} for this key.", field="where.channel")
        return frozenset(known.values())


@strawberry.enum(
    description="What happened to an order, or that this message only says where the feed stands."
)
class OrderFeedEventKind(Enum):
    """The kinds of order events, and POSITION."""

    POSITION = strawberry.enum_value(
        "POSITION", description="Nothing happened: this is where the feed stands."
    )
    ORDER_PLACED = "ORDER_PLACED"
    ORDER_HELD = "ORDER_HELD"
    ORDER_RELEASED = "ORDER_RELEASED"
    ORDER_CANCELLED = "ORDER_CANCELLED"
    ORDER_UNITS_CANCELLED = "ORDER_UNITS_CANCELLED"
    ORDER_COMPLETED = "ORDER_COMPLETED"
    ORDER_SOURCED = "ORDER_SOURCED"
    ORDER_BACKORDERED = "ORDER_BACKORDERED"
    ORDER_MOVED = "ORDER_MOVED"
    ORDER_TAGGED = "ORDER_TAGGED"
    ORDER_UNTAGGED = "ORDER_UNTAGGED"
    ORDER_CHANGED = "ORDER_CHANGED"
    ORDER_CHANGE_RAISED = "ORDER_CHANGE_RAISED"
    ORDER_CHANGE_REFUSED = "ORDER_CHANGE_REFUSED"
    ORDER_CHANGE_DISMISSED = "ORDER_CHANGE_DISMISSED"
    FULFILMENT_ACCEPTED = "FULFILMENT_ACCEPTED"
    FULFILMENT_REJECTED = "FULFILMENT_REJECTED"
    FULFILMENT_PICKING = "FULFILMENT_PICKING"
    FULFILMENT_SHORT_PICKED = "FULFILMENT_SHORT_PICKED"
    FULFILMENT_PACKED = "FULFILMENT_PACKED"
    FULFILMENT_SHIPPED = "FULFILMENT_SHIPPED"
    FULFILMENT_DELIVERED = "FULFILMENT_DELIVERED"


if missing := EventKind.__members__.keys() - OrderFeedEventKind.__members__.keys():
    raise AssertionError(f"subscribers cannot be told of {missing}")


@strawberry.type(
    description="One thing that happened to an order; or, as the first message, where the feed stands."
)
class OrderFeedEvent:
    """One thing that happened to an order."""

    order_key: strawberry.Private[UUID | None]
    position: str = strawberry.field(description="Its place in the feed: go on `after` it.")
    kind: OrderFeedEventKind = strawberry.field(description="What happened.")
    order_id: strawberry.ID | None = strawberry.field(description="To which order.")
    version: WholeNumber | None = strawberry.field(
        description="The order's version after it; gapless per order."
    )
    at: datetime | None = strawberry.field(description="When.")
    actor: str | None = strawberry.field(description="In whose name.")
    payload: JSON = strawberry.field(description="What its kind tells beyond that.")

    @classmethod
    def of(cls, entry: FeedEntry) -> Self:
        return cls(
            order_key=entry.subject_id,
            position=cursor_of(entry.position),
            kind=OrderFeedEventKind(entry.kind),
            order_id=to_global("Order", entry.subject_id),
            version=WholeNumber(entry.version),
            at=entry.at,
            actor=entry.actor,
            payload=JSON(entry.payload),
        )

    @classmethod
    def at_position(cls, position: str) -> Self:
        """Where the feed stands: the first message of a subscription without `after`."""
        return cls(
            order_key=None,
            position=position,
            kind=OrderFeedEventKind.POSITION,
            order_id=None,
            version=None,
            at=None,
            actor=None,
            payload=JSON({}),
        )

    @field(description="The order as it is now: perhaps further than this event.")
    async def order(self, info: Info) -> Order | None:
        return None if self.order_key is None else await order_of(info, self.order_key)
