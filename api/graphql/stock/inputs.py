"""What is said to change stock. Quantities and times are judged by the use cases."""

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.scalars import RawDateTime, WholeNumber, instant_or_none
from domain.shared.text import require_text
from domain.stock.adjust_stock import AdjustReason, AdjustStock, Bucket
from domain.stock.hold_stock import HoldStock
from domain.stock.receive_stock import ReceiveStock, StockQuantity
from domain.stock.set_stock import SetStock
from domain.stock.transfer_stock import TransferStock

_KEY = "Sent again with the same key and arguments, it happens once: choose a fresh one for each change."


def _sku(sku: str, field: str = "sku") -> str:
    return require_text(sku, field=field, longest=100, least=1)


def _code(code: str, field: str = "warehouse") -> str:
    return require_text(code, field=field, longest=63, least=1)


@strawberry.input(description="So many units of a SKU.")
class StockQuantityInput:
    """So many units of a SKU."""

    sku: str = strawberry.field(description="The SKU.")
    quantity: WholeNumber = strawberry.field(description="Units, at least 1.")


@strawberry.input(description="What arrives at a warehouse.")
class ReceiveStockInput:
    """What arrives at a warehouse."""

    warehouse: str = strawberry.field(description="The warehouse's code.")
    lines: list[StockQuantityInput] = strawberry.field(description="What arrives.")
    reference: str = strawberry.field(default="", description="The supplier's delivery note, say.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def ask(self) -> ReceiveStock:
        lines = tuple(
            StockQuantity(sku=_sku(line.sku, f"lines[{at}].sku"), quantity=line.quantity)
            for at, line in enumerate(self.lines)
        )
        return ReceiveStock(warehouse=_code(self.warehouse), lines=lines, reference=self.reference)


@strawberry.input(description="A correction of one level by so many units.")
class AdjustStockInput:
    """A correction of one level by so many units."""

    warehouse: str = strawberry.field(description="The warehouse's code.")
    sku: str = strawberry.field(description="The SKU.")
    delta: WholeNumber = strawberry.field(description="Units more, or with a minus less; not 0.")
    reason: AdjustReason = strawberry.field(description="Why.")
    bucket: Bucket = strawberry.field(default=Bucket.ON_HAND, description="What is corrected.")
    note: str = strawberry.field(default="", description="For the ledger.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def ask(self) -> AdjustStock:
        return AdjustStock(
            warehouse=_code(self.warehouse),
            sku=_sku(self.sku),
            delta=self.delta,
            bucket=self.bucket,
            reason=self.reason,
            note=self.note,
        )


@strawberry.input(description="What a count found.")
class SetStockInput:
    """What a count found."""

    warehouse: str = strawberry.field(description="The warehouse's code.")
    sku: str = strawberry.field(description="The SKU.")
    quantity: WholeNumber = strawberry.field(description="Units on hand from now on.")
    change_from_quantity: WholeNumber | None = strawberry.field(
        default=None,
        description="Refuse unless so many were on hand before (compare and set); null: whatever was there.",
    )
    safety: WholeNumber | None = strawberry.field(
        default=None, description="Units that are never promised, from now on; unsaid: as it was."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def ask(self) -> SetStock:
        return SetStock(
            warehouse=_code(self.warehouse),
            sku=_sku(self.sku),
            quantity=self.quantity,
            change_from_quantity=self.change_from_quantity,
            safety=self.safety,
        )


@strawberry.input(description="Units that leave one warehouse for another.")
class TransferStockInput:
    """Units that leave one warehouse for another."""

    sku: str = strawberry.field(description="The SKU.")
    quantity: WholeNumber = strawberry.field(description="Units, at least 1.")
    from_warehouse: str = strawberry.field(description="The code of where they leave.")
    to_warehouse: str = strawberry.field(description="The code of where they go.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def ask(self) -> TransferStock:
        return TransferStock(
            sku=_sku(self.sku),
            quantity=self.quantity,
            from_warehouse=_code(self.from_warehouse, "fromWarehouse"),
            to_warehouse=_code(self.to_warehouse, "toWarehouse"),
        )


@strawberry.input(description="Which transfer arrived.")
class ReceiveTransferInput:
    """Which transfer arrived."""

    id: strawberry.ID = strawberry.field(description="The transfer.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.input(description="Units to set aside for a while.")
class HoldStockInput:
    """Units to set aside for a while."""

    warehouse: str = strawberry.field(description="The warehouse's code.")
    sku: str = strawberry.field(description="The SKU.")
    quantity: WholeNumber = strawberry.field(description="Units, at least 1.")
    expires_at: RawDateTime | None = strawberry.field(
        default=None, description="When the hold ends by itself, within a year; null: when released."
    )
    reference: str = strawberry.field(default="", description="What you call it: a cart's number, say.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def ask(self) -> HoldStock:
        return HoldStock(
            warehouse=_code(self.warehouse),
            sku=_sku(self.sku),
            quantity=self.quantity,
            expires_at=instant_or_none(self.expires_at, field="expiresAt"),
            reference=self.reference,
        )


@strawberry.input(description="Which hold ends.")
class ReleaseHoldInput:
    """Which hold ends."""

    id: strawberry.ID = strawberry.field(description="The hold.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)
