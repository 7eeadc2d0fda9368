"""What tests are made of: plain functions with telling defaults."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.catalog.models import Product, Variant
from domain.channels.models import Channel
from domain.channels.raw_order import RawLine, RawOrder, RawShipTo
from domain.exports.download import bytes_of, finished
from domain.exports.formats.names import ExportFormat
from domain.exports.kinds.orders import orders_now
from domain.exports.open_export import OpenExport, open_export
from domain.exports.run_export import run_export
from domain.imports.models import ImportFormat
from domain.imports.open_import import OpenImport, open_import
from domain.imports.upload import append_piece, complete_upload
from domain.orders.filter import OrderFilter
from domain.orders.incoming import IncomingOrder, parse_order
from domain.shared.actor import Actor, house
from domain.shared.database import execute
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.stock.receive_stock import ReceiveStock, StockQuantity, receive_stock
from domain.warehouses.models import Warehouse
from workers.outside.client import Outside

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TESTER: Actor = house("tester")
OUTSIDE = Outside(Settings(outside_networks="127.0.0.0/8"))
LEIPZIG = (51.34, 12.37)
HAMBURG = (53.55, 9.99)
MUNICH = (48.14, 11.58)
_numbers = itertools.count(1)


def unique(prefix: str) -> str:
    """A word no other test uses."""
    return f"{prefix}-{next(_numbers)}"


async def make_warehouse(
    code: str | None = None, *, place: tuple[float, float] = LEIPZIG, **fields: Any
) -> Warehouse:
    code = code or unique("warehouse")
    defaults: dict[str, Any] = {
        "name": code.title(),
        "country_code": "DE",
        "timezone": "Europe/Berlin",
        "cutoff_minute": 15 * 60,
        "shipment_minor": 350,
        "kg_minor": 40,
        "km_millis": 100,
        "created_at": NOW,
    }
    lat, lon = place
    return await Warehouse.create(id=new_id(), code=code, latitude=lat, longitude=lon, **(defaults | fields))


async def make_channel(code: str | None = None, **fields: Any) -> Channel:
    code = code or unique("channel")
    defaults: dict[str, Any] = {
        "name": code.title(),
        "kind": "ONLINE_STORE",
        "currency": "EUR",
        "timezone": "Europe/Berlin",
        "created_at": NOW,
    }
    return await Channel.create(id=new_id(), code=code, **(defaults | fields))


async def make_variant(sku: str | None = None, *, weight_g: int = 500) -> Variant:
    sku = sku or unique("SKU")
    product = await Product.create(id=new_id(), code=f"P-{sku}", name=f"Product {sku}", created_at=NOW)
    return await Variant.create(
        id=new_id(), product_id=product.id, sku=sku, name=f"Thing {sku}", weight_g=weight_g, created_at=NOW
    )


async def stock_up(warehouse: Warehouse, units: dict[str, int]) -> None:
    """Receive so many units of each SKU."""
    lines = tuple(StockQuantity(sku=sku, quantity=quantity) for sku, quantity in units.items())
    await receive_stock(ReceiveStock(warehouse=warehouse.code, lines=lines), by=TESTER, now=NOW)


def raw_order(channel: str, lines: dict[str, int] | Sequence[RawLine], **fields: Any) -> RawOrder:
    """An order of `lines` (SKU to units, at 10.00 each), shipped to Berlin."""
    stated = (
        tuple(
            RawLine(sku=sku, quantity=units, unit_price=str(Decimal("10.00"))) for sku, units in lines.items()
        )
        if isinstance(lines, dict)
        else tuple(lines)
    )
    defaults: dict[str, Any] = {
        "external_reference": unique("order"),
        "placed_at": "2026-11-22T11:00:00Z",
        "currency_code": "EUR",
        "ship_to": RawShipTo(country_code="DE", city="Berlin", latitude=52.52, longitude=13.4),
    }
    return RawOrder(channel=channel, lines=stated, **(defaults | fields))


def incoming(channel: str, lines: dict[str, int] | Sequence[RawLine], **fields: Any) -> IncomingOrder:
    """As `raw_order`, parsed."""
    return parse_order(raw_order(channel, lines, **fields), now=NOW)


def postal_line(place: str, lat: float, lon: float) -> str:
    """A line of GeoNames' files of postal codes; `place` as in "DE|80331|München|Bayern|BY"."""
    return "\t".join([*place.split("|"), "", "", "", "", str(lat), str(lon), "6\n"])


async def set_safety(variant_id: UUID, warehouse_id: UUID, units: int) -> None:
    await execute(
        "UPDATE stock_levels SET safety = $3 WHERE variant_id = $1 AND warehouse_id = $2",
        variant_id,
        warehouse_id,
        units,
    )


async def upload(
    content: bytes, *, channel: str, kind: str = "JSONL", piece_bytes: int = 512 * 1024, **given: Any
) -> UUID:
    """An import whose file is uploaded."""
    ask = OpenImport(channel=channel, format=ImportFormat(kind), given=given)
    import_id = await open_import(ask, by=TESTER, now=NOW)
    for start in range(0, len(content), piece_bytes):
        piece = content[start : start + piece_bytes]
        await append_piece(import_id, piece, offset=start, by=TESTER, now=NOW)
    await complete_upload(import_id, size=len(content), by=TESTER, now=NOW)
    return import_id


async def ask_export(
    form: str = "CSV",
    which: OrderFilter | None = None,
    *,
    by: Actor = TESTER,
    bom: bool = False,
    now: datetime = NOW,
) -> UUID:
    """An export of orders that was asked for."""
    ask = OpenExport(
        kind="ORDERS", what=await orders_now(which or OrderFilter()), format=ExportFormat(form), bom=bom
    )
    return await open_export(ask, by=by, now=now)


async def written(export_id: UUID, *, within_s: float = 60, now: datetime = NOW) -> bytes:
    """The file of an export, written to its end."""
    while await run_export(export_id, within_s=within_s, keep=timedelta(days=7), now=lambda: now):
        pass
    return b"".join([piece async for piece in bytes_of(await finished(export_id, now=now))])
