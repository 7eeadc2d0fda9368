"""Shopify: orders/create, orders/updated and orders/cancelled as REST Admin states orders; stock by GraphQL.

Source: shopify.dev/docs/api/admin-rest/latest/resources/order, /docs/apps/build/webhooks,
/docs/api/admin-graphql/latest/mutations/inventorySetQuantities.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qs
from uuid import NAMESPACE_URL, uuid5

import orjson

from cli.demo.platforms.shape import (
    NOT_FOUND,
    UNAUTHORISED,
    Answered,
    Asked,
    Platform,
    Post,
    Stand,
    StockSide,
    Telling,
    decimal,
    discount_minor,
    paid_minor,
)
from cli.replaying.shape import Line, PlaceOrderInput
from domain.channels.adapters.signing import hmac_sha256

CREDENTIALS: Final = {"client_id": "demo-app", "client_secret": "shpss_demo"}
TOKEN: Final = "shpat_demo"  # noqa: S105 -- of a platform that is played
LOCATION: Final = "8801"
_TOPICS: Final = {
    Telling.PLACED: "orders/create",
    Telling.BESIDE: "orders/updated",
    Telling.CANCELLED: "orders/cancelled",
}


def _write(telling: Telling, orders: Sequence[PlaceOrderInput], at: datetime, url: str) -> Post:
    [order] = orders
    body = orjson.dumps(_document(order, at, cancelled=telling is Telling.CANCELLED))
    named = f"{url}#{order['externalReference']}/{telling}"
    return Post(
        headers={
            "content-type": "application/json",
            "x-shopify-topic": _TOPICS[telling],
            "x-shopify-hmac-sha256": hmac_sha256(CREDENTIALS["client_secret"], body),
            "x-shopify-shop-domain": "millrace.myshopify.com",
            "x-shopify-api-version": "2026-04",
            "x-shopify-webhook-id": str(uuid5(NAMESPACE_URL, named)),
            "x-shopify-event-id": str(uuid5(NAMESPACE_URL, f"{named}/event")),
            "x-shopify-triggered-at": at.isoformat(),
        },
        body=body,
    )


def _document(order: PlaceOrderInput, at: datetime, *, cancelled: bool) -> dict[str, Any]:
    number = int(order["externalReference"])
    household = order.get("customerReference", "household-0").rpartition("-")[2]
    return {
        "id": number,
        "admin_graphql_api_id": f"gid://shopify/Order/{number}",
        "created_at": order["placedAt"],
        "updated_at": at.isoformat(),
        "cancelled_at": at.isoformat() if cancelled else None,
        "cancel_reason": "customer" if cancelled else None,
        "currency": order["currencyCode"],
        "customer": {"id": int(household)},
        "financial_status": "refunded" if cancelled else "paid",
        "fulfillment_status": None,
        "line_items": [_line(line, number * 1_000 + at_) for at_, line in enumerate(order["lines"])],
        "refunds": [],
        "shipping_address": _address(order),
        "shipping_lines": [],
        "tags": "",
        "taxes_included": False,
        "test": False,
        "total_price": decimal(paid_minor(order)),
    }


def _line(line: Line, number: int) -> dict[str, Any]:
    off = discount_minor(line)
    return {
        "id": number,
        "variant_id": int(line["sku"]),
        "sku": line["sku"],
        "quantity": line["quantity"],
        "current_quantity": line["quantity"],
        "price": line["unitPrice"],
        "requires_shipping": True,
        "gift_card": False,
        "tax_lines": [],
        "discount_allocations": [{"amount": decimal(off), "discount_application_index": 0}] if off else [],
    }


def _address(order: PlaceOrderInput) -> dict[str, Any]:
    to = order["shipTo"]
    return {
        "city": to.get("city"),
        "province_code": to.get("region"),
        "zip": to.get("postcode"),
        "country_code": to["countryCode"],
        "latitude": to.get("latitude"),
        "longitude": to.get("longitude"),
    }


# ---------------------------------------------------------------- stock


def _ids(sku: str) -> dict[str, str]:
    return {"inventory_item_id": f"44{sku}", "location_id": LOCATION}


def _answer(asked: Asked, stand: Stand) -> Answered:
    if asked.path == "/admin/oauth/access_token":
        return _token(asked)
    if asked.headers.get("x-shopify-access-token") != TOKEN:
        return UNAUTHORISED
    if not asked.path.endswith("/graphql.json"):
        return NOT_FOUND
    variables = asked.json["variables"]
    return _set(variables, stand) if "input" in variables else _nodes(variables, stand)


def _token(asked: Asked) -> Answered:
    said = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
    if said != CREDENTIALS | {"grant_type": "client_credentials"}:
        return UNAUTHORISED
    return Answered({"access_token": TOKEN, "scope": "write_inventory", "expires_in": 86_399})


def _set(variables: Any, stand: Stand) -> Answered:
    for each in variables["input"]["quantities"]:
        stand.held[each["inventoryItemId"].rpartition("/")[2]] = each["quantity"]
        stand.told += 1
    return Answered({"data": {"inventorySetQuantities": {"userErrors": []}}})


def _nodes(variables: Any, stand: Stand) -> Answered:
    return Answered({"data": {"nodes": [_node(gid, stand) for gid in variables["ids"]]}})


def _node(gid: str, stand: Stand) -> dict[str, Any] | None:
    units = stand.held.get(gid.rpartition("/")[2])
    if units is None:
        return None
    return {"id": gid, "inventoryLevel": {"quantities": [{"name": "available", "quantity": units}]}}


SHOPIFY = Platform(
    name="Shopify",
    credentials=CREDENTIALS,
    write=_write,
    stock=StockSide(
        key="inventory_item_id",
        ids=_ids,
        answer=_answer,
        is_stock=lambda asked: asked.path.endswith("/graphql.json"),
    ),
)
