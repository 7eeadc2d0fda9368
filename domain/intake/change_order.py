"""An update of an order that is there: apply what is safe, or have somebody look at it; never overwrite."""

from datetime import datetime

from domain.intake.apply_differences import apply_differences
from domain.intake.changes import NewChange, keep_change, supersede_pending
from domain.intake.channel import IntakeChannel
from domain.intake.decide import Change
from domain.intake.differences import Differences, differences
from domain.intake.judge import Doubt, Situation, doubt_about
from domain.intake.outcomes import ChangeKind, ChangeState, MessageOutcome
from domain.intake.settled import Settled, refused
from domain.intake.stated_before import stated_before
from domain.orders.lock_order import LockedOrder, lock_order
from domain.orders.refusals import CurrencyMismatch, OrderClosed
from domain.shared.actor import Actor
from domain.shared.database import records, statement
from domain.stock.find import UnknownSku

_SITUATION = statement(__file__, "situation.sql")


async def change_order(change: Change, channel: IntakeChannel, *, now: datetime) -> Settled:
    """Settle an update, in the caller's transaction, with an order change that tells what differs."""
    after = change.statement.order
    if after.currency != channel.currency:
        return refused(
            change.read, CurrencyMismatch(f"The channel sells in {channel.currency}.", field="currencyCode")
        )
    order = await lock_order(change.order.id, by=channel.actor)
    before = await stated_before(order.id, channel, besides=change.read.message.id, now=now)
    differing = differences(before, after)
    revived = change.order.is_alive_there(change.statement.updated_at)
    if not differing.fields and not revived:
        await supersede_pending(order.id, by=channel.actor, now=now)
        return Settled(read=change.read, outcome=MessageOutcome.DUPLICATE, order_id=order.id, follows=True)
    doubt = await doubt_of(order, differing)
    state = ChangeState.APPLIED
    if doubt is not None:
        state = ChangeState.PENDING if order.is_open else ChangeState.REFUSED
    else:
        try:
            await apply_differences(order.id, after, differing, also_picked=False, by=channel.actor, now=now)
        except UnknownSku as no:
            return refused(change.read, no)
    await _keep(change, differing, state, doubt, by=channel.actor, now=now)
    return Settled(
        read=change.read,
        outcome=MessageOutcome.UPDATED,
        order_id=order.id,
        code=doubt.code if doubt else None,
        detail=doubt.detail if doubt else None,
        # one that waits is not followed yet: the next statement is compared with the one before it
        follows=state is not ChangeState.PENDING,
    )


async def doubt_of(order: LockedOrder, differing: Differences) -> Doubt | None:
    """Why the change is not applied by itself; None: it can be."""
    if not order.is_open:
        return Doubt(code=OrderClosed.code, detail=f"Order {order.number} is {order.state.lower()}.")
    rows = await records(_SITUATION, order.id)
    situation = Situation(
        free={row["sku"]: int(row["free"]) for row in rows}, handled=any(row["handled"] for row in rows)
    )
    return doubt_about(differing, situation)


async def _keep(
    change: Change,
    differing: Differences,
    state: ChangeState,
    doubt: Doubt | None,
    *,
    by: Actor,
    now: datetime,
) -> None:
    await keep_change(
        NewChange(
            order_id=change.order.id,
            message_id=change.read.message.id,
            kind=ChangeKind.UPDATE,
            state=state,
            fields=[field.told() for field in differing.fields],
            code=doubt.code if doubt else None,
            detail=doubt.detail if doubt else None,
        ),
        by=by,
        now=now,
    )
