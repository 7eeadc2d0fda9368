"""Ship: the parcel leaves the building, and its units leave the stock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.events.kinds import EventKind
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.lines import FulfilmentLine, lines_of
from domain.fulfilment.step import lock_for, step
from domain.shared.actor import Actor
from domain.shared.database import execute, statement, transactional
from domain.shared.text import require_text
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
async def ship(asks: Sequence[ShipFulfilment], *, by: Actor, now: datetime) -> None:
    """Move PACKED fulfilment orders to SHIPPED, all or none; on hand and allocated fall together.

    Raises:
        InvalidText: carrier or tracking number is empty or too long.
        UnknownFulfilmentOrder, WrongState: as `lock_for`.
    """
    carriers = [require_text(ask.carrier, field="carrier", longest=100, least=1) for ask in asks]
    numbers = [
        require_text(ask.tracking_number, field="trackingNumber", longest=100, least=1) for ask in asks
    ]
    ids = [ask.fulfilment_order_id for ask in asks]
    fulfilments = await lock_for(ids, FulfilmentState.SHIPPED, by=by)
    lines = await lines_of(ids)

    await move([_leaving(line) for line in lines], by=by, now=now)
    await execute(_TRACK, ids, carriers, numbers, now)
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
            fulfilment_id: {"carrier": carrier, "trackingNumber": number}
            for fulfilment_id, carrier, number in zip(ids, carriers, numbers, strict=True)
        },
    )


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
