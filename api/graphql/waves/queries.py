"""Reading waves and the dispatch schedule. For keys that see every channel."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry
from tortoise.expressions import Q

from api.graphql.connections import (
    BY_CREATED,
    After,
    Before,
    Connection,
    First,
    Last,
    Page,
    SortDirection,
    connect,
)
from api.graphql.filters import (
    ChoiceFilter,
    DayRange,
    NumberFilter,
    TextFilter,
    choices,
    days,
    numbers,
    texts,
)
from api.graphql.info import Info, reader
from api.graphql.relay import uuid_of
from api.graphql.resolvers import field
from api.graphql.waves.types import DispatchDay, Wave
from domain.fulfilment.waves.dispatch_schedule import dispatch_schedule
from domain.fulfilment.waves.models import Wave as WaveRows
from domain.fulfilment.waves.models import WaveState
from domain.stock.reading import warehouses_with


@strawberry.input(description="Which waves: all that is given must hold.")
class WaveWhere:
    """Which waves: all that is given must hold."""

    warehouse: TextFilter | None = strawberry.field(default=None, description="The code of its warehouse.")
    state: ChoiceFilter[WaveState] | None = strawberry.field(default=None, description="Where it stands.")
    number: NumberFilter | None = strawberry.field(default=None, description="Its number.")
    ship_by: DayRange | None = strawberry.field(
        default=None, description="The last planned ship date that was taken."
    )

    def passing(self) -> Q:
        wanted = choices("state", self.state, "where.state") & numbers("number", self.number, "where.number")
        if self.warehouse is not None:
            wanted &= Q(warehouse_id__in=warehouses_with(texts("code", self.warehouse, "where.warehouse")))
        return wanted & days("ship_by", self.ship_by)


Where = Annotated[WaveWhere | None, strawberry.argument(description="Only waves that pass this.")]
Direction = Annotated[
    SortDirection,
    strawberry.argument(description="By the time of planning: newest (DESC) or oldest (ASC) first."),
]


@strawberry.type
class WaveQueries:
    """Reading waves and the dispatch schedule."""

    @field(description="A wave; null if there is none. For keys that see every channel.")
    async def wave(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Its global id.")],  # noqa: A002
    ) -> Wave | None:
        reader(info).require_every_channel()
        return await wave_of(info, uuid_of(id, "Wave"))

    @field(description="Waves. For keys that see every channel.")
    async def waves(
        self,
        info: Info,
        *,
        where: Where = None,
        direction: Direction = SortDirection.DESC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Wave]:
        reader(info).require_every_channel()
        return await connect(
            info,
            WaveRows.filter(where.passing() if where else Q()),
            Page(first, after, last, before),
            BY_CREATED,
            Wave.of,
            descending=direction is SortDirection.DESC,
        )

    @field(
        description=(
            "What each day of a warehouse has to do, and the room it has left; up to 92 days. For keys that see every "
            "channel."
        )
    )
    async def dispatch_schedule(
        self,
        info: Info,
        warehouse: Annotated[str, strawberry.argument(description="The warehouse's code.")],
        from_: Annotated[date, strawberry.argument(name="from", description="The first day.")],
        to: Annotated[date, strawberry.argument(description="The last day, included.")],
    ) -> list[DispatchDay]:
        reader(info).require_every_channel()
        return [DispatchDay.of(day) for day in await dispatch_schedule(warehouse, from_, to)]


async def wave_of(info: Info, key: UUID) -> Wave | None:
    """The wave, if there is one."""
    row = await info.context.loaders.wave.load(key)
    return None if row is None else Wave.of(row)
