"""Orders that a platform only says something happened to: which they are, and what the platform answers.

The HTTP between `orders_to_fetch` and `take_order` is the worker's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.channels.adapters.contract import Message
from domain.intake.archive import archive
from domain.intake.arrived import arrived, storable
from domain.intake.outcomes import Source
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.database import execute, fetch, records, statement, transactional

BATCH_MAX = 50
_DUE = statement(__file__, "due_fetches.sql")
_NEXT = """
    SELECT reference, array_agg(id ORDER BY id) AS message_ids
    FROM inbound_messages WHERE channel_id = $1 AND outcome = 'FETCHING'
    GROUP BY reference ORDER BY min(received_at), reference LIMIT $2
"""
_FETCHED = """
    UPDATE inbound_messages SET outcome = 'FETCHED', outcome_at = $2
    WHERE id = ANY ($1::uuid[]) AND outcome = 'FETCHING'
"""
_FAILED = """
    UPDATE inbound_messages SET outcome = 'FAILED', outcome_at = $2, code = $3, detail = $4
    WHERE id = ANY ($1::uuid[]) AND outcome = 'FETCHING'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderToAskFor:
    """An order, and the messages that named it up to now; later ones ask for it once more."""

    reference: str
    message_ids: Sequence[UUID]


@transactional
async def enqueue_fetches(*, now: datetime) -> int:
    """Add a job for each channel that has orders to be asked for; how many.

    A platform that asked to be left alone is, until its time has come. The relay's sweep calls this, and
    intake when it is done.
    """
    due = await records(_DUE, now)
    for row in due:
        await enqueue(JobKind.FETCH_ORDERS, {"channel_id": str(row["id"])}, now=now)
    return len(due)


async def orders_to_fetch(channel_id: UUID) -> list[OrderToAskFor]:
    """The next orders to ask the channel for, the longest waiting first."""
    return await fetch(_NEXT, OrderToAskFor, channel_id, BATCH_MAX)


@transactional
async def take_order(channel_id: UUID, asked: OrderToAskFor, answer: Message, *, now: datetime) -> None:
    """Archive what the platform answered, and settle the messages that named the order."""
    await archive(arrived(channel_id, [answer], Source.FETCH), now=now)
    await execute(_FETCHED, list(asked.message_ids), now)


async def fetch_failed(asked: OrderToAskFor, *, code: str, detail: str, now: datetime) -> None:
    """The platform does not give the order; its messages fail, and may be replayed."""
    await execute(_FAILED, list(asked.message_ids), now, code, storable(detail)[:1_000])
