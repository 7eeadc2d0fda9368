"""An update of an order that is there: apply what is safe, or have somebody look at it; never overwrite."""

from datetime import datetime

from domain.intake.changes import NewChange, keep_change, supersede_pending
from domain.intake.channel import IntakeChannel
from domain.intake.decide import Change
from domain.intake.differences import differences
from domain.intake.outcomes import ChangeKind, ChangeState, MessageOutcome
from domain.intake.settled import Settled
from domain.intake.stated_before import stated_before
from domain.orders.lock_order import lock_order

NOT_SAFE = "NOT_SAFE"


async def change_order(change: Change, channel: IntakeChannel, *, now: datetime) -> Settled:
    """Settle an update, in the caller's transaction, with an order change that tells what differs."""
    order = await lock_order(change.order.id, by=channel.actor)
    before = await stated_before(order.id, channel, now=now)
    differing = differences(before, change.statement.order)
    if not differing.fields:
        await supersede_pending(order.id, by=channel.actor, now=now)
        return Settled(read=change.read, outcome=MessageOutcome.DUPLICATE, order_id=order.id, follows=True)
    await keep_change(
        NewChange(
            order_id=order.id,
            message_id=change.read.message.id,
            kind=ChangeKind.UPDATE,
            state=ChangeState.PENDING,
            fields=[field.told() for field in differing.fields],
            code=NOT_SAFE,
        ),
        by=channel.actor,
        now=now,
    )
    return Settled(read=change.read, outcome=MessageOutcome.UPDATED, order_id=order.id, code=NOT_SAFE)
