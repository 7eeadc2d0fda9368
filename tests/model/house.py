"""What the state machine asks the house, beyond its use cases: a world of its own, and what it says."""

from collections import defaultdict
from uuid import UUID

from domain.channels.models import ChannelKind
from domain.channels.save_channel import SaveChannel, save_channel
from domain.shared.database import records
from tests.factories import HAMBURG, MUNICH, NOW, TESTER, make_variant, make_warehouse, unique
from tests.model.auditor import Auditor, Level, Parcel, Sale

_LEVELS = """
    SELECT v.sku, w.code, l.on_hand, l.allocated, l.held, l.unsellable, l.incoming, l.safety
    FROM stock_levels l JOIN variants v ON v.id = l.variant_id JOIN warehouses w ON w.id = l.warehouse_id
    WHERE v.sku = ANY($1)
"""
_RESERVED = """
    SELECT v.sku, w.code, r.quantity
    FROM reservations r JOIN variants v ON v.id = r.variant_id JOIN warehouses w ON w.id = r.warehouse_id
    WHERE r.order_id = $1
"""
_PARCELS = """
    SELECT f.id, w.code, v.sku, l.quantity
    FROM fulfilment_orders f
    JOIN fulfilment_order_lines l ON l.fulfilment_order_id = f.id
    JOIN warehouses w ON w.id = f.warehouse_id
    JOIN variants v ON v.id = l.variant_id
    WHERE f.order_id = $1
"""
_STATES = """
    SELECT o.id, o.state, f.id AS parcel_id, f.state AS parcel_state
    FROM orders o LEFT JOIN fulfilment_orders f ON f.order_id = o.id
    WHERE o.id = ANY($1::uuid[])
"""


async def open_world() -> tuple[str, list[str], list[str]]:
    """A channel that sells two SKUs from two warehouses of its own."""
    places = (HAMBURG, MUNICH)
    warehouses = [(await make_warehouse(unique("house"), place=place)).code for place in places]
    skus = [(await make_variant(unique("MODEL"))).sku for _ in range(2)]
    channel = SaveChannel(
        code=unique("model"),
        name="Model",
        kind=ChannelKind.B2B,
        currency="EUR",
        timezone="UTC",
        warehouses=tuple(warehouses),
    )
    await save_channel(channel, by=TESTER, now=NOW)
    return channel.code, skus, warehouses


async def levels(skus: list[str]) -> dict[Level, tuple[int, ...]]:
    return {(sku, code): tuple(buckets) for sku, code, *buckets in await records(_LEVELS, skus)}


async def take_note(auditor: Auditor, sale: Sale) -> None:
    """Tell the auditor what the house promised this sale since it looked last."""
    reserved = {(row["sku"], row["code"]): row["quantity"] for row in await records(_RESERVED, sale.id)}
    auditor.reserve(sale, reserved)
    found: dict[tuple[UUID, str], dict[str, int]] = defaultdict(dict)
    for row in await records(_PARCELS, sale.id):
        found[row["id"], row["code"]][row["sku"]] = row["quantity"]
    for (parcel_id, warehouse), units in found.items():
        if parcel_id not in sale.parcels:
            auditor.promise(sale, Parcel(parcel_id, sale, warehouse, units))


async def states(sales: list[Sale]) -> dict[UUID, str]:
    """The state of each order and parcel."""
    rows = await records(_STATES, [sale.id for sale in sales])
    parcels = {row["parcel_id"]: row["parcel_state"] for row in rows if row["parcel_id"]}
    return {row["id"]: row["state"] for row in rows} | parcels
