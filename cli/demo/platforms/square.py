"""Square, a point of sale: webhooks name an order, which is then asked for; stock is a physical count.

An order is one with a SHIPMENT: sold at the counter, shipped to the customer's home.

Source: github.com/square/connect-api-specification; developer.squareup.com/docs/webhooks/step3validate.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import orjson

from cli.demo.platforms.shape import (
    NOT_FOUND,
    UNAUTHORISED,
    Answered,
    Asked,
    Known,
    Platform,
    Post,
    Stand,
    StockSide,
    Telling,
    discount_minor,
    gross_minor,
    minor,
    paid_minor,
)
from cli.replaying.shape import Line, PlaceOrderInput
from domain.channels.adapters.signing import hmac_sha256

CREDENTIALS: Final = {"access_token": "EAAA-demo", "signature_key": "square-demo-key"}
LOCATION: Final = "LMILLRACEWEST"
_TYPES: Final = {
    Telling.PLACED: "order.created",
    Telling.BESIDE: "order.updated",
    Telling.CANCELLED: "order.updated",
}


def _write(telling: Telling, orders: Sequence[PlaceOrderInput], at: datetime, url: str) -> Post:
    [order] = orders
    kind, reference = _TYPES[telling], order["externalReference"]
    happened = {
        "order_id": reference,
        "location_id": LOCATION,
        "state": "CANCELED" if telling is Telling.CANCELLED else "OPEN",
        "updated_at": at.isoformat(),
    }
    event = {
        "merchant_id": "MMILLRACE",
        "type": kind,
        "event_id": f"{reference}-{telling.lower()}",
        "created_at": at.isoformat(),
        "data": {"type": "order", "id": reference, "object": {kind.replace(".", "_"): happened}},
    }
    body = orjson.dumps(event)
    signature = hmac_sha256(CREDENTIALS["signature_key"], url.encode() + body)
    return Post(
        headers={"content-type": "application/json", "x-square-hmacsha256-signature": signature}, body=body
    )


def document(known: Known) -> dict[str, Any]:
    """The order as GET /v2/orders/{id} states it."""
    order = known.order
    total = _money(paid_minor(order))
    return {
        "id": order["externalReference"],
        "location_id": LOCATION,
        "customer_id": order.get("customerReference"),
        "created_at": order["placedAt"],
        "updated_at": known.at.isoformat(),
        "state": "CANCELED" if known.cancelled else "OPEN",
        "line_items": [_line(line, at) for at, line in enumerate(order["lines"])],
        "fulfillments": [_shipment(order, cancelled=known.cancelled)],
        "tenders": [{"id": "t-1", "type": "CARD", "amount_money": total}],
        "total_money": total,
        "net_amount_due_money": _money(0),
    }


def _line(line: Line, at: int) -> dict[str, Any]:
    gross, off = gross_minor(line), discount_minor(line)
    return {
        "uid": f"line-{at}",
        "catalog_object_id": _ids(line["sku"])["catalog_object_id"],
        "metadata": {"sku": line["sku"]},
        "quantity": str(line["quantity"]),
        "item_type": "ITEM",
        "base_price_money": _money(minor(line["unitPrice"])),
        "gross_sales_money": _money(gross),
        "total_discount_money": _money(off),
        "total_tax_money": _money(0),
        "total_money": _money(gross - off),
    }


def _shipment(order: PlaceOrderInput, *, cancelled: bool) -> dict[str, Any]:
    to = order["shipTo"]
    address = {
        "locality": to.get("city"),
        "administrative_district_level_1": to.get("region"),
        "postal_code": to.get("postcode"),
        "country": to["countryCode"],
    }
    return {
        "uid": "shipment",
        "type": "SHIPMENT",
        "state": "CANCELED" if cancelled else "PROPOSED",
        "shipment_details": {"recipient": {"address": address}},
    }


def _money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD"}


# ---------------------------------------------------------------- what it is asked


def _ids(sku: str) -> dict[str, str]:
    return {"catalog_object_id": f"V{sku}", "location_id": LOCATION}


def _answer(asked: Asked, stand: Stand) -> Answered:
    if asked.headers.get("authorization") != f"Bearer {CREDENTIALS['access_token']}":
        return UNAUTHORISED
    if asked.method == "GET" and asked.path.startswith("/v2/orders/"):
        known = stand.orders.get(asked.path.rpartition("/")[2])
        return Answered({"order": document(known)}) if known else NOT_FOUND
    match asked.path:
        case "/v2/inventory/changes/batch-create":
            return Answered({"counts": [_counted(change, stand) for change in asked.json["changes"]]})
        case "/v2/inventory/counts/batch-retrieve":
            ids: list[str] = asked.json["catalog_object_ids"]
            return Answered({"counts": [_count(each, stand) for each in ids if each in stand.held]})
    return NOT_FOUND


def _counted(change: Any, stand: Stand) -> dict[str, Any]:
    count = change["physical_count"]
    stand.held[count["catalog_object_id"]] = int(count["quantity"])
    stand.told += 1
    return _count(count["catalog_object_id"], stand)


def _count(catalog_object_id: str, stand: Stand) -> dict[str, Any]:
    return {
        "catalog_object_id": catalog_object_id,
        "location_id": LOCATION,
        "state": "IN_STOCK",
        "quantity": str(stand.held[catalog_object_id]),
    }


SQUARE = Platform(
    name="Square",
    credentials=CREDENTIALS,
    write=_write,
    stock=StockSide(
        key="catalog_object_id",
        ids=_ids,
        answer=_answer,
        is_stock=lambda asked: asked.path.startswith("/v2/inventory/"),
    ),
)
