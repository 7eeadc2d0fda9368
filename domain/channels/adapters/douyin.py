"""Douyin shop (抖店): pushed messages name orders, which are then fetched; amounts are whole fen.

Sources: https://op.jinritemai.com/docs/guide-docs/215/1977 (messages and `event-sign`), .../217/1979 (their
tags), .../212/1427 (codes of answers), and the interfaces /order/searchList, /order/orderDetail,
/sku/syncStockBatchMultiProducts, /sku/stockNum, /token/create as the official SDK of 2023-02 has them.

What the buyer paid is `pay_amount`: goods, less `promotion_amount`, with `post_amount` and `tax_amount`.
Of the discounts, `platform_cost_amount` is borne by the platform and its promoters, the rest by the shop.
A discount of the means of payment (`promotion_pay_amount`) is inside `pay_amount` and not the shop's.

Unverified: how long an answer may take, the rates of calls, that a stock of a bundle is its own SKU's, and
that a status of 105 (paid) always becomes 2 (to be shipped) before it may be shipped.
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import md5, sha256
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from pydantic import BeforeValidator, Field, RootModel

from domain.channels.adapters.china import from_seconds, in_seconds, next_backwards, page_number
from domain.channels.adapters.contract import (
    Access,
    Adapter,
    BadSignature,
    CredentialField,
    Cursor,
    Delivery,
    Facts,
    HttpAnswer,
    HttpRequest,
    Ignored,
    ListingQuantity,
    Message,
    OrderCancelled,
    OrderStated,
    OrderToFetch,
    Page,
    Parsed,
    Pull,
    Receipt,
    Stock,
    StockRequest,
    StockResult,
    Token,
    TokenFormat,
    Unreadable,
    Verdict,
    Webhook,
    WindowBy,
    wait_by_retry_after,
)
from domain.channels.adapters.dividing import Sold, lines_paid
from domain.channels.adapters.reading import Held, Identifier, Stated, from_minor, read, readable, written
from domain.channels.raw_order import RawOrder, RawShipTo

PAGE_SIZE = 100
BATCH_MAX = 50

# main_status of an order and of its parts
UNPAID = {1, 103}
PENDING = {105}  # paid, but a group or a check is waited for
TO_SHIP = {2, 101}
SHIPPED = {3, 5}
CANCELLED = {4, 21}  # 21: refunded before it was shipped
RETURNED = {22, 39}

# codes of answers
SUCCESS, PARTLY, TOO_FAST = 10_000, 10_001, 60_000
AGAIN = {20_000, 20_001, TOO_FAST, 90_000}
TOKEN_GONE = {"isv.access-token-expired", "isv.access-token-no-existed"}
TOO_FAST_WAIT_S = 1.0


# ---------------------------------------------------------------- what is read


def _or_zero(value: Any) -> Any:
    return 0 if value is None else value


Fen = Annotated[int, BeforeValidator(_or_zero)]


class _Named(Stated):
    name: str = ""


class _Address(Stated):
    province: _Named | None = None
    city: _Named | None = None
    town: _Named | None = None
    street: _Named | None = None
    detail: str = ""


class _Part(Stated):
    """A sub-order: units of one SKU."""

    order_id: Identifier
    main_status: int
    code: str = ""
    out_sku_id: Identifier = ""
    sku_id: Identifier
    item_num: int = Field(ge=1)
    sum_amount: Fen = 0
    modify_amount: Fen = 0
    promotion_amount: Fen = 0
    platform_cost_amount: Fen = 0


class _Order(Stated):
    order_id: Identifier
    main_status: int
    create_time: int
    update_time: int
    cancel_reason: str | None = ""
    pay_amount: Fen
    post_amount: Fen = 0
    tax_amount: Fen = 0
    target_arrival_time: Fen = 0
    open_id: str | None = ""
    doudian_open_id: str | None = ""
    post_addr: _Address | None = None
    mask_post_addr: _Address | None = None
    post_receiver: str | None = ""
    mask_post_receiver: str | None = ""
    post_tel: str | None = ""
    mask_post_tel: str | None = ""
    sku_order_list: tuple[_Part, ...] = Field(min_length=1)


class _Pushed(Stated):
    tag: Identifier
    msg_id: Identifier
    data: str


class _Pushes(RootModel[tuple[_Pushed, ...]]):
    pass


class _Happening(Stated):
    """The `data` of a message about an order; which times it has depends on its kind."""

    p_id: Identifier
    order_status: int = 0
    cancel_reason: str | None = ""
    create_time: Fen = 0
    pay_time: Fen = 0
    cancel_time: Fen = 0
    modify_time: Fen = 0
    success_time: Fen = 0

    @property
    def at(self) -> datetime | None:
        seconds = max(self.create_time, self.pay_time, self.cancel_time, self.modify_time, self.success_time)
        return from_seconds(seconds, path="data") if seconds else None


class _Answer(Stated):
    code: int
    msg: str = ""
    sub_code: str | None = ""
    sub_msg: str | None = ""

    @property
    def error(self) -> str:
        return f"{self.code} {self.sub_code or ''} {self.sub_msg or self.msg}".replace("  ", " ").strip()

    @property
    def again(self) -> bool:
        return self.code in AGAIN or (self.sub_code or "") in TOKEN_GONE


class _Listed(Stated):
    total: int
    shop_order_list: tuple[dict[str, Any], ...] | None = ()


class _List(_Answer):
    data: _Listed | None = None


class _Detail(Stated):
    shop_order_detail: dict[str, Any]


class _OrderAnswer(_Answer):
    data: _Detail | None = None


class _Result(Stated):
    sku_id: Identifier = ""
    uniq_id: Identifier = ""
    stock_num: Held | None = None
    status_code: int
    status_message: str | None = ""


class _Results(Stated):
    results: tuple[_Result, ...] | None = ()


class _StockAnswer(_Answer):
    data: _Results | None = None


class _StockNum(Stated):
    stock_num: Held


class _StockNumAnswer(_Answer):
    data: _StockNum | None = None


class _Granted(Stated):
    access_token: str
    expires_in: float


class _TokenAnswer(_Answer):
    data: _Granted | None = None


# ---------------------------------------------------------------- messages


def _verify(delivery: Delivery, credentials: Mapping[str, str]) -> None:
    app_key, secret = credentials["app_key"], credentials["app_secret"]
    if delivery.headers.get("app-id") != app_key:
        raise BadSignature("app-id is not ours")
    said = delivery.headers.get("event-sign", "")
    ours = md5(app_key.encode() + delivery.body + secret.encode(), usedforsecurity=False).hexdigest()
    if not hmac.compare_digest(ours.encode(), said.encode()):
        raise BadSignature("event-sign does not match")


def _messages(delivery: Delivery) -> list[Message]:
    return [_message(pushed) for pushed in read(_Pushes, delivery.body).root]


def _message(pushed: _Pushed) -> Message:
    happening = _happening(pushed)
    return Message(
        topic=f"tag-{pushed.tag}",
        body=orjson.dumps(pushed.model_dump()),
        delivery_id=pushed.msg_id if pushed.msg_id != "0" else None,  # 0: a test of the address
        reference=happening.p_id if happening else None,
        external_updated_at=happening.at if happening else None,
    )


def _happening(pushed: _Pushed) -> _Happening | None:
    """What it says of an order; None: it is of something else, such as a product or a test."""
    try:
        return read(_Happening, pushed.data.encode())
    except Unreadable:
        return None


def _answer(receipt: Receipt) -> HttpAnswer:
    status, code, text = {
        Receipt.ACCEPTED: (200, 0, "success"),
        Receipt.UNREADABLE: (200, 0, "success"),  # another time it is no better; it is kept as unreadable
        Receipt.REFUSED: (401, 40_003, "event-sign does not match"),
        Receipt.NOT_NOW: (503, 1, "fail"),
    }[receipt]
    body = orjson.dumps({"code": code, "msg": text})
    return HttpAnswer(status=status, headers={"content-type": "application/json"}, body=body)


# ---------------------------------------------------------------- parsing


def _parse(message: Message, facts: Facts) -> Parsed:
    if message.topic.startswith("tag-"):
        return _parse_pushed(read(_Pushed, message.body))
    return _parse_order(read(_Order, message.body), facts)


def _parse_pushed(pushed: _Pushed) -> Parsed:
    happening = _happening(pushed)
    if happening is None:
        return Ignored(why=f"a message of kind {pushed.tag}, which is not about an order")
    if pushed.tag == "100":
        return Ignored(why="the order is not paid yet")
    if pushed.tag == "106" and happening.order_status in CANCELLED:
        return OrderCancelled(
            reference=happening.p_id, updated_at=happening.at, reason=happening.cancel_reason or ""
        )
    return OrderToFetch(reference=happening.p_id)


def _parse_order(order: _Order, facts: Facts) -> Parsed:
    updated_at = from_seconds(order.update_time, path="update_time")
    status = order.main_status
    if status in CANCELLED:
        return OrderCancelled(
            reference=order.order_id, updated_at=updated_at, reason=order.cancel_reason or ""
        )
    if status not in TO_SHIP:
        return Ignored(why=_why_not(status))
    if all(part.main_status in CANCELLED for part in order.sku_order_list):
        return OrderCancelled(reference=order.order_id, updated_at=updated_at, reason="every part cancelled")
    return OrderStated(order=_raw(order, facts), updated_at=updated_at)


def _why_not(status: int) -> str:
    if status in UNPAID:
        return "the order is not paid yet"
    if status in PENDING:
        return "the order is paid, and not yet to be shipped"
    if status in SHIPPED | RETURNED:
        return "the order has been shipped"
    raise Unreadable(f"{status} is no status of an order", path="main_status")


def _raw(order: _Order, facts: Facts) -> RawOrder:
    arrives = order.target_arrival_time
    return RawOrder(
        channel=facts.channel,
        external_reference=order.order_id,
        placed_at=from_seconds(order.create_time, path="create_time").isoformat(),
        currency_code=facts.currency,
        customer_reference=order.doudian_open_id or order.open_id or None,
        promised_by=from_seconds(arrives, path="target_arrival_time").isoformat() if arrives else None,
        lines=lines_paid(
            [_sold(part) for part in order.sku_order_list],
            order.pay_amount - order.post_amount - order.tax_amount,
            currency=facts.currency,
        ),
        shipping=from_minor(order.post_amount, facts.currency),
        tax=from_minor(order.tax_amount, facts.currency),
        ship_to=_ship_to(order),
    )


def _sold(part: _Part) -> Sold:
    """A price changed by hand (`modify_amount`) is the shop's discount where it fell, and the price where it rose."""
    lowered, raised = max(0, -part.modify_amount), max(0, part.modify_amount)
    return Sold(
        sku=_sku(part),
        quantity=part.item_num,
        list_minor=part.sum_amount + raised,
        platform_discount_minor=part.platform_cost_amount,
        merchant_discount_minor=max(0, part.promotion_amount - part.platform_cost_amount) + lowered,
        cancelled=part.main_status in CANCELLED,
    )


