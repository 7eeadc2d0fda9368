"""Hold stock: set units aside for a while, for a cart or a phone call."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.shared.actor import Actor
from domain.shared.database import transactional
from domain.shared.ids import new_id
from domain.shared.refusal import InvalidInput
from domain.shared.text import require_text
from domain.stock.find import variant_id, warehouse_id
from domain.stock.models import Hold
from domain.stock.move import Movement, move
from domain.stock.quantity import require_units
from domain.stock.reasons import DocumentKind, StockReason

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldStock:
    """Set `quantity` units aside until `expires_at`; None: until released."""

    warehouse: str
    sku: str
    quantity: int
    expires_at: datetime | None = None
    reference: str = ""


class InvalidExpiry(InvalidInput):
    """A hold must end in the future, within a year."""

    code = "INVALID_EXPIRY"


@transactional
async def hold_stock(ask: HoldStock, *, by: Actor, now: datetime) -> Hold:
    """Set the units aside; nobody can sell them until the hold ends.

    Raises:
        InvalidQuantity, InvalidExpiry, InvalidText, UnknownWarehouse, UnknownSku: the input is wrong.
        InsufficientStock: so many are not free.
    """
    require_units(ask.quantity)
    if ask.expires_at is not None and not now < ask.expires_at <= now + LONGEST:
        raise InvalidExpiry("Must lie in the future, within a year.", field="expiresAt")
    reference = require_text(ask.reference, field="reference", longest=200)
    variant, warehouse = await variant_id(ask.sku), await warehouse_id(ask.warehouse)

    hold_id = new_id()
    await move(
        [
            Movement(
                variant_id=variant,
                warehouse_id=warehouse,
                held=ask.quantity,
                reason=StockReason.HELD,
                document_kind=DocumentKind.HOLD,
                document_id=hold_id,
            )
        ],
        by=by,
        now=now,
    )
    return await Hold.create(
        id=hold_id,
        variant_id=variant,
        warehouse_id=warehouse,
        quantity=ask.quantity,
        reference=reference,
        state="ACTIVE",
        expires_at=ask.expires_at,
        created_at=now,
        actor=by.name,
    )
