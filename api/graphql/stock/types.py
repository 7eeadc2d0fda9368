"""Levels, their ledger, holds and transfers as clients see them."""

from datetime import datetime
from enum import Enum
from typing import Self
from uuid import UUID

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.catalog.types import Variant, variant_of
from api.graphql.info import Info
from api.graphql.relay import Node, to_global
from api.graphql.resolvers import field
from api.graphql.scalars import WholeNumber
from api.graphql.warehouses.types import Warehouse, warehouse_of
from domain.shared.reading import Row
from domain.stock.reasons import DocumentKind, StockReason


@strawberry.type(description="What one warehouse has of one SKU. Every change of it is one ledger entry.")
class StockLevel(Node):
    """What one warehouse has of one SKU."""

    variant_key: strawberry.Private[UUID]
    warehouse_key: strawberry.Private[UUID]
    on_hand: WholeNumber = strawberry.field(description="Units in the building.")
    allocated: WholeNumber = strawberry.field(description="Of these, units promised to orders.")
    held: WholeNumber = strawberry.field(description="Of these, units set aside for a while.")
    unsellable: WholeNumber = strawberry.field(description="Of these, units that cannot be sold.")
    available: WholeNumber = strawberry.field(description="onHand - allocated - held - unsellable.")
    incoming: WholeNumber = strawberry.field(description="Units on their way to the building.")
    safety: WholeNumber = strawberry.field(description="Units of what is available that are never promised.")
    version: WholeNumber = strawberry.field(description="How many ledger entries it has.")

    @classmethod
    def of(cls, row: Row) -> Self:
        free = row["on_hand"] - row["allocated"] - row["held"] - row["unsellable"]
        return cls(
            id=to_global("StockLevel", row["variant_id"], row["warehouse_id"]),
            variant_key=row["variant_id"],
            warehouse_key=row["warehouse_id"],
            on_hand=row["on_hand"],
            allocated=row["allocated"],
            held=row["held"],
            unsellable=row["unsellable"],
            available=WholeNumber(free),
            incoming=row["incoming"],
            safety=row["safety"],
            version=row["version"],
        )

    @field(description="Of which SKU.")
    async def variant(self, info: Info) -> Variant:
        return await variant_of(info, self.variant_key)

    @field(description="In which warehouse.")
    async def warehouse(self, info: Info) -> Warehouse:
        return await warehouse_of(info, self.warehouse_key)


@strawberry.type(description="Units by bucket: what changed.")
class StockDeltas:
    """Units by bucket: what changed."""

    on_hand: WholeNumber = strawberry.field(description="Change of the units in the building.")
    allocated: WholeNumber = strawberry.field(description="Change of the units promised to orders.")
    held: WholeNumber = strawberry.field(description="Change of the units set aside.")
    unsellable: WholeNumber = strawberry.field(description="Change of the units that cannot be sold.")
    incoming: WholeNumber = strawberry.field(description="Change of the units on their way.")


_DOCUMENT_TYPES = {
    DocumentKind.ORDER: "Order",
    DocumentKind.FULFILMENT_ORDER: "FulfilmentOrder",
    DocumentKind.HOLD: "StockHold",
    DocumentKind.TRANSFER: "StockTransfer",
}


def document_id(kind: str, key: UUID | None) -> strawberry.ID | None:
    """The global id of the document that a ledger entry names."""
    named = _DOCUMENT_TYPES.get(DocumentKind(kind))
    return None if key is None or named is None else to_global(named, key)