def _sku(part: _Part) -> str:
    for named in (part.code.strip(), part.out_sku_id.strip()):
        if named not in {"", "0"}:
            return named
    return part.sku_id


def _ship_to(order: _Order) -> RawShipTo:
    """Where it goes; what the shop may not see is masked, such as 138****0000."""
    address = order.mask_post_addr or order.post_addr or _Address()
    street = address.street.name if address.street else ""
    return RawShipTo(
        country_code="CN",
        name=order.post_receiver or order.mask_post_receiver,
        phone=order.post_tel or order.mask_post_tel,
        region=address.province.name if address.province else None,
        city=address.city.name if address.city else None,
        line1=" ".join(part for part in (address.town.name if address.town else "", street) if part),
        line2=address.detail,
    )


# ---------------------------------------------------------------- calls


def _call(method: str, parameters: Mapping[str, Any], access: Access) -> HttpRequest:
    """A signed call: HMAC-SHA256 over the secret around the named values, keyed with the secret, in hex.

    Keys of the parameters are sorted at every level, and the body is exactly the text that was signed.
    """
    key, secret = access.credentials["app_key"], access.credentials["app_secret"]
    body, time = orjson.dumps(parameters, option=orjson.OPT_SORT_KEYS), str(in_seconds(access.now))
    signed = f"{secret}app_key{key}method{method}param_json{body.decode()}timestamp{time}v2{secret}"
    query = {
        "app_key": key,
        "method": method,
        "timestamp": time,
        "v": "2",
        "sign_method": "hmac-sha256",
        "sign": hmac.new(secret.encode(), signed.encode(), sha256).hexdigest(),
    }
    if access.token:
        query["access_token"] = access.token
    return HttpRequest(
        method="POST",
        path=f"/{method.replace('.', '/')}?{urlencode(query)}",
        headers={"content-type": "application/json"},
        body=body,
    )


