"""Signed JSON by Standard Webhooks, as docs/order-format.md describes its orders."""

from datetime import UTC, datetime, timedelta

import orjson
from standardwebhooks.webhooks import Webhook

from domain.channels.adapters.contract import Delivery, Facts
from domain.channels.adapters.generic import GENERIC
from tests.recorded.shape import Recorded

SECRET = "whsec_b3JkZXJzIGFyZSBzaWduZWQgd2l0aCB0aGlz"
BEGAN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def order_body(reference: str, minute: int) -> bytes:
    order = {
        "external_id": reference,
        "updated_at": (BEGAN + timedelta(minutes=minute)).isoformat(),
        "placed_at": BEGAN.isoformat(),
        "currency": "EUR",
        "customer_ref": "C-77",
        "ship_to": {
            "country": "DE",
            "name": "Ada Kern",
            "line1": f"Gasse {minute}" if minute else "Gasse 5",
            "city": "Leipzig",
            "postcode": "04109",
        },
        "lines": [
            {"sku": "MUG-1", "qty": 2, "unit_price": "12.50", "discount": "1.00", "tax": "3.83"},
            {"sku": "TEA-2", "qty": 1, "unit_price": "8.90", "platform_discount": "0.90"},
        ],
        "shipping": "4.90",
    }
    return orjson.dumps({"type": "order.updated" if minute else "order.placed", "data": order})


def cancel_body(reference: str, minute: int) -> bytes:
    at = (BEGAN + timedelta(minutes=minute)).isoformat()
    gone = {"external_id": reference, "updated_at": at, "reason": "changed their mind"}
    return orjson.dumps({"type": "order.cancelled", "data": gone})


def sign(body: bytes, delivery_id: str) -> Delivery:
    now = datetime.now(UTC)
    headers = {
        "content-type": "application/json",
        "webhook-id": delivery_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(delivery_id, now, body.decode()),
    }
    return Delivery(headers=headers, query={}, body=body, received_at=now)


RECORDED = Recorded(
    adapter=GENERIC,
    facts=Facts(channel="shop", currency="EUR", timezone="Europe/Berlin"),
    credentials={"secret": SECRET},
    order_body=order_body,
    cancel_body=cancel_body,
    sign=sign,
)
