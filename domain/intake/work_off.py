"""Work a channel's messages off: new orders together, what concerns an order that is there by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from domain.intake.channel import IntakeChannel, intake_channel, lock_channel
from domain.intake.claim import claim_batch, claim_one
from domain.intake.decide import Change, Decision, Place, decide, first_of_each
from domain.intake.look_up import look_up
from domain.intake.outcomes import MessageOutcome
from domain.intake.read_message import read_message
from domain.intake.settle import lock_followed, settle
from domain.intake.settle_alone import settle_alone
from domain.intake.settled import Read, Settled, refused
from domain.intake.waiting import Waiting
from domain.orders.entry import Placed
from domain.orders.place_orders import place_orders
from domain.orders.refusals import ReferenceReused
from domain.shared.database import transactional
from domain.shared.faults import PERHAPS_ONE_ROWS_FAULT
from domain.shared.refusal import Refusal

log = structlog.stdlib.get_logger("forebay.intake")

FAULT = "FAULT"
Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """How many messages were looked at, and which of them need a transaction of their own."""

    looked_at: int
    alone: Sequence[UUID]


async def work_off(channel_id: UUID, *, now: Now) -> int:
    """Work off the channel's oldest waiting messages; how many were looked at, 0: none waits.

    Idempotent, and safe to cut off anywhere: an outcome commits together with what it says. Messages of one
    order are settled in the order in which they came. One that faults is set aside as FAILED.
    """
    try:
        batch = await _settle_batch(channel_id, now())
    except PERHAPS_ONE_ROWS_FAULT as fault:
        log.warning("a batch of messages faulted; they are tried one by one", fault=repr(fault))
        batch = await _one_by_one(channel_id)
    for message_id in batch.alone:
        await _settle_or_set_aside(channel_id, message_id, now())
    return batch.looked_at


@transactional
async def _settle_batch(channel_id: UUID, now: datetime) -> _Batch:
    """Settle what can be settled together."""
    await lock_channel(channel_id)
    waiting = await claim_batch(channel_id)
    if not waiting:
        return _Batch(looked_at=0, alone=())
    channel = await intake_channel(channel_id)
    decisions = await _decisions(channel, waiting, now)
    settled = [each for each in decisions if isinstance(each, Settled)]
    await lock_followed(settled)
    settled += await _place(channel, [each for each in decisions if isinstance(each, Place)], now)
    await settle(settled, channel, now=now)
    together = {each.read.message.id for each in settled}
    alone = [each.read.message.id for each in decisions if each.read.message.id not in together]
    return _Batch(looked_at=len(waiting), alone=alone)


async def _decisions(channel: IntakeChannel, waiting: Sequence[Waiting], now: datetime) -> list[Decision]:
    """What is to be done about the first message of each order."""
    reads = [
        Read(message=each, reading=read_message(channel.adapter, each.message, channel.facts, now=now))
        for each in waiting
    ]
    firsts = first_of_each(reads)
    known = await look_up(channel.id, {each.reference for each in firsts if each.reference is not None})
    return [decide(each, known) for each in firsts]


async def _place(channel: IntakeChannel, places: Sequence[Place], now: datetime) -> list[Settled]:
    """Place the orders; those that somebody else placed meanwhile are left for a closer look."""
    orders = [each.statement.order for each in places]
    answers = await place_orders(orders, by=channel.actor, now=now) if orders else []
    settled: list[Settled] = []
    for each, answer in zip(places, answers, strict=True):
        if isinstance(answer, Placed) and not answer.replayed:
            outcome = MessageOutcome.PLACED
            settled.append(Settled(read=each.read, outcome=outcome, order_id=answer.order_id, follows=True))
        elif isinstance(answer, Refusal) and not isinstance(answer, ReferenceReused):
            settled.append(refused(each.read, answer))
    return settled


@transactional
async def _one_by_one(channel_id: UUID) -> _Batch:
    await lock_channel(channel_id)
    waiting = await claim_batch(channel_id)
    return _Batch(looked_at=len(waiting), alone=[each.id for each in waiting])


async def _settle_or_set_aside(channel_id: UUID, message_id: UUID, now: datetime) -> None:
    try:
        await settle_one(channel_id, message_id, now)
    except PERHAPS_ONE_ROWS_FAULT as fault:
        log.exception("a message faulted; it is set aside", message_id=str(message_id))
        await _set_aside(channel_id, message_id, fault, now)


@transactional
async def settle_one(channel_id: UUID, message_id: UUID, now: datetime) -> None:
    """Settle this message if it waits."""
    await lock_channel(channel_id)
    waiting = await claim_one(message_id)
    if not waiting:
        return
    channel = await intake_channel(channel_id)
    [decision] = await _decisions(channel, waiting, now)
    if isinstance(decision, Place):
        settled = await _place(channel, [decision], now)
        if not settled:  # placed by another road: it is a change of that order, if it says something else
            known = await look_up(channel_id, [decision.statement.reference])
            order = known.orders[decision.statement.reference]
            decision = Change(read=decision.read, statement=decision.statement, order=order)
            settled = [await settle_alone(decision, channel, now=now)]
    else:
        settled = [await settle_alone(decision, channel, now=now)]
    await settle(settled, channel, now=now)


@transactional
async def _set_aside(channel_id: UUID, message_id: UUID, fault: Exception, now: datetime) -> None:
    channel = await intake_channel(channel_id)
    for waiting in await claim_one(message_id):
        reading = read_message(channel.adapter, waiting.message, channel.facts, now=now)
        read = Read(message=waiting, reading=reading)
        detail = f"{type(fault).__name__}: {fault}"[:1_000].replace("\x00", "�")
        await settle(
            [Settled(read=read, outcome=MessageOutcome.FAILED, code=FAULT, detail=detail)], channel, now=now
        )
