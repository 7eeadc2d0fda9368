"""The feed: the one sequence in which committed changes are announced.

Positions are given by the relay alone, to transactions below the oldest one still running, in the
order of versions within each order and level. Polling `id > cursor` instead loses events, because
ids are drawn before commits.

Source: PostgreSQL documentation, "Transaction ID and Snapshot Information Functions".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

import orjson
from asyncpg import Record

from domain.shared.database import execute, fetch_value, records, statement, transaction, transactional

_ADVANCE = statement(__file__, "advance_feed.sql")
_READ = statement(__file__, "read_feed.sql")
_ADOPT = statement(__file__, "adopt_restored.sql")
_PENDING = """
    SELECT EXISTS (SELECT FROM events e WHERE e.xid >= fed_below AND e.id > events_above
                   AND e.xid < pg_snapshot_xmin(pg_current_snapshot()))
        OR EXISTS (SELECT FROM stock_entries s WHERE s.xid >= fed_below AND s.id > entries_above
                   AND s.xid < pg_snapshot_xmin(pg_current_snapshot()))
    FROM feed_state
"""
# An advisory lock draws no transaction id, which would hold up the very xmin that is read next.
_LOCK = "SELECT pg_advisory_xact_lock(4702394922)"
_RANGE = "SELECT expired_below, last_position FROM feed_state"
# From the oldest position on up to the first that is kept, so that nothing else is looked at.
_PRUNE = """
    WITH expired AS (
        SELECT coalesce((SELECT position - 1 FROM feed WHERE fed_at >= $1 ORDER BY position LIMIT 1),
                        (SELECT max(position) FROM feed)) AS upto
    ), marked AS (
        UPDATE feed_state SET expired_below = expired.upto FROM expired
        WHERE expired.upto > expired_below RETURNING expired_below
    )
    DELETE FROM feed USING marked WHERE position <= marked.expired_below
"""
# Where the relay says over Redis that the feed has grown, for whoever wants to look at once.
HINT_CHANNEL = "forebay:feed"
BATCH_MAX = 50_000


class FeedSource(IntEnum):
    """What a position announces: an order event or a ledger entry."""

    ORDER = 1
    STOCK = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StockDeltas:
    """What a ledger entry changed, in units per bucket."""

    on_hand: int
    allocated: int
    held: int
    unsellable: int
    incoming: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One announced change.

    `subject_id` is the order or the variant; `version` is gapless per order, and per
    (variant, warehouse) for stock. `deltas`, `warehouse_id` and the document belong to stock only,
    `channel_id` to orders only.
    """

    position: int
    source: FeedSource
    subject_id: UUID
    version: int
    kind: str
    payload: Mapping[str, Any]
    actor: str
    at: datetime
    channel_id: UUID | None = None
    warehouse_id: UUID | None = None
    deltas: StockDeltas | None = None
    document_kind: str | None = None
    document_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRange:
    """Positions that can be read: after `expired_below`, up to `last_position`."""

    expired_below: int
    last_position: int


async def advance_feed(*, rows_max: int = BATCH_MAX) -> int:
    """Announce what has committed since the last call; the number of new positions.

    Safe to call from several processes: they queue on a lock.
    """
    if not await fetch_value(_PENDING):  # read-only, so an idle relay writes nothing
        return 0
    async with transaction():
        await execute(_LOCK)  # a statement of its own: the next one's snapshot is taken under it
        return int(await fetch_value(_ADVANCE, rows_max))


async def adopt_restored() -> bool:
    """Make a database that was restored into a younger cluster announce again; whether it was one.

    Its recorded transaction ids lie in the future there and would silence the feed. The relay
    calls this once when it starts.
    """
    async with transaction():
        await execute(_LOCK)
        return bool(await execute(_ADOPT))


async def feed_range() -> FeedRange:
    """How far the feed reaches back and forth now."""
    [row] = await records(_RANGE)
    return FeedRange(**row)


async def read_feed(*, after: int, rows_max: int) -> list[FeedEntry]:
    """Up to `rows_max` entries after the position `after`, oldest first."""
    return [_entry(row) for row in await records(_READ, after, rows_max)]


@transactional
async def prune_feed(*, before: datetime) -> int:
    """Forget positions given before `before`; the events and the ledger themselves stay."""
    return await execute(_PRUNE, before)


def _entry(row: Record) -> FeedEntry:
    if row["source"] == FeedSource.ORDER:
        return FeedEntry(
            position=row["position"],
            source=FeedSource.ORDER,
            subject_id=row["subject_id"],
            version=row["version"],
            kind=row["kind"],
            payload=orjson.loads(row["payload"]),
            actor=row["actor"],
            at=row["at"],
            channel_id=row["channel_id"],
        )
    return FeedEntry(
        position=row["position"],
        source=FeedSource.STOCK,
        subject_id=row["subject_id"],
        version=row["version"],
        kind=row["kind"],
        payload={},
        actor=row["actor"],
        at=row["at"],
        warehouse_id=row["warehouse_id"],
        deltas=StockDeltas(
            on_hand=row["on_hand"],
            allocated=row["allocated"],
            held=row["held"],
            unsellable=row["unsellable"],
            incoming=row["incoming"],
        ),
        document_kind=row["document_kind"],
        document_id=row["document_id"],
    )
