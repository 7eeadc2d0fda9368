"""Write what a plan decided: decisions, fulfilment orders, stock, timelines."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from domain.events.kinds import EventKind
from domain.events.record import OrderEvent, record
from domain.orders.hold_order import hold_parcels
from domain.orders.models import HoldReason, Sourcing
from domain.shared.actor import Actor
from domain.shared.database import execute, statement
from domain.shared.ids import new_id
from domain.sourcing.accept_plan import Take
from domain.sourcing.again_at import again_at
from domain.sourcing.cancel_unfilled import cancel_at, cancel_unfilled
from domain.sourcing.columns import Parcel, decision_columns, parcel_columns
from domain.sourcing.current_policy import CurrentPolicy
from domain.sourcing.describe import describe, unfilled
from domain.sourcing.gather_snapshot import Gathered
from domain.sourcing.rules.definition import Unfillable
from domain.stock.move import Movement, move
from domain.stock.reasons import DocumentKind, StockReason
from domain.warehouses.ship_days import releasable_at

_WRITE = statement(__file__, "write_decisions.sql")
_ADVANCE = statement(__file__, "advance_orders.sql")
_PARK = """
    INSERT INTO order_holds (id, order_id, reason, note, placed_at, placed_by)
    SELECT id, order_id, 'STOCK', '', $3, $4
    FROM unnest($1::uuid[], $2::uuid[]) AS t (id, order_id)
