"""Place orders: take them into the pool, each of them once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain.orders.entry import Entry, Judged, Placed, Reference, line_ids
from domain.orders.incoming import IncomingOrder
from domain.orders.look_closer import judge, look_up, placed, without_placed
from domain.orders.policies import StockPolicy
from domain.orders.reserve_units import reserve_units
from domain.orders.write_orders import take_stock, write
from domain.shared.actor import Actor
from domain.shared.database import transactional
from domain.shared.refusal import Refusal

ORDERS_MAX = 500


async def place_orders(
    orders: Sequence[IncomingOrder], *, by: Actor, now: datetime
) -> list[Placed | Refusal]:
    """Take in `orders`; for each of them, in their order, what became of it.

    Idempotent on (channel, external reference): what is there already is returned as replayed.
    A refused order changes nothing and does not disturb the others. `REQUIRE` orders have their
    units reserved when this returns; every order waits for the allocation worker, which a job of
    the same transaction wakes.

    Refusals: UnknownChannel, ChannelInactive, CurrencyMismatch, UnknownSku, TooHeavy, ReferenceReused,
    InsufficientStock.
    """
    answers = await _take_in_at_once(orders, by, now)
    if len(answers) == len(orders):
        return [answers[index] for index in range(len(orders))]

    rest = {index: order for index, order in enumerate(orders) if index not in answers}
    known = await look_up(rest.values())
    new = without_placed(judge(rest, known, answers, by), answers, known.placed)
    written = await _take_in(_first_of_each(new), answers, by, now)
    for index, entry in new.items():
        if entry.id in written:
            answers[index] = Placed(order_id=entry.id, number=written[entry.id], version=1, replayed=False)

    # a rival placed it since we looked, or an earlier row of this batch did: now it is there, and if
    # units are missing for it, perhaps because it has them already
    late = {index: entry for index, entry in new.items() if not isinstance(answers.get(index), Placed)}
    if late:
        without_placed(late, answers, await placed(entry.reference for entry in late.values()))
    _repeat_refusals(new, answers)
    return [answers[index] for index in range(len(orders))]


async def _take_in_at_once(
    orders: Sequence[IncomingOrder], by: Actor, now: datetime
) -> dict[int, Placed | Refusal]:
    """Write in one round trip what needs no stock; what is not among the answers needs a closer look."""
    if any(order.stock_policy is StockPolicy.REQUIRE for order in orders):
        return {}
    entries = {
        (order.channel, order.external_reference): (index, Entry(order=order, line_ids=line_ids(order)))
        for index, order in reversed(list(enumerate(orders)))  # the first of each reference remains
    }
    written = await write([entry for _, entry in entries.values()], by, now)
    return {
        index: Placed(order_id=entry.id, number=written[entry.id], version=1, replayed=False)
        for index, entry in entries.values()
        if entry.id in written
    }


def _first_of_each(new: Mapping[int, Judged]) -> dict[int, Judged]:
    """One entry a reference: a batch may name the same order twice."""
    firsts: dict[Reference, int] = {}
    for index, entry in new.items():
        firsts.setdefault(entry.reference, index)
    return {index: new[index] for index in firsts.values()}


def _repeat_refusals(new: Mapping[int, Judged], answers: dict[int, Placed | Refusal]) -> None:
    """A row that repeats a refused one is refused with it."""
    refused = {new[i].reference: a for i, a in answers.items() if i in new and isinstance(a, Refusal)}
    for index, entry in new.items():
        if index not in answers:
            answers[index] = refused[entry.reference]


async def _take_in(
    new: dict[int, Judged], answers: dict[int, Placed | Refusal], by: Actor, now: datetime
) -> dict[UUID, int]:
    """Write what is new; the number of each order that was written."""
    if any(entry.requires_stock for entry in new.values()):
        return await _reserve_and_write(new, answers, by, now)
    return await write(list(new.values()), by, now)


@transactional
async def _reserve_and_write(
    new: dict[int, Judged], answers: dict[int, Placed | Refusal], by: Actor, now: datetime
) -> dict[UUID, int]:
    reserved = list((await reserve_units(new, answers)).values())
    written = await write(reserved, by, now)
    await take_stock([entry for entry in reserved if entry.id in written and entry.places], by, now)
    return written