@strawberry.type(description="One change of a level, for good: a level is the sum of its entries.")
class StockEntry(Node):
    """One change of a level, for good."""

    variant_key: strawberry.Private[UUID]
    warehouse_key: strawberry.Private[UUID]
    version: WholeNumber = strawberry.field(description="The level's version after it; gapless per level.")
    deltas: StockDeltas = strawberry.field(description="What changed.")
    reason: StockReason = strawberry.field(description="Why.")
    document_kind: DocumentKind = strawberry.field(description="What kind of document caused it.")
    document_id: strawberry.ID | None = strawberry.field(description="The id of that document, for `node`.")
    note: str = strawberry.field(description="What the person who did it noted.")
    actor: str = strawberry.field(description="In whose name it happened.")
    at: datetime = strawberry.field(description="When.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            id=to_global("StockEntry", row["id"]),
            variant_key=row["variant_id"],
            warehouse_key=row["warehouse_id"],
            version=row["version"],
            deltas=StockDeltas(
                on_hand=row["on_hand"],
                allocated=row["allocated"],
                held=row["held"],
                unsellable=row["unsellable"],
                incoming=row["incoming"],
            ),
            reason=StockReason(row["reason"]),
            document_kind=DocumentKind(row["document_kind"]),
            document_id=document_id(row["document_kind"], row["document_id"]),
            note=row["note"],
            actor=row["actor"],
            at=row["at"],
        )

    @field(description="Of which SKU.")
    async def variant(self, info: Info) -> Variant:
        return await variant_of(info, self.variant_key)

    @field(description="In which warehouse.")
    async def warehouse(self, info: Info) -> Warehouse:
        return await warehouse_of(info, self.warehouse_key)


@strawberry.enum(description="Whether a hold still holds its units.")
class StockHoldState(Enum):
    """Whether a hold still holds its units."""

    ACTIVE = "ACTIVE"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"


@strawberry.type(description="Units set aside for a while.")
class StockHold(Node):
    """Units set aside for a while."""

    variant_key: strawberry.Private[UUID]
    warehouse_key: strawberry.Private[UUID]
    quantity: WholeNumber = strawberry.field(description="How many units.")
    reference: str = strawberry.field(description="What the holder calls it.")
    state: StockHoldState = strawberry.field(description="Whether it still holds them.")
    expires_at: datetime | None = strawberry.field(description="When it ends by itself; null: when released.")
    created_at: datetime = strawberry.field(description="When it began.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")
    actor: str = strawberry.field(description="In whose name.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            id=to_global("StockHold", row["id"]),
            variant_key=row["variant_id"],
            warehouse_key=row["warehouse_id"],
            quantity=row["quantity"],
            reference=row["reference"],
            state=StockHoldState(row["state"]),
            expires_at=row["expires_at"],
            created_at=row["created_at"],
            ended_at=row["ended_at"],
            actor=row["actor"],
        )

    @field(description="Of which SKU.")
    async def variant(self, info: Info) -> Variant:
        return await variant_of(info, self.variant_key)

    @field(description="In which warehouse.")
    async def warehouse(self, info: Info) -> Warehouse:
        return await warehouse_of(info, self.warehouse_key)


@strawberry.enum(description="How far a transfer is.")
class StockTransferState(Enum):
    """How far a transfer is."""

    IN_TRANSIT = "IN_TRANSIT"
    RECEIVED = "RECEIVED"


@strawberry.type(description="Units on their way between two warehouses.")
class StockTransfer(Node):
    """Units on their way between two warehouses."""

    variant_key: strawberry.Private[UUID]
    from_key: strawberry.Private[UUID]
    to_key: strawberry.Private[UUID]
    quantity: WholeNumber = strawberry.field(description="How many units.")
    state: StockTransferState = strawberry.field(description="How far it is.")
    sent_at: datetime = strawberry.field(description="When they left.")
    received_at: datetime | None = strawberry.field(description="When they arrived.")
    actor: str = strawberry.field(description="In whose name they were sent.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            id=to_global("StockTransfer", row["id"]),
            variant_key=row["variant_id"],
            from_key=row["from_warehouse_id"],
            to_key=row["to_warehouse_id"],
            quantity=row["quantity"],
            state=StockTransferState(row["state"]),
            sent_at=row["sent_at"],
            received_at=row["received_at"],
            actor=row["actor"],
        )

    @field(description="Of which SKU.")
    async def variant(self, info: Info) -> Variant:
        return await variant_of(info, self.variant_key)

    @field(description="Where they come from.")
    async def from_warehouse(self, info: Info) -> Warehouse:
        return await warehouse_of(info, self.from_key)

    @field(description="Where they go.")
    async def to_warehouse(self, info: Info) -> Warehouse:
        return await warehouse_of(info, self.to_key)
