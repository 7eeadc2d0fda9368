"""Place orders: take them into the pool, each once, all of a batch in one transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import orjson
from asyncpg import Record

from domain.channels.find import UnknownChannel
from domain.orders.incoming import IncomingOrder
from domain.orders.policies import StockPolicy
from domain.orders.refusals import ChannelInactive, CurrencyMismatch, ReferenceReused
from domain.orders.reserve import Places, reserve
from domain.orders.shortfalls import shortfalls
from domain.shared.actor import Actor
from domain.shared.database import execute, records, statement, transactional
from domain.shared.ids import new_id
from domain.shared.refusal import Refusal
from domain.stock.find import UnknownSku
from domain.stock.move import InsufficientStock, Movement, move
from domain.stock.reasons import DocumentKind, StockReason

ORDERS_MAX = 500

_LOOK_UP = statement(__file__, "look_up.sql")
_PLACE = statement(__file__, "place_orders.sql")
_FIND_PLACED = statement(__file__, "find_placed.sql")
_LOCK_SHELVES = statement(__file__, "lock_shelves.sql")
_SERVING = statement(__file__, "serving.sql")
_RESERVATIONS = """
    INSERT INTO reservations (order_line_id, warehouse_id, order_id, variant_id, quantity)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[])
"""

Reference = tuple[UUID, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """The order that is in the pool; `replayed` when it was there before this request."""

    order_id: UUID
    number: int
    version: int
    replayed: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """What the tables say about a batch."""

    channels: Mapping[str, Record]
    variants: Mapping[str, UUID]
    placed: Mapping[Reference, tuple[Placed, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """An order on its way into the tables."""

    order: IncomingOrder
    id: UUID = field(default_factory=new_id)
    line_ids: tuple[UUID, ...]
    places: Places = field(default_factory=dict)

    @property
    def requires_stock(self) -> bool:
        return self.order.stock_policy is StockPolicy.REQUIRE

    def allocated(self, index: int) -> int:
        """Units of the line at `index` that are reserved already."""
        return self.order.lines[index].quantity if index in self.places else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged(_Entry):
    """One whose channel and SKUs exist."""

    channel_id: UUID
    variants: Mapping[str, UUID]

    @property
    def reference(self) -> Reference:
        return self.channel_id, self.order.external_reference


async def place_orders(
    orders: Sequence[IncomingOrder], *, by: Actor, now: datetime
) -> list[Placed | Refusal]:
    """Take in `orders`; for each of them, in their order, what became of it.

    Idempotent on (channel, external reference): what is there already is returned as replayed.
    A refused order changes nothing and does not disturb the others. `REQUIRE` orders have their
    units reserved when this returns; every order waits for the allocation worker, which a job of
    the same transaction wakes.

    Refusals: UnknownChannel, ChannelInactive, CurrencyMismatch, UnknownSku, ReferenceReused,
    InsufficientStock.
    """
    answers = await _take_in_at_once(orders, by, now)
    if len(answers) == len(orders):
        return [answers[index] for index in range(len(orders))]

    rest = {index: order for index, order in enumerate(orders) if index not in answers}
    known = await _look_up(rest.values())
    new = _without_placed(_judge(rest, known, answers, by), answers, known.placed)
    written = await _take_in(_first_of_each(new), answers, by, now)
    for index, entry in new.items():
        if entry.id in written:
            answers[index] = Placed(order_id=entry.id, number=written[entry.id], version=1, replayed=False)

    # a rival placed it since we looked, or an earlier row of this batch did: now it is there, and if
    # units are missing for it, perhaps because it has them already
    late = {index: entry for index, entry in new.items() if not isinstance(answers.get(index), Placed)}
    if late:
        _without_placed(late, answers, await _placed(entry.reference for entry in late.values()))
    _repeat_refusals(new, answers)
    return [answers[index] for index in range(len(orders))]


async def _take_in_at_once(
    orders: Sequence[IncomingOrder], by: Actor, now: datetime
) -> dict[int, Placed | Refusal]:
    """Write in one round trip what needs no stock; what is not among the answers needs a closer look."""
    if any(order.stock_policy is StockPolicy.REQUIRE for order in orders):
        return {}
    entries = {
        (order.channel, order.external_reference): (index, _Entry(order=order, line_ids=_line_ids(order)))
        for index, order in reversed(list(enumerate(orders)))  # the first of each reference remains
    }
    written = await _write([entry for _, entry in entries.values()], by, now)
    return {
        index: Placed(order_id=entry.id, number=written[entry.id], version=1, replayed=False)
        for index, entry in entries.values()
        if entry.id in written
    }


def _line_ids(order: IncomingOrder) -> tuple[UUID, ...]:
    return tuple([new_id() for _ in order.lines])


async def _look_up(orders: Collection[IncomingOrder]) -> _Known:
    """What is there already; nothing of it needs to stay so, for the tables refuse what would not fit."""
    channels: dict[str, Record] = {}
    variants: dict[str, UUID] = {}
    placed: dict[Reference, tuple[Placed, bytes]] = {}
    rows = await records(
        _LOOK_UP,
        list({order.channel for order in orders}),
        list({line.sku for order in orders for line in order.lines}),
        [order.channel for order in orders],
        [order.external_reference for order in orders],
    )
    for row in rows:
        if row["kind"] == "SKU":
            variants[row["name"]] = row["id"]
        elif row["kind"] == "CHANNEL":
            channels[row["name"]] = row
        else:
            placed[row["channel_id"], row["name"]] = _replayed(row)
    return _Known(channels, variants, placed)


def _replayed(row: Record) -> tuple[Placed, bytes]:
    found = Placed(order_id=row["id"], number=row["number"], version=row["version"], replayed=True)
    return found, row["content_hash"]


def _judge(
    orders: Mapping[int, IncomingOrder], known: _Known, answers: dict[int, Placed | Refusal], by: Actor
) -> dict[int, _Judged]:
    judged: dict[int, _Judged] = {}
    for index, order in orders.items():
        try:
            judged[index] = _judged(order, known.channels.get(order.channel), known.variants, by)
        except Refusal as refusal:
            answers[index] = refusal
    return judged


def _judged(order: IncomingOrder, channel: Record | None, variants: Mapping[str, UUID], by: Actor) -> _Judged:
    if channel is None or not by.sees_channel(channel["id"]):
        raise UnknownChannel(f"There is no channel {order.channel!r} for this key.", field="channel")
    if not channel["active"]:
        raise ChannelInactive(f"Channel {order.channel!r} takes no orders.", field="channel")
    if order.currency != channel["currency"]:
        raise CurrencyMismatch(
            f"Channel {order.channel!r} sells in {channel['currency']}, not {order.currency}.",
            field="currencyCode",
        )
    for index, line in enumerate(order.lines):
        if line.sku not in variants:
            raise UnknownSku(f"There is no SKU {line.sku!r}.", field=f"lines[{index}].sku")
    return _Judged(
        order=order,
        channel_id=channel["id"],
        variants=variants,
        line_ids=_line_ids(order),
    )


async def _placed(references: Iterable[Reference]) -> dict[Reference, tuple[Placed, bytes]]:
    wanted = list(references)
    rows = await records(_FIND_PLACED, [ref[0] for ref in wanted], [ref[1] for ref in wanted])
    return {(row["channel_id"], row["external_reference"]): _replayed(row) for row in rows}


def _without_placed(
    judged: Mapping[int, _Judged],
    answers: dict[int, Placed | Refusal],
    placed: Mapping[Reference, tuple[Placed, bytes]],
) -> dict[int, _Judged]:
    """Answer what is in the pool already; the rest is new."""
    new: dict[int, _Judged] = {}
    for index, entry in judged.items():
        found = placed.get(entry.reference)
        if found is None:
            new[index] = entry
        elif found[1] == entry.order.content_hash:
            answers[index] = found[0]
        else:
            answers[index] = ReferenceReused(
                f"Order {found[0].number} has the reference {entry.order.external_reference!r} "
                "and says something else; use another reference, or change that order.",
                field="externalReference",
            )
    return new


def _first_of_each(new: Mapping[int, _Judged]) -> dict[int, _Judged]:
    """One entry a reference: a batch may name the same order twice."""
    firsts: dict[Reference, int] = {}
    for index, entry in new.items():
        firsts.setdefault(entry.reference, index)
    return {index: new[index] for index in firsts.values()}


def _repeat_refusals(new: Mapping[int, _Judged], answers: dict[int, Placed | Refusal]) -> None:
    """A row that repeats a refused one is refused with it."""
    refused = {new[i].reference: a for i, a in answers.items() if i in new and isinstance(a, Refusal)}
    for index, entry in new.items():
        if index not in answers:
            answers[index] = refused[entry.reference]


async def _take_in(
    new: dict[int, _Judged], answers: dict[int, Placed | Refusal], by: Actor, now: datetime
) -> dict[UUID, int]:
    """Write what is new; the number of each order that was written."""
    if any(entry.requires_stock for entry in new.values()):
        return await _reserve_and_write(new, answers, by, now)
    return await _write(list(new.values()), by, now)


@transactional
async def _reserve_and_write(
    new: dict[int, _Judged], answers: dict[int, Placed | Refusal], by: Actor, now: datetime
) -> dict[UUID, int]:
    reserved = list((await _reserve(new, answers)).values())
    written = await _write(reserved, by, now)
    await _take_stock([entry for entry in reserved if entry.id in written and entry.places], by, now)
    return written


async def _reserve(new: dict[int, _Judged], answers: dict[int, Placed | Refusal]) -> dict[int, _Judged]:
    """Find places for the units of REQUIRE orders, with their levels locked until the end."""
    requiring = [entry for entry in new.values() if entry.requires_stock]
    variants = {entry.variants[line.sku] for entry in requiring for line in entry.order.lines}
    locked = await records(_LOCK_SHELVES, list(variants))
    shelves = {(row["variant_id"], row["warehouse_id"]): row["free"] for row in locked}
    serving: dict[UUID, list[UUID]] = {}
    for row in await records(_SERVING, list({entry.channel_id for entry in requiring})):
        serving.setdefault(row["channel_id"], []).append(row["warehouse_id"])

    reserved: dict[int, _Judged] = {}
    for index, entry in new.items():
        if not entry.requires_stock:
            reserved[index] = entry
            continue
        answers.pop(index, None)  # of an attempt that lost a race
        warehouses = serving.get(entry.channel_id, [])
        places = reserve(entry.order, entry.variants, warehouses, shelves)
        if places is None:
            answers[index] = InsufficientStock(
                shortfalls(entry.order, entry.variants, warehouses, shelves), field="lines"
            )
        else:
            entry.places.update(places)
            reserved[index] = entry
    return reserved


async def _write(entries: Sequence[_Entry], by: Actor, now: datetime) -> dict[UUID, int]:
    """Insert what is right and not there yet, with the job that has it sourced; each one's number.

    One statement, and so a transaction by itself.
    """
    if not entries:
        return {}
    sight = None if by.channel_ids is None else list(by.channel_ids)
    rows = await records(
        _PLACE, *_order_columns(entries), now, *_line_columns(entries), by.name, new_id(), sight
    )
    return {row["id"]: row["number"] for row in rows}


async def _take_stock(entries: list[_Judged], by: Actor, now: datetime) -> None:
    if not entries:
        return
    movements: list[Movement] = []
    rows: list[tuple[UUID, UUID, UUID, UUID, int]] = []
    for entry in entries:
        for index, warehouse_id in entry.places.items():
            line = entry.order.lines[index]
            variant_id = entry.variants[line.sku]
            rows.append((entry.line_ids[index], warehouse_id, entry.id, variant_id, line.quantity))
            movements.append(
                Movement(
                    variant_id=variant_id,
                    warehouse_id=warehouse_id,
                    allocated=line.quantity,
                    reason=StockReason.RESERVED,
                    document_kind=DocumentKind.ORDER,
                    document_id=entry.id,
                )
            )
    await move(movements, by=by, now=now)
    await execute(_RESERVATIONS, *zip(*rows, strict=True))


def _order_columns(entries: Sequence[_Entry]) -> list[list[object]]:
    orders = [entry.order for entry in entries]
    return [
        [entry.id for entry in entries],
        [order.channel for order in orders],
        [order.external_reference for order in orders],
        [order.content_hash for order in orders],
        [order.customer_reference for order in orders],
        [orjson.dumps(order.ship_to).decode() for order in orders],
        [order.ship_to.latitude for order in orders],
        [order.ship_to.longitude for order in orders],
        [order.currency for order in orders],
        [order.subtotal_minor for order in orders],
        [sum(line.platform_discount_minor for line in order.lines) for order in orders],
        [sum(line.merchant_discount_minor for line in order.lines) for order in orders],
        [order.shipping_minor for order in orders],
        [order.all_tax_minor for order in orders],
        [order.priority.value for order in orders],
        [order.stock_policy.value for order in orders],
        [order.split_policy.value for order in orders],
        [order.max_shipments for order in orders],
        [order.placed_at for order in orders],
        [order.promised_by for order in orders],
        [order.units for order in orders],
        [sum(entry.allocated(i) for i in range(len(entry.order.lines))) for entry in entries],
        [_event(order) for order in orders],
    ]


def _event(order: IncomingOrder) -> str:
    return orjson.dumps(
        {
            "channel": order.channel,
            "externalReference": order.external_reference,
            "lines": len(order.lines),
            "units": order.units,
        }
    ).decode()


def _line_columns(entries: Sequence[_Entry]) -> list[list[object]]:
    lines = [(entry, index, line) for entry in entries for index, line in enumerate(entry.order.lines)]
    return [
        [entry.line_ids[index] for entry, index, _ in lines],
        [entry.id for entry, _, _ in lines],
        [index + 1 for _, index, _ in lines],
        [line.sku for _, _, line in lines],
        [line.quantity for _, _, line in lines],
        [line.unit_price_minor for _, _, line in lines],
        [line.platform_discount_minor for _, _, line in lines],
        [line.merchant_discount_minor for _, _, line in lines],
        [line.tax_minor for _, _, line in lines],
        [entry.allocated(index) for entry, index, _ in lines],
    ]
