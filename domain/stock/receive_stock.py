"""Receive stock: units arrive at a warehouse and can be sold at once."""

from dataclasses import dataclass
from datetime import datetime

from domain.shared.actor import Actor
from domain.shared.database import transactional
from domain.shared.refusal import InvalidInput
from domain.shared.text import require_text
from domain.stock.find import variant_ids, warehouse_id
from domain.stock.move import LevelKey, Movement, move
from domain.stock.quantity import require_units
from domain.stock.reasons import StockReason

LINES_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StockQuantity:
    """So many units of a SKU."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveStock:
    """What arrives at `warehouse` (its code); `reference` is the supplier's delivery note, say."""

    warehouse: str
    lines: tuple[StockQuantity, ...]
    reference: str = ""


class InvalidReceipt(InvalidInput):
    """The receipt has no lines, or too many."""

    code = "INVALID_RECEIPT"


@transactional
async def receive_stock(ask: ReceiveStock, *, by: Actor, now: datetime) -> list[LevelKey]:
    """Add the units to what is on hand; the levels that changed, in the order of the lines.

    Raises:
        InvalidReceipt, InvalidQuantity, InvalidText: the input is wrong by itself.
        UnknownWarehouse, UnknownSku: it names what does not exist.
    """
    if not 1 <= len(ask.lines) <= LINES_MAX:
        raise InvalidReceipt(f"Needs 1 to {LINES_MAX} lines.", field="lines")
    for index, line in enumerate(ask.lines):
        require_units(line.quantity, field=f"lines[{index}].quantity")
    note = require_text(ask.reference, field="reference")

    to = await warehouse_id(ask.warehouse)
    variants = await variant_ids((line.sku for line in ask.lines), field="lines.sku")

    await move(
        [
            Movement(
                variant_id=variants[line.sku],
                warehouse_id=to,
                on_hand=line.quantity,
                reason=StockReason.RECEIVED,
                note=note,
            )
            for line in ask.lines
        ],
        by=by,
        now=now,
    )
    return [LevelKey(variant_id=variants[line.sku], warehouse_id=to) for line in ask.lines]
