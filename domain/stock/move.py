"""Move stock: the only writer of levels and of their ledger."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.jobs.fill_backorders import fill_backorders
from domain.shared.actor import Actor
from domain.shared.database import execute, records, statement
from domain.shared.refusal import Conflict
from domain.stock.quantity import UNITS_MAX, InvalidQuantity
from domain.stock.reasons import DocumentKind, StockReason

_MOVE = statement(__file__, "move.sql")
_SHORTFALLS = statement(__file__, "shortfalls.sql")
_ENSURE = """
    INSERT INTO stock_levels (variant_id, warehouse_id)
    SELECT * FROM (SELECT DISTINCT * FROM unnest($1::uuid[], $2::uuid[]) AS t (variant_id, warehouse_id)) AS pair
    ORDER BY variant_id, warehouse_id
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A change of one level: deltas in units per bucket, why, and by which document."""

    variant_id: UUID
    warehouse_id: UUID
    on_hand: int = 0
    allocated: int = 0
    held: int = 0
    unsellable: int = 0
    incoming: int = 0
    reason: StockReason
    document_kind: DocumentKind = DocumentKind.MANUAL
    document_id: UUID | None = None
    note: str = ""

    @property
    def freed(self) -> int:
        """Units that become available by it; negative when it takes some."""
        return self.on_hand - self.allocated - self.held - self.unsellable


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelKey:
    """One warehouse's level of one variant."""

    variant_id: UUID
    warehouse_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """What was asked of a SKU, and what there was to give. `warehouse` is None for "anywhere"."""

    sku: str
    warehouse: str | None
    requested: int
    available: int


class InsufficientStock(Conflict):
    """There are fewer free units than asked for; nothing was changed."""

    code = "INSUFFICIENT_STOCK"

    def __init__(self, shortfalls: Sequence[Shortfall], *, field: str | None = None) -> None:
        named = ", ".join(f"{s.sku}: {s.available} of {s.requested}" for s in shortfalls[:5])
        super().__init__(f"Not enough stock ({named}).", field=field)
        self.shortfalls = tuple(shortfalls)


async def move(movements: Sequence[Movement], *, by: Actor, now: datetime) -> None:
    """Apply all `movements` and their ledger rows, or none.

    Runs in the caller's transaction; locks levels in (variant, warehouse) order. Where units become
    free, a job is added that serves the backorders waiting for them.

    Raises:
        InvalidQuantity: a level would have more than UNITS_MAX, on hand and on its way to it.
        InsufficientStock: a level would end with a negative bucket, or promise more than it has.
    """
    if not movements:
        return
    await _ensure_levels(movements)
    failed = await records(_MOVE, *_columns(movements), by.name, now, UNITS_MAX)
    if failed:
        keys = {(row["variant_id"], row["warehouse_id"]) for row in failed}
        # what arrives is refused for no other reason
        if any(m.on_hand + m.incoming > 0 for m in movements if (m.variant_id, m.warehouse_id) in keys):
            raise InvalidQuantity(f"A level has up to {UNITS_MAX} units, with those on their way to it.")
        raise InsufficientStock(await _shortfalls(movements, keys))
    await _announce_freed(movements, now)


def _columns(movements: Sequence[Movement]) -> list[list[object]]:
    return [
        [m.variant_id for m in movements],
        [m.warehouse_id for m in movements],
        [m.on_hand for m in movements],
        [m.allocated for m in movements],
        [m.held for m in movements],
        [m.unsellable for m in movements],
        [m.incoming for m in movements],
        [m.reason for m in movements],
        [m.document_kind for m in movements],
        [m.document_id for m in movements],
        [m.note for m in movements],
    ]


async def _ensure_levels(movements: Iterable[Movement]) -> None:
    """Create the levels that units arrive at for the first time."""
    arriving = [m for m in movements if m.on_hand > 0 or m.incoming > 0]
    if arriving:
        await execute(_ENSURE, [m.variant_id for m in arriving], [m.warehouse_id for m in arriving])


async def _shortfalls(movements: Iterable[Movement], keys: set[tuple[UUID, UUID]]) -> list[Shortfall]:
    wanted = dict.fromkeys(sorted(keys), 0)
    for m in movements:
        if (m.variant_id, m.warehouse_id) in wanted:
            wanted[m.variant_id, m.warehouse_id] -= m.freed
    rows = await records(
        _SHORTFALLS, [key[0] for key in wanted], [key[1] for key in wanted], list(wanted.values())
    )
    return [Shortfall(**row) for row in rows]


async def _announce_freed(movements: Iterable[Movement], now: datetime) -> None:
    freed = sorted({m.variant_id for m in movements if m.freed > 0})
    if freed:
        await fill_backorders(freed, now=now)
