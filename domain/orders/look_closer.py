"""Look closer: which orders of a batch are there already, which cannot be, and which are new."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from asyncpg import Record

from domain.channels.find import UnknownChannel
from domain.orders.entry import Judged, Placed, Reference, line_ids
from domain.orders.incoming import IncomingOrder
from domain.orders.refusals import ChannelInactive, CurrencyMismatch, ReferenceReused, TooHeavy
from domain.shared.actor import Actor
from domain.shared.database import records, statement
from domain.shared.refusal import Refusal
from domain.stock.find import UnknownSku

# So that what an order costs by any tariffs, a warehouse's, a zone's and a step's together, fits 64 bits. `place_orders.sql`
# has the same limit.
WEIGHT_MAX_G = 10**12

_LOOK_UP = statement(__file__, "look_up.sql")
_FIND_PLACED = statement(__file__, "find_placed.sql")


@dataclass(frozen=True, slots=True)
class Known:
    """What the tables say about a batch."""

    channels: Mapping[str, Record]
    variants: Mapping[str, UUID]
    weights_g: Mapping[str, int]  # of a unit, by SKU
    placed: Mapping[Reference, tuple[Placed, bytes]]


async def look_up(orders: Collection[IncomingOrder]) -> Known:
    """What is there already; nothing of it needs to stay so, for the tables refuse what would not fit."""
    channels: dict[str, Record] = {}
    variants: dict[str, UUID] = {}
    weights_g: dict[str, int] = {}
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
            weights_g[row["name"]] = row["weight_g"]
        elif row["kind"] == "CHANNEL":
            channels[row["name"]] = row
        else:
            placed[row["channel_id"], row["name"]] = _replayed(row)
    return Known(channels, variants, weights_g, placed)


def _replayed(row: Record) -> tuple[Placed, bytes]:
    found = Placed(order_id=row["id"], number=row["number"], version=row["version"], replayed=True)
    return found, row["content_hash"]


def judge(
    orders: Mapping[int, IncomingOrder], known: Known, answers: dict[int, Placed | Refusal], by: Actor
) -> dict[int, Judged]:
    judged: dict[int, Judged] = {}
    for index, order in orders.items():
        try:
            judged[index] = _judged(order, known, by)
        except Refusal as refusal:
            answers[index] = refusal
    return judged


def _judged(order: IncomingOrder, known: Known, by: Actor) -> Judged:
    channel = known.channels.get(order.channel)
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
        if line.sku not in known.variants:
            raise UnknownSku(f"There is no SKU {line.sku!r}.", field=f"lines[{index}].sku")
    if sum(known.weights_g[line.sku] * line.quantity for line in order.lines) > WEIGHT_MAX_G:
        raise TooHeavy(f"Weighs more than {WEIGHT_MAX_G} grams.", field="lines")
    return Judged(
        order=order,
        channel_id=channel["id"],
        variants=known.variants,
        line_ids=line_ids(order),
    )


async def placed(references: Iterable[Reference]) -> dict[Reference, tuple[Placed, bytes]]:
    wanted = list(references)
    rows = await records(_FIND_PLACED, [ref[0] for ref in wanted], [ref[1] for ref in wanted])
    return {(row["channel_id"], row["external_reference"]): _replayed(row) for row in rows}


def without_placed(
    judged: Mapping[int, Judged],
    answers: dict[int, Placed | Refusal],
    placed: Mapping[Reference, tuple[Placed, bytes]],
) -> dict[int, Judged]:
    """Answer what is in the pool already; the rest is new."""
    new: dict[int, Judged] = {}
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
