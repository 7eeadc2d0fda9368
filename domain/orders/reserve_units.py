"""Reserve the units of REQUIRE orders, with their levels locked until the transaction ends."""

from uuid import UUID

from domain.orders.entry import Judged, Placed
from domain.orders.look_closer import placed
from domain.orders.reserve import reserve
from domain.orders.shortfalls import shortfalls
from domain.shared.database import records, statement
from domain.shared.refusal import Refusal
from domain.stock.move import InsufficientStock

_LOCK_SHELVES = statement(__file__, "lock_shelves.sql")
_SERVING = statement(__file__, "serving.sql")


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
    serving: dict[UUID, list[UUID]] = {}
    for row in await records(_SERVING, list({entry.channel_id for entry in requiring})):
        serving.setdefault(row["channel_id"], []).append(row["warehouse_id"])

    reserved: dict[int, Judged] = {}
    for index, entry in new.items():
        if not entry.requires_stock:
            reserved[index] = entry
            continue
        if entry.reference in there:
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
