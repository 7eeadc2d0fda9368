"""Ship: the parcel leaves the building, and its units leave the stock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.events.kinds import EventKind
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.lines import FulfilmentLine, lines_of
from domain.fulfilment.step import Refused, all_or_none, lock_each, step
from domain.shared.actor import Actor
from domain.shared.database import execute, statement, transactional
from domain.shared.text import InvalidText, require_text
from domain.stock.move import Movement, move
from domain.stock.reasons import DocumentKind, StockReason

_SHIP = statement(__file__, "ship.sql")
_TRACK = """
    UPDATE fulfilment_orders f
    SET carrier = t.carrier, tracking_number = t.tracking_number, shipped_at = $4, state = 'SHIPPED'
    FROM unnest($1::uuid[], $2::text[], $3::text[]) AS t (id, carrier, tracking_number) WHERE f.id = t.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipFulfilment:
    """Which parcel leaves, by whom, under which number."""

    fulfilment_order_id: UUID
    carrier: str
    tracking_number: str


@transactional
async def ship_each(asks: Sequence[ShipFulfilment], *, by: Actor, now: datetime) -> Refused:
    """Move PACKED fulfilment orders to SHIPPED; on hand and allocated fall together.

    Refused are those that `lock_each` refuses, and as InvalidText those whose carrier or tracking number
    is empty or too long.
    """
    parcels, refused = _readable(asks)
    fulfilments, impossible = await lock_each(list(parcels), FulfilmentState.SHIPPED, by=by)
    if not fulfilments:
        return refused | impossible
    leaving = [fulfilment.id for fulfilment in fulfilments]
    lines = await lines_of(leaving)

    await move([_leaving(line) for line in lines], by=by, now=now)
    await execute(
        _TRACK,
        leaving,
        [parcels[id_].carrier for id_ in leaving],
        [parcels[id_].tracking_number for id_ in leaving],
        now,
    )
    await execute(
        _SHIP,
        [line.order_line_id for line in lines],
        [line.order_id for line in lines],
        [line.quantity for line in lines],
    )
    await step(
        fulfilments,
        FulfilmentState.SHIPPED,
        EventKind.FULFILMENT_SHIPPED,
        by=by,
        now=now,
        payloads={
            id_: {"carrier": parcels[id_].carrier, "trackingNumber": parcels[id_].tracking_number}
            for id_ in leaving
        },
    )
    return refused | impossible


ship = all_or_none(ship_each)


def _readable(asks: Sequence[ShipFulfilment]) -> tuple[dict[UUID, ShipFulfilment], Refused]:
    """The parcels whose words can be stored, trimmed; and why the others' cannot."""
    readable: dict[UUID, ShipFulfilment] = {}
    refused: Refused = {}
    for ask in asks:
        id_ = ask.fulfilment_order_id
        try:
            readable[id_] = ShipFulfilment(
                fulfilment_order_id=id_,
                carrier=require_text(ask.carrier, field="carrier", longest=100, least=1),
                tracking_number=require_text(
                    ask.tracking_number, field="trackingNumber", longest=100, least=1
                ),
            )
        except InvalidText as no:
            refused[id_] = no
    return readable, refused


def _leaving(line: FulfilmentLine) -> Movement:
    return Movement(
        variant_id=line.variant_id,
        warehouse_id=line.warehouse_id,
        on_hand=-line.quantity,
        allocated=-line.quantity,
        reason=StockReason.SHIPPED,
        document_kind=DocumentKind.FULFILMENT_ORDER,
        document_id=line.fulfilment_order_id,
    )
