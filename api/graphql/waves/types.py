"""Waves as clients see them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.catalog.types import Variant, variant_of
from api.graphql.channels.types import Channel
from api.graphql.info import Info
from api.graphql.relay import Node, to_global
from api.graphql.resolvers import field
from api.graphql.scalars import WholeNumber
from api.graphql.warehouses.types import Warehouse, warehouse_of
from domain.fulfilment.waves import dispatch_schedule
from domain.fulfilment.waves.models import WaveState
from domain.orders.policies import Priority
from domain.shared.reading import Row

if TYPE_CHECKING:
    from api.graphql.fulfilment.types import FulfilmentOrder


@strawberry.type(description="How many parcels of a wave stand where.")
class WaveProgress:
    """How many parcels of a wave stand where."""

    parcels: int = strawberry.field(description="In the wave.")
    to_pick: int = strawberry.field(description="Not begun: OPEN, ACCEPTED, or ON_HOLD.")
    picking: int = strawberry.field(description="Being picked.")
    packed: int = strawberry.field(description="Ready to leave.")
    shipped: int = strawberry.field(description="Left the building.")
    rejected: int = strawberry.field(description="Rejected, and sourced elsewhere.")
    cancelled: int = strawberry.field(description="Cancelled with their orders.")
    left_out: int = strawberry.field(description="Were in the wave, and left it before they were picked.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(**{name: row[name] for name in cls.__annotations__})


@strawberry.type(description="So many units of a SKU to fetch.")
class PickListRow:
    """So many units of a SKU to fetch."""

    variant_key: strawberry.Private[UUID]
    sku: str = strawberry.field(description="The SKU.")
    name: str = strawberry.field(description="Its name.")
    barcode: str | None = strawberry.field(description="Its barcode; null: none is known.")
    units: int = strawberry.field(description="Units over all parcels.")
    parcels: int = strawberry.field(description="How many parcels they are for.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            variant_key=row["variant_id"],
            sku=row["sku"],
            name=row["name"],
            barcode=row["barcode"],
            units=int(row["units"]),
            parcels=row["parcels"],
        )

    @field(description="The variant.")
    async def variant(self, info: Info) -> Variant:
        return await variant_of(info, self.variant_key)


@strawberry.type(description="A parcel of a wave.")
class PickListParcel:
    """A parcel of a wave."""

    key: strawberry.Private[UUID]
    position: int = strawberry.field(description="Its place on the cart, from 1.")

    @field(description="What it is, and what goes into it.")
    async def fulfilment_order(
        self, info: Info
    ) -> Annotated["FulfilmentOrder", strawberry.lazy("api.graphql.fulfilment.types")]:
        from api.graphql.fulfilment.types import FulfilmentOrder  # noqa: PLC0415 -- they refer to each other

        row = await info.context.loaders.fulfilment_order.load(self.key)
        assert row is not None, "members refer to fulfilment orders"
        return FulfilmentOrder.of(row)


@strawberry.type(description="What is fetched for a wave, and the parcels it goes into.")
class PickList:
    """What is fetched for a wave, and the parcels it goes into."""

    key: strawberry.Private[UUID]
    pdf_path: str = strawberry.field(description="Where the API serves it as PDF, to be printed.")
    csv_path: str = strawberry.field(description="Where the API serves the units by SKU as CSV.")
    pack_csv_path: str = strawberry.field(description="Where the API serves each parcel's lines as CSV.")

    @field(description="The units by SKU, in the order of the SKUs.")
    async def rows(self, info: Info) -> list[PickListRow]:
        return [PickListRow.of(row) for row in await info.context.loaders.wave_pick_rows.load(self.key)]

    @field(description="The parcels, by their place on the cart; each can be packed by itself.")
    async def parcels(self, info: Info) -> list[PickListParcel]:
        return [
            PickListParcel(key=row["fulfilment_order_id"], position=row["position"])
            for row in await info.context.loaders.wave_parcels.load(self.key)
        ]


@strawberry.type(description="Fulfilment orders of one warehouse that are picked together.")
class Wave(Node):
    """Fulfilment orders of one warehouse that are picked together."""

    key: strawberry.Private[UUID]
    warehouse_key: strawberry.Private[UUID]
    channel_keys: strawberry.Private[list[UUID] | None]
    number: WholeNumber = strawberry.field(description="Its number in this house, unique.")
    state: WaveState = strawberry.field(description="Where it stands.")
    ship_by: date = strawberry.field(description="The last planned ship date that was taken.")
    sourced_before: datetime | None = strawberry.field(
        description="Its cut-off: only what was sourced before was taken; null: none."
    )
    priorities: list[Priority] | None = strawberry.field(
        description="The priorities that were taken; null: all."
    )
    created_at: datetime = strawberry.field(description="When it was planned.")
    created_by: str = strawberry.field(description="By whom.")
    released_at: datetime | None = strawberry.field(description="When picking began.")
    released_by: str | None = strawberry.field(description="Who let it begin.")
    ended_at: datetime | None = strawberry.field(description="When it was completed or cancelled.")

    @classmethod
    def of(cls, row: Row) -> Self:
        levels = row["priorities"]
        return cls(
            id=to_global("Wave", row["id"]),
            key=row["id"],
            warehouse_key=row["warehouse_id"],
            channel_keys=row["channel_ids"],
            number=row["number"],
            state=WaveState(row["state"]),
            ship_by=row["ship_by"],
            sourced_before=row["sourced_before"],
            priorities=None if levels is None else [Priority(level) for level in levels],
            created_at=row["created_at"],
            created_by=row["created_by"],
            released_at=row["released_at"],
            released_by=row["released_by"],
            ended_at=row["ended_at"],
        )

    @field(description="The warehouse it is picked in.")
    async def warehouse(self, info: Info) -> Warehouse:
        return await warehouse_of(info, self.warehouse_key)

    @field(description="The channels whose orders were taken; null: all.")
    async def channels(self, info: Info) -> list[Channel] | None:
        if self.channel_keys is None:
            return None
        rows = await info.context.loaders.channel.load_many(self.channel_keys)
        return [Channel.of(row) for row in rows if row is not None]

    @field(description="How many of its parcels stand where.")
    async def progress(self, info: Info) -> WaveProgress:
        return WaveProgress.of(await info.context.loaders.wave_progress.load(self.key))

    @field(description="What of it is to leave: all but what is on hold, cancelled or rejected.")
    def pick_list(self) -> PickList:
        at = f"/waves/{self.id}"
        return PickList(
            key=self.key,
            pdf_path=f"{at}/pick-list.pdf",
            csv_path=f"{at}/pick-list.csv",
            pack_csv_path=f"{at}/pack-list.csv",
        )


@strawberry.type(description="What a day of a warehouse has to do, and the room it has left.")
class DispatchDay:
    """What a day of a warehouse has to do."""

    day: date = strawberry.field(description="In the warehouse's calendar.")
    works: bool = strawberry.field(description="Whether parcels leave on it.")
    planned: int = strawberry.field(description="Parcels that are to leave on it, gone ones included.")
    capacity: int | None = strawberry.field(description="Parcels it can hand over; null: unlimited.")
    room: int | None = strawberry.field(
        description="Parcels that can still be planned for it; null: any number."
    )
    to_leave: int = strawberry.field(description="Of the planned, those that have not left yet.")
    in_waves: int = strawberry.field(description="Of those to leave, those that are in a wave.")

    @classmethod
    def of(cls, day: dispatch_schedule.DispatchDay) -> Self:
        return cls(
            day=day.day,
            works=day.works,
            planned=day.planned,
            capacity=day.capacity,
            room=day.room,
            to_leave=day.to_leave,
            in_waves=day.in_waves,
        )