def _wait_s(answer: HttpAnswer) -> float | None:
    """Most refusals come with status 200 and a code in the body."""
    said = wait_by_retry_after(answer)
    if said is not None:
        return said
    refusal = readable(_Answer, answer.body)
    return TOO_FAST_WAIT_S if refusal and refusal.code == TOO_FAST else None


def _verdict(answer: HttpAnswer) -> Verdict:
    said = readable(_Answer, answer.body)
    if said is None or not said.again:
        return Verdict.TAKEN
    return Verdict.NOT_LET_IN if (said.sub_code or "") in TOKEN_GONE else Verdict.NOT_NOW


def _require(answer: _Answer) -> None:
    if answer.code != SUCCESS:
        raise Unreadable(answer.error, path="code")


# ---------------------------------------------------------------- orders


def _pull_request(cursor: Cursor, access: Access) -> HttpRequest:
    time = "update_time" if cursor.by is WindowBy.UPDATED else "create_time"
    parameters = {
        f"{time}_start": in_seconds(cursor.since),
        f"{time}_end": in_seconds(cursor.until),
        "order_by": time,
        "order_asc": True,
        "page": page_number(cursor, first=0),
        "size": PAGE_SIZE,
    }
    return _call("order.searchList", parameters, access)


def _parse_page(cursor: Cursor, answer: HttpAnswer) -> Page:
    found = read(_List, answer.body)
    _require(found)
    if found.data is None:
        raise Unreadable("has no orders", path="data")
    next_page, counts = next_backwards(cursor, found.data.total, size=PAGE_SIZE, first=0)
    messages = [_stated(order) for order in found.data.shop_order_list or ()] if counts else []
    return Page(messages=messages, next_page=next_page, total=found.data.total)


