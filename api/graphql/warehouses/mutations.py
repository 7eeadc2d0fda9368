"""Saving warehouses."""

import strawberry

from api.graphql.info import Info
from api.graphql.payloads import Payload, refusable, writer
from api.graphql.resolvers import mutation
from api.graphql.scalars import WholeNumber
from api.graphql.warehouses.types import Warehouse, warehouse_of
from domain.shared.actor import Scope
from domain.warehouses.save_warehouse import SaveWarehouse, save_warehouse


@strawberry.input(
    description="The warehouse as it shall be: created, or changed if there is one with this code."
)
class SaveWarehouseInput:
    """The warehouse as it shall be."""

    code: str = strawberry.field(description="Its code: lower-case letters, digits and dashes.")
    name: str = strawberry.field(description="Its name.")
    country_code: str = strawberry.field(description="ISO 3166-1, such as DE.")
    latitude: float = strawberry.field(description="In degrees north.")
    longitude: float = strawberry.field(description="In degrees east.")
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
    daily_capacity: WholeNumber | None = strawberry.field(
        default=None, description="Shipments a day; null: unlimited."
    )
    city: str = strawberry.field(default="", description="Its city.")
    postcode: str = strawberry.field(default="", description="Its postcode.")
    priority: WholeNumber = strawberry.field(
        default=WholeNumber(0), description="Where costs tie, the lower goes first."
    )
    active: bool = strawberry.field(default=True, description="Whether orders may leave from it.")


@strawberry.type(description="The warehouse as it is now, or why it was not saved.")
class SaveWarehousePayload(Payload):
    """The warehouse as it is now."""

    warehouse: Warehouse | None = strawberry.field(default=None, description="As it is now; null if refused.")


@strawberry.type
class WarehouseMutations:
    """Saving warehouses."""

    @mutation(description="Create a warehouse, or change the one with this code.")
    @refusable(SaveWarehousePayload)
    async def save_warehouse(self, info: Info, input: SaveWarehouseInput) -> SaveWarehousePayload:  # noqa: A002
        by = writer(info, Scope.CATALOG_WRITE)
        saved = await save_warehouse(SaveWarehouse(**vars(input)), by=by, now=info.context.now())
        return SaveWarehousePayload(warehouse=await warehouse_of(info, saved))
