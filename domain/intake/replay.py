"""Replay messages after their mapping was mended, or a SKU was added: first as a look, then for real."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

import orjson

from domain.intake.channel import intake_channel, lock_channel
from domain.intake.claim import claim_one
from domain.intake.differences import flat_fields
from domain.intake.outcomes import MessageOutcome
from domain.intake.read_message import Statement, read_message
from domain.intake.refusals import NotReplayable, UnknownInboundMessage
from domain.intake.work_off import settle_one
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.actor import Actor
from domain.shared.database import execute, fetch, records, transaction, transactional
from domain.shared.refusal import InvalidInput

REPLAYED_MAX = 500
PREVIEWED_MAX = 20
NOT_REPLAYABLE = frozenset({MessageOutcome.REFUSED, MessageOutcome.RECEIVED, MessageOutcome.FETCHING})

_FIND = "SELECT id, channel_id, outcome FROM inbound_messages WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE"
_AGAIN = """
    UPDATE inbound_messages SET outcome = 'RECEIVED', outcome_at = NULL, code = NULL, field = NULL, detail = NULL,
                                replays = replays + 1
    WHERE id = ANY ($1::uuid[])
"""
_RESULT = "SELECT outcome, order_id, code, field, detail FROM inbound_messages WHERE id = $1"
_CHANGE = "SELECT id, state, fields::text AS fields FROM order_changes WHERE message_id = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    id: UUID
    channel_id: UUID
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a message would do now. `fields` are what would be placed or changed: [{path, before, after}]."""

    message_id: UUID
    outcome: MessageOutcome
    order_id: UUID | None = None
    code: str | None = None
    field: str | None = None
    detail: str | None = None
    change_state: str | None = None
    fields: Sequence[dict[str, Any]] = ()


class _Undone(Exception):
    """Carries a preview out of the transaction that it rolls back."""

    def __init__(self, preview: Preview) -> None:
        super().__init__()
        self.preview = preview


@transactional
async def replay_messages(ids: Sequence[UUID], *, by: Actor, now: datetime) -> None:
    """Let the messages be worked off once more, in the order in which they came; a worker is woken for them.

    What they say is read anew; what is known by now stays known, so that an order is not placed twice.

    Raises:
        InvalidInput: none are named, or too many.
        UnknownInboundMessage: one is not there, or `by` may not see it.
        NotReplayable: one was refused, or waits already.
    """
    if not 1 <= len(ids) <= REPLAYED_MAX:
        raise InvalidInput(f"Name 1 to {REPLAYED_MAX} messages.", field="ids")
    await _require_replayable(await fetch(_FIND, _Found, list(ids)), ids, by)
    await execute(_AGAIN, list(ids))
    await enqueue(JobKind.INTAKE, now=now)


async def preview_replay(ids: Sequence[UUID], *, by: Actor, now: datetime) -> list[Preview]:
    """What each message would do if it alone were replayed now. Nothing of it happens.

    It is replayed in a transaction that is rolled back, so the preview cannot differ from the replay.

    Raises:
        InvalidInput, UnknownInboundMessage, NotReplayable: as `replay_messages`.
    """
    if not 1 <= len(ids) <= PREVIEWED_MAX:
        raise InvalidInput(f"Name 1 to {PREVIEWED_MAX} messages.", field="ids")
    return [await _preview(message_id, by, now) for message_id in ids]


async def _preview(message_id: UUID, by: Actor, now: datetime) -> Preview:
    try:
        await _replay_and_undo(message_id, by, now)
    except _Undone as undone:
        return undone.preview


async def _replay_and_undo(message_id: UUID, by: Actor, now: datetime) -> NoReturn:
    async with transaction():
        found = await fetch(_FIND, _Found, [message_id])
        await _require_replayable(found, [message_id], by)
        raise _Undone(await _replayed(found[0], now))


async def _replayed(found: _Found, now: datetime) -> Preview:
    await execute(_AGAIN, [found.id])
    placed = await _would_state(found, now)
    before = {row["id"] for row in await records(_CHANGE, found.id)}
    await settle_one(found.channel_id, found.id, now)
    [row] = await records(_RESULT, found.id)
    outcome = MessageOutcome(row["outcome"])
    change = [row for row in await records(_CHANGE, found.id) if row["id"] not in before]
    fields: Sequence[dict[str, Any]] = placed if outcome is MessageOutcome.PLACED else ()
    return Preview(
        message_id=found.id,
        outcome=outcome,
        order_id=None if outcome is MessageOutcome.PLACED else row["order_id"],
        code=row["code"],
        field=row["field"],
        detail=row["detail"],
        change_state=change[0]["state"] if change else None,
        fields=orjson.loads(change[0]["fields"]) if change else fields,
    )


async def _would_state(found: _Found, now: datetime) -> Sequence[dict[str, Any]]:
    """All that the message states of its order, as fields that are new."""
    await lock_channel(found.channel_id)
    channel = await intake_channel(found.channel_id)
    for waiting in await claim_one(found.id):
        reading = read_message(channel.adapter, waiting.message, channel.facts, now=now)
        if isinstance(reading, Statement):
            return flat_fields(reading.order)
    return ()


async def _require_replayable(found: Sequence[_Found], ids: Sequence[UUID], by: Actor) -> None:
    if len(found) < len(set(ids)) or not all(by.sees_channel(each.channel_id) for each in found):
        raise UnknownInboundMessage("There is no such message for this key.", field="ids")
    for each in found:
        if MessageOutcome(each.outcome) in NOT_REPLAYABLE:
            raise NotReplayable(f"A message that is {each.outcome} cannot be replayed.", field="ids")
