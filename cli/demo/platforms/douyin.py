"""Douyin shop (抖店): pushed messages name an order, which is then asked for; amounts in fen, MD5 and HMAC signatures.

Source: op.jinritemai.com/docs/guide-docs/215/1977 (messages and `event-sign`), .../217/1979 (their tags),
interfaces /order/orderDetail, /sku/syncStockBatchMultiProducts, /sku/stockNum, /token/create.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime
from hashlib import md5, sha256
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

CREDENTIALS: Final = {"app_key": "7001", "app_secret": "douyin-demo-secret", "shop_id": "4463798"}
TOKEN: Final = "douyin-demo-token"  # noqa: S105 -- of a platform that is played
_TAGS: Final = {Telling.BESIDE: "100", Telling.PLACED: "101", Telling.CANCELLED: "106"}
_TIMES: Final = {
    Telling.BESIDE: "create_time",
    Telling.PLACED: "pay_time",
    Telling.CANCELLED: "cancel_time",
}
_UNPAID, _TO_SHIP, _CANCELLED = 1, 2, 4
_STATUSES: Final = {
    Telling.BESIDE: _UNPAID,
    Telling.PLACED: _TO_SHIP,
    Telling.CANCELLED: _CANCELLED,
}


def _write(telling: Telling, orders: Sequence[PlaceOrderInput], at: datetime, _url: str) -> Post:
    [order] = orders
    reference = order["externalReference"]
    data = {
        "p_id": reference,
        "s_ids": [reference],
        "shop_id": int(CREDENTIALS["shop_id"]),
        "order_status": _STATUSES[telling],
        _TIMES[telling]: int(at.timestamp()),
    }
    pushed = {
        "tag": _TAGS[telling],
        "msg_id": f"{reference}:{_TAGS[telling]}",
        "data": orjson.dumps(data).decode(),
    }
    body = orjson.dumps([pushed])
    signed = CREDENTIALS["app_key"].encode() + body + CREDENTIALS["app_secret"].encode()
    return Post(
        headers={
            "content-type": "application/json",
            "app-id": CREDENTIALS["app_key"],
            "event-sign": md5(signed, usedforsecurity=False).hexdigest(),
        },
        body=body,
    )


def document(known: Known) -> dict[str, Any]:
    """The order as /order/orderDetail states it."""
    order, to = known.order, known.order["shipTo"]
    status = _CANCELLED if known.cancelled else _TO_SHIP
    off = sum(discount_minor(line) for line in order["lines"])
    return {
        "order_id": order["externalReference"],
        "main_status": status,
        "create_time": int(datetime.fromisoformat(order["placedAt"]).timestamp()),
        "update_time": int(known.at.timestamp()),
        "doudian_open_id": order.get("customerReference", ""),
        "order_amount": paid_minor(order) + off,
        "pay_amount": paid_minor(order),
        "post_amount": 0,
        "promotion_amount": off,
        "mask_post_addr": {
            "province": {"name": to.get("region", "")},
            "city": {"name": to.get("city", "")},
            "town": {"name": ""},
            "street": {"name": ""},
            "detail": "",
        },
        "sku_order_list": [
            _part(line, f"{order['externalReference']}{at:03}", status)
            for at, line in enumerate(order["lines"])
        ],
    }


def _part(line: Line, number: str, status: int) -> dict[str, Any]:
    return {
        "order_id": number,
        "main_status": status,
        "sku_id": int(_ids(line["sku"])["sku_id"]),
        "code": line["sku"],
        "origin_amount": minor(line["unitPrice"]),
        "item_num": line["quantity"],
        "sum_amount": gross_minor(line),
        "promotion_amount": discount_minor(line),
        "platform_cost_amount": minor(line.get("platformDiscount")),
    }


# ---------------------------------------------------------------- what it is asked


def _ids(sku: str) -> dict[str, str]:
    return {"product_id": f"34{sku}", "sku_id": f"17{sku}"}


def _answer(asked: Asked, stand: Stand) -> Answered:
    if not _is_signed(asked):
        return UNAUTHORISED
    if asked.path == "/token/create":
        return _data({"access_token": TOKEN, "expires_in": 604_800})
    if asked.query.get("access_token") != TOKEN:
        return UNAUTHORISED
    return _called(asked, stand)


def _called(asked: Asked, stand: Stand) -> Answered:
    match asked.path:
        case "/order/orderDetail":
            known = stand.orders.get(asked.json["shop_order_id"])
            return _data({"shop_order_detail": document(known)}) if known else NOT_FOUND
        case "/sku/syncStockBatchMultiProducts":
            return _data({"results": [_taken(item, stand) for item in asked.json["items"]]})
        case "/sku/stockNum":
            return _data({"stock_num": stand.held.get(str(asked.json["sku_id"]), 0)})
    return NOT_FOUND


def _is_signed(asked: Asked) -> bool:
    key, secret = CREDENTIALS["app_key"], CREDENTIALS["app_secret"]
    method, time = asked.query.get("method", ""), asked.query.get("timestamp", "")
    text = f"{secret}app_key{key}method{method}param_json{asked.body.decode()}timestamp{time}v2{secret}"
    ours = hmac.new(secret.encode(), text.encode(), sha256).hexdigest()
    return hmac.compare_digest(ours, asked.query.get("sign", ""))


def _taken(item: Any, stand: Stand) -> dict[str, Any]:
    stand.held[str(item["sku_id"])] = item["stock_num"]
    stand.told += 1
    return {"sku_id": item["sku_id"], "uniq_id": item["uniq_id"], "status_code": 0}


def _data(data: object) -> Answered:
    return Answered({"code": 10_000, "msg": "success", "data": data})


DOUYIN = Platform(
    name="Douyin",
    credentials=CREDENTIALS,
    write=_write,
    stock=StockSide(
        key="sku_id", ids=_ids, answer=_answer, is_stock=lambda asked: asked.path.startswith("/sku/")
    ),
)
