"""Reserve the units of REQUIRE orders, with their levels locked until the transaction ends."""

from collections.abc import Collection, Mapping
from uuid import UUID

from domain.orders.entry import Judged, Placed
from domain.orders.look_closer import placed
from domain.orders.reserve import Places, Shelves, reserve
from domain.orders.shortfalls import shortfalls
from domain.shared.database import records, statement
from domain.shared.refusal import Refusal
from domain.stock.move import InsufficientStock

_LOCK_SHELVES = statement(__file__, "lock_shelves.sql")
_SERVING = statement(__file__, "serving.sql")
_KEPT = statement(__file__, "kept.sql")

_Kept = Mapping[tuple[UUID, UUID, UUID], int]  # (channel, variant, warehouse) -> units kept from it


async def reserve_units(new: dict[int, Judged], answers: dict[int, Placed | Refusal]) -> dict[int, Judged]:
    """What of `new` can be written: REQUIRE orders with places for their units, the others as they are.

    Without enough units an order is refused, in `answers`. One that a rival placed before we had the
    locks is left out: it has its units already, and must not be counted against its neighbours.
    """
    requiring = [entry for entry in new.values() if entry.requires_stock]
    variants = {entry.variants[line.sku] for entry in requiring for line in entry.order.lines}
    locked = await records(_LOCK_SHELVES, list(variants))
    there = await placed(entry.reference for entry in requiring)
    shelves = {(row["variant_id"], row["warehouse_id"]): row["free"] for row in locked}
    channels = list({entry.channel_id for entry in requiring})
    serving: dict[UUID, list[UUID]] = {}
    rows = await records(_SERVING, channels)
    for row in rows:
        serving.setdefault(row["channel_id"], []).append(row["warehouse_id"])
    kept = await _kept(channels, variants) if any(row["kept_from"] for row in rows) else {}

    reserved: dict[int, Judged] = {}
    for index, entry in new.items():
        if not entry.requires_stock:
            reserved[index] = entry
            continue
        if entry.reference in there:
            continue
        answers.pop(index, None)  # of an attempt that lost a race
        warehouses = serving.get(entry.channel_id, [])
        mine = _for(entry, warehouses, shelves, kept) if kept else shelves
        places = reserve(entry.order, entry.variants, warehouses, mine)
        if places is None:
            answers[index] = InsufficientStock(
                shortfalls(entry.order, entry.variants, warehouses, mine), field="lines"
            )
        else:
            entry.places.update(places)
            if kept:
                _take(shelves, entry, places)
            reserved[index] = entry
    return reserved


async def _kept(channels: Collection[UUID], variants: Collection[UUID]) -> _Kept:
    rows = await records(_KEPT, list(channels), list(variants))
    return {(row["channel_id"], row["variant_id"], row["warehouse_id"]): row["units"] for row in rows}


def _for(entry: Judged, warehouses: Collection[UUID], shelves: Shelves, kept: _Kept) -> Shelves:
    """What of `shelves` the order may have, without what the rules keep for other channels."""
    levels = {(entry.variants[line.sku], place) for line in entry.order.lines for place in warehouses}
    return {level: shelves.get(level, 0) - kept.get((entry.channel_id, *level), 0) for level in levels}


def _take(shelves: Shelves, entry: Judged, places: Places) -> None:
    for index, warehouse_id in places.items():
        line = entry.order.lines[index]
        shelves[entry.variants[line.sku], warehouse_id] -= line.quantity
