"""The company that the browser's tests look at: three warehouses, four channels, some days of orders."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from standardwebhooks.webhooks import Webhook

from tests.e2e.client import Client
from tests.e2e.trade import RECEIVE, place_all, sourced, walk

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WEB_SHOP = "web-shop"
CHANNELS = (
    (WEB_SHOP, "Web shop", "ONLINE_STORE"),
    ("stores", "Stores", "POS"),
    ("marketplace", "Marketplace", "MARKETPLACE"),
    ("social", "Social shop", "SOCIAL"),
)
WAREHOUSES = (
    ("leipzig", "Leipzig", 51.34, 12.37, 60),
    ("hamburg", "Hamburg", 53.55, 10.00, 45),
    ("munich", "Munich", 48.14, 11.58, 30),
)
PRODUCTS = (
    ("TEA-100", "Assam tea, 100 g", "8.90"),
    ("TEA-250", "Assam tea, 250 g", "19.50"),
    ("MUG-BLUE", "Mug, blue", "12.50"),
    ("MUG-RED", "Mug, red", "12.50"),
    ("POT-1L", "Teapot, 1 l", "39.00"),
    ("KETTLE", "Kettle", "54.00"),
    ("HONEY", "Lime honey", "7.20"),
    ("TRAY", "Tray, oak", "28.00"),
)
CITIES = (
    ("Berlin", 52.52, 13.40),
    ("Dresden", 51.05, 13.74),
    ("Bremen", 53.08, 8.80),
    ("Augsburg", 48.37, 10.90),
    ("Hannover", 52.37, 9.73),
    ("Nürnberg", 49.45, 11.08),
)
ORDERS = 36
_SCARCE = "TRAY"  # few of them, so that some orders wait

_SAVE_WAREHOUSE = (
    "mutation ($input: SaveWarehouseInput!) { saveWarehouse(input: $input) { userErrors { message } } }"
)
_SAVE_VARIANTS = (
    "mutation ($input: SaveVariantsInput!) { saveVariants(input: $input) { userErrors { message } } }"
)
_SAVE_CHANNEL = (
    "mutation ($input: SaveChannelInput!) { saveChannel(input: $input) { userErrors { message } } }"
)
_CREDENTIALS = "mutation ($input: SetChannelCredentialsInput!) { setChannelCredentials(input: $input) { userErrors { message } } }"
_HOLD = "mutation ($input: HoldOrderInput!) { holdOrder(input: $input) { userErrors { message } } }"


async def found(client: Client) -> None:
    """Set the company up: places, products, stock, channels; then let orders come and go."""
    for code, name, latitude, longitude, _ in WAREHOUSES:
        place = {"latitude": latitude, "longitude": longitude, "cutoffMinute": 900}
        costs = {"shipmentMinor": 350, "kgMinor": 40, "kmMillis": 100}
        named = {"code": code, "name": name, "countryCode": "DE", "timezone": "Europe/Berlin"}
        await client.do(_SAVE_WAREHOUSE, input=named | place | costs)
    variants = [{"sku": sku, "name": name, "weightG": 400} for sku, name, _ in PRODUCTS]
    await client.do(_SAVE_VARIANTS, input={"variants": variants})
    for code, name, kind in CHANNELS:
        channel = {"code": code, "name": name, "kind": kind, "currencyCode": "EUR", "platform": "generic"}
        served = [warehouse[0] for warehouse in WAREHOUSES]
        await client.do(_SAVE_CHANNEL, input=channel | {"timezone": "Europe/Berlin", "warehouses": served})
    secret = [{"name": "secret", "value": SECRET}]
    await client.do(_CREDENTIALS, input={"channel": WEB_SHOP, "credentials": secret})
    for code, _, _, _, units in WAREHOUSES:
        lines = [{"sku": sku, "quantity": 2 if sku == _SCARCE else units} for sku, _, _ in PRODUCTS]
        await client.do(RECEIVE, input={"warehouse": code, "lines": lines})
    await _trade(client)


async def _trade(client: Client) -> None:
    """Orders of the last two days; older ones got further on their way."""
    ids = await place_all(client, (order(number) for number in range(ORDERS)))
    reached = ("deliver", "ship", "pack", "pick", "accept")
    for number, order_id in enumerate(ids[: 5 * len(reached)]):
        for parcel in (await sourced(client, order_id))["fulfilmentOrders"]:
            await walk(client, parcel["id"], until=reached[number // 5])
    for order_id in ids[-2:]:
        await client.do(_HOLD, input={"id": order_id, "reason": "ADDRESS", "note": "No house number"})
    assert await deliver(client, "WEB-UNKNOWN", "TEA-1000") == 200  # nobody knows that SKU


def order(number: int) -> dict[str, Any]:
    """The order of that number; the same each time, but for when it was placed."""
    channel, _, _ = CHANNELS[number % len(CHANNELS)]
    city, latitude, longitude = CITIES[number % len(CITIES)]
    placed_at = datetime.now(UTC) - timedelta(minutes=75 * (ORDERS - number))
    bought = (PRODUCTS[number % len(PRODUCTS)], PRODUCTS[(number * 5 + 3) % len(PRODUCTS)])
    return {
        "channel": channel,
        "externalReference": f"{channel.upper()}-{1000 + number}",
        "placedAt": placed_at.isoformat(),
        "currencyCode": "EUR",
        "customerReference": f"C-{number * 37 % 100:03}",
        "shipTo": {"countryCode": "DE", "city": city, "latitude": latitude, "longitude": longitude},
        "lines": [
            {"sku": sku, "quantity": 1 + number % 3, "unitPrice": price}
            for sku, _, price in dict.fromkeys(bought)
        ],
    }


async def deliver(client: Client, reference: str, sku: str, units: int = 1) -> int:
    """Have the web shop send a signed order; the status of the answer."""
    now = datetime.now(UTC)
    stated = {
        "external_id": reference,
        "updated_at": now.isoformat(),
        "placed_at": now.isoformat(),
        "currency": "EUR",
        "lines": [{"sku": sku, "qty": units, "unit_price": "8.90"}],
        "ship_to": {"country": "DE", "city": "Berlin", "lat": 52.52, "lon": 13.4},
    }
    body = json.dumps({"type": "order.placed", "data": stated})
    headers = {
        "webhook-id": f"msg_{reference}",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(f"msg_{reference}", now, body),
    }
    answer = await client.http.post(f"/channels/{WEB_SHOP}/webhook", content=body, headers=headers)
    return answer.status_code
