"""Reject: the warehouse cannot ship it; stock is set right, and the order is sourced anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.events.kinds import EventKind
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.lines import FulfilmentLine, lines_of
from domain.fulfilment.step import LockedFulfilment, Refused, all_or_none, lock_each, step
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.actor import Actor
from domain.shared.database import execute, statement, transactional
from domain.shared.text import require_text
from domain.stock.move import Movement, move
from domain.stock.reasons import DocumentKind, StockReason

_RELEASE_LINES = statement(__file__, "release_lines.sql")
_SOURCE_AGAIN = "UPDATE orders SET sourcing = 'WAITING' WHERE id = ANY($1::uuid[]) AND sourcing <> 'ON_HOLD'"
# one row a pair: an upsert may not meet the same row twice
_EXCLUDE = """
    INSERT INTO sourcing_exclusions (order_id, warehouse_id, reason, at)
    SELECT DISTINCT ON (order_id, warehouse_id) order_id, warehouse_id, reason, $4
    FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS t (order_id, warehouse_id, reason)
    ON CONFLICT (order_id, warehouse_id) DO UPDATE SET reason = excluded.reason, at = excluded.at
"""
_NOTE = """
    UPDATE fulfilment_orders f SET reject_reason = t.reason
    FROM unnest($1::uuid[], $2::text[]) AS t (id, reason) WHERE f.id = t.id
"""


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
async def reject_each(asks: Sequence[RejectFulfilment], *, by: Actor, now: datetime) -> Refused:
    """Give the units back, correct the stock, and let the orders be sourced from elsewhere.

    The warehouse is not tried again for these orders. Those that cannot be rejected are refused, as
    `lock_each` does.

    Raises:
        InvalidText: a note is too long.
    """
    asked = {ask.fulfilment_order_id: ask for ask in asks}
    notes = {id_: require_text(ask.note, field="note") for id_, ask in asked.items()}
    fulfilments, refused = await lock_each(list(asked), FulfilmentState.REJECTED, by=by)
    if not fulfilments:
        return refused
    reasons = {fulfilment.id: asked[fulfilment.id].reason for fulfilment in fulfilments}
    lines = await lines_of(list(reasons))

    await move([given_back(line, reasons[line.fulfilment_order_id]) for line in lines], by=by, now=now)
    await release_units(lines)
    await source_elsewhere(fulfilments, reasons, now)
    await execute(_NOTE, list(reasons), list(reasons.values()))
    await step(
        fulfilments,
        FulfilmentState.REJECTED,
        EventKind.FULFILMENT_REJECTED,
        by=by,
        now=now,
        payloads={id_: {"reason": reason, "note": notes[id_]} for id_, reason in reasons.items()},
    )
    return refused


_reject_all = all_or_none(reject_each)


async def reject(ask: RejectFulfilment, *, by: Actor, now: datetime) -> None:
    """Reject one, or raise why not."""
    await _reject_all([ask], by=by, now=now)


def given_back(line: FulfilmentLine, reason: RejectReason) -> Movement:
    """The units of the line as no longer promised, and in the stock as the reason says."""
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


async def release_units(lines: Sequence[FulfilmentLine]) -> None:
    """Take the units from what their order lines are promised."""
    await execute(
        _RELEASE_LINES,
        [line.order_line_id for line in lines],
        [line.order_id for line in lines],
        [line.quantity for line in lines],
    )


async def source_elsewhere(
    fulfilments: Sequence[LockedFulfilment], reasons: Mapping[UUID, RejectReason], now: datetime
) -> None:
    """Let what their orders lack now be sourced, but not from these warehouses again."""
    orders = [fulfilment.order_id for fulfilment in fulfilments]
    await execute(
        _EXCLUDE,
        orders,
        [fulfilment.warehouse_id for fulfilment in fulfilments],
        [reasons[fulfilment.id] for fulfilment in fulfilments],
        now,
    )
    await execute(_SOURCE_AGAIN, orders)
    await enqueue(JobKind.ALLOCATE, now=now)
