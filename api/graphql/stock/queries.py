"""Reading stock: levels, the ledger, holds, transfers, availability."""

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
    Keyset,
    Last,
    Page,
    aware,
    bigint,
    connect,
)
from api.graphql.filters import (
    ChoiceFilter,
    DateTimeFilter,
    NumberFilter,
    TextFilter,
    choices,
    moments,
    numbers,
    texts,
    texts_of,
)
from api.graphql.info import Info, as_of, reader, stock_reader
from api.graphql.resolvers import field
from api.graphql.stock.availability import Availability, AvailabilityAnswer
from api.graphql.stock.types import (
    StockEntry,
    StockHold,
    StockHoldState,
    StockLevel,
    StockTransfer,
    StockTransferState,
)
from domain.shared.reading import having
from domain.shared.text import require_text
from domain.stock.availability import availability
from domain.stock.find import variant_id
from domain.stock.models import Hold, Transfer
from domain.stock.models import StockEntry as EntryRows
from domain.stock.reading import all_levels, variants_with, warehouses_with
from domain.stock.reasons import StockReason

_LEVELS = Keyset("LEVEL", ("variant_id", "warehouse_id"), (UUID, UUID))
_ENTRIES = Keyset("ENTRY", ("id",), (bigint,))
_TRANSFERS = Keyset("SENT_AT", ("sent_at", "id"), (aware, UUID))


def _of(sku: TextFilter | None, warehouse: TextFilter | None, column: str = "warehouse_id") -> Q:
    """Rows of these SKUs and warehouses."""
    wanted = Q()
    if sku is not None:
        wanted &= Q(variant_id__in=variants_with(texts("sku", sku, "where.sku")))
    if warehouse is not None:
        wanted &= having(f"{column}__in", warehouses_with(texts("code", warehouse, "where.warehouse")))
    return wanted


@strawberry.input(description="Which levels: all that is given must hold.")
class StockLevelWhere:
    """Which levels: all that is given must hold."""

    sku: TextFilter | None = strawberry.field(default=None, description="The SKU.")
    warehouse: TextFilter | None = strawberry.field(default=None, description="The warehouse's code.")
    available: NumberFilter | None = strawberry.field(default=None, description="Units that are free.")
    on_hand: NumberFilter | None = strawberry.field(default=None, description="Units in the building.")

    def passing(self) -> Q:
        return (
            _of(self.sku, self.warehouse)
            & numbers("available", self.available, "where.available")
            & numbers("on_hand", self.on_hand, "where.onHand")
        )


@strawberry.input(description="Which ledger entries: all that is given must hold.")
class StockEntryWhere:
    """Which ledger entries: all that is given must hold."""

    warehouse: TextFilter | None = strawberry.field(default=None, description="The warehouse's code.")
    reason: ChoiceFilter[StockReason] | None = strawberry.field(
        default=None, description="Why the level changed."
    )
    at: DateTimeFilter | None = strawberry.field(default=None, description="When.")

    def passing(self) -> Q:
        return (
            _of(None, self.warehouse)
            & choices("reason", self.reason, "where.reason")
            & moments("at", self.at, "where.at")
        )


@strawberry.input(description="Which holds: all that is given must hold.")
class StockHoldWhere:
    """Which holds: all that is given must hold."""

    sku: TextFilter | None = strawberry.field(default=None, description="The SKU.")
    warehouse: TextFilter | None = strawberry.field(default=None, description="The warehouse's code.")
    state: ChoiceFilter[StockHoldState] | None = strawberry.field(
        default=None, description="Whether it holds still."
    )
    reference: TextFilter | None = strawberry.field(default=None, description="What the holder calls it.")

    def passing(self) -> Q:
        return (
            _of(self.sku, self.warehouse)
            & choices("state", self.state, "where.state")
            & texts("reference", self.reference, "where.reference")
        )


@strawberry.input(description="Which transfers: all that is given must hold.")
class StockTransferWhere:
    """Which transfers: all that is given must hold."""

    sku: TextFilter | None = strawberry.field(default=None, description="The SKU.")
    to_warehouse: TextFilter | None = strawberry.field(default=None, description="The code of where it goes.")
    state: ChoiceFilter[StockTransferState] | None = strawberry.field(
        default=None, description="How far it is."
    )

    def passing(self) -> Q:
        return _of(self.sku, self.to_warehouse, "to_warehouse_id") & choices(
            "state", self.state, "where.state"
        )


LevelWhere = Annotated[StockLevelWhere | None, strawberry.argument(description="Only levels that pass this.")]
EntryWhere = Annotated[
    StockEntryWhere | None, strawberry.argument(description="Only entries that pass this.")
]
HoldWhere = Annotated[StockHoldWhere | None, strawberry.argument(description="Only holds that pass this.")]
TransferWhere = Annotated[
    StockTransferWhere | None, strawberry.argument(description="Only transfers that pass this.")
]
Sku = Annotated[str, strawberry.argument(description="The SKU whose ledger is read.")]
Skus = Annotated[list[str], strawberry.argument(description="Up to 500 SKUs.")]
ChannelCode = Annotated[str, strawberry.argument(description="The channel's code.")]


@strawberry.type
class StockQueries:
    """Reading stock."""

    @field(description="Stock levels: one for each SKU and warehouse that ever met.")
    async def stock_levels(
        self,
        info: Info,
        *,
        where: LevelWhere = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[StockLevel]:
        stock_reader(info)
        rows = all_levels().filter(where.passing() if where else Q())
        page = Page(first, after, last, before)
        return await connect(info, rows, page, _LEVELS, StockLevel.of, descending=False)

    @field(description="The ledger of a SKU, newest first: why its levels are what they are.")
    async def stock_entries(
        self,
        info: Info,
        *,
        sku: Sku,
        where: EntryWhere = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[StockEntry]:
        stock_reader(info)
        variant = await variant_id(require_text(sku, field="sku", longest=100))
        rows = EntryRows.filter(Q(variant_id=variant) & (where.passing() if where else Q()))
        return await connect(info, rows, Page(first, after, last, before), _ENTRIES, StockEntry.of)

    @field(description="Units set aside for a while, newest first.")
    async def stock_holds(
        self,
        info: Info,
        *,
        where: HoldWhere = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[StockHold]:
        stock_reader(info)
        rows = Hold.filter(where.passing() if where else Q())
        return await connect(info, rows, Page(first, after, last, before), BY_CREATED, StockHold.of)

    @field(description="Units on their way between warehouses, newest first.")
    async def stock_transfers(
        self,
        info: Info,
        *,
        where: TransferWhere = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[StockTransfer]:
        stock_reader(info)
        rows = Transfer.filter(where.passing() if where else Q())
        return await connect(info, rows, Page(first, after, last, before), _TRANSFERS, StockTransfer.of)

    @field(description="What a channel may sell of each SKU, right now.")
    async def availability(self, info: Info, skus: Skus, channel: ChannelCode) -> AvailabilityAnswer:
        by = reader(info)
        wanted = texts_of(skus, field="skus")
        code = require_text(channel, field="channel", longest=63)
        position = await as_of(info)
        found = await availability(wanted, code, by=by)
        return AvailabilityAnswer(nodes=[Availability.of(one) for one in found], as_of=position)
