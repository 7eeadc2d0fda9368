"""Reading inbound messages and order changes, replaying the ones, deciding about the others."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.graphql.connections import (
    BY_ID,
    COUNT_MAX,
    After,
    Before,
    Connection,
    Count,
    First,
    Last,
    Page,
    connect,
    count_of,
)
from api.graphql.info import Info, as_of, reader
from api.graphql.intake.types import InboundMessage, OrderChange, ReplayPreview
from api.graphql.intake.where import InboundMessageWhere, OrderChangeWhere, changes_passing, messages_passing
from api.graphql.payloads import Payload, once_for, refusable, writer
from api.graphql.relay import uuid_of
from api.graphql.resolvers import field, mutation
from api.graphql.scalars import WholeNumber
from domain.intake.decide_change import DecideChange, apply_order_change, dismiss_order_change
from domain.intake.models import InboundMessage as MessageRows
from domain.intake.models import OrderChange as ChangeRows
from domain.intake.replay import preview_replay, replay_messages
from domain.shared.actor import Scope
from domain.shared.reading import count_up_to

MessagesWhere = Annotated[
    InboundMessageWhere | None, strawberry.argument(description="Only messages that pass this.")
]
ChangesWhere = Annotated[
    OrderChangeWhere | None, strawberry.argument(description="Only changes that pass this.")
]
Search = Annotated[
    str | None,
    strawberry.argument(
        description=(
            "What people type: the beginning of an order's reference, or a delivery's id. Looks at the newest "
            "1,000 matches; of a beginning that more than 10,000 messages share, at some of them."
        )
    ),
]


@strawberry.type
class IntakeQueries:
    """Reading inbound messages and order changes."""

    @field(
        description="What channels sent, newest first: `where: {outcome: {eq: FAILED}}` is what to work off."
    )
    async def inbound_messages(
        self,
        info: Info,
        *,
        where: MessagesWhere = None,
        search: Search = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[InboundMessage]:
        by = reader(info)
        position = await as_of(info)
        rows = MessageRows.filter(await messages_passing(where, search, by=by))
        page = Page(first, after, last, before)
        return await connect(info, rows, page, BY_ID, InboundMessage.of, position=position)

    @field(description="How many messages pass; counting stops at 10,000.")
    async def inbound_message_count(
        self, info: Info, where: MessagesWhere = None, search: Search = None
    ) -> Count:
        rows = MessageRows.filter(await messages_passing(where, search, by=reader(info)))
        return count_of(await count_up_to(rows, COUNT_MAX))

    @field(description="One message; null if there is none that the key may see.")
    async def inbound_message(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Its global id.")],  # noqa: A002
    ) -> InboundMessage | None:
        by = reader(info)
        row = await info.context.loaders.message.load(uuid_of(id, "InboundMessage"))
        return InboundMessage.of(row) if row is not None and by.sees_channel(row["channel_id"]) else None

    @field(
        description=(
            "What up to 20 messages would do if each alone were replayed now, with today's adapter and settings. "
            "Nothing of it happens. Needs ORDERS_WRITE."
        )
    )
    async def preview_replay(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="The messages.")],
    ) -> list[ReplayPreview]:
        by = reader(info)
        by.require(Scope.ORDERS_WRITE)
        previews = await preview_replay(_messages(ids), by=by, now=info.context.now())
        return [ReplayPreview.of(preview) for preview in previews]

    @field(
        description="What channels changed about orders, newest first: those that are PENDING wait for somebody."
    )
    async def order_changes(
        self,
        info: Info,
        *,
        where: ChangesWhere = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[OrderChange]:
        by = reader(info)
        position = await as_of(info)
        rows = ChangeRows.filter(await changes_passing(where, by=by))
        page = Page(first, after, last, before)
        return await connect(info, rows, page, BY_ID, OrderChange.of, position=position)

    @field(description="How many order changes pass; counting stops at 10,000.")
    async def order_change_count(self, info: Info, where: ChangesWhere = None) -> Count:
        rows = ChangeRows.filter(await changes_passing(where, by=reader(info)))
        return count_of(await count_up_to(rows, COUNT_MAX))


def _messages(ids: list[strawberry.ID]) -> list[UUID]:
    return [uuid_of(each, "InboundMessage", field=f"ids[{at}]") for at, each in enumerate(ids)]


@strawberry.input(description="Which messages are worked off once more.")
class ReplayInboundMessagesInput:
    """Which messages are worked off once more."""

    ids: list[strawberry.ID] = strawberry.field(description="Up to 500 messages.")
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="Sent again with the same key and arguments, it happens once: choose a fresh one for each.",
    )


@strawberry.type(description="The messages that are worked off once more, or why none is.")
class ReplayInboundMessagesPayload(Payload):
    """The messages that are worked off once more."""

    messages: list[InboundMessage] = strawberry.field(
        default_factory=list, description="As they are now: RECEIVED, until a worker has taken them."
    )


@strawberry.input(description="Which order change is decided.")
class OrderChangeInput:
    """Which order change is decided."""

    id: strawberry.ID = strawberry.field(description="The order change.")
    note: str = strawberry.field(default="", description="Why; kept with it.")
    expected_version: WholeNumber | None = strawberry.field(
        default=None,
        description="Refuse if the order is at another version; unsaid: whatever version it is at.",
    )

    def ask(self) -> DecideChange:
        return DecideChange(
            change_id=uuid_of(self.id, "OrderChange"),
            note=self.note,
            expected_version=self.expected_version,
        )


@strawberry.type(description="The order change as it is now, or why nothing was done.")
class OrderChangePayload(Payload):
    """The order change as it is now."""

    order_change: OrderChange | None = strawberry.field(
        default=None, description="As it is now; null if refused."
    )


@strawberry.type
class IntakeMutations:
    """Replaying messages, deciding about order changes."""

    @mutation(
        description=(
            "Work messages off once more, after a mapping was mended or a SKU was added; look at `previewReplay` "
            "first. An order that is there is not placed again. Needs ORDERS_WRITE."
        )
    )
    @refusable(ReplayInboundMessagesPayload)
    async def replay_inbound_messages(
        self,
        info: Info,
        input: ReplayInboundMessagesInput,  # noqa: A002
    ) -> ReplayInboundMessagesPayload:
        by, now = writer(info, Scope.ORDERS_WRITE), info.context.now()
        ids = _messages(input.ids)

        async def run() -> dict[str, Any]:
            await replay_messages(ids, by=by, now=now)
            return {}

        await once_for(info, "replayInboundMessages", input, run)
        rows = await info.context.loaders.message.load_many(ids)
        return ReplayInboundMessagesPayload(
            messages=[InboundMessage.of(row) for row in rows if row is not None]
        )

    @mutation(
        description=(
            "Apply a change that waits, units that are being picked included: tell the warehouse. Needs ORDERS_WRITE."
        )
    )
    @refusable(OrderChangePayload)
    async def apply_order_change(self, info: Info, input: OrderChangeInput) -> OrderChangePayload:  # noqa: A002
        by, ask = writer(info, Scope.ORDERS_WRITE), input.ask()
        await apply_order_change(ask, by=by, now=info.context.now())
        return await _decided(info, ask.change_id)

    @mutation(
        description=(
            "Leave the order as it is, although its channel says something else; it is not asked about again. Needs "
            "ORDERS_WRITE."
        )
    )
    @refusable(OrderChangePayload)
    async def dismiss_order_change(self, info: Info, input: OrderChangeInput) -> OrderChangePayload:  # noqa: A002
        by, ask = writer(info, Scope.ORDERS_WRITE), input.ask()
        await dismiss_order_change(ask, by=by, now=info.context.now())
        return await _decided(info, ask.change_id)


async def _decided(info: Info, change_id: UUID) -> OrderChangePayload:
    row = await info.context.loaders.order_change.load(change_id)
    return OrderChangePayload(order_change=None if row is None else OrderChange.of(row))
