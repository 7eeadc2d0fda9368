"""Sending what endpoints shall hear: who is due, what comes next, and what came of each attempt.

The HTTP between `next_deliveries` and `write_attempts` is the worker's. One sender an endpoint at a time holds
its lease, whose epoch is raised and asked for as that of a push, so events of one order arrive in their order; if it dies,
what it sent is sent again under the same id.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.database import execute, fetch_value, records, statement, transactional
from domain.shared.ids import new_id
from domain.webhooks.message import Told
from domain.webhooks.schedule import endpoint_pause, pause_after

LEASE = timedelta(seconds=60)
ANSWER_LENGTH_MAX = 500
GONE = 410
_DUE = statement(__file__, "due_endpoints.sql")
_NEXT = statement(__file__, "next_deliveries.sql")
_BEGIN = """
    UPDATE webhook_endpoints SET sending_until = $3, send_epoch = send_epoch + 1 WHERE id = $1 AND send_epoch = $2
    RETURNING send_epoch
"""
_KEEP = "UPDATE webhook_endpoints SET sending_until = $3 WHERE id = $1 AND send_epoch = $2"
_END = "UPDATE webhook_endpoints SET sending_until = NULL WHERE id = $1 AND send_epoch = $2"
_URL = "SELECT url FROM webhook_endpoints WHERE id = $1 AND state = 'ENABLED'"
_LOG = """
    INSERT INTO webhook_attempts (id, delivery_id, at, took_ms, status, error, answer)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::int[], $5::int[], $6::text[], $7::text[])
"""
_SETTLE = """
    UPDATE webhook_deliveries d
    SET state = t.state, attempts = d.attempts + 1, next_at = coalesce(t.next_at, d.next_at),
        delivered_at = CASE WHEN t.state = 'DELIVERED' THEN $4::timestamptz END
    FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS t (id, state, next_at)
    WHERE d.id = t.id AND d.state = 'PENDING'
"""
_WENT_WELL = "UPDATE webhook_endpoints SET failures = 0, not_before = NULL, last_ok_at = $2 WHERE id = $1"
_FAILED = "UPDATE webhook_endpoints SET failures = failures + 1 WHERE id = $1 RETURNING failures"
_LEAVE_ALONE = "UPDATE webhook_endpoints SET not_before = $2 WHERE id = $1"
_DISABLE = """
    UPDATE webhook_endpoints SET state = 'DISABLED', disabled_because = $2, updated_at = $3
    WHERE id = $1 AND state = 'ENABLED'
"""
_DEAD_SINCE = """
    SELECT min(d.created_at) > coalesce(w.last_ok_at, '-infinity') FROM webhook_endpoints w
    JOIN webhook_deliveries d ON d.endpoint_id = w.id AND d.id = ANY($2::uuid[]) WHERE w.id = $1 GROUP BY w.last_ok_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A delivery that may be sent now, and how often it was tried."""

    told: Told
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of sending a delivery: `status` None, there was no answer; `error` None, it was taken."""

    pending: Pending
    at: datetime
    took_ms: int
    status: int | None
    error: str | None
    answer: str = ""


@transactional
async def enqueue_deliveries(*, now: datetime) -> int:
    """Add a SEND_WEBHOOKS job for every endpoint that has something to send; their number."""
    rows = await records(_DUE, now, now + LEASE)
    for row in rows:
        told = {"endpoint_id": str(row["id"]), "epoch": row["send_epoch"]}
        await enqueue(JobKind.SEND_WEBHOOKS, told, now=now)
    return len(rows)


async def begin_sending(endpoint_id: UUID, epoch: int, *, now: datetime) -> int | None:
    """The epoch under which the caller alone sends, in exchange for a job's; None: somebody has taken the lease since."""
    mine: int | None = await fetch_value(_BEGIN, endpoint_id, epoch, now + LEASE)
    return mine


async def url_of(endpoint_id: UUID) -> str | None:
    """Where to send; None when it is disabled or gone."""
    url: str | None = await fetch_value(_URL, endpoint_id)
    return url


@transactional
async def next_deliveries(endpoint_id: UUID, epoch: int, *, most: int, now: datetime) -> list[Pending]:
    """What may be sent now, one an order at the most; the endpoint's lease is extended. Nothing, if it is lost."""
    if not await execute(_KEEP, endpoint_id, epoch, now + LEASE):
        return []
    return [
        Pending(
            attempts=row["attempts"],
            told=Told(
                delivery_id=row["id"],
                position=row["position"],
                kind=row["kind"],
                version=row["version"],
                payload=orjson.loads(row["payload"]),
                actor=row["actor"],
                at=row["at"],
                order_id=row["order_id"],
                number=row["number"],
                external_reference=row["external_reference"],
                channel=row["channel"],
            ),
        )
        for row in await records(_NEXT, endpoint_id, now, most)
    ]


@transactional
async def write_attempts(endpoint_id: UUID, attempts: Sequence[Attempt], *, now: datetime) -> bool:
    """Note what came of each; whether the endpoint may be sent more at once.

    410 disables the endpoint, and so do three days in which it took nothing.
    """
    await execute(
        _LOG,
        [new_id() for _ in attempts],
        [each.pending.told.delivery_id for each in attempts],
        [each.at for each in attempts],
        [each.took_ms for each in attempts],
        [each.status for each in attempts],
        [each.error for each in attempts],
        [each.answer[:ANSWER_LENGTH_MAX] for each in attempts],
    )
    states = [_state(each, now) for each in attempts]
    await execute(
        _SETTLE,
        [each.pending.told.delivery_id for each in attempts],
        [state for state, _ in states],
        [again for _, again in states],
        now,
    )
    if any(each.error is None for each in attempts):
        await execute(_WENT_WELL, endpoint_id, now)
    if all(each.error is None for each in attempts):
        return True
    await _judge(endpoint_id, attempts, [state for state, _ in states], now)
    return False


def _state(attempt: Attempt, now: datetime) -> tuple[str, datetime | None]:
    if attempt.error is None:
        return "DELIVERED", None
    pause = pause_after(attempt.pending.attempts + 1, random.random())  # noqa: S311 - jitter
    return ("FAILED", None) if pause is None else ("PENDING", now + pause)


async def _judge(
    endpoint_id: UUID, attempts: Sequence[Attempt], states: Sequence[str], now: datetime
) -> None:
    """Leave an endpoint alone for a moment, or for good."""
    if any(each.status == GONE for each in attempts):
        await execute(_DISABLE, endpoint_id, "it answered 410: gone", now)
        return
    given_up = [
        each.pending.told.delivery_id
        for each, state in zip(attempts, states, strict=True)
        if state == "FAILED"
    ]
    if given_up and await fetch_value(_DEAD_SINCE, endpoint_id, given_up):
        await execute(_DISABLE, endpoint_id, "it took nothing for three days", now)
        return
    if not any(each.error is None for each in attempts):
        await sending_failed(endpoint_id, now=now)


@transactional
async def sending_failed(endpoint_id: UUID, *, now: datetime) -> None:
    """Leave the endpoint alone for a moment, longer after each failure in a row."""
    failures = await fetch_value(_FAILED, endpoint_id)
    if failures is not None:  # it may be gone
        await execute(_LEAVE_ALONE, endpoint_id, now + endpoint_pause(failures, random.random()))  # noqa: S311 - jitter


async def end_sending(endpoint_id: UUID, epoch: int) -> None:
    """Let go of the endpoint's lease, if it is still the caller's."""
    await execute(_END, endpoint_id, epoch)
