"""Cancel some units of an order's lines: those nobody has begun to pick, unless it is asked for otherwise."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from asyncpg import Record

from domain.events.kinds import EventKind
from domain.events.record import OrderEvent, record
from domain.fulfilment.cancel_order import CancelReason
from domain.fulfilment.reprice import reprice
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.orders.lock_order import lock_order
from domain.orders.models import Sourcing
from domain.orders.refusals import OrderClosed
from domain.shared.actor import Actor
from domain.shared.database import fetch, records, statement, transactional
from domain.shared.refusal import Conflict
from domain.shared.text import require_text
from domain.stock.move import Movement, move
from domain.stock.reasons import DocumentKind, StockReason

_LINES = (
    "SELECT id, sku, open_units FROM order_lines WHERE order_id = $1 AND sku = ANY ($2::text[]) ORDER BY id"
)
_CANCELLABLE = statement(__file__, "cancellable.sql")
_TAKE = statement(__file__, "take_units.sql")
_CANCEL = statement(__file__, "cancel_units.sql")


class UnitsUnderWay(Conflict):
    """So many units cannot be cancelled any more: they are being picked, have left, or were cancelled before."""

    code = "UNITS_UNDER_WAY"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelUnits:
    """How many units of each SKU, at least one. `also_picked`: of parcels that are being picked or packed, too."""

    order_id: UUID
    units: Mapping[str, int]
    reason: CancelReason
    note: str = ""
    also_picked: bool = False
    expected_version: int | None = None  # None: whatever version it is at


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Units of a line that a reservation or a parcel holds."""

    order_line_id: UUID
    warehouse_id: UUID
    variant_id: UUID
    quantity: int
    document_kind: str
    document_id: UUID
    picked: bool

    def given_back(self, units: int) -> Movement:
        return Movement(
            variant_id=self.variant_id,
            warehouse_id=self.warehouse_id,
            allocated=-units,
            reason=StockReason.RELEASED,
            document_kind=DocumentKind(self.document_kind),
            document_id=self.document_id,
        )


@transactional
async def cancel_units(ask: CancelUnits, *, by: Actor, now: datetime) -> None:
    """Cancel so many units: what no warehouse has been found for first, then what was promised last.

    What was promised becomes free; a parcel of which nothing is left is cancelled, others get lighter and cheaper.
    If the rest waits for stock, it is sourced again.

    Raises:
        InvalidText: the note is too long.
        UnknownOrder, VersionConflict: as `lock_order`.
        OrderClosed: it is cancelled or completed.
        UnitsUnderWay: there are not so many units that can be cancelled; nothing was.
    """
    note = require_text(ask.note, field="note")
    order = await lock_order(ask.order_id, by=by, expected_version=ask.expected_version)
    if not order.is_open:
        raise OrderClosed(f"Order {order.number} is {order.state.lower()}.", field="id")
    lines = await records(_LINES, order.id, list(ask.units))
    promises = await cancellable(order.id)
    taken = list(_taken(lines, promises, ask))

    await move([promise.given_back(units) for promise, units in taken], by=by, now=now)
    shortened = await records(
        _TAKE,
        [promise.document_id for promise, _ in taken],
        [promise.order_line_id for promise, _ in taken],
        [units for _, units in taken],
        [promise.warehouse_id for promise, _ in taken],
        now,
    )
    await reprice({promise.document_id for promise, _ in taken})
    given_up: dict[UUID, int] = defaultdict(int)
    for promise, units in taken:
        given_up[promise.order_line_id] += units
    [row] = await records(
        _CANCEL,
        [line["id"] for line in lines],
        [ask.units[line["sku"]] for line in lines],
        [given_up[line["id"]] for line in lines],
        now,
    )
    if row["sourcing"] == Sourcing.WAITING:
        await enqueue(JobKind.ALLOCATE, now=now)
    parcels = _parcels(shortened, taken, {line["id"]: line["sku"] for line in lines})
    await record(list(_events(ask, note, row, parcels)), by=by, now=now)


async def cancellable(order_id: UUID) -> list[Promise]:
    """What the order's lines are promised and has not left, in the order in which it is given up."""
    return await fetch(_CANCELLABLE, Promise, order_id)


def _taken(
    lines: Sequence[Record], promises: Iterable[Promise], ask: CancelUnits
) -> Iterator[tuple[Promise, int]]:
    """Which promises give how many units, beyond what is open of each line."""
    if missing := ask.units.keys() - {line["sku"] for line in lines}:
        raise UnitsUnderWay(f"The order has no line of {min(missing)}.", field=_path(ask, min(missing)))
    wanted = {line["id"]: max(0, ask.units[line["sku"]] - line["open_units"]) for line in lines}
    for promise in promises:
        if promise.picked and not ask.also_picked:
            continue
        if units := min(wanted.get(promise.order_line_id, 0), promise.quantity):
            wanted[promise.order_line_id] -= units
            yield promise, units
    for line in lines:
        if short := wanted[line["id"]]:
            raise UnitsUnderWay(
                f"{short} of {ask.units[line['sku']]} units of {line['sku']} are being picked, have left, or are no more.",
                field=_path(ask, line["sku"]),
            )


def _path(ask: CancelUnits, sku: str) -> str:
    return f"lines[{list(ask.units).index(sku)}].quantity"


def _parcels(
    shortened: Iterable[Record], taken: Sequence[tuple[Promise, int]], skus: Mapping[UUID, str]
) -> list[dict[str, object]]:
    """The parcels of which units were taken, what of each, and whether nothing is left of it."""
    return [
        {
            "fulfilmentOrderId": str(parcel["id"]),
            "number": parcel["number"],
            "warehouse": parcel["warehouse"],
            "lines": [
                {"sku": skus[promise.order_line_id], "units": units}
                for promise, units in taken
                if promise.document_id == parcel["id"]
            ],
            "cancelled": parcel["cancelled"],
        }
        for parcel in shortened
    ]


def _events(
    ask: CancelUnits, note: str, row: Record, parcels: Sequence[Mapping[str, object]]
) -> Iterator[OrderEvent]:
    """`units` and `lines` are what was cancelled now."""
    payload = {
        "reason": ask.reason,
        "note": note,
        "units": sum(ask.units.values()),
        "lines": orjson.loads(row["lines"]),
        "fulfilmentOrders": parcels,
    }
    whole, completed = row["state"] == "CANCELLED", row["state"] == "COMPLETED"
    kind = EventKind.ORDER_CANCELLED if whole else EventKind.ORDER_UNITS_CANCELLED
    yield OrderEvent(order_id=ask.order_id, version=row["version"] - completed, kind=kind, payload=payload)
    if completed:
        yield OrderEvent(order_id=ask.order_id, version=row["version"], kind=EventKind.ORDER_COMPLETED)
