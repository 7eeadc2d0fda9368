"""Count orders and levels: what they are now, less what they were counted for.

Whoever calls says whom to look at, not what happened. So it does no harm to look twice, in other batches or too
late, and once everybody who changed was looked at, the roll-ups are those of a rebuild.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.reporting.blocks import COARSE, DAYS, FEW, FINE
from domain.reporting.counting.schemas import within
from domain.shared.database import execute, statement

_ORDERS = statement(__file__, "count_orders.sql")
_SHIPMENTS = statement(__file__, "count_shipments.sql")
_STOCK = statement(__file__, "count_stock.sql")


@dataclass(frozen=True, slots=True)
class Level:
    """One warehouse's level of one variant."""

    variant_id: UUID
    warehouse_id: UUID


async def count_orders(ids: Sequence[UUID], *, schema: str) -> None:
    """Count these orders as they are now, without their shipments, in the caller's transaction."""
    if ids:
        await execute(within(schema, _ORDERS), list(ids), list(FINE), list(COARSE), list(FEW))


async def count_shipments(ids: Sequence[UUID], *, schema: str) -> None:
    """Count what has left of these orders, each of which was counted before, in the caller's transaction."""
    if ids:
        await execute(within(schema, _SHIPMENTS), list(ids), list(FINE))


async def count_stock(levels: Sequence[Level], *, schema: str, upto: int | None = None) -> None:
    """Count what the ledger says of these levels, up to the entry `upto`, in the caller's transaction."""
    if levels:
        await execute(
            within(schema, _STOCK),
            [level.variant_id for level in levels],
            [level.warehouse_id for level in levels],
            upto,
            list(DAYS),
        )
