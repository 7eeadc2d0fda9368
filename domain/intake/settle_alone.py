"""Settle a message that needs a transaction of its own, because it touches an order that is there."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.fulfilment.cancel_order import AlreadyShipped, CancelOrder, CancelReason, cancel_order
from domain.intake.change_order import change_order
from domain.intake.changes import NewChange, keep_change, supersede_pending
from domain.intake.channel import IntakeChannel
from domain.intake.decide import Cancel, Change, Decision, PlaceCancelled
from domain.intake.outcomes import ChangeKind, ChangeState, MessageOutcome
from domain.intake.settled import Settled, refused
from domain.orders.models import OrderState
from domain.orders.place_orders import place_orders
from domain.orders.policies import StockPolicy
from domain.orders.refusals import OrderClosed
from domain.shared.database import execute
from domain.shared.refusal import Conflict, Refusal
from domain.shared.text import require_text

NOTE_LENGTH_MAX = 500
# The cancellations that came ahead have found their order, and are newer than what it states.
_FOUND = """
    WITH found AS (
        UPDATE inbound_messages SET order_id = $3
        WHERE channel_id = $1 AND reference = $2 AND outcome = 'CANCELLED' AND order_id IS NULL
        RETURNING external_updated_at
    )
    UPDATE orders SET external_updated_at = greatest(external_updated_at, (SELECT max(external_updated_at) FROM found))
    WHERE id = $3
"""


async def settle_alone(decision: Decision, channel: IntakeChannel, *, now: datetime) -> Settled:
    """Do what was decided, in the caller's transaction; what became of the message."""
    if isinstance(decision, Settled):
        return decision
    if isinstance(decision, Cancel):
        return await _cancel(decision, channel, now)
    if isinstance(decision, Change):
        return await change_order(decision, channel, now=now)
    assert isinstance(decision, PlaceCancelled), decision
    return await _place_cancelled(decision, channel, now)


async def _place_cancelled(decision: PlaceCancelled, channel: IntakeChannel, now: datetime) -> Settled:
    """Place the order and cancel it: it is seen, and takes nothing."""
    order = replace(decision.statement.order, stock_policy=StockPolicy.BACKORDER)
    [placed] = await place_orders([order], by=channel.actor, now=now)
    if isinstance(placed, Refusal):
        return refused(decision.read, placed)
    await _cancel_order(placed.order_id, "Cancelled before it came.", channel, now)
    await execute(_FOUND, channel.id, decision.statement.reference, placed.order_id)
    return Settled(
        read=decision.read, outcome=MessageOutcome.CANCELLED, order_id=placed.order_id, follows=True
    )


async def _cancel(decision: Cancel, channel: IntakeChannel, now: datetime) -> Settled:
    """Cancel the order, or have somebody look at it when it is on its way already."""
    order = decision.order
    if order.state == OrderState.CANCELLED:
        return Settled(read=decision.read, outcome=MessageOutcome.DUPLICATE, order_id=order.id, follows=True)
    try:
        await _cancel_order(order.id, decision.cancellation.reason, channel, now)
    except (AlreadyShipped, OrderClosed) as no:
        return await _too_late(decision, channel, no, now)
    await supersede_pending(order.id, by=channel.actor, now=now)
    return Settled(read=decision.read, outcome=MessageOutcome.CANCELLED, order_id=order.id, follows=True)


async def _cancel_order(order_id: UUID, reason: str, channel: IntakeChannel, now: datetime) -> None:
    note = require_text(reason.replace("\x00", "")[:NOTE_LENGTH_MAX], field="reason")
    ask = CancelOrder(order_id=order_id, reason=CancelReason.CUSTOMER, note=note)
    await cancel_order(ask, by=channel.actor, now=now)


async def _too_late(decision: Cancel, channel: IntakeChannel, no: Conflict, now: datetime) -> Settled:
    pending = isinstance(no, AlreadyShipped)
    await keep_change(
        NewChange(
            order_id=decision.order.id,
            message_id=decision.read.message.id,
            kind=ChangeKind.CANCELLATION,
            state=ChangeState.PENDING if pending else ChangeState.REFUSED,
            code=no.code,
            detail=no.message,
        ),
        by=channel.actor,
        now=now,
    )
    return Settled(
        read=decision.read,
        outcome=MessageOutcome.UPDATED,
        order_id=decision.order.id,
        code=no.code,
        detail=no.message,
        follows=True,
    )
