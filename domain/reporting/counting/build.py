"""Build the roll-ups anew beside those in use, step by step, and let them take their place.

Each step is a short transaction, so that the feed is not held up and a death costs one step; whoever comes next
goes on. The steps count all orders and the whole ledger as they are; then they follow the feed from where it
stood in the beginning, and what came to another category meanwhile, until the schemas are renamed in the
transaction that counted the last change.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from asyncpg import UndefinedTableError

from domain.events.consume import move_on, next_stretch
from domain.reporting.counting.changes import POSITIONS_MAX, count_changes
from domain.reporting.counting.count import Level, count_orders, count_shipments, count_stock
from domain.reporting.counting.recategorised import count_recategorised
from domain.reporting.counting.schemas import BEING_BUILT
from domain.shared.database import execute, fetch, fetch_one, fetch_value, records, statement, transactional

ORDERS_MAX = 500
ENTRIES_MAX = 5_000

_BEGIN = statement(__file__, "begin_build.sql")
_FOLLOW = """
    INSERT INTO feed_consumers (name, position) SELECT $1, last_position FROM feed_state
    ON CONFLICT (name) DO UPDATE SET position = excluded.position
"""
_TOTALS = """
    INSERT INTO reports_next.building (orders_total, entries_total)
    SELECT (SELECT count(*) FROM orders), (SELECT coalesce(max(id), 0) FROM stock_entries)
"""
_IS_THERE = "SELECT to_regclass('reports_next.building') IS NOT NULL"
_LOCK = """
    SELECT orders_after, orders_done, orders_total, entries_after, entries_total
    FROM reports_next.building FOR NO KEY UPDATE SKIP LOCKED
"""
_ORDERS = "SELECT id FROM orders WHERE id > $1 ORDER BY id LIMIT $2"
_LEVELS = "SELECT DISTINCT variant_id, warehouse_id FROM stock_entries WHERE id > $1 AND id <= $2"
_ORDERS_DONE = "UPDATE reports_next.building SET orders_after = $1, orders_done = orders_done + $2"
_ENTRIES_DONE = "UPDATE reports_next.building SET entries_after = $1"
_SWAP = statement(__file__, "swap.sql")
_DROP = "DROP SCHEMA IF EXISTS reports_before CASCADE"
_ANALYZE = "ANALYZE reports.orders, reports.sales, reports.regional_sales, reports.variant_sales, reports.category_sales, reports.shipments, reports.lead_times, reports.stock_moves"


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """How far it is: orders come first, then the ledger's entries by their ids, then what happened meanwhile."""

    orders_after: UUID
    orders_done: int
    orders_total: int
    entries_after: int
    entries_total: int

    @property
    def done(self) -> float:
        """The share that is done, about."""
        total = self.orders_total + self.entries_total
        return min(1.0, (self.orders_done + self.entries_after) / total) if total else 1.0


@transactional
async def begin_build() -> None:
    """Begin to build; one that is under way begins anew."""
    await execute(_BEGIN)
    await execute(_FOLLOW, BEING_BUILT)  # first: what is announced later is looked at again
    await execute(_TOTALS)


async def is_building() -> bool:
    """Whether roll-ups are being built."""
    return bool(await fetch_value(_IS_THERE))


async def build_step() -> Building | None:
    """Take the next step of what is being built, if it is; None: it is in use now, or another one is at it."""
    if not await is_building():
        return None
    building = None
    with suppress(UndefinedTableError):  # somebody else took the last step since we looked
        building = await _step()
    if building is None and not await is_building():
        await execute(_DROP)  # apart from the swap: it waits for those who still read
        await execute(_ANALYZE)
    return building


@transactional
async def _step() -> Building | None:
    building = await fetch_one(_LOCK, Building)
    if building is None:
        return None
    orders = [row["id"] for row in await records(_ORDERS, building.orders_after, ORDERS_MAX)]
    if orders:
        await _count_orders(orders)
    elif building.entries_after < building.entries_total:
        await _count_entries(building)
    elif await _catch_up():
        return None
    return building


async def _count_orders(ids: Sequence[UUID]) -> None:
    await count_orders(ids, schema=BEING_BUILT)
    await count_shipments(ids, schema=BEING_BUILT)
    await execute(_ORDERS_DONE, ids[-1], len(ids))


async def _count_entries(building: Building) -> None:
    upto = min(building.entries_after + ENTRIES_MAX, building.entries_total)
    levels = await fetch(_LEVELS, Level, building.entries_after, upto)
    await count_stock(levels, schema=BEING_BUILT, upto=upto)
    await execute(_ENTRIES_DONE, upto)


async def _catch_up() -> bool:
    """Follow the feed and the catalogue; whether that was their end, and the roll-ups are in use now."""
    stretch = await next_stretch(BEING_BUILT, positions_max=POSITIONS_MAX)
    assert stretch is not None, "its row is locked together with the building's"
    await count_changes(stretch, schema=BEING_BUILT)
    await move_on(BEING_BUILT, stretch.upto)
    if stretch.length == POSITIONS_MAX or await count_recategorised(BEING_BUILT):
        return False
    await execute(_SWAP)
    return True
