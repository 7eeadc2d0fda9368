"""Cancel what was to be filled by a date and was not: a routing's `CANCEL`, in the transaction that looked last.

Its levels are locked, so a delivery of that moment has either been seen, and ships, or finds nothing open.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from domain.events.kinds import EventKind
from domain.events.record import OrderEvent, record
from domain.shared.actor import Actor
from domain.shared.database import records, statement
from domain.sourcing.accept_plan import Take
from domain.sourcing.planning import Decision
from domain.sourcing.rules.definition import CancelFrom, Unfillable
from domain.stock.move import Movement, move
from domain.stock.reasons import DocumentKind, StockReason

_CANCEL = statement(__file__, "cancel_unfilled.sql")
_RESERVED = """
    SELECT order_id, variant_id, warehouse_id, quantity FROM reservations WHERE order_line_id = ANY($1::uuid[])
"""
REASON = "OUT_OF_STOCK"
_NOTE = "no warehouse could ship it in time"


def cancel_at(
    decision: Decision, *, known: datetime | None, promised_by: datetime | None, now: datetime
) -> datetime | None:
    """When what the decision leaves unfilled is cancelled; None: never. A time that is `known` stays. Pure."""
    if not decision.unfilled or decision.unfillable is not Unfillable.CANCEL:
        return None
    if known is not None:
        return known
    begin = promised_by if decision.cancel_from is CancelFrom.PROMISE and promised_by else now
    return begin + timedelta(days=decision.cancel_after_days or 0)


async def cancel_unfilled(late: Sequence[Take], *, by: Actor, now: datetime) -> None:
    """Cancel the unfilled lines of these decisions, whose orders and levels are locked.

    Idempotent: a line of which nothing is open stays as it is.
    """
    lines = [line_id for take in late for line_id, _ in take.decision.unfilled]
    if not lines:
        return
    await move([_given_back(row) for row in await records(_RESERVED, lines)], by=by, now=now)
    rows = await records(_CANCEL, lines, now)
    await record([event for row in rows for event in _events(row)], by=by, now=now)


def _given_back(row: Any) -> Movement:
    return Movement(
        variant_id=row["variant_id"],
        warehouse_id=row["warehouse_id"],
        allocated=-row["quantity"],
        reason=StockReason.RELEASED,
        document_kind=DocumentKind.ORDER,
        document_id=row["order_id"],
    )


def _events(row: Any) -> Iterator[OrderEvent]:
    """`units` and `lines` are what was cancelled now."""
    order_id: UUID = row["id"]
    payload = {"reason": REASON, "note": _NOTE, "units": row["units"], "lines": orjson.loads(row["lines"])}
    whole, completed = row["state"] == "CANCELLED", row["state"] == "COMPLETED"
    kind = EventKind.ORDER_CANCELLED if whole else EventKind.ORDER_UNITS_CANCELLED
    yield OrderEvent(order_id=order_id, version=row["version"] - completed, kind=kind, payload=payload)
    if completed:
        yield OrderEvent(order_id=order_id, version=row["version"], kind=EventKind.ORDER_COMPLETED)
