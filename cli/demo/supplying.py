"""Set the company up, fill its shelves, and receive later deliveries: all through the public API."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import groupby, islice
from typing import Any, Final, TypeVar

import orjson

from cli.client import Client, require_done
from cli.demo.company import Company, DemoChannel, DemoWarehouse
from cli.demo.journey import JourneyProduct
from cli.demo.platforms.registry import PLATFORMS
from cli.demo.platforms.server import PlatformServer
from cli.demo.platforms.shape import Platform
from cli.demo.stocking import OpeningStock, Replenishment

Row = TypeVar("Row")
Advance = Callable[[int], None]  # told how many more rows are done

VARIANTS_TOGETHER: Final = 500
STOCK_LINES_TOGETHER: Final = 2_000

_SAVE_WAREHOUSE: Final = """
mutation SaveWarehouse($input: SaveWarehouseInput!) {
  saveWarehouse(input: $input) { userErrors { code field message } }
}
"""
_SAVE_CHANNEL: Final = """
mutation SaveChannel($input: SaveChannelInput!) {
  saveChannel(input: $input) { userErrors { code field message } }
}
"""
_SET_CREDENTIALS: Final = """
mutation SetCredentials($input: SetChannelCredentialsInput!) {
  setChannelCredentials(input: $input) { userErrors { code field message } }
}
"""
_SAVE_VARIANTS: Final = """
mutation SaveVariants($variants: [SaveVariantInput!]!) {
  saveVariants(input: {variants: $variants}) { userErrors { code field message } }
}
"""
_RECEIVE: Final = """
mutation Receive($input: ReceiveStockInput!) {
  receiveStock(input: $input) { userErrors { code field message } }
}
"""


async def save_company(client: Client, company: Company, server: PlatformServer) -> None:
    """Warehouses and channels, and what a channel needs of its platform, which is at `server`."""
    for warehouse in company.warehouses:
        answer = await client.ask(_SAVE_WAREHOUSE, input=_warehouse(warehouse))
        require_done(answer["saveWarehouse"], f"warehouse {warehouse.code}")
    for channel in company.channels:
        platform = PLATFORMS[channel.platform] if channel.platform else None
        settings = _settings(channel, platform, server) if platform else {}
        answer = await client.ask(_SAVE_CHANNEL, input=_channel(channel) | {"settings": settings})
        require_done(answer["saveChannel"], f"channel {channel.code}")
        if platform:
            await _set_credentials(client, channel, platform)


def _settings(channel: DemoChannel, platform: Platform, server: PlatformServer) -> dict[str, Any]:
    """Its platform lists no orders: what it has it delivers."""
    endpoint = {"endpoint": server.endpoint(channel.code)} if platform.stock else {}
    return {**endpoint, "polling": False}


async def _set_credentials(client: Client, channel: DemoChannel, platform: Platform) -> None:
    credentials = [{"name": name, "value": value} for name, value in platform.credentials.items()]
    answer = await client.ask(_SET_CREDENTIALS, input={"channel": channel.code, "credentials": credentials})
    require_done(answer["setChannelCredentials"], f"credentials of {channel.code}")


async def save_products(client: Client, products: Sequence[JourneyProduct], advance: Advance) -> None:
    for part in _parts(products, VARIANTS_TOGETHER):
        answer = await client.ask(_SAVE_VARIANTS, variants=[_variant(product) for product in part])
        require_done(answer["saveVariants"], "variants")
        advance(len(part))


async def stock_up(client: Client, stock: Sequence[OpeningStock], advance: Advance) -> None:
    """Receive the opening stock; repeated on the same database, it isn't received twice."""
    for warehouse, rows in groupby(stock, key=lambda row: row.warehouse_code):
        for part in _parts(rows, STOCK_LINES_TOGETHER):
            lines = [{"sku": row.sku, "quantity": row.units} for row in part]
            await _receive(client, warehouse, lines, "opening stock")
            advance(len(part))


async def receive_delivery(client: Client, delivery: Sequence[Replenishment]) -> None:
    """Receive what arrives at one moment, warehouse by warehouse."""
    by_warehouse = sorted(delivery, key=lambda row: row.warehouse_code)
    for warehouse, rows in groupby(by_warehouse, key=lambda row: row.warehouse_code):
        lines = [{"sku": row.sku, "quantity": row.units} for row in rows]
        await _receive(client, warehouse, lines, f"delivery of {delivery[0].at:%Y-%m-%d %H:%M}")


async def _receive(client: Client, warehouse: str, lines: list[dict[str, Any]], reference: str) -> None:
    arriving = {"warehouse": warehouse, "lines": lines, "reference": reference}
    key = sha256(orjson.dumps(arriving)).hexdigest()[:32]
    answer = await client.ask(_RECEIVE, input={**arriving, "idempotencyKey": f"demo-{key}"})
    require_done(answer["receiveStock"], f"{reference} at {warehouse}")


def _parts(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    source = iter(rows)
    while part := list(islice(source, size)):
        yield part


def _warehouse(warehouse: DemoWarehouse) -> dict[str, Any]:
    return {
        "code": warehouse.code,
        "name": warehouse.name,
        "countryCode": warehouse.country_code,
        "city": warehouse.city,
        "postcode": warehouse.postcode,
        "latitude": warehouse.lat,
        "longitude": warehouse.lon,
        "timezone": warehouse.timezone,
        "cutoffMinute": warehouse.cutoff_minute,
        "dailyCapacity": warehouse.daily_capacity,
        "shipmentMinor": warehouse.shipment_minor,
        "kgMinor": warehouse.kg_minor,
        "kmMillis": warehouse.km_millis,
        "priority": warehouse.priority,
    }


def _channel(channel: DemoChannel) -> dict[str, Any]:
    return {
        "code": channel.code,
        "name": channel.name,
        "kind": channel.kind,
        "platform": channel.platform or "generic",
        "currencyCode": channel.currency,
        "timezone": channel.timezone,
        "stockShareBp": channel.stock_share_bp,
        "stockBuffer": channel.stock_buffer,
        "warehouses": list(channel.served),
    }


def _variant(product: JourneyProduct) -> dict[str, Any]:
    return {
        "sku": product.sku,
        "name": product.name,
        "weightG": product.weight_g,
        "brand": product.brand or None,
        "category": product.category or None,
    }
