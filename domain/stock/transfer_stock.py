"""Transfer stock: units leave one warehouse for another, and arrive there later."""

from dataclasses import dataclass
from datetime import datetime

from domain.shared.actor import Actor
from domain.shared.database import transactional
from domain.shared.ids import new_id
from domain.shared.refusal import InvalidInput
from domain.stock.find import variant_id, warehouse_id
from domain.stock.models import Transfer
from domain.stock.move import Movement, move
from domain.stock.quantity import require_units
from domain.stock.reasons import DocumentKind, StockReason


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferStock:
    """Send `quantity` units of a SKU from one warehouse (code) to another."""

    sku: str
    quantity: int
    from_warehouse: str
    to_warehouse: str


class SameWarehouse(InvalidInput):
    """A transfer must go somewhere else."""

    code = "SAME_WAREHOUSE"


@transactional
async def transfer_stock(ask: TransferStock, *, by: Actor, now: datetime) -> Transfer:
    """Take the units from the one, and count them as incoming at the other.

    They can be sold again when `receive_transfer` says that they arrived.

    Raises:
        InvalidQuantity, SameWarehouse, UnknownWarehouse, UnknownSku: the input is wrong.
        InsufficientStock: so many are not free.
    """
    require_units(ask.quantity)
    if ask.from_warehouse == ask.to_warehouse:
        raise SameWarehouse("Name two different warehouses.", field="toWarehouse")
    variant = await variant_id(ask.sku)
    origin = await warehouse_id(ask.from_warehouse, field="fromWarehouse")
    destination = await warehouse_id(ask.to_warehouse, field="toWarehouse")

    transfer = await Transfer.create(
        id=new_id(),
        variant_id=variant,
        from_warehouse_id=origin,
        to_warehouse_id=destination,
        quantity=ask.quantity,
        state="IN_TRANSIT",
        sent_at=now,
        actor=by.name,
    )
    sent = {
        "variant_id": variant,
        "reason": StockReason.TRANSFER_SENT,
        "document_kind": DocumentKind.TRANSFER,
        "document_id": transfer.id,
    }
    await move(
        [
            Movement(warehouse_id=origin, on_hand=-ask.quantity, **sent),  # type: ignore[arg-type]
            Movement(warehouse_id=destination, incoming=ask.quantity, **sent),  # type: ignore[arg-type]
        ],
        by=by,
        now=now,
    )
    return transfer
