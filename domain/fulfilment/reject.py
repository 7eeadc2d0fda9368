"""Reject: the warehouse cannot ship it; stock is set right, and the order is sourced anew."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.events.kinds import EventKind
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.lines import FulfilmentLine, lines_of
from domain.fulfilment.missing import InvalidShortPick, missing_of, rest_of, told
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
_EXCLUDE = statement(__file__, "exclude.sql")
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
    """Which fulfilment order, and why; `missing`: of which order lines how many units, None: all of them."""

    fulfilment_order_id: UUID
    reason: RejectReason
    note: str = ""
    missing: Mapping[UUID, int] | None = None


@transactional
async def reject_each(asks: Sequence[RejectFulfilment], *, by: Actor, now: datetime) -> Refused:
    """Give the units back, correct the stock, and let the orders be sourced from elsewhere.

    The stock is corrected by what is missing; the rest is free again. The warehouse is not tried again for these
    orders, as `source_elsewhere` says. Those that cannot be rejected are refused, as `lock_each` does, and as
    `missing_of` does.

    Raises:
        InvalidText: a note is too long.
    """
    asked = {ask.fulfilment_order_id: ask for ask in asks}
    notes = {id_: require_text(ask.note, field="note") for id_, ask in asked.items()}
    locked, refused = await lock_each(list(asked), FulfilmentState.REJECTED, by=by)
    parcels = await _parcels(locked, asked, refused)
    if not parcels:
        return refused
    fulfilments = [parcel.fulfilment for parcel in parcels]

    await move([movement for parcel in parcels for movement in parcel.movements], by=by, now=now)
    await release_units([line for parcel in parcels for line in parcel.lines])
    await source_elsewhere(
        fulfilments, {one.fulfilment.id: (one.ask.reason, one.missing) for one in parcels}, now
    )
    await execute(_NOTE, [one.fulfilment.id for one in parcels], [one.ask.reason for one in parcels])
    await step(
        fulfilments,
        FulfilmentState.REJECTED,
        EventKind.FULFILMENT_REJECTED,
        by=by,
        now=now,
        payloads={one.fulfilment.id: one.payload(notes[one.fulfilment.id]) for one in parcels},
    )
    return refused


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parcel:
    """A parcel that is given back, and what of it is missing."""

    fulfilment: LockedFulfilment
    ask: RejectFulfilment
    lines: Sequence[FulfilmentLine]
    missing: Sequence[FulfilmentLine]

    @property
    def movements(self) -> list[Movement]:
        there = rest_of(self.lines, self.missing)
        return [given_back(line, self.ask.reason) for line in self.missing] + [
            given_back(line, RejectReason.OTHER) for line in there
        ]

    def payload(self, note: str) -> dict[str, object]:
        payload: dict[str, object] = {"reason": self.ask.reason, "note": note}
        return payload if self.ask.missing is None else payload | {"missing": told(self.missing)}


async def _parcels(
    locked: Sequence[LockedFulfilment], asked: Mapping[UUID, RejectFulfilment], refused: Refused
) -> list[_Parcel]:
    """What is given back; `refused` is told of parcels in which what is missing was not."""
    lines: dict[UUID, list[FulfilmentLine]] = defaultdict(list)
    for line in await lines_of([one.id for one in locked]):
        lines[line.fulfilment_order_id].append(line)
    parcels = []
    for one in locked:
        ask, mine = asked[one.id], lines[one.id]
        try:
            missing = mine if ask.missing is None else missing_of(ask.missing, mine)
        except InvalidShortPick as no:
            refused[one.id] = no
            continue
        parcels.append(_Parcel(fulfilment=one, ask=ask, lines=mine, missing=missing))
    return parcels


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


_MISSING = frozenset({RejectReason.OUT_OF_STOCK, RejectReason.DAMAGED})
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
    fulfilments: Sequence[LockedFulfilment],
    why: Mapping[UUID, tuple[RejectReason, Sequence[FulfilmentLine]]],
    now: datetime,
) -> None:
    """Let what their orders lack now be sourced, but not from these warehouses again.

    Who had no capacity may be tried again the next day; where units are missing, when all that was has come in anew;
    else not at all. Of several reasons, also of before, the strongest holds.
    """
    orders = [fulfilment.order_id for fulfilment in fulfilments]
    gone = [
        (one.order_id, one.warehouse_id, line.variant_id)
        for one in fulfilments
        for reason, missing in [why[one.id]]
        if reason in _MISSING
        for line in missing
    ]
    await execute(
        _EXCLUDE,
        orders,
        [fulfilment.warehouse_id for fulfilment in fulfilments],
        [why[fulfilment.id][0] for fulfilment in fulfilments],
        now,
        *([row[at] for row in gone] for at in range(3)),
    )
    await execute(_SOURCE_AGAIN, orders)
    await enqueue(JobKind.ALLOCATE, now=now)
