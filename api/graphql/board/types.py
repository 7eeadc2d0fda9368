"""The board as clients see it."""

from dataclasses import asdict
from datetime import datetime
from functools import reduce
from operator import add
from typing import Self
from uuid import UUID

import strawberry

from api.graphql.channels.types import Channel
from api.graphql.connections import COUNT_MAX, Count, count_of
from api.graphql.info import Info
from api.graphql.resolvers import field
from api.graphql.scalars import WholeNumber
from domain.board import reading
from domain.board.reading import Stage, Standing
from domain.board.work_lists.count import Waiting, count_work_lists
from domain.board.work_lists.registry import WorkListKind

strawberry.enum(
    Stage,
    name="BoardStage",
    description=(
        "Where open work stands. Of orders: WAITING to be sourced, ON_HOLD, BACKORDERED: units that no warehouse has. "
        "Of fulfilment orders: TO_PICK (OPEN or ACCEPTED), PICKING, PACKED and ready to leave."
    ),
)
strawberry.enum(
    WorkListKind,
    description=(
        "What waits for a person. HELD_ORDERS, BACKORDERS: orders. FAILED_MESSAGES, ORDER_CHANGES: of channels. "
        "DRIFTED_LISTINGS: for more than a minute. OVERDUE_PARCELS: their planned day is over. LATE_PARCELS: planned "
        "to arrive after the promised day. PAUSED_IMPORTS: too many rows were refused. BROKEN_PROMISES: data checks that "
        "found something, for keys that see every channel. DEAD_JOBS, DISABLED_ENDPOINTS: for keys with ADMIN."
    ),
)


async def _channel(info: Info, key: UUID) -> Channel:
    row = await info.context.loaders.channel.load(key)
    assert row is not None, "what is counted is of a channel that exists"
    return Channel.of(row)


@strawberry.type(description="How much of a channel stands at a stage.")
class StageOfChannel:
    """How much of a channel stands at a stage."""

    channel_key: strawberry.Private[UUID]
    count: WholeNumber = strawberry.field(description="Orders, or fulfilment orders; see the stage.")
    oldest_at: datetime = strawberry.field(
        description="When the oldest of these orders was placed, or fulfilment orders was sourced."
    )

    @field(description="The channel.")
    async def channel(self, info: Info) -> Channel:
        return await _channel(info, self.channel_key)


@strawberry.type(description="How much stands at a stage. An order with several parcels may be at several.")
class StageOfWork:
    """How much stands at a stage."""

    stage: Stage = strawberry.field(description="The stage.")
    count: WholeNumber = strawberry.field(description="Orders, or fulfilment orders; see the stage.")
    oldest_at: datetime | None = strawberry.field(
        description="When the oldest of these orders was placed, or fulfilment orders was sourced; null: none."
    )
    channels: list[StageOfChannel] = strawberry.field(description="The same by channel, where there is any.")

    @classmethod
    def of(cls, stage: Stage, standings: list[Standing]) -> Self:
        return cls(
            stage=stage,
            count=WholeNumber(sum(each.number for each in standings)),
            oldest_at=min((each.oldest_at for each in standings), default=None),
            channels=[
                StageOfChannel(
                    channel_key=each.channel_id, count=WholeNumber(each.number), oldest_at=each.oldest_at
                )
                for each in standings
            ],
        )


@strawberry.type(description="What happened in some time.")
class Throughput:
    """What happened in some time."""

    placed: WholeNumber = strawberry.field(description="Orders taken in.")
    sourced: WholeNumber = strawberry.field(description="Decisions that promised units of warehouses.")
    shipped: WholeNumber = strawberry.field(description="Fulfilment orders that left.")
    delivered: WholeNumber = strawberry.field(description="Fulfilment orders that arrived.")
    cancelled: WholeNumber = strawberry.field(description="Orders cancelled as a whole.")

    @classmethod
    def of(cls, counted: reading.Throughput) -> Self:
        return cls(**{name: WholeNumber(number) for name, number in asdict(counted).items()})


@strawberry.type(description="What happened in a minute.")
class MinuteOfWork:
    """What happened in a minute."""

    at: datetime = strawberry.field(description="When the minute began.")
    throughput: Throughput = strawberry.field(description="What happened in it.")


