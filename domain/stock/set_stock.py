"""Set stock: what a count found, compared with what the counter believed before."""

from dataclasses import dataclass
from datetime import datetime

from domain.jobs.fill_backorders import fill_backorders
from domain.jobs.restate_listings import restate_listings
from domain.shared.actor import Actor
from domain.shared.database import execute, records, transactional
from domain.shared.refusal import Conflict
from domain.stock.find import variant_id, warehouse_id
from domain.stock.move import LevelKey, Movement, move
from domain.stock.quantity import require_units
from domain.stock.reasons import StockReason

_OPEN = "INSERT INTO stock_levels (variant_id, warehouse_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_LOCK = """
    SELECT on_hand, safety FROM stock_levels WHERE variant_id = $1 AND warehouse_id = $2 FOR NO KEY UPDATE
"""
_SET_SAFETY = "UPDATE stock_levels SET safety = $3 WHERE variant_id = $1 AND warehouse_id = $2"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStock:
    """Let `quantity` units be on hand.

    `change_from_quantity` makes it compare-and-set; None sets regardless. `safety` are the units
    that are never promised; None leaves them as they are.
    """

    warehouse: str
    sku: str
    quantity: int
    change_from_quantity: int | None = None
    safety: int | None = None


class StockChanged(Conflict):
    """The level is no longer what the caller believed; count again."""

    code = "STOCK_CHANGED"

    def __init__(self, *, expected: int, actual: int) -> None:
        super().__init__(f"Expected {expected} on hand, but there are {actual}.", field="changeFromQuantity")
        self.expected = expected
        self.actual = actual


@transactional
async def set_stock(ask: SetStock, *, by: Actor, now: datetime) -> LevelKey:
    """Set what is on hand; the difference goes to the ledger.

    Raises:
        InvalidQuantity, UnknownWarehouse, UnknownSku: the input is wrong.
        StockChanged: on hand is not `change_from_quantity`.
        InsufficientStock: fewer units than are promised or held.
    """
    require_units(ask.quantity, least=0)
    if ask.safety is not None:
        require_units(ask.safety, field="safety", least=0)
    level = LevelKey(variant_id=await variant_id(ask.sku), warehouse_id=await warehouse_id(ask.warehouse))
    await execute(_OPEN, level.variant_id, level.warehouse_id)
    [locked] = await records(_LOCK, level.variant_id, level.warehouse_id)
    on_hand: int = locked["on_hand"]

    if ask.change_from_quantity not in (None, on_hand):
        raise StockChanged(expected=ask.change_from_quantity, actual=on_hand)

    if ask.safety is not None:
        await execute(_SET_SAFETY, level.variant_id, level.warehouse_id, ask.safety)
        if ask.safety != locked["safety"]:
            await restate_listings(variant_ids=[level.variant_id], now=now)
        if ask.safety < locked["safety"]:  # units become free without an entry in the ledger
            await fill_backorders([level.variant_id], now=now)
    if ask.quantity != on_hand:
        await move(
            [
                Movement(
                    variant_id=level.variant_id,
                    warehouse_id=level.warehouse_id,
                    on_hand=ask.quantity - on_hand,
                    reason=StockReason.COUNTED,
                )
            ],
            by=by,
            now=now,
        )
    return level
