"""Square: orders of a counter, webhooks that name them, pages of the search, counts of the inventory."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.channels.adapters.contract import Cursor, Delivery, Facts, HttpAnswer
from domain.channels.adapters.signing import hmac_sha256
from domain.channels.adapters.square import SQUARE
from tests.recorded.shape import Recorded

SHOP = {"country": "US", "name": "Shop 12", "line1": "500 Main St", "city": "Austin", "postcode": "78701"}
FACTS = Facts(
    channel="shop-12",
    currency="USD",
    timezone="America/Chicago",
    settings={"locations": {"057P5VYJ4A5X1": SHOP}},
)
CREDENTIALS = {"access_token": "EAAAl1", "signature_key": "asdf1234"}
START = datetime(2026, 11, 20, 8, tzinfo=UTC)
URL = "https://forebay.example/channels/shop-12/webhook"
MUG, TEA = "W62UWFY35CWMYGVWK6TWJDNI", "BEMYCSMIJL46OCDV4KYIKXIB"


def money(amount: int, currency: str = "USD") -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


def line(variation: str | None, quantity: str, gross: int, *amounts: int, **more: Any) -> dict[str, Any]:
    """A line and its amounts in cents: gross, then discount, tax and the line's total."""
    discount, tax, total = amounts
    stated = {
        "uid": f"uid-{variation}",
        "name": "Mug",
        "variation_name": "blue",
        "quantity": quantity,
        "item_type": "ITEM",
        "catalog_version": 1594234567890,
        "base_price_money": money(gross),
        "variation_total_price_money": money(gross),
        "gross_sales_money": money(gross),
        "total_discount_money": money(discount),
        "total_tax_money": money(tax),
        "total_money": money(total),
        "total_service_charge_money": money(0),
    }
    if variation is not None:
        stated["catalog_object_id"] = variation
    return {**stated, **more}


def order(**more: Any) -> dict[str, Any]:
    """Two mugs and a tin of tea over the counter, discounted and taxed, with a tip."""
    stated = {
        "id": "CAISENgvlJ6jLWAzERDzjyHVybY",
        "location_id": "057P5VYJ4A5X1",
        "source": {"name": "Point of Sale"},
        "created_at": "2026-11-20T08:00:00.000Z",
        "updated_at": "2026-11-20T08:01:00.000Z",
        "closed_at": "2026-11-20T08:01:00.000Z",
        "state": "COMPLETED",
        "version": 4,
        "line_items": [line(MUG, "2", 2500, 250, 186, 2436), line(TEA, "1", 900, 0, 74, 974)],
        "taxes": [{"uid": "state-sales-tax", "name": "Sales tax", "percentage": "8.25", "type": "ADDITIVE"}],
        "discounts": [{"uid": "ten-off", "name": "10 %", "percentage": "10", "scope": "LINE_ITEM"}],
        "tenders": [{"id": "t-1", "type": "CARD", "amount_money": money(3610), "tip_money": money(200)}],
        "total_money": money(3610),
        "total_tax_money": money(260),
        "total_discount_money": money(250),
        "total_tip_money": money(200),
        "total_service_charge_money": money(0),
        "net_amount_due_money": money(0),
    }
    return {**stated, **more}


def order_of(*lines: dict[str, Any], total: int, currency: str = "USD", **more: Any) -> dict[str, Any]:
    without_tip = {"total_tip_money": money(0, currency)}
    return order(line_items=list(lines), total_money=money(total, currency), **{**without_tip, **more})


_RECIPIENT: dict[str, Any] = {
    "display_name": "Ida Park",
    "phone_number": "+15125550111",
    "address": {
        "address_line_1": "12 Elm St",
        "address_line_2": "Unit 2",
        "locality": "Round Rock",
        "administrative_district_level_1": "TX",
        "postal_code": "78664",
        "country": "US",
    },
}


def fulfillment(type_: str = "SHIPMENT", state: str = "PROPOSED", **more: Any) -> dict[str, Any]:
    details = {"recipient": deepcopy(_RECIPIENT)}
    return {"uid": "ful-1", "type": type_, "state": state, f"{type_.lower()}_details": details, **more}


def event(type_: str, reference: str, event_id: str) -> dict[str, Any]:
    name = type_.replace(".", "_")
    return {
        "merchant_id": "MLEFBHHSJGVHD",
        "type": type_,
        "event_id": event_id,
        "created_at": "2026-11-20T08:01:01Z",
        "data": {
            "type": "order",
            "id": reference,
            "object": {
                name: {
                    "created_at": "2026-11-20T08:00:00Z",
                    "updated_at": "2026-11-20T08:01:00Z",
                    "location_id": "057P5VYJ4A5X1",
                    "order_id": reference,
                    "state": "COMPLETED",
                    "version": 4,
                }
            },
        },
    }


def _order_body(reference: str, minute: int) -> bytes:
    return json.dumps(event("order.updated", reference, f"event-{reference}-{minute}")).encode()


def sign(body: bytes, _delivery_id: str) -> Delivery:
    signature = hmac_sha256(CREDENTIALS["signature_key"], URL.encode() + body)
    return Delivery(
        headers={"content-type": "application/json", "x-square-hmacsha256-signature": signature},
        query={},
        body=body,
        url=URL,
        received_at=START,
    )


_END = START + timedelta(days=1)

RECORDED = Recorded(
    adapter=SQUARE,
    facts=FACTS,
    credentials=CREDENTIALS,
    skus=(MUG, TEA),
    order_body=_order_body,
    sign=sign,
    pages=(
        (
            Cursor(since=START, until=_END),
            HttpAnswer(
                status=200,
                body=json.dumps(
                    {"orders": [order(), order(id="2", state="DRAFT")], "cursor": "VHJvZ2Rvcg"}
                ).encode(),
            ),
        ),
        (Cursor(since=START, until=_END, page="VHJvZ2Rvcg"), HttpAnswer(status=200, body=b"{}")),
    ),
)
