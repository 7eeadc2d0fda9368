"""Release a hold: its units are free again."""

from datetime import datetime
from uuid import UUID

from domain.shared.actor import Actor
from domain.shared.database import transactional
from domain.shared.refusal import NotFound
from domain.stock.models import Hold
from domain.stock.move import Movement, move
from domain.stock.reasons import DocumentKind, StockReason


class UnknownHold(NotFound):
    """There is no hold with this id."""

    code = "UNKNOWN_HOLD"


@transactional
async def release_hold(hold_id: UUID, *, by: Actor, now: datetime) -> Hold:
    """End the hold before its time.

    Idempotent: a hold that has ended, by release or expiry, is returned unchanged.

    Raises:
        UnknownHold: there is none with this id.
    """
    hold = await Hold.filter(id=hold_id).select_for_update().first()
    if hold is None:
        raise UnknownHold(f"No hold {hold_id}.", field="id")
    if hold.state != "ACTIVE":
        return hold

    hold.state, hold.ended_at = "RELEASED", now
    await hold.save(update_fields=["state", "ended_at"])
    await move([freeing(hold, StockReason.HOLD_RELEASED)], by=by, now=now)
    return hold


def freeing(hold: Hold, reason: StockReason) -> Movement:
    """The movement that gives a hold's units back."""
    return Movement(
        variant_id=hold.variant_id,
        warehouse_id=hold.warehouse_id,
        held=-hold.quantity,
        reason=reason,
        document_kind=DocumentKind.HOLD,
        document_id=hold.id,
    )
