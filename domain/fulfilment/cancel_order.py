"""Cancel an order: give back what it was promised, stop its parcels, or say why not.

It stands here and not with the orders, because it reaches down into fulfilment.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.events.kinds import EventKind
from domain.events.record import OrderEvent, record
from domain.orders.lock_order import lock_order
from domain.orders.models import OrderState
from domain.orders.refusals import OrderClosed
from domain.shared.actor import Actor
from domain.shared.database import execute, fetch, statement, transactional
from domain.shared.refusal import Conflict
from domain.shared.text import require_text
from domain.stock.move import Movement, move
from domain.stock.reasons import DocumentKind, StockReason

_ALLOCATED = statement(__file__, "allocated_units.sql")
_DROP_RESERVATIONS = "DELETE FROM reservations WHERE order_id = $1"
_CANCEL_FULFILMENT = """
    UPDATE fulfilment_orders SET state = 'CANCELLED', updated_at = $2
    WHERE order_id = $1 AND state IN ('OPEN', 'ON_HOLD', 'ACCEPTED', 'PICKING', 'PACKED')
"""
_CANCEL_LINES = "UPDATE order_lines SET cancelled = quantity, allocated = 0 WHERE order_id = $1"
_CANCEL = """
    UPDATE orders
    SET state = 'CANCELLED', sourcing = 'NONE', units_cancelled = units, units_allocated = 0,
        version = version + 1, updated_at = $2, source_again_at = NULL, cancel_unfilled_at = NULL
    WHERE id = $1
"""


class CancelReason(StrEnum):
    """Why an order is cancelled."""

    CUSTOMER = "CUSTOMER"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    FRAUD = "FRAUD"
    PAYMENT = "PAYMENT"
    DUPLICATE = "DUPLICATE"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder:
    """Which order, and why; `expected_version` None: whatever version it is at."""

    order_id: UUID
    reason: CancelReason
    note: str = ""
    expected_version: int | None = None


class AlreadyShipped(Conflict):
    """Part of the order has left a warehouse; take it back as a return."""

    code = "ALREADY_SHIPPED"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Allocated:
    order_line_id: UUID
    order_id: UUID
    warehouse_id: UUID
    variant_id: UUID
    quantity: int
    document_kind: str
    document_id: UUID

    def given_back(self) -> Movement:
        return Movement(
            variant_id=self.variant_id,
            warehouse_id=self.warehouse_id,
            allocated=-self.quantity,
            reason=StockReason.RELEASED,
            document_kind=DocumentKind(self.document_kind),
            document_id=self.document_id,
        )


@transactional
async def cancel_order(ask: CancelOrder, *, by: Actor, now: datetime) -> UUID:
    """Cancel every unit of the order; its id.

    Idempotent: cancelling a cancelled order leaves it as it is.

    Raises:
        InvalidText: the note is too long.
        UnknownOrder, VersionConflict: as `lock_order`.
        AlreadyShipped: at least one unit has left a warehouse.
    """
    note = require_text(ask.note, field="note")
    order = await lock_order(ask.order_id, by=by, expected_version=ask.expected_version)
    if order.state == OrderState.CANCELLED:
        return order.id
    if order.units_shipped:
        raise AlreadyShipped(f"{order.units_shipped} units of order {order.number} have left.", field="id")
    if not order.is_open:
        raise OrderClosed(f"Order {order.number} is {order.state.lower()}.", field="id")

    allocated = await fetch(_ALLOCATED, _Allocated, order.id)
    await move([units.given_back() for units in allocated], by=by, now=now)
    await execute(_DROP_RESERVATIONS, order.id)
    await execute(_CANCEL_FULFILMENT, order.id, now)
    await execute(_CANCEL_LINES, order.id)
    await execute(_CANCEL, order.id, now)
    cancelled = {"reason": ask.reason, "note": note, "unitsReleased": sum(u.quantity for u in allocated)}
    await record(
        [
            OrderEvent(
                order_id=order.id,
                version=order.version + 1,
                kind=EventKind.ORDER_CANCELLED,
                payload=cancelled,
            )
        ],
        by=by,
        now=now,
    )
    return order.id