def _stated(order: dict[str, Any]) -> Message:
    updated, reference = order.get("update_time"), order.get("order_id")
    return Message(
        topic="order",
        body=written(order),
        reference=None if reference is None else str(reference),
        external_updated_at=from_seconds(updated, path="update_time") if isinstance(updated, int) else None,
    )


def _order_request(reference: str, access: Access) -> HttpRequest:
    return _call("order.orderDetail", {"shop_order_id": reference}, access)


def _read_order(answer: HttpAnswer) -> Message:
    found = read(_OrderAnswer, answer.body)
    _require(found)
    if found.data is None:
        raise Unreadable("has no order", path="data")
    return _stated(found.data.shop_order_detail)


# ---------------------------------------------------------------- stock


def _addressable(listings: Sequence[ListingQuantity]) -> list[ListingQuantity]:
    """Those with the platform's ids; the others can be told nothing and show as drift."""
    return [
        listing
        for listing in listings
        if all(listing.external_ids.get(name, "").isdecimal() for name in ("product_id", "sku_id"))
    ]


def _stock_requests(listings: Sequence[ListingQuantity], access: Access) -> list[StockRequest]:
    known = _addressable(listings)
    return [
        _stock_request(known[start : start + BATCH_MAX], access) for start in range(0, len(known), BATCH_MAX)
    ]


