"""Saving warehouses, and what the ways from them cost."""

from datetime import date

import strawberry

from api.graphql.info import Info, reader
from api.graphql.payloads import Payload, keeper, refusable
from api.graphql.resolvers import field, mutation
from api.graphql.scalars import WholeNumber
from api.graphql.warehouses.types import ShippingZone, Warehouse, Weekday, warehouse_of
from domain.shared.actor import Scope
from domain.warehouses.save_warehouse import SaveWarehouse, save_warehouse
from domain.warehouses.set_shipping_zones import ShippingZone as ShippingZoneAsked
from domain.warehouses.set_shipping_zones import WeightStep as WeightStepAsked
from domain.warehouses.set_shipping_zones import set_shipping_zones, shipping_zones


@strawberry.input(
    description="The warehouse as it shall be: created, or changed if there is one with this code."
)
class SaveWarehouseInput:
    """The warehouse as it shall be."""

    code: str = strawberry.field(description="Its code: lower-case letters, digits and dashes.")
    name: str = strawberry.field(description="Its name.")
    country_code: str = strawberry.field(description="ISO 3166-1, such as DE.")
    timezone: str = strawberry.field(description="IANA, such as Europe/Berlin.")
    shipment_minor: WholeNumber = strawberry.field(
        description="What each shipment costs, in minor units (cents)."
    )
    kg_minor: WholeNumber = strawberry.field(description="What each kilogram adds, in minor units.")
    km_millis: WholeNumber = strawberry.field(
        description="What each kilometre adds to a shipment, in thousandths of a minor unit."
    )
    cutoff_minute: WholeNumber = strawberry.field(
        description="Orders sourced before this minute of its day leave on the same day: 0 to 1439."
    )
    latitude: float | None = strawberry.field(
        default=None,
        description="In degrees north, together with longitude; without both it is located by its address.",
    )
    longitude: float | None = strawberry.field(
        default=None, description="In degrees east, together with latitude."
    )
    daily_capacity: WholeNumber | None = strawberry.field(
        default=None, description="Shipments a day; null: unlimited."
    )
    city: str = strawberry.field(default="", description="Its city.")
    postcode: str = strawberry.field(default="", description="Its postcode.")
    priority: WholeNumber = strawberry.field(
        default=WholeNumber(0), description="Where costs tie, the lower goes first."
    )
    active: bool = strawberry.field(default=True, description="Whether orders may leave from it.")
    working_days: list[Weekday] = strawberry.field(
        default_factory=lambda: list(Weekday), description="On which days of the week parcels leave."
    )
    closed: list[date] = strawberry.field(
        default_factory=list, description="Days on which it does not work all the same, such as holidays."
    )
    regions: list[str] = strawberry.field(
        default_factory=list,
        description="Countries it ships to, or DE-04 for postcodes that begin so; none: everywhere.",
    )

    def ask(self) -> SaveWarehouse:
        said = dict(vars(self))
        days = tuple(day.iso for day in said.pop("working_days"))
        closed, regions = tuple(said.pop("closed")), tuple(said.pop("regions"))
        return SaveWarehouse(working_days=days, closed=closed, regions=regions, **said)


@strawberry.type(description="The warehouse as it is now, or why it was not saved.")
class SaveWarehousePayload(Payload):
    """The warehouse as it is now."""

    warehouse: Warehouse | None = strawberry.field(default=None, description="As it is now; null if refused.")


@strawberry.input(description="What an order up to a weight costs besides its zone.")
class WeightStepInput:
    """What an order up to a weight costs besides its zone."""

    g_max: WholeNumber | None = strawberry.field(
        default=None, description="Up to so many grams; null, for the last one: however heavy."
    )
    shipment_minor: WholeNumber = strawberry.field(
        default=WholeNumber(0), description="What each of its shipments costs besides, in minor units."
    )
    kg_minor: WholeNumber = strawberry.field(
        default=WholeNumber(0), description="What each of its kilograms costs besides, in minor units."
    )


@strawberry.input(description="What the way costs up to a distance.")
class ShippingZoneInput:
    """What the way costs up to a distance."""

    km_max: float | None = strawberry.field(
        default=None, description="Up to this distance; null, for the last one: however far."
    )
    shipment_minor: WholeNumber = strawberry.field(
        default=WholeNumber(0),
        description="What a shipment costs besides its warehouse's tariff, in minor units.",
    )
    kg_minor: WholeNumber = strawberry.field(
        default=WholeNumber(0), description="What each kilogram costs besides, in minor units."
    )
    transit_days: WholeNumber = strawberry.field(
        default=WholeNumber(1), description="How many days after leaving a parcel arrives."
    )
    steps: list[WeightStepInput] = strawberry.field(
        default_factory=list,
        description="What comes on top by what is sourced of an order together; beyond the last, the last applies.",
    )

    def ask(self) -> ShippingZoneAsked:
        said = dict(vars(self))
        steps = tuple(WeightStepAsked(**vars(step)) for step in said.pop("steps"))
        return ShippingZoneAsked(steps=steps, **said)


@strawberry.input(description="All zones of the tariff.")
class SetShippingZonesInput:
    """All zones of the tariff."""

    zones: list[ShippingZoneInput] = strawberry.field(
        description="In any sequence, up to 50; none: every way costs the same and takes a day."
    )


@strawberry.type(description="The zones as they are now, or why they were not set.")
class SetShippingZonesPayload(Payload):
    """The zones as they are now."""

    zones: list[ShippingZone] = strawberry.field(default_factory=list, description="By distance.")


@strawberry.type
class WarehouseQueries:
    """Reading the tariff."""

    @field(description="What the way costs and how long it takes, by distance; none: the same everywhere.")
    async def shipping_zones(self, info: Info) -> list[ShippingZone]:
        reader(info)
        return [ShippingZone.of(zone) for zone in await shipping_zones()]


@strawberry.type
class WarehouseMutations:
    """Saving warehouses."""

    @mutation(
        description="Create a warehouse, or change the one with this code. For keys that see every channel."
    )
    @refusable(SaveWarehousePayload)
    async def save_warehouse(self, info: Info, input: SaveWarehouseInput) -> SaveWarehousePayload:  # noqa: A002
        by = keeper(info, Scope.CATALOG_WRITE)
        saved = await save_warehouse(input.ask(), by=by, now=info.context.now())
        return SaveWarehousePayload(warehouse=await warehouse_of(info, saved))

    @mutation(
        description="Replace the zones of the tariff. Orders decided from now on pay by them. For keys that see every channel."
    )
    @refusable(SetShippingZonesPayload)
    async def set_shipping_zones(
        self,
        info: Info,
        input: SetShippingZonesInput,  # noqa: A002
    ) -> SetShippingZonesPayload:
        by = keeper(info, Scope.CATALOG_WRITE)
        await set_shipping_zones([zone.ask() for zone in input.zones], by=by, now=info.context.now())
        return SetShippingZonesPayload(zones=[ShippingZone.of(zone) for zone in await shipping_zones()])
