"""Reject: the warehouse cannot ship it; stock is set right, and the order is sourced anew."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.events.kinds import EventKind
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.lines import FulfilmentLine, lines_of
from domain.fulfilment.step import LockedFulfilment, lock_for, step
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.actor import Actor
from domain.shared.database import execute, statement, transactional
from domain.shared.text import require_text
from domain.stock.move import Movement, move
from domain.stock.reasons import DocumentKind, StockReason

_RELEASE_LINES = statement(__file__, "release_lines.sql")
_SOURCE_AGAIN = "UPDATE orders SET sourcing = 'WAITING' WHERE id = $1 AND sourcing <> 'ON_HOLD'"
_EXCLUDE = """
    INSERT INTO sourcing_exclusions (order_id, warehouse_id, reason, at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (order_id, warehouse_id) DO UPDATE SET reason = excluded.reason, at = excluded.at
"""
_NOTE = "UPDATE fulfilment_orders SET reject_reason = $2 WHERE id = $1"


class RejectReason(StrEnum):
    """Why a warehouse cannot ship.

    OUT_OF_STOCK: the units are not there, so they leave the books. DAMAGED: they are there, but
    cannot be sold. NO_CAPACITY, OTHER: the stock is right.
    """

    OUT_OF_STOCK = "OUT_OF_STOCK"
    DAMAGED = "DAMAGED"
    NO_CAPACITY = "NO_CAPACITY"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectFulfilment:
    """Which fulfilment order, and why."""

    fulfilment_order_id: UUID
    reason: RejectReason
    note: str = ""


@transactional
async def reject(ask: RejectFulfilment, *, by: Actor, now: datetime) -> None:
    """Give the units back, correct the stock, and let the order be sourced from elsewhere.

    This warehouse is not tried again for this order.

    Raises:
        InvalidText: the note is too long.
        UnknownFulfilmentOrder, WrongState: as `lock_for`.
    """
    note = require_text(ask.note, field="note")
    [fulfilment] = await lock_for([ask.fulfilment_order_id], FulfilmentState.REJECTED, by=by)
    lines = await lines_of([fulfilment.id])

    await move([_given_back(line, ask.reason) for line in lines], by=by, now=now)
    await execute(
        _RELEASE_LINES,
        [line.order_line_id for line in lines],
        [line.order_id for line in lines],
        [line.quantity for line in lines],
    )
    await _source_elsewhere(fulfilment, ask.reason, now)
    await execute(_NOTE, fulfilment.id, ask.reason)
    await step(
        [fulfilment],
        FulfilmentState.REJECTED,
        EventKind.FULFILMENT_REJECTED,
        by=by,
        now=now,
        payloads={fulfilment.id: {"reason": ask.reason, "note": note}},
    )


def _given_back(line: FulfilmentLine, reason: RejectReason) -> Movement:
    return Movement(
        variant_id=line.variant_id,
        warehouse_id=line.warehouse_id,
        allocated=-line.quantity,
        on_hand=-line.quantity if reason is RejectReason.OUT_OF_STOCK else 0,
        unsellable=line.quantity if reason is RejectReason.DAMAGED else 0,
        reason=_STOCK_REASONS[reason],
        document_kind=DocumentKind.FULFILMENT_ORDER,
        document_id=line.fulfilment_order_id,
    )


_STOCK_REASONS = {
    RejectReason.OUT_OF_STOCK: StockReason.SHORT_PICKED,
    RejectReason.DAMAGED: StockReason.DAMAGED,
    RejectReason.NO_CAPACITY: StockReason.RELEASED,
    RejectReason.OTHER: StockReason.RELEASED,
}


async def _source_elsewhere(fulfilment: LockedFulfilment, reason: RejectReason, now: datetime) -> None:
    await execute(_EXCLUDE, fulfilment.order_id, fulfilment.warehouse_id, reason, now)
    await execute(_SOURCE_AGAIN, fulfilment.order_id)
    await enqueue(JobKind.ALLOCATE, now=now)