def _stock_request(listings: Sequence[ListingQuantity], access: Access) -> StockRequest:
    items = [
        {
            "product_id": int(listing.external_ids["product_id"]),
            "sku_id": int(listing.external_ids["sku_id"]),
            "stock_num": listing.quantity,
            "uniq_id": str(number),
        }
        for number, listing in enumerate(listings)
    ]
    # An id that was used is refused for a day: every attempt gets its own.
    attempt = sha256(orjson.dumps([items, [each.version for each in listings], access.now]))
    parameters = {"incremental": False, "idempotent_id": attempt.hexdigest()[:32], "items": items}
    return StockRequest(
        request=_call("sku.syncStockBatchMultiProducts", parameters, access), listings=listings
    )


def _read_stock(asked: StockRequest, answer: HttpAnswer) -> list[StockResult]:
    said = read(_StockAnswer, answer.body)
    results = (said.data.results if said.data else None) or ()
    if said.code not in {SUCCESS, PARTLY}:
        return [
            StockResult(listing_id=each.listing_id, error=said.error, again=said.again)
            for each in asked.listings
        ]
    by_number = {result.uniq_id: result for result in results if result.uniq_id}
    by_sku = {result.sku_id: result for result in results}
    return [
        _stock_result(listing, by_number.get(str(number)) or by_sku.get(listing.external_ids["sku_id"]))
        for number, listing in enumerate(asked.listings)
    ]


def _stock_result(listing: ListingQuantity, result: _Result | None) -> StockResult:
    if result is None:
        return StockResult(listing_id=listing.listing_id, error="not in the answer", again=True)
    if result.status_code != 0:
        error = f"{result.status_code} {result.status_message or ''}".strip()
        return StockResult(listing_id=listing.listing_id, error=error)
    confirmed = listing.quantity if result.stock_num is None else result.stock_num
    return StockResult(listing_id=listing.listing_id, acknowledged=confirmed)


def _observe_requests(listings: Sequence[ListingQuantity], access: Access) -> list[StockRequest]:
    return [
        StockRequest(
            request=_call("sku.stockNum", {"sku_id": int(listing.external_ids["sku_id"])}, access),
            listings=[listing],
        )
        for listing in _addressable(listings)
    ]


def _read_observed(asked: StockRequest, answer: HttpAnswer) -> dict[UUID, int]:
    said = read(_StockNumAnswer, answer.body)
    _require(said)
    if said.data is None:
        raise Unreadable("does not say what it has", path="data")
    return {listing.listing_id: said.data.stock_num for listing in asked.listings}


# ---------------------------------------------------------------- access


def _token_request(access: Access) -> HttpRequest:
    """The app of a shop's own; it asks anew, with its secret, whenever the seven days of a token are over."""
    parameters = {
        "code": "",
        "grant_type": "authorization_self",
        "shop_id": access.credentials["shop_id"],
    }
    return _call("token.create", parameters, Access(credentials=access.credentials, now=access.now))


def _read_token(answer: HttpAnswer) -> Token:
    said = read(_TokenAnswer, answer.body)
    _require(said)
    if said.data is None:
        raise Unreadable("has no token", path="data")
    return Token(value=said.data.access_token, expires_in_s=said.data.expires_in)


DOUYIN = Adapter(
    platform="douyin",
    name="Douyin shop",
    endpoint="https://openapi-fxg.jinritemai.com",
    parse=_parse,
    credentials=(
        CredentialField(name="app_key", description="App key of the shop's own app (自用型应用)"),
        CredentialField(name="app_secret", description="App secret"),
        CredentialField(name="shop_id", description="Number of the shop"),
    ),
    webhook=Webhook(verify=_verify, messages=_messages, answer=_answer, answer_within_s=3),
    pull=Pull(
        pull_request=_pull_request,
        parse_page=_parse_page,
        interval_s=60,
        overlap_s=300,
        window_max_s=86_400,
        order_request=_order_request,
        parse_order=_read_order,
    ),
    stock=Stock(
        stock_requests=_stock_requests,
        read_answer=_read_stock,
        batch_max=BATCH_MAX,
        per_second=10,
        observe_requests=_observe_requests,
        read_observed=_read_observed,
    ),
    token=TokenFormat(token_request=_token_request, read_token=_read_token),
    wait_s=_wait_s,
    verdict=_verdict,
)
