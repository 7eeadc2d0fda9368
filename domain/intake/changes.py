"""Keep what a channel changed about an order, in the order's timeline as well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain.events.kinds import EventKind
from domain.events.record import OrderEvent, record
from domain.intake.outcomes import ChangeKind, ChangeState
from domain.shared.actor import Actor
from domain.shared.database import execute, fetch_value
from domain.shared.ids import new_id

SUPERSEDED = "SUPERSEDED"
_INSERT = """
    INSERT INTO order_changes (id, order_id, message_id, kind, state, fields, code, detail, created_at, decided_at, decided_by)
    VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10, $11)
"""
# What the channel says now replaces what it said before; somebody may have been about to look at that.
_SUPERSEDE = """
    UPDATE order_changes SET state = 'DISMISSED', code = 'SUPERSEDED', decided_at = $2, decided_by = $3
    WHERE order_id = $1 AND state = 'PENDING'
"""
_NEXT_VERSION = """
    UPDATE orders SET version = version + 1, updated_at = $2 WHERE id = $1 RETURNING version
"""
_EVENTS = {
    ChangeState.APPLIED: EventKind.ORDER_CHANGED,
    ChangeState.PENDING: EventKind.ORDER_CHANGE_RAISED,
    ChangeState.REFUSED: EventKind.ORDER_CHANGE_REFUSED,
    ChangeState.DISMISSED: EventKind.ORDER_CHANGE_DISMISSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChange:
    """A change and what became of it at once; `code` says why it was not applied."""

    order_id: UUID
    message_id: UUID
    kind: ChangeKind
    state: ChangeState
    fields: Sequence[dict[str, Any]] = ()
    code: str | None = None
    detail: str | None = None


async def keep_change(change: NewChange, *, by: Actor, now: datetime) -> UUID:
    """Write the change, in place of one that still waits, and tell it in the timeline; the order is locked."""
    await supersede_pending(change.order_id, by=by, now=now)
    change_id = new_id()
    pending = change.state is ChangeState.PENDING
    await execute(
        _INSERT,
        change_id,
        change.order_id,
        change.message_id,
        change.kind,
        change.state,
        orjson.dumps(change.fields).decode(),
        change.code,
        change.detail,
        now,
        None if pending else now,
        None if pending else by.name,
    )
    paths = [field["path"] for field in change.fields]
    await tell_change(change.order_id, change_id, change.state, paths=paths, code=change.code, by=by, now=now)
    return change_id


async def supersede_pending(order_id: UUID, *, by: Actor, now: datetime) -> bool:
    """A change that waits is out of date; whether there was one."""
    return bool(await execute(_SUPERSEDE, order_id, now, by.name))


async def tell_change(
    order_id: UUID,
    change_id: UUID,
    state: ChangeState,
    *,
    paths: Sequence[str] = (),
    code: str | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Record what became of a change; which fields, not their values, for timelines are read by many."""
    version: int = await fetch_value(_NEXT_VERSION, order_id, now)
    payload = {"changeId": str(change_id), "fields": list(paths), "code": code}
    event = OrderEvent(order_id=order_id, version=version, kind=_EVENTS[state], payload=payload)
    await record([event], by=by, now=now)
