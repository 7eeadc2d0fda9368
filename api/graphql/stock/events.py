"""Stock events as subscribers get them."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Self
from uuid import UUID

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.catalog.types import Variant, variant_of
from api.graphql.filters import texts_of
from api.graphql.info import Info
from api.graphql.resolvers import field
from api.graphql.scalars import WholeNumber
from api.graphql.stock.types import StockDeltas, StockLevel, document_id
from api.graphql.warehouses.types import Warehouse, warehouse_of
from api.live.cursor import cursor_of
from domain.events.feed import FeedEntry, FeedSource
from domain.shared.text import require_text
from domain.stock.find import variant_ids, warehouse_id
from domain.stock.reasons import DocumentKind, StockReason


@strawberry.input(description="Which stock events: all that is given must hold.")
class StockEventWhere:
    """Which stock events: all that is given must hold."""

    warehouse: str | None = strawberry.field(default=None, description="The code of one warehouse.")
    skus: list[str] | None = strawberry.field(default=None, description="Only these SKUs, up to 500.")

    async def passing(self) -> Callable[[FeedEntry], bool]:
        """Whether an entry is of a level that passes.

        Raises:
            UnknownWarehouse, UnknownSku: what is named does not exist.
        """
        warehouse = None
        if self.warehouse is not None:
            code = require_text(self.warehouse, field="where.warehouse", longest=63)
            warehouse = await warehouse_id(code, field="where.warehouse")
        variants = None
        if self.skus is not None:
            skus = texts_of(self.skus, field="where.skus")
            variants = frozenset((await variant_ids(skus, field="where.skus")).values())

        def passes(entry: FeedEntry) -> bool:
            return (
                entry.source is FeedSource.STOCK
                and (warehouse is None or entry.warehouse_id == warehouse)
                and (variants is None or entry.subject_id in variants)
            )

        return passes


@strawberry.enum(description="What a message of `stockEvents` says.")
class StockFeedEventKind(Enum):
    """What a message of `stockEvents` says."""

    POSITION = strawberry.enum_value(
        "POSITION", description="Nothing happened: this is where the feed stands."
    )
    STOCK_CHANGED = strawberry.enum_value("STOCK_CHANGED", description="A level changed by `deltas`.")


@strawberry.type(description="One change of a stock level; or, as the first message, where the feed stands.")
class StockFeedEvent:
    """One change of a stock level."""

    level_key: strawberry.Private[tuple[UUID, UUID] | None]
    position: str = strawberry.field(description="Its place in the feed: go on `after` it.")
    kind: StockFeedEventKind = strawberry.field(description="What this message says.")
    version: WholeNumber | None = strawberry.field(
        description="The level's version after it; gapless per level."
    )
    reason: StockReason | None = strawberry.field(description="Why the level changed.")
    deltas: StockDeltas | None = strawberry.field(description="What changed.")
    document_kind: DocumentKind | None = strawberry.field(description="What kind of document caused it.")
    document_id: strawberry.ID | None = strawberry.field(description="The id of that document, for `node`.")
    at: datetime | None = strawberry.field(description="When.")
    actor: str | None = strawberry.field(description="In whose name.")

    @classmethod
    def of(cls, entry: FeedEntry) -> Self:
        assert entry.warehouse_id is not None, "stock entries are of a warehouse"
        assert entry.document_kind is not None, "stock entries name their document"
        return cls(
            level_key=(entry.subject_id, entry.warehouse_id),
            position=cursor_of(entry.position),
            kind=StockFeedEventKind.STOCK_CHANGED,
            version=WholeNumber(entry.version),
            reason=StockReason(entry.kind),
            deltas=_deltas(entry),
            document_kind=DocumentKind(entry.document_kind),
            document_id=document_id(entry.document_kind, entry.document_id),
            at=entry.at,
            actor=entry.actor,
        )

    @classmethod
    def at_position(cls, position: str) -> Self:
        """Where the feed stands: the first message of a subscription without `after`."""
        return cls(
            level_key=None,
            position=position,
            kind=StockFeedEventKind.POSITION,
            version=None,
            reason=None,
            deltas=None,
            document_kind=None,
            document_id=None,
            at=None,
            actor=None,
        )

    @field(description="Of which SKU.")
    async def variant(self, info: Info) -> Variant | None:
        return None if self.level_key is None else await variant_of(info, self.level_key[0])

    @field(description="In which warehouse.")
    async def warehouse(self, info: Info) -> Warehouse | None:
        return None if self.level_key is None else await warehouse_of(info, self.level_key[1])

    @field(description="The level as it is now: perhaps further than this event.")
    async def stock_level(self, info: Info) -> StockLevel | None:
        row = None if self.level_key is None else await info.context.loaders.level.load(self.level_key)
        return None if row is None else StockLevel.of(row)


def _deltas(entry: FeedEntry) -> StockDeltas | None:
    if entry.deltas is None:
        return None
    return StockDeltas(
        on_hand=WholeNumber(entry.deltas.on_hand),
        allocated=WholeNumber(entry.deltas.allocated),
        held=WholeNumber(entry.deltas.held),
        unsellable=WholeNumber(entry.deltas.unsellable),
        incoming=WholeNumber(entry.deltas.incoming),
    )
