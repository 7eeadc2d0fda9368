"""A person decides about a change that a channel made: apply it as far as that is possible, or dismiss it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.channels.adapters.contract import Message
from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.intake.apply_differences import apply_differences
from domain.intake.changes import tell_change
from domain.intake.channel import IntakeChannel, intake_channel
from domain.intake.differences import differences
from domain.intake.outcomes import ChangeKind, ChangeState
from domain.intake.read_message import Statement, read_message
from domain.intake.refusals import ChangeDecided, MessageNotUsable, UnknownOrderChange
from domain.intake.stated_before import stated_before
from domain.orders.lock_order import LockedOrder, lock_order
from domain.orders.refusals import OrderClosed
from domain.shared.actor import Actor
from domain.shared.database import execute, fetch_one, records, transactional
from domain.shared.text import require_text

_ORDER_OF = """
    SELECT c.order_id, o.channel_id FROM order_changes c JOIN orders o ON o.id = c.order_id WHERE c.id = $1
"""
_READ = "SELECT id, order_id, message_id, kind, state FROM order_changes WHERE id = $1 FOR NO KEY UPDATE"
_MESSAGE = """
    SELECT topic, body, delivery_id, event_id, reference, external_updated_at FROM inbound_messages WHERE id = $1
"""
_DECIDE = """
    UPDATE order_changes SET state = $2, note = $3, decided_at = $4, decided_by = $5 WHERE id = $1
"""
# Applied or dismissed: what the channel says is known from here on, and not asked about again.
_FOLLOW = """
    UPDATE orders o SET stated_by = m.id, external_updated_at = greatest(o.external_updated_at, m.external_updated_at),
                        content_hash = coalesce($3, o.content_hash)
    FROM inbound_messages m WHERE o.id = $1 AND m.id = $2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideChange:
    """Which change, and why it is decided so; `expected_version` is the order's, None: whatever it is at."""

    change_id: UUID
    note: str = ""
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    id: UUID
    order_id: UUID
    message_id: UUID
    kind: str
    state: str


@transactional
async def apply_order_change(ask: DecideChange, *, by: Actor, now: datetime) -> UUID:
    """Apply a change that waits, units that are being picked included; the order's id.

    Raises:
        InvalidText: the note is too long.
        UnknownOrderChange, ChangeDecided, VersionConflict: it is not there, or not as it was seen.
        OrderClosed, AlreadyShipped, UnitsUnderWay, UnknownSku: it cannot be applied.
        MessageNotUsable: what the channel said cannot be read any more.
    """
    note = require_text(ask.note, field="note")
    change, order = await _pending(ask, by)
    if not order.is_open:
        raise OrderClosed(f"Order {order.number} is {order.state.lower()}.", field="id")
    if change.kind == ChangeKind.CANCELLATION:
        cancel = CancelOrder(order_id=order.id, reason=CancelReason.CUSTOMER, note=note)
        await cancel_order(cancel, by=by, now=now)
        await _close(change, ChangeState.APPLIED, note, by, now)
        return order.id
    channel = await intake_channel(order.channel_id)
    statement = await _statement(change, channel, now)
    before = await stated_before(order.id, channel, besides=change.message_id, now=now)
    differing = differences(before, statement.order)
    await apply_differences(order.id, statement.order, differing, also_picked=True, by=by, now=now)
    await execute(_FOLLOW, order.id, change.message_id, statement.order.content_hash)
    await _close(change, ChangeState.APPLIED, note, by, now, paths=[each.path for each in differing.fields])
    return order.id


@transactional
async def dismiss_order_change(ask: DecideChange, *, by: Actor, now: datetime) -> UUID:
    """Leave the order as it is, although its channel says something else; the order's id.

    What is dismissed is known: later statements are compared with it, and raise only what they change.

    Raises:
        InvalidText: the note is too long.
        UnknownOrderChange, ChangeDecided, VersionConflict: it is not there, or not as it was seen.
    """
    note = require_text(ask.note, field="note")
    change, order = await _pending(ask, by)
    if change.kind == ChangeKind.UPDATE:
        channel = await intake_channel(order.channel_id)
        statement = await _statement(change, channel, now)
        await execute(_FOLLOW, order.id, change.message_id, statement.order.content_hash)
    await _close(change, ChangeState.DISMISSED, note, by, now)
    return order.id


async def _pending(ask: DecideChange, by: Actor) -> tuple[_Change, LockedOrder]:
    """The change and its order, both locked, if it still waits."""
    found = await records(_ORDER_OF, ask.change_id)
    if not found or not by.sees_channel(found[0]["channel_id"]):
        raise UnknownOrderChange("There is no such order change for this key.", field="id")
    order = await lock_order(found[0]["order_id"], by=by, expected_version=ask.expected_version)
    change = await fetch_one(_READ, _Change, ask.change_id)
    assert change is not None, "nothing deletes changes"
    if change.state != ChangeState.PENDING:
        raise ChangeDecided(f"It is {change.state} already.", field="id")
    return change, order


async def _statement(change: _Change, channel: IntakeChannel, now: datetime) -> Statement:
    for message in await records(_MESSAGE, change.message_id):
        reading = read_message(channel.adapter, Message(**message), channel.facts, now=now)
        if isinstance(reading, Statement):
            return reading
    raise MessageNotUsable("What the channel said cannot be read any more.", field="id")


async def _close(
    change: _Change,
    state: ChangeState,
    note: str,
    by: Actor,
    now: datetime,
    *,
    paths: list[str] | None = None,
) -> None:
    await execute(_DECIDE, change.id, state, note, now, by.name)
    await tell_change(change.order_id, change.id, state, paths=paths or [], by=by, now=now)
