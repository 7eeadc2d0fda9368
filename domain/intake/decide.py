"""What is to be done about a message, by what is known of its order. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.intake.known import Known, KnownOrder
from domain.intake.outcomes import MessageOutcome
from domain.intake.read_message import Cancellation, Nothing, Statement, ToFetch, Wrong
from domain.intake.settled import Read, Settled, wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The order is new."""

    read: Read
    statement: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCancelled:
    """The order is new, and was cancelled before it came."""

    read: Read
    statement: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The channel states the order otherwise than before, or again what it did before a change that waits."""

    read: Read
    statement: Statement
    order: KnownOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """The channel cancelled the order."""

    read: Read
    cancellation: Cancellation
    order: KnownOrder


Decision = Settled | Place | PlaceCancelled | Change | Cancel


def first_of_each(reads: Iterable[Read]) -> list[Read]:
    """One message an order; the later ones wait until what the first does is known."""
    seen: set[str] = set()
    firsts: list[Read] = []
    for read in reads:
        if read.reference is None or read.reference not in seen:
            firsts.append(read)
        if read.reference is not None:
            seen.add(read.reference)
    return firsts


def decide(read: Read, known: Known) -> Decision:
    """What is to be done about it."""
    reading = read.reading
    if isinstance(reading, Wrong):
        return wrong(read, reading)
    if isinstance(reading, Nothing):
        return Settled(read=read, outcome=MessageOutcome.IGNORED, detail=reading.why)
    if isinstance(reading, ToFetch):
        return Settled(read=read, outcome=MessageOutcome.FETCHING)
    order = known.orders.get(reading.reference)
    if isinstance(reading, Cancellation):
        return _cancellation(read, reading, order)
    return _statement(read, reading, order, known)


def _statement(read: Read, statement: Statement, order: KnownOrder | None, known: Known) -> Decision:
    if order is None:
        ahead = known.ahead.get(statement.reference)
        if ahead is not None and ahead.wins_over(statement.updated_at):
            return PlaceCancelled(read=read, statement=statement)
        return Place(read=read, statement=statement)
    if order.is_newer_than(statement.updated_at):
        return Settled(read=read, outcome=MessageOutcome.STALE, order_id=order.id)
    says_the_same = order.content_hash == statement.order.content_hash
    if says_the_same and not order.change_waits and not order.is_alive_there(statement.updated_at):
        return Settled(read=read, outcome=MessageOutcome.DUPLICATE, order_id=order.id, follows=True)
    return Change(read=read, statement=statement, order=order)


def _cancellation(read: Read, cancellation: Cancellation, order: KnownOrder | None) -> Decision:
    if order is None:  # it waits for its order
        return Settled(read=read, outcome=MessageOutcome.CANCELLED, detail=cancellation.reason or None)
    if order.outlives(cancellation.updated_at, came_at=read.message.received_at):
        return Settled(read=read, outcome=MessageOutcome.STALE, order_id=order.id)
    return Cancel(read=read, cancellation=cancellation, order=order)