"""


async def write_plan(
    done: Sequence[Take], gathered: Gathered, *, current: CurrentPolicy, by: Actor, now: datetime
) -> None:
    """Carry out decisions whose levels are locked and have what they take.

    A backorder of which nothing more waits than was said, and that still gets nothing, is not decided anew: stock
    that comes and goes must not fill its timeline.
    """
    if not done:
        return
    told = [take for take in done if take.decision.shipments or _says_more(take, gathered)]
    decision_ids = {take.order.order_id: new_id() for take in told}
    parcels = [
        Parcel(new_id(), take.order.order_id, decision_ids[take.order.order_id], shipment)
        for take in told
        for shipment in take.decision.shipments
    ]
    codes = {site.warehouse_id: site.code for site in gathered.snapshot.sites}
    cancelled = {take.order.order_id: _cancel_at(take, gathered, now) for take in done}
    again = [_again_at(take, cancelled, gathered, current, now) for take in done]
    await move(_movements(told), by=by, now=now)
    await execute(
        _ADVANCE,
        *_order_columns(done, told, gathered, again),
        *_line_columns(told),
        *_used_reservations(told),
        now,
        [cancelled[take.order.order_id] for take in done],
    )
    parked = [take.order.order_id for take in done if _is_parked(take, gathered)]
    decided = _events(told, parcels, gathered, codes)
    await record([*decided, *_parkings(parked, decisions=decision_ids, gathered=gathered)], by=by, now=now)
    late = [take for take in done if (at := cancelled[take.order.order_id]) and at <= now]
    await cancel_unfilled(late, by=by, now=now)
    # last, since it counts parcels by day: whoever plans for these days waits from here to the commit
    await execute(
        _WRITE,
        now,
        current.policy.version,
        current.policy.currency,
        current.rule_set_id,
        *decision_columns(
            [take.decision for take in told], decision_ids, [describe(take, codes) for take in told]
        ),
        *parcel_columns(parcels),
        _release_times(parcels, gathered, current, now),
        *_parcel_line_columns(parcels, told),
    )
    if parked:
        await execute(_PARK, [new_id() for _ in parked], parked, now, by.name)
        await hold_parcels(parked, now)


def _movements(done: Sequence[Take]) -> list[Movement]:
    return [
        Movement(
            variant_id=variant_id,
            warehouse_id=warehouse_id,
            allocated=sign * units,
            reason=reason,
            document_kind=DocumentKind.ORDER,
            document_id=take.order.order_id,
        )
        for take in done
        for sign, reason, rows in (
            (-1, StockReason.RELEASED, take.release),
            (1, StockReason.ALLOCATED, take.allocate),
        )
        for _, variant_id, warehouse_id, units in rows
    ]


def _release_times(
    parcels: Sequence[Parcel], gathered: Gathered, current: CurrentPolicy, now: datetime
) -> list[datetime | None]:
    """Until when picking waits, so that a re-evaluation may find something better."""
    hold = timedelta(minutes=current.policy.rules.reevaluation.hold_minutes)
    return [
        releasable_at(
            gathered.calendars[parcel.shipment.warehouse_id], parcel.shipment.ship_on, now=now, hold=hold
        )
        for parcel in parcels
    ]


def _parcel_line_columns(parcels: Sequence[Parcel], told: Sequence[Take]) -> list[list[Any]]:
    variants = {line.line_id: line.variant_id for take in told for line in take.order.lines}
    rows = [(parcel.id, line_id, units) for parcel in parcels for line_id, units in parcel.shipment.lines]
    return [
        [parcel_id for parcel_id, _, _ in rows],
        [line_id for _, line_id, _ in rows],
        [variants[line_id] for _, line_id, _ in rows],
        [units for _, _, units in rows],
    ]


def _standing(take: Take, gathered: Gathered) -> Sourcing:
    if not take.decision.unfilled:
        return Sourcing.SOURCED
    return Sourcing.ON_HOLD if _is_parked(take, gathered) else Sourcing.BACKORDERED


def _is_parked(take: Take, gathered: Gathered) -> bool:
    """Whether somebody shall look at the order; who released it once wants it to wait for stock."""
    wanted = take.decision.unfilled and take.decision.unfillable is Unfillable.PARK
    return bool(wanted) and not gathered.orders[take.order.order_id].parked_before


def _says_more(take: Take, gathered: Gathered) -> bool:
    """Whether more waits than was said when the order was last decided."""
    said = gathered.orders[take.order.order_id].said_to_wait
    if said is None:
        return True
    return bool(_units_of(unfilled(take)) - _units_of(orjson.loads(said)))


def _units_of(unfilled: Iterable[Mapping[str, Any]]) -> Counter[str]:
    units: Counter[str] = Counter()
    for line in unfilled:
        units[line["sku"]] += line["units"]
    return units


def _cancel_at(take: Take, gathered: Gathered, now: datetime) -> datetime | None:
    order = gathered.orders[take.order.order_id]
    return cancel_at(take.decision, known=order.cancel_unfilled_at, promised_by=order.promised_by, now=now)


def _again_at(
    take: Take,
    cancelled: Mapping[UUID, datetime | None],
    gathered: Gathered,
    current: CurrentPolicy,
    now: datetime,
) -> datetime | None:
    """When it is looked at again whatever arrives: at the latest when what is unfilled is to be cancelled."""
    by_time = again_at(
        take.decision,
        take.order,
        sites=gathered.snapshot.sites,
        calendars=gathered.calendars,
        rules=current.policy.rules,
        now=now,
    )
    order_id = take.order.order_id
    until = gathered.excluded_until.get(order_id) if take.decision.unfilled else None
    times = (by_time, until, cancelled[order_id])
    return min((at for at in times if at and at > now), default=None)


def _order_columns(
    done: Sequence[Take],
    told: Sequence[Take],
    gathered: Gathered,
    again: Sequence[datetime | None],
) -> list[list[Any]]:
    telling = {take.order.order_id for take in told}
    return [
        [take.order.order_id for take in done],
        [_standing(take, gathered) for take in done],
        [(take.order.order_id in telling) + _is_parked(take, gathered) for take in done],
        list(again),
    ]


def _line_columns(told: Sequence[Take]) -> list[list[Any]]:
    """Net units that each line is promised more, or less."""
    rows = [
        (line_id, sign * units)
        for take in told
        for sign, moved in ((1, take.allocate), (-1, take.release))
        for line_id, _, _, units in moved
    ]
    return [[line_id for line_id, _ in rows], [units for _, units in rows]]


def _used_reservations(told: Sequence[Take]) -> list[list[Any]]:
    """Reservations that became fulfilment lines or were given back; an unfilled line keeps its own."""
    rows = [
        key
        for take in told
        for unfilled in [{line_id for line_id, _ in take.decision.unfilled}]
        for key in take.order.reserved
        if key[0] not in unfilled
    ]
    return [[line_id for line_id, _ in rows], [warehouse_id for _, warehouse_id in rows]]


def _events(
    told: Sequence[Take], parcels: Sequence[Parcel], gathered: Gathered, codes: Mapping[UUID, str]
) -> list[OrderEvent]:
    shipments: dict[UUID, list[dict[str, Any]]] = {take.order.order_id: [] for take in told}
    for parcel in parcels:
        shipments[parcel.order_id].append(
            {
                "fulfilmentOrderId": str(parcel.id),
                "warehouse": codes[parcel.shipment.warehouse_id],
                "units": sum(units for _, units in parcel.shipment.lines),
                "costMinor": parcel.shipment.cost.total_minor,
                "distanceKm": parcel.shipment.distance_km,
                "shipOn": parcel.shipment.ship_on,
            }
        )
    return [
        OrderEvent(
            order_id=take.order.order_id,
            version=gathered.orders[take.order.order_id].version + 1,
            kind=EventKind.ORDER_SOURCED if take.decision.shipments else EventKind.ORDER_BACKORDERED,
            payload={
                "outcome": take.decision.outcome.value,
                "explanation": take.decision.explanation,
                "shipments": shipments[take.order.order_id],
                "unfilledLines": len(take.decision.unfilled),
            },
        )
        for take in told
    ]


def _parkings(
    parked: Sequence[UUID], *, decisions: Collection[UUID], gathered: Gathered
) -> Iterator[OrderEvent]:
    """That orders were put on hold, behind what was decided of them."""
    for order_id in parked:
        yield OrderEvent(
            order_id=order_id,
            version=gathered.orders[order_id].version + (order_id in decisions) + 1,
            kind=EventKind.ORDER_HELD,
            payload={"reason": HoldReason.STOCK, "note": ""},
        )
