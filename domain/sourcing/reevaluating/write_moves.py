"""Write moves: decisions, parcels called off and made, stock, timelines."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.events.kinds import EventKind
from domain.events.record import OrderEvent, record
from domain.shared.actor import Actor
from domain.shared.database import execute, statement
from domain.shared.ids import new_id
from domain.sourcing.accept_plan import Take
from domain.sourcing.columns import Parcel, decision_columns, parcel_columns
from domain.sourcing.current_policy import CurrentPolicy
from domain.sourcing.describe import describe
from domain.sourcing.gather_snapshot import WarehousesNow
from domain.sourcing.reevaluating.judge import Carried
from domain.sourcing.reevaluating.standing import lines_of
from domain.stock.move import Movement, move
from domain.stock.reasons import DocumentKind, StockReason
from domain.warehouses.ship_days import releasable_at

_WRITE = statement(__file__, "write_moves.sql")
_ADVANCE = statement(__file__, "advance_orders.sql")
_COUNT = """
    UPDATE sourcing_reevaluations
    SET moved = moved + $2, filled = filled + $3, saved_minor = saved_minor + $4 WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class _NewParcel(Parcel):
    carried: Carried


async def write_moves(
    carried: Sequence[Carried],
    network: WarehousesNow,
    *,
    reevaluation_id: UUID,
    current: CurrentPolicy,
    by: Actor,
    now: datetime,
) -> None:
    """Carry out moves whose orders, levels and days are locked and that were judged possible."""
    if not carried:
        return
    codes = {site.warehouse_id: site.code for site in network.sites}
    decisions = {one.move.order_id: new_id() for one in carried}
    parcels = [
        _NewParcel(new_id(), one.move.order_id, decisions[one.move.order_id], shipment, one)
        for one in carried
        for shipment in one.decision.shipments
    ]
    await move(_movements(carried), by=by, now=now)
    await execute(
        _WRITE,
        now,
        current.policy.version,
        current.policy.currency,
        current.rule_set_id,
        reevaluation_id,
        *_decision_columns(carried, decisions, codes),
        *_cancelled_columns(carried, decisions),
        *parcel_columns(parcels),
        [_releasable_at(parcel, network, now) for parcel in parcels],
        *_line_columns(parcels),
    )
    await execute(_ADVANCE, list(decisions), *_filled_columns(carried), now)
    await record([_event(one, parcels, codes, current) for one in carried], by=by, now=now)
    await execute(
        _COUNT,
        reevaluation_id,
        sum(one.move.moves_parcels for one in carried),  # the others only got what they had waited for
        sum(one.units_filled for one in carried),
        sum(one.saved_minor for one in carried),
    )


def _movements(carried: Sequence[Carried]) -> list[Movement]:
    """What leaves a level before what comes to one, order by order; what stays is not written."""
    return [
        Movement(
            variant_id=variant_id,
            warehouse_id=warehouse_id,
            allocated=units,
            reason=StockReason.ALLOCATED if units > 0 else StockReason.RELEASED,
            document_kind=DocumentKind.ORDER,
            document_id=one.move.order_id,
        )
        for one in carried
        for (variant_id, warehouse_id), units in sorted(one.move.units.items(), key=lambda item: item[1])
        if units
    ]


def _decision_columns(
    carried: Sequence[Carried], ids: Mapping[UUID, UUID], codes: Mapping[UUID, str]
) -> list[list[Any]]:
    details = [_detail(one, codes) for one in carried]
    saved = [one.saved_minor if one.move.moves_parcels else None for one in carried]
    return [*decision_columns([one.decision for one in carried], ids, details), saved]


def _detail(one: Carried, codes: Mapping[UUID, str]) -> dict[str, Any]:
    """As of every decision, and what it calls off."""
    called_off = [
        {
            "warehouse": codes[parcel.warehouse_id],
            "lines": [
                {"sku": piece.sku, "units": piece.units}
                for piece, _ in one.move.places
                if piece.parcel and piece.parcel.id == parcel.id
            ],
        }
        for parcel in one.cancelled
    ]
    return describe(_as_take(one), codes) | {"calledOff": called_off}


def _as_take(one: Carried) -> Take:
    order = replace(one.standing.order, lines=lines_of([piece for piece, _ in one.move.places]))
    return Take(decision=one.decision, order=order, allocate=(), release=())


def _cancelled_columns(carried: Sequence[Carried], ids: Mapping[UUID, UUID]) -> list[list[Any]]:
    rows = [(parcel.id, ids[one.move.order_id]) for one in carried for parcel in one.cancelled]
    return [[parcel_id for parcel_id, _ in rows], [decision_id for _, decision_id in rows]]


def _releasable_at(parcel: _NewParcel, network: WarehousesNow, now: datetime) -> datetime | None:
    """As the first of those it replaces: however often an order moves, it does not wait longer for it.

    Its own warehouse may have an earlier cut-off.
    """
    before = [one.releasable_at for one in parcel.carried.cancelled]
    kept = min((at for at in before if at), default=None) if all(before) else None
    if kept is None:
        return None
    calendar = network.calendars[parcel.shipment.warehouse_id]
    return releasable_at(calendar, parcel.shipment.ship_on, now=now, hold=kept - now)


def _line_columns(parcels: Sequence[_NewParcel]) -> list[list[Any]]:
    rows = [
        (parcel.id, line_id, variants[line_id], units)
        for parcel in parcels
        for variants in [{piece.line_id: piece.variant_id for piece, _ in parcel.carried.move.places}]
        for line_id, units in parcel.shipment.lines
    ]
    return [[row[at] for row in rows] for at in range(4)]


def _filled_columns(carried: Sequence[Carried]) -> list[list[Any]]:
    """Units by line that had waited."""
    units: Counter[UUID] = Counter()
    for one in carried:
        units.update({piece.line_id: piece.units for piece, _ in one.move.places if piece.parcel is None})
    return [list(units), list(units.values())]


def _event(
    one: Carried, parcels: Sequence[_NewParcel], codes: Mapping[UUID, str], current: CurrentPolicy
) -> OrderEvent:
    mine = [parcel for parcel in parcels if parcel.carried is one]
    shipments = [
        {
            "fulfilmentOrderId": str(parcel.id),
            "warehouse": codes[parcel.shipment.warehouse_id],
            "units": sum(units for _, units in parcel.shipment.lines),
            "costMinor": parcel.shipment.cost.total_minor,
            "distanceKm": parcel.shipment.distance_km,
            "shipOn": parcel.shipment.ship_on,
        }
        for parcel in mine
    ]
    called_off = [
        {"fulfilmentOrderId": str(parcel.id), "warehouse": codes[parcel.warehouse_id]}
        for parcel in one.cancelled
    ]
    sourced = {
        "outcome": one.decision.outcome.value,
        "explanation": one.decision.explanation,
        "shipments": shipments,
        "unfilledLines": int(one.units_open > 0),
    }
    moved = {"calledOff": called_off, "savedMinor": one.saved_minor, "currency": current.policy.currency}
    return OrderEvent(
        order_id=one.move.order_id,
        version=one.standing.version + 1,
        kind=EventKind.ORDER_MOVED if called_off else EventKind.ORDER_SOURCED,
        payload=sourced | moved if called_off else sourced,
    )
