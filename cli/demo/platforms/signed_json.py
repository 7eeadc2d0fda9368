"""A marketplace with a feed of its own: JSON in the order format, signed by Standard Webhooks, both ways.

Source: docs/order-format.md; github.com/standard-webhooks/standard-webhooks.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import orjson
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

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
)
from cli.replaying.shape import Line, PlaceOrderInput

SECRET: Final = "whsec_bWlsbHJhY2UtZGVtby1tYXJrZXRwbGFjZS1zZWNyZXQ="  # noqa: S105 -- of a platform that is played
_TYPES: Final = {
    Telling.PLACED: "order.placed",
    Telling.BESIDE: "order.updated",
    Telling.CANCELLED: "order.cancelled",
}


def _write(telling: Telling, orders: Sequence[PlaceOrderInput], at: datetime, _url: str) -> Post:
    [order] = orders
    data = _cancelled(order) if telling is Telling.CANCELLED else _document(order)
    body = orjson.dumps({"type": _TYPES[telling], "data": data | {"updated_at": at.isoformat()}})
    message_id = f"msg_{order['externalReference']}_{telling.lower()}"
    return Post(
        headers={
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(SECRET).sign(message_id, at, body.decode()),
        },
        body=body,
    )


def _cancelled(order: PlaceOrderInput) -> dict[str, Any]:
    return {"external_id": order["externalReference"], "reason": "the customer changed their mind"}


def _document(order: PlaceOrderInput) -> dict[str, Any]:
    to = order["shipTo"]
    return {
        "external_id": order["externalReference"],
        "placed_at": order["placedAt"],
        "currency": order["currencyCode"],
        "lines": [_line(line) for line in order["lines"]],
        "ship_to": {
            "country": to["countryCode"],
            "city": to.get("city"),
            "region": to.get("region"),
            "postcode": to.get("postcode"),
            "lat": to.get("latitude"),
            "lon": to.get("longitude"),
        },
        "customer_ref": order.get("customerReference"),
        "priority": order.get("priority"),
        "promised_by": order.get("promisedBy"),
        "stock_policy": order.get("stockPolicy"),
        "split_policy": order.get("splitPolicy"),
        "max_shipments": order.get("maxShipments"),
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "sku": line["sku"],
        "qty": line["quantity"],
        "unit_price": line["unitPrice"],
        "discount": line.get("merchantDiscount"),
        "platform_discount": line.get("platformDiscount"),
    }


# ---------------------------------------------------------------- stock


def _ids(sku: str) -> dict[str, str]:
    return {"offer": f"OF-{sku}"}


def _answer(asked: Asked, stand: Stand) -> Answered:
    try:
        said: Any = Webhook(SECRET).verify(asked.body.decode(), dict(asked.headers))
    except WebhookVerificationError:
        return UNAUTHORISED
    listings = said["data"]["listings"]
    if asked.path == "/stock":
        for each in listings:
            stand.held[each["ids"]["offer"]] = each["quantity"]
            stand.told += 1
    elif asked.path != "/stock/query":
        return NOT_FOUND
    return Answered({"listings": [_has(each, stand) for each in listings]})


def _has(listing: Any, stand: Stand) -> dict[str, Any]:
    return {"id": listing["id"], "quantity": stand.held.get(listing["ids"]["offer"], 0)}


SIGNED_JSON = Platform(
    name="Signed JSON",
    credentials={"secret": SECRET},
    write=_write,
    stock=StockSide(key="offer", ids=_ids, answer=_answer, is_stock=lambda _asked: True),
)