@strawberry.type(description="What of orders has not left yet.")
class Backlog:
    """What of orders has not left yet."""

    orders: WholeNumber = strawberry.field(description="Orders of which something is still to leave.")
    units: WholeNumber = strawberry.field(description="Units that are still to leave.")
    oldest_placed_at: datetime | None = strawberry.field(
        description="When the oldest of them was placed; null: there is none."
    )

    @classmethod
    def of(cls, backlogs: list[reading.Backlog]) -> Self:
        return cls(
            orders=WholeNumber(sum(each.orders for each in backlogs)),
            units=WholeNumber(sum(each.units for each in backlogs)),
            oldest_placed_at=min((each.oldest_placed_at for each in backlogs), default=None),
        )


@strawberry.type(description="What a channel has open, and what happened to its orders today.")
class ChannelOfBoard:
    """What a channel has open, and what happened to its orders today."""

    channel_key: strawberry.Private[UUID]
    backlog: Backlog = strawberry.field(description="What of its orders has not left yet.")
    today: Throughput = strawberry.field(description="What happened to its orders since midnight.")

    @field(description="The channel.")
    async def channel(self, info: Info) -> Channel:
        return await _channel(info, self.channel_key)


@strawberry.type(description="How much waits for a person.")
class WorkList:
    """How much waits for a person."""

    kind: WorkListKind = strawberry.field(description="What waits.")
    count: Count = strawberry.field(description="How much.")
    oldest_at: datetime | None = strawberry.field(
        description="Since when the oldest that was counted waits; null: there is none."
    )

    @classmethod
    def of(cls, waiting: Waiting) -> Self:
        return cls(kind=waiting.kind, count=count_of(waiting.number), oldest_at=waiting.oldest_at)


@strawberry.type(
    description="What is open and where it stands, how fast it comes and goes, what waits for a person."
)
class Board:
    """What is open, how fast it comes and goes, what waits for a person."""

    timezone: strawberry.Private[str]
    at: datetime = strawberry.field(description="When it was read.")
    as_of: str = strawberry.field(
        description=(
            "The feed's position before anything was read: subscribe after it and miss nothing. What happened by "
            "minute and day follows the feed a moment later."
        )
    )

    @field(description="Open work by stage and channel, in the order in which it passes.")
    async def stages(self, info: Info) -> list[StageOfWork]:
        found = await reading.standings(by=info.context.actor)
        return [StageOfWork.of(stage, [each for each in found if each.stage is stage]) for stage in Stage]

    @field(description="What of all orders has not left yet.")
    async def backlog(self, info: Info) -> Backlog:
        return Backlog.of(await reading.backlogs(by=info.context.actor))

    @field(description="What happened since midnight.")
    async def today(self, info: Info) -> Throughput:
        return Throughput.of(reduce(add, (await self._today(info)).values(), reading.Throughput()))

    @field(
        description="The channels with something open, or with something that happened today; by their codes."
    )
    async def channels(self, info: Info) -> list[ChannelOfBoard]:
        today = await self._today(info)
        open_work = {each.channel_id: each for each in await reading.backlogs(by=info.context.actor)}
        rows = await info.context.loaders.channel.load_many(list(today.keys() | open_work.keys()))
        keys = [
            row["id"] for row in sorted((row for row in rows if row is not None), key=lambda row: row["code"])
        ]
        return [
            ChannelOfBoard(
                channel_key=key,
                backlog=Backlog.of([open_work[key]] if key in open_work else []),
                today=Throughput.of(today.get(key, reading.Throughput())),
            )
            for key in keys
        ]

    @field(
        description="What happened in each of the last 60 minutes, oldest first; the last one is not over."
    )
    async def minutes(self, info: Info) -> list[MinuteOfWork]:
        counted = await reading.last_minutes(by=info.context.actor, now=self.at)
        return [MinuteOfWork(at=at, throughput=Throughput.of(each)) for at, each in counted]

    @field(description="What waits for a person. A list that the key may not see is left out.")
    async def work_lists(self, info: Info) -> list[WorkList]:
        found = await count_work_lists(COUNT_MAX, by=info.context.actor, now=self.at)
        return [WorkList.of(each) for each in found]

    async def _today(self, info: Info) -> dict[UUID, reading.Throughput]:
        return await reading.today(self.timezone, by=info.context.actor, now=self.at)
