"""Shopify: order webhooks as REST Admin states them, a page of the orders list, answers of GraphQL Admin."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.channels.adapters.contract import Cursor, Delivery, Facts, HttpAnswer
from domain.channels.adapters.shopify import SHOPIFY
from domain.channels.adapters.signing import hmac_sha256
from tests.recorded.shape import Recorded

FACTS = Facts(channel="shopify-de", currency="EUR", timezone="Europe/Berlin")
CREDENTIALS = {"client_id": "7c1fd5a2", "client_secret": "shpss_6f1d0c"}
START = datetime(2026, 11, 20, 8, tzinfo=UTC)

_ADDRESS: dict[str, Any] = {
    "first_name": "Jana",
    "last_name": "Vogt",
    "name": "Jana Vogt",
    "company": "Vogt Keramik",
    "address1": "Lindenallee 4",
    "address2": "Hinterhaus",
    "city": "Leipzig",
    "province": "Sachsen",
    "province_code": "SN",
    "country": "Germany",
    "country_code": "DE",
    "zip": "04109",
    "phone": "+49 341 5550199",
    "latitude": 51.3397,
    "longitude": 12.3731,
}


def money(amount: str, currency: str = "EUR") -> dict[str, Any]:
    """A MoneySet: what the shop gets, and what the customer was shown."""
    return {
        "shop_money": {"amount": amount, "currency_code": currency},
        "presentment_money": {"amount": str(round(float(amount) * 1.08, 2)), "currency_code": "USD"},
    }


def line(sku: str | None, quantity: int, price: str, *, tax: str = "0.00", **more: Any) -> dict[str, Any]:
    return {
        "id": 466157049,
        "admin_graphql_api_id": "gid://shopify/LineItem/466157049",
        "current_quantity": quantity,
        "fulfillable_quantity": quantity,
        "fulfillment_service": "manual",
        "fulfillment_status": None,
        "gift_card": False,
        "grams": 380,
        "name": "Mug",
        "price": price,
        "price_set": money(price),
        "product_exists": True,
        "product_id": 632910392,
        "quantity": quantity,
        "requires_shipping": True,
        "sku": sku,
        "taxable": True,
        "title": "Mug",
        "total_discount": "0.00",
        "total_discount_set": money("0.00"),
        "variant_id": 39072856,
        "variant_title": "blue",
        "vendor": "Forebay Goods",
        "properties": [],
        "tax_lines": [{"price": tax, "price_set": money(tax), "rate": 0.19, "title": "VAT"}]
        if tax != "0.00"
        else [],
        "duties": [],
        "discount_allocations": [],
        **more,
    }


def discount(amount: str) -> dict[str, Any]:
    return {"amount": amount, "amount_set": money(amount), "discount_application_index": 0}


def shipping(price: str, *, tax: str = "0.00", **more: Any) -> dict[str, Any]:
    return {
        "id": 369256396,
        "code": "Standard",
        "title": "Standard",
        "price": price,
        "price_set": money(price),
        "discounted_price": price,
        "is_removed": False,
        "source": "shopify",
        "tax_lines": [{"price": tax, "price_set": money(tax), "rate": 0.19, "title": "VAT"}]
        if tax != "0.00"
        else [],
        "discount_allocations": [],
        **more,
    }


def order(**more: Any) -> dict[str, Any]:
    """Two mugs at 12.90 and a tin of tea at 8.00, 5.00 of it given by a code; tax comes on top."""
    stated = {
        "id": 5891234567001,
        "admin_graphql_api_id": "gid://shopify/Order/5891234567001",
        "app_id": 580111,
        "cancel_reason": None,
        "cancelled_at": None,
        "closed_at": None,
        "confirmed": True,
        "created_at": "2026-11-20T09:00:00+01:00",
        "currency": "EUR",
        "current_subtotal_price": "28.80",
        "current_total_price": "39.80",
        "current_total_tax": "6.10",
        "customer": {"id": 207119551, "email": "jana@example.com", "state": "disabled"},
        "discount_applications": [
            {
                "target_type": "line_item",
                "type": "discount_code",
                "value": "5.0",
                "value_type": "fixed_amount",
                "allocation_method": "across",
                "target_selection": "all",
                "code": "HELLO5",
            }
        ],
        "discount_codes": [{"code": "HELLO5", "amount": "5.00", "type": "fixed_amount"}],
        "email": "jana@example.com",
        "financial_status": "paid",
        "fulfillment_status": None,
        "line_items": [
            line("MUG-1", 2, "12.90", tax="4.00", discount_allocations=[discount("4.00")]),
            line("TEA-2", 1, "8.00", tax="1.15", id=466157050, discount_allocations=[discount("1.00")]),
        ],
        "name": "#1001",
        "number": 1,
        "order_number": 1001,
        "payment_gateway_names": ["shopify_payments"],
        "presentment_currency": "USD",
        "processed_at": "2026-11-20T09:00:00+01:00",
        "refunds": [],
        "fulfillments": [],
        "shipping_address": deepcopy(_ADDRESS),
        "billing_address": deepcopy(_ADDRESS),
        "shipping_lines": [shipping("4.90", tax="0.95")],
        "source_name": "web",
        "subtotal_price": "28.80",
        "tags": "gift, VIP",
        "taxes_included": False,
        "test": False,
        "total_discounts": "5.00",
        "total_line_items_price": "33.80",
        "total_price": "39.80",
        "total_tax": "6.10",
        "total_tip_received": "0.00",
        "total_weight": 1140,
        "updated_at": "2026-11-20T09:00:00+01:00",
    }
    return {**stated, **more}


def _at(minute: int) -> str:
    return (START + timedelta(minutes=minute)).isoformat()


def _order_body(reference: str, minute: int) -> bytes:
    return json.dumps(order(id=reference, updated_at=_at(minute))).encode()


def _cancel_body(reference: str, minute: int) -> bytes:
    cancelled = order(
        id=reference, updated_at=_at(minute), cancelled_at=_at(minute), cancel_reason="customer"
    )
    return json.dumps(cancelled).encode()


def _sign(body: bytes, delivery_id: str) -> Delivery:
    return Delivery(
        headers={
            "content-type": "application/json",
            "x-shopify-topic": "orders/updated",
            "x-shopify-hmac-sha256": hmac_sha256(CREDENTIALS["client_secret"], body),
            "x-shopify-shop-domain": "forebay-goods.myshopify.com",
            "x-shopify-api-version": "2026-04",
            "x-shopify-webhook-id": delivery_id,
            "x-shopify-event-id": f"event-of-{delivery_id}",
            "x-shopify-triggered-at": "2026-11-20T08:00:01.123456Z",
        },
        query={},
        body=body,
        url="https://forebay.example/channels/shopify-de/webhook",
        received_at=START,
    )


_FIRST = Cursor(since=START, until=START + timedelta(days=1))
_SECOND = Cursor(since=START, until=START + timedelta(days=1), page="eyJsYXN0X2lkIjo1fQ")
_NEXT = (
    "https://forebay-goods.myshopify.com/admin/api/2026-04/orders.json?limit=250&page_info=eyJsYXN0X2lkIjo1fQ"
)
_BACK = "https://forebay-goods.myshopify.com/admin/api/2026-04/orders.json?limit=250&page_info=eyJkIjoicCJ9"

RECORDED = Recorded(
    adapter=SHOPIFY,
    facts=FACTS,
    credentials=CREDENTIALS,
    order_body=_order_body,
    cancel_body=_cancel_body,
    sign=_sign,
    pages=(
        (
            _FIRST,
            HttpAnswer(
                status=200,
                headers={"link": f'<{_NEXT}>; rel="next"', "x-shopify-shop-api-call-limit": "1/40"},
                body=json.dumps({"orders": [order(), order(id=2, financial_status="pending")]}).encode(),
            ),
        ),
        (
            _SECOND,
            HttpAnswer(
                status=200,
                headers={"link": f'<{_BACK}>; rel="previous"'},
                body=json.dumps({"orders": [order(id=3)]}).encode(),
            ),
        ),
    ),
)
