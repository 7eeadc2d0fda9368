"""Adjust stock: correct a level by so many units, and say why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.shared.actor import Actor
from domain.shared.database import transactional
from domain.shared.text import require_text
from domain.stock.find import variant_id, warehouse_id
from domain.stock.move import LevelKey, Movement, move
from domain.stock.quantity import UNITS_MAX, InvalidQuantity
from domain.stock.reasons import StockReason


class Bucket(StrEnum):
    """What is corrected: the units on hand, or how many of them cannot be sold."""

    ON_HAND = "ON_HAND"
    UNSELLABLE = "UNSELLABLE"


class AdjustReason(StrEnum):
    """Why a person corrects a level."""

    COUNTED = "COUNTED"
    DAMAGED = "DAMAGED"
    FOUND = "FOUND"
    LOST = "LOST"
    RETURNED = "RETURNED"
    CORRECTED = "CORRECTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustStock:
    """Change `bucket` of one level by `delta` units, which may be negative."""

    warehouse: str
    sku: str
    delta: int
    bucket: Bucket = Bucket.ON_HAND
    reason: AdjustReason = AdjustReason.CORRECTED
    note: str = ""


@transactional
async def adjust_stock(ask: AdjustStock, *, by: Actor, now: datetime) -> LevelKey:
    """Apply the correction; the level it went to.

    Raises:
        InvalidQuantity, InvalidText, UnknownWarehouse, UnknownSku: the input is wrong.
        InsufficientStock: units that are promised or held would be taken away.
    """
    if ask.delta == 0 or abs(ask.delta) > UNITS_MAX:
        raise InvalidQuantity(f"Must be a whole number other than 0, up to {UNITS_MAX}.", field="delta")
    note = require_text(ask.note, field="note")
    level = LevelKey(variant_id=await variant_id(ask.sku), warehouse_id=await warehouse_id(ask.warehouse))

    await move(
        [
            Movement(
                variant_id=level.variant_id,
                warehouse_id=level.warehouse_id,
                on_hand=ask.delta if ask.bucket is Bucket.ON_HAND else 0,
                unsellable=ask.delta if ask.bucket is Bucket.UNSELLABLE else 0,
                reason=StockReason(ask.reason),
                note=note,
            )
        ],
        by=by,
        now=now,
    )
    return level
