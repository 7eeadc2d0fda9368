"""Reading the catalogue, the warehouses and the channels."""

from typing import Annotated
from uuid import UUID

import strawberry
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from api.graphql.catalog.types import Variant
from api.graphql.channels.types import Channel
from api.graphql.connections import After, Before, Connection, First, Keyset, Last, Page, connect
from api.graphql.filters import ChoiceFilter, NumberFilter, TextFilter, choices, numbers, texts
from api.graphql.info import Info, reader, stock_reader
from api.graphql.resolvers import field
from api.graphql.warehouses.types import Warehouse
from domain.catalog.models import Variant as VariantRows
from domain.channels.models import Channel as ChannelRows
from domain.channels.models import ChannelKind
from domain.shared.reading import one_of
from domain.shared.text import require_text
from domain.stock.reading import with_free_units
from domain.warehouses.models import Warehouse as WarehouseRows

_SKUS = Keyset("SKU", ("sku",), (str,))
_CODES = Keyset("CODE", ("code",), (str,))


@strawberry.input(description="Which variants: all that is given must hold.")
class VariantWhere:
    """Which variants: all that is given must hold."""

    sku: TextFilter | None = strawberry.field(default=None, description="The SKU.")
    barcode: TextFilter | None = strawberry.field(default=None, description="The barcode.")
    available: NumberFilter | None = strawberry.field(
        default=None,
        description=(
            "Units that are free in all active warehouses together, after safety stock. For keys that see every channel."
        ),
    )

    def passing(self, info: Info) -> QuerySet[VariantRows]:
        wanted = texts("sku", self.sku, "where.sku") & texts("barcode", self.barcode, "where.barcode")
        if self.available is None:
            return VariantRows.filter(wanted)
        stock_reader(info)
        return with_free_units(VariantRows.filter(wanted)).filter(
            numbers("free", self.available, "where.available")
        )


@strawberry.input(description="Which warehouses: all that is given must hold.")
class WarehouseWhere:
    """Which warehouses: all that is given must hold."""

    code: TextFilter | None = strawberry.field(default=None, description="The code.")
    country_code: TextFilter | None = strawberry.field(default=None, description="ISO 3166-1, such as DE.")
    active: bool | None = strawberry.field(default=None, description="Whether orders may leave from it.")

    def passing(self) -> Q:
        wanted = texts("code", self.code, "where.code")
        wanted &= texts("country_code", self.country_code, "where.countryCode")
        return wanted if self.active is None else wanted & Q(active=self.active)


@strawberry.input(description="Which channels: all that is given must hold.")
class ChannelWhere:
    """Which channels: all that is given must hold."""

    code: TextFilter | None = strawberry.field(default=None, description="The code.")
    kind: ChoiceFilter[ChannelKind] | None = strawberry.field(
        default=None, description="What sort of selling place."
    )
    active: bool | None = strawberry.field(default=None, description="Whether it may place orders.")

    def passing(self) -> Q:
        wanted = texts("code", self.code, "where.code") & choices("kind", self.kind, "where.kind")
        return wanted if self.active is None else wanted & Q(active=self.active)


WhichVariants = Annotated[
    VariantWhere | None, strawberry.argument(description="Only variants that pass this.")
]
WhichWarehouses = Annotated[
    WarehouseWhere | None, strawberry.argument(description="Only warehouses that pass this.")
]
WhichChannels = Annotated[
    ChannelWhere | None, strawberry.argument(description="Only channels that pass this.")
]
VariantSearch = Annotated[
    str | None, strawberry.argument(description="How the SKU begins; upper and lower case differ.")
]


@strawberry.type
class CatalogQueries:
    """Reading the catalogue, the warehouses and the channels."""

    @field(description="The variants, by SKU.")
    async def variants(
        self,
        info: Info,
        *,
        where: WhichVariants = None,
        search: VariantSearch = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Variant]:
        reader(info)
        rows = where.passing(info) if where else VariantRows.all()
        if search is not None:
            rows = rows.filter(sku__startswith=require_text(search, field="search", longest=100))
        page = Page(first, after, last, before)
        return await connect(info, rows, page, _SKUS, Variant.of, descending=False)

    @field(description="The warehouses, by code.")
    async def warehouses(
        self,
        info: Info,
        *,
        where: WhichWarehouses = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Warehouse]:
        reader(info)
        rows = WarehouseRows.filter(where.passing() if where else Q())
        page = Page(first, after, last, before)
        return await connect(info, rows, page, _CODES, Warehouse.of, descending=False)

    @field(description="The channels that the key may see, by code.")
    async def channels(
        self,
        info: Info,
        *,
        where: WhichChannels = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Channel]:
        by = reader(info)
        visible: list[UUID] | None = None if by.channel_ids is None else list(by.channel_ids)
        rows = ChannelRows.filter(one_of("id", visible) & (where.passing() if where else Q()))
        page = Page(first, after, last, before)
        return await connect(info, rows, page, _CODES, Channel.of, descending=False)
