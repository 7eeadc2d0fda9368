"""Receive a transfer: its units arrive and can be sold."""

from datetime import datetime
from uuid import UUID

from domain.shared.actor import Actor
from domain.shared.database import transactional
from domain.shared.refusal import NotFound
from domain.stock.models import Transfer
from domain.stock.move import Movement, move
from domain.stock.reasons import DocumentKind, StockReason


class UnknownTransfer(NotFound):
    """There is no transfer with this id."""

    code = "UNKNOWN_TRANSFER"


@transactional
async def receive_transfer(transfer_id: UUID, *, by: Actor, now: datetime) -> Transfer:
    """Turn what is incoming into what is on hand.

    Idempotent: receiving a received transfer returns it unchanged.

    Raises:
        UnknownTransfer: there is none with this id.
    """
    transfer = await Transfer.filter(id=transfer_id).select_for_update().first()
    if transfer is None:
        raise UnknownTransfer(f"No transfer {transfer_id}.", field="id")
    if transfer.state == "RECEIVED":
        return transfer

    transfer.state, transfer.received_at = "RECEIVED", now
    await transfer.save(update_fields=["state", "received_at"])
    await move(
        [
            Movement(
                variant_id=transfer.variant_id,
                warehouse_id=transfer.to_warehouse_id,
                on_hand=transfer.quantity,
                incoming=-transfer.quantity,
                reason=StockReason.TRANSFER_RECEIVED,
                document_kind=DocumentKind.TRANSFER,
                document_id=transfer.id,
            )
        ],
        by=by,
        now=now,
    )
    return transfer
