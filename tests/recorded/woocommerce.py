"""WooCommerce: orders as REST v3 and its webhooks state them, and pages of the orders list."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.channels.adapters.contract import Cursor, Delivery, Facts, HttpAnswer
from domain.channels.adapters.signing import hmac_sha256
from domain.channels.adapters.woocommerce import WOOCOMMERCE
from tests.recorded.shape import Recorded

FACTS = Facts(channel="woo", currency="EUR", timezone="Europe/Vienna")
CREDENTIALS = {"consumer_key": "ck_4f1e", "consumer_secret": "cs_90ab", "webhook_secret": "wh-s3cret"}
START = datetime(2026, 11, 20, 8, tzinfo=UTC)

_ADDRESS = {
    "first_name": "Mira",
    "last_name": "Huber",
    "company": "",
    "address_1": "Gumpendorfer Straße 12",
    "address_2": "Top 3",
    "city": "Wien",
    "state": "",
    "postcode": "1060",
    "country": "AT",
    "phone": "",
}


def line(id_: int, sku: str, quantity: int, *amounts: str, **more: Any) -> dict[str, Any]:
    """A line and its amounts: `subtotal` before coupons, `total` after them, and its tax."""
    subtotal, total, tax = amounts
    return {
        "id": id_,
        "name": "Mug &ndash; blue",
        "product_id": 93,
        "variation_id": 0,
        "quantity": quantity,
        "tax_class": "",
        "subtotal": subtotal,
        "subtotal_tax": tax,
        "total": total,
        "total_tax": tax,
        "taxes": [{"id": 75, "total": tax, "subtotal": tax}],
        "meta_data": [],
        "sku": sku,
        "price": float(total) / max(quantity, 1),
        **more,
    }


def shipping(total: str, tax: str = "0.00", method: str = "flat_rate") -> dict[str, Any]:
    return {
        "id": 317,
        "method_title": "Flat Rate",
        "method_id": method,
        "instance_id": "1",
        "total": total,
        "total_tax": tax,
        "taxes": [],
        "meta_data": [],
    }


def fee(total: str, tax: str = "0.00") -> dict[str, Any]:
    return {
        "id": 320,
        "name": "Fee",
        "tax_class": "",
        "tax_status": "taxable",
        "total": total,
        "total_tax": tax,
    }


def order(**more: Any) -> dict[str, Any]:
    """Three mugs at 10.83 before tax and a coupon of 10 %, a tin of tea, 20 % VAT shown in all prices."""
    stated = {
        "id": 727,
        "parent_id": 0,
        "number": "A-727",
        "order_key": "wc_order_58d2d042d1d",
        "created_via": "checkout",
        "version": "10.3.5",
        "status": "processing",
        "currency": "EUR",
        "date_created": "2026-11-20T09:00:00",
        "date_created_gmt": "2026-11-20T08:00:00",
        "date_modified": "2026-11-20T09:01:00",
        "date_modified_gmt": "2026-11-20T08:01:00",
        "discount_total": "3.25",
        "discount_tax": "0.65",
        "shipping_total": "4.08",
        "shipping_tax": "0.82",
        "cart_tax": "7.35",
        "total": "49.00",
        "total_tax": "8.17",
        "prices_include_tax": True,
        "customer_id": 26,
        "customer_note": "",
        "billing": {**_ADDRESS, "email": "mira@example.com", "phone": "+43 1 5550142"},
        "shipping": deepcopy(_ADDRESS),
        "payment_method": "stripe",
        "payment_method_title": "Card",
        "transaction_id": "pi_3",
        "date_paid": "2026-11-20T09:00:30",
        "date_paid_gmt": "2026-11-20T08:00:30",
        "date_completed": None,
        "meta_data": [],
        "line_items": [
            line(315, "MUG-1", 3, "32.50", "29.25", "5.85"),
            line(316, "TEA-2", 1, "7.50", "7.50", "1.50", variation_id=23, product_id=22),
        ],
        "tax_lines": [
            {"id": 318, "rate_code": "AT-VAT-1", "tax_total": "7.35", "shipping_tax_total": "0.82"}
        ],
        "shipping_lines": [shipping("4.08", "0.82")],
        "fee_lines": [],
        "coupon_lines": [{"id": 319, "code": "welcome", "discount": "3.25", "discount_tax": "0.65"}],
        "refunds": [],
        "set_paid": False,
        "_links": {"self": [{"href": "https://shop.example/wp-json/wc/v3/orders/727"}]},
    }
    return {**stated, **more}


def _at(minute: int) -> str:
    return (START + timedelta(minutes=minute)).replace(tzinfo=None).isoformat()


def _order_body(reference: str, minute: int) -> bytes:
    return json.dumps(order(id=reference, date_modified_gmt=_at(minute))).encode()


def _cancel_body(reference: str, minute: int) -> bytes:
    return json.dumps(order(id=reference, date_modified_gmt=_at(minute), status="cancelled")).encode()


def _sign(body: bytes, delivery_id: str) -> Delivery:
    return Delivery(
        headers={
            "content-type": "application/json",
            "x-wc-webhook-source": "https://shop.example/",
            "x-wc-webhook-topic": "order.updated",
            "x-wc-webhook-resource": "order",
            "x-wc-webhook-event": "updated",
            "x-wc-webhook-signature": hmac_sha256(CREDENTIALS["webhook_secret"], body),
            "x-wc-webhook-id": "4",
            "x-wc-webhook-delivery-id": delivery_id,
        },
        query={},
        body=body,
        url="https://forebay.example/channels/woo/webhook",
        received_at=START,
    )


def _page(page: str | None, *ids: int) -> tuple[Cursor, HttpAnswer]:
    return (
        Cursor(since=START, until=START + timedelta(days=1), page=page),
        HttpAnswer(
            status=200,
            headers={"x-wp-total": "5", "x-wp-totalpages": "3"},
            body=json.dumps([order(id=each) for each in ids]).encode(),
        ),
    )


RECORDED = Recorded(
    adapter=WOOCOMMERCE,
    facts=FACTS,
    credentials=CREDENTIALS,
    order_body=_order_body,
    cancel_body=_cancel_body,
    sign=_sign,
    pages=(_page(None, 1, 2), _page("3", 5), _page("2", 3, 4), _page("1", 1, 2)),
)
