"""What happens in a shop: it opens, orders come, parcels leave. Everything through the API."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.e2e.client import Client

ERRORS = """userErrors { __typename message code field
    ... on InsufficientStock { shortfalls { sku warehouse requested available } }
    ... on WrongState { state allowed } }"""

PLACE = f"""mutation ($input: PlaceOrderInput!) {{ placeOrder(input: $input) {{
    replayed order {{ id number version }} {ERRORS} }} }}"""
PLACE_MANY = f"""mutation ($input: PlaceOrdersInput!) {{ placeOrders(input: $input) {{
    results {{ index replayed order {{ id number }} {ERRORS} }} {ERRORS} }} }}"""
CANCEL = f"""mutation ($input: CancelOrderInput!) {{ cancelOrder(input: $input) {{
    order {{ id state }} {ERRORS} }} }}"""
RECEIVE = f"mutation ($input: ReceiveStockInput!) {{ receiveStock(input: $input) {{ {ERRORS} }} }}"
ADJUST = f"mutation ($input: AdjustStockInput!) {{ adjustStock(input: $input) {{ {ERRORS} }} }}"
LEVELS = """query ($sku: String!) { stockLevels(where: {sku: {eq: $sku}}, first: 100) {
    nodes { onHand allocated held unsellable available version warehouse { code } } } }"""
ORDER = """query ($id: ID!) { order(id: $id) {
    id number version externalReference state sourcing allocationStatus fulfilmentStatus
    units unitsCancelled unitsAllocated unitsShipped
    events { version kind } fulfilmentOrders { id state warehouse { code } } } }"""
STEPS = ("accept", "pick", "pack", "ship", "deliver")

_SAVE_WAREHOUSE = (
    f"""mutation ($input: SaveWarehouseInput!) {{ saveWarehouse(input: $input) {{ {ERRORS} }} }}"""
)
_SAVE_VARIANTS = f"""mutation ($input: SaveVariantsInput!) {{ saveVariants(input: $input) {{ {ERRORS} }} }}"""
_SAVE_CHANNEL = f"""mutation ($input: SaveChannelInput!) {{ saveChannel(input: $input) {{ {ERRORS} }} }}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A channel that sells its own SKUs from its own warehouses, so that tests don't meet."""

    channel: str
    warehouses: tuple[str, ...]
    skus: tuple[str, ...]

    def order(self, units: Mapping[str, int] | None = None, **fields: Any) -> dict[str, Any]:
        """An order as `placeOrder` takes it: one unit of the first SKU unless said otherwise."""
        lines = [
            {"sku": sku, "quantity": quantity, "unitPrice": "10.00"}
            for sku, quantity in (units or {self.skus[0]: 1}).items()
        ]
        return {
            "channel": self.channel,
            "externalReference": f"R-{uuid4().hex}",
            "placedAt": "2026-11-22T11:00:00Z",
            "currencyCode": "EUR",
            "shipTo": {"countryCode": "DE", "city": "Berlin", "latitude": 52.52, "longitude": 13.4},
            "lines": lines,
        } | fields


async def open_shop(
    client: Client, stock: Sequence[int] = (), *, warehouses: int = 1, skus: int | None = None
) -> Shop:
    """A new shop; each warehouse has `stock[n]` units of the n-th SKU."""
    name = uuid4().hex[:10]
    shop = Shop(
        channel=f"shop-{name}",
        warehouses=tuple(f"store-{name}-{n}" for n in range(warehouses)),
        skus=tuple(f"SKU-{name}-{n}" for n in range(len(stock) if skus is None else skus)),
    )
    for number, code in enumerate(shop.warehouses):
        warehouse = {"code": code, "name": code, "countryCode": "DE", "timezone": "Europe/Berlin"}
        place = {"latitude": 51.0 + number, "longitude": 12.0, "cutoffMinute": 900}
        costs = {"shipmentMinor": 350, "kgMinor": 40, "kmMillis": 100}
        await client.do(_SAVE_WAREHOUSE, input=warehouse | place | costs)
    variants = [{"sku": sku, "name": f"Thing {sku}", "weightG": 500} for sku in shop.skus]
    if variants:
        await client.do(_SAVE_VARIANTS, input={"variants": variants})
    channel = {"code": shop.channel, "name": shop.channel, "kind": "ONLINE_STORE", "currencyCode": "EUR"}
    await client.do(
        _SAVE_CHANNEL,
        input=channel | {"timezone": "Europe/Berlin", "warehouses": list(shop.warehouses)},
    )
    lines = [{"sku": sku, "quantity": units} for sku, units in zip(shop.skus, stock, strict=False) if units]
    if lines:
        for code in shop.warehouses:
            await client.do(RECEIVE, input={"warehouse": code, "lines": lines})
    return shop


async def place(client: Client, order: Mapping[str, Any]) -> dict[str, Any]:
    """The payload of `placeOrder` for an order that must be taken in."""
    payload: dict[str, Any] = await client.do(PLACE, input=order)
    return payload


async def place_all(client: Client, orders: Iterable[Mapping[str, Any]]) -> list[str]:
    """Place any number of orders, 500 at a time; their ids."""
    waiting = list(orders)
    ids: list[str] = []
    while waiting:
        batch, waiting = waiting[:500], waiting[500:]
        payload = await client.do(PLACE_MANY, input={"orders": batch})
        refused = [result for result in payload["results"] if result["userErrors"]]
        assert not refused, refused[:3]
        ids += [result["order"]["id"] for result in payload["results"]]
    return ids


async def level(client: Client, sku: str) -> dict[str, int]:
    """A SKU's units by bucket, over all its warehouses."""
    nodes = (await client.ask(LEVELS, sku=sku))["nodes"]
    return {bucket: sum(node[bucket] for node in nodes) for bucket in ("onHand", "allocated", "available")}


async def sourced(client: Client, order_id: str, *, within_s: float = 20.0) -> dict[str, Any]:
    """The order, once a worker has decided about it."""
    async with asyncio.timeout(within_s):
        while True:
            order: dict[str, Any] = await client.ask(ORDER, id=order_id)
            if order["sourcing"] != "WAITING":
                return order
            await asyncio.sleep(0.03)


async def step(client: Client, verb: str, fulfilment_order: str) -> list[dict[str, Any]]:
    """Take one step of a fulfilment order; why it was refused, or nothing."""
    kind = "ShipFulfilmentOrderInput" if verb == "ship" else "FulfilmentStepInput"
    query = f"mutation ($input: {kind}!) {{ {verb}FulfilmentOrder(input: $input) {{ {ERRORS} }} }}"
    parcel = {"carrier": "DHL", "trackingNumber": uuid4().hex} if verb == "ship" else {}
    refused: list[dict[str, Any]] = (await client.ask(query, input={"id": fulfilment_order} | parcel))[
        "userErrors"
    ]
    return refused


async def walk(client: Client, fulfilment_order: str, *, until: str) -> None:
    """Take every step up to and including `until`."""
    for verb in STEPS[: STEPS.index(until) + 1]:
        assert await step(client, verb, fulfilment_order) == [], verb
