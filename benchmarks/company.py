"""A distributor to measure with: its network, its catalogue, its customers' orders."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import orjson

from domain.catalog.models import Product, Variant
from domain.channels.models import Channel
from domain.channels.raw_order import RawLine, RawOrder, RawShipTo
from domain.orders.entry import Placed
from domain.orders.incoming import IncomingOrder, parse_order
from domain.orders.place_orders import ORDERS_MAX, place_orders
from domain.shared.actor import house
from domain.shared.database import execute, fetch_value
from domain.shared.ids import new_id
from domain.stock.receive_stock import ReceiveStock, StockQuantity, receive_stock
from domain.warehouses.models import Warehouse

CHANNEL = "web-shop"
SKUS = 2_000
WAREHOUSES = 12
STOCKED_SHARE = 0.5
UNITS_A_SHELF = 40
PLENTY = 50_000_000
HOT_SKU = "HOT-1"
RECEIPT_LINES = 500
LINE_COUNTS = (1, 2, 3, 4), (55, 25, 12, 8)
PLACED_AT = "2026-11-22T11:00:00Z"
OPERATOR = house("benchmark")
FOLLOWED_WITHIN_S = 120.0
_AHEAD = """
    SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM stock_entries) - min(position) FROM feed_consumers
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What requests and reference transactions refer to."""

    channel_id: UUID
    skus: tuple[str, ...]
    hot_sku: str = HOT_SKU


async def found_company(*, history: int) -> Company:
    """Set everything up in an empty database: shelves that run out, some that never do, and past orders."""
    now, random = datetime.now(UTC), Random(7)
    channel = await Channel.create(
        id=new_id(),
        code=CHANNEL,
        name="Web shop",
        kind="ONLINE_STORE",
        currency="EUR",
        timezone="Europe/Berlin",
        created_at=now,
    )
    warehouses = [_warehouse(random, number, now) for number in range(WAREHOUSES)]
    await Warehouse.bulk_create(warehouses)
    skus = tuple(f"SKU-{number:04}" for number in range(SKUS))
    await _catalogue([*skus, HOT_SKU], random, now)
    for number, warehouse in enumerate(warehouses):
        shelves = dict.fromkeys(skus, PLENTY) if number == 0 else _shelves(skus, random)
        await _receive(warehouse.code, shelves | ({HOT_SKU: PLENTY} if number == 0 else {}), now)
    await take_in(orders("history", history, skus))
    await set_waiting_aside()
    await execute("ANALYZE")
    return Company(channel_id=channel.id, skus=skus)


def _warehouse(random: Random, number: int, now: datetime) -> Warehouse:
    return Warehouse(
        id=new_id(),
        code=f"w{number:02}",
        name=f"Warehouse {number:02}",
        country_code="DE",
        latitude=random.uniform(36, 60),
        longitude=random.uniform(-9, 25),
        timezone="Europe/Berlin",
        cutoff_minute=900,
        shipment_minor=random.randint(450, 900),
        kg_minor=random.randint(30, 140),
        km_millis=random.randint(80, 160),
        created_at=now,
    )


async def _catalogue(skus: list[str], random: Random, now: datetime) -> None:
    products = [
        Product(
            id=new_id(), code=f"P-{sku}", name=f"Thing {sku}", category=f"Category {n % 25}", created_at=now
        )
        for n, sku in enumerate(skus)
    ]
    await Product.bulk_create(products)
    await Variant.bulk_create(
        Variant(
            id=new_id(),
            product_id=product.id,
            sku=sku,
            name=f"Thing {sku}",
            weight_g=min(25_000, int(random.lognormvariate(6.5, 1.0))),
            created_at=now,
        )
        for product, sku in zip(products, skus, strict=True)
    )


def _shelves(skus: tuple[str, ...], random: Random) -> dict[str, int]:
    return {sku: random.randint(1, UNITS_A_SHELF) for sku in skus if random.random() < STOCKED_SHARE}


async def _receive(warehouse: str, units: dict[str, int], now: datetime) -> None:
    lines = [StockQuantity(sku=sku, quantity=quantity) for sku, quantity in units.items()]
    for start in range(0, len(lines), RECEIPT_LINES):
        receipt = ReceiveStock(warehouse=warehouse, lines=tuple(lines[start : start + RECEIPT_LINES]))
        await receive_stock(receipt, by=OPERATOR, now=now)


async def take_in(incoming: list[IncomingOrder]) -> None:
    """Place orders without the API."""
    for start in range(0, len(incoming), ORDERS_MAX):
        batch = incoming[start : start + ORDERS_MAX]
        placed = await place_orders(batch, by=OPERATOR, now=datetime.now(UTC))
        assert all(isinstance(answer, Placed) for answer in placed)


async def until_all_is_followed() -> None:
    """Nothing is left that is not announced, or announced and not followed by all who follow the feed."""
    give_up = time.monotonic() + FOLLOWED_WITHIN_S
    while await fetch_value(_AHEAD):
        if time.monotonic() > give_up:
            raise TimeoutError("the relay does not get on")
        await asyncio.sleep(0.1)


async def set_waiting_aside() -> None:
    """Leave nothing for a worker to do."""
    await execute("UPDATE orders SET sourcing = 'ON_HOLD' WHERE sourcing = 'WAITING'")
    await execute("DELETE FROM jobs")


def orders(run: str, count: int, skus: tuple[str, ...], *, lines: int | None = None) -> list[IncomingOrder]:
    """Orders as a shop's day brings them: 1 to 4 lines unless it is said how many, from anywhere."""
    random, now = Random(run), datetime.now(UTC)
    return [parse_order(_raw(random, f"{run}-{number}", skus, lines), now=now) for number in range(count)]


def _raw(random: Random, reference: str, skus: tuple[str, ...], wanted: int | None) -> RawOrder:
    lines = wanted or random.choices(*LINE_COUNTS)[0]
    return RawOrder(
        channel=CHANNEL,
        external_reference=reference,
        placed_at=PLACED_AT,
        currency_code="EUR",
        ship_to=RawShipTo(
            country_code="DE",
            city="Berlin",
            latitude=random.uniform(36, 60),
            longitude=random.uniform(-9, 25),
        ),
        lines=tuple(
            RawLine(sku=sku, quantity=random.choices((1, 2, 3), (86, 10, 4))[0], unit_price="19.90")
            for sku in random.sample(skus, lines)
        ),
    )


def stated(reference: str, skus: list[str], **more: Any) -> dict[str, Any]:
    """An order as GraphQL takes it."""
    return {
        "channel": CHANNEL,
        "externalReference": reference,
        "placedAt": PLACED_AT,
        "currencyCode": "EUR",
        "customerReference": "customer-4711",
        "shipTo": {
            "countryCode": "DE",
            "name": "Ada Lovelace",
            "line1": "Musterstrasse 12",
            "city": "Berlin",
            "postcode": "10115",
            "latitude": 52.52,
            "longitude": 13.4,
        },
        "lines": [{"sku": sku, "quantity": 2, "unitPrice": "19.90", "tax": "6.36"} for sku in skus],
        **more,
    }


def request(query: str, variables: dict[str, Any]) -> bytes:
    """A GraphQL request's body."""
    return orjson.dumps({"query": query, "variables": variables})
