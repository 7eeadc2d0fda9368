"""WeChat shop (微信小店): encrypted messages name orders, which are then fetched; amounts are whole fen.

Sources, all below https://developers.weixin.qq.com/doc/: channels/dev_before/base/message_push (the shop allows only
the safe mode and JSON), oplatform/developers/dev/push/encryption (AES and `msg_signature`),
store/shop/notify/order_callback (events, answered within 5 s), store/API/order/get and .../list_get,
store/shop/API/product/stock_update and .../batchget_stock, store/shop/dev_before/commErrCode,
store/shop/API/apimgnt/common/api_getstableaccesstoken.

In the plain mode the signature would not cover the body, so only `msg_signature`, over the ciphertext, counts; what
the envelope says beside it must be what is said inside. What the buyer paid is `order_price`, freight included. Of
the discounts, those of creators, of the state and of the platform's coupons are not the shop's; the rest is.
Stock is set (`diff_type` 3): WeChat recommends adding and subtracting, but only a set quantity can be repeated.

Unverified: rates of calls, that `real_price` is of the whole line, and that an envelope repeats the ToUserName inside.
"""

import hmac
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha1
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from pydantic import BeforeValidator, Field

from domain.channels.adapters.china import from_seconds, in_seconds
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
from domain.channels.adapters.dividing import Sold, divide, lines_paid
from domain.channels.adapters.reading import Held, Identifier, Stated, from_minor, read, readable, written
from domain.channels.raw_order import RawOrder, RawShipTo

PAGE_SIZE = 100
OBSERVED_MAX = 50  # products in one question
BLOCK = 32  # of the padding, not of AES

# status of an order
UNPAID, NOT_YET, TO_SHIP, PART_SHIPPED = {10}, {12, 13}, {20}, {21}  # 12: a gift to be accepted, 13: a group
SHIPPED, OVERSOLD, REFUNDED, CANCELLED = {30, 100}, {190}, {200}, {250}

CANCELLED_BY = {1: "by the buyer", 2: "not paid in time", 3: "all refunded", 4: "by the shop: oversold"}
CLOSED_EVENTS = {"channels_ec_order_confirm", "channels_ec_order_settle"}

# codes of answers
TOKEN_GONE, TOO_FAST, USED_UP = {40_001, 42_001}, 45_011, 45_009
AGAIN = {-1, TOO_FAST, USED_UP, 10_020_112, *TOKEN_GONE}
WAIT_S = {TOO_FAST: 60.0, USED_UP: 3_600.0}


# ---------------------------------------------------------------- what is read


def _or_zero(value: Any) -> Any:
    return 0 if value is None else value


Fen = Annotated[int, BeforeValidator(_or_zero)]


class _Envelope(Stated):
    to_user: str = Field(alias="ToUserName")
    encrypted: str = Field(alias="Encrypt")


class _About(Stated):
    order_id: Identifier | None = None
    cancel_type: int = 0


class _Event(Stated):
    to_user: str = Field("", alias="ToUserName")
    created: int = Field(alias="CreateTime")
    event: str = Field("", alias="Event")
    order_info: _About | None = None
    finder_shop_aftersale_status: _About | None = None

    @property
    def reference(self) -> str | None:
        about = self.order_info or self.finder_shop_aftersale_status
        return about.order_id if about else None


class _OrderId(Stated):
    order_id: Identifier


class _NotTheShops(Stated):
    """Discounts that others than the shop bear."""

    finder_discounted_price: Fen = 0
    national_subsidy_discounted_price: Fen = 0
    cash_coupon_discounted_price: Fen = 0

    @property
    def not_the_shops(self) -> int:
        return (
            self.finder_discounted_price
            + self.national_subsidy_discounted_price
            + self.cash_coupon_discounted_price
        )


class _Product(_NotTheShops):
    product_id: Identifier
    sku_id: Identifier
    out_sku_id: Identifier | None = ""
    sku_code: Identifier | None = ""
    sku_cnt: int = Field(ge=1)
    sale_price: Fen
    real_price: int | None = None
    merchant_discounted_price: Fen = 0
    deduction_price: Fen = 0
    finish_aftersale_sku_cnt: Fen = 0


class _Price(_NotTheShops):
    order_price: int
    freight: Fen = 0
    is_change_freight: bool = False
    change_freight: Fen = 0

    @property
    def paid_freight(self) -> int:
        return self.change_freight if self.is_change_freight else self.freight


class _Phone(Stated):
    virtual_tel_number: str | None = ""


class _Address(Stated):
    user_name: str | None = ""
    tel_number: str | None = ""
    tel_number_ext_info: _Phone | None = None
    use_tel_number: int = 0
    postal_code: str | None = ""
    province_name: str | None = ""
    city_name: str | None = ""
    county_name: str | None = ""
    detail_info: str | None = ""
    house_number: str | None = ""


class _ShippedProduct(Stated):
    sku_id: Identifier
    product_cnt: Fen = 0


class _Parcel(Stated):
    product_infos: tuple[_ShippedProduct, ...] | None = ()


class _Delivery(Stated):
    address_info: _Address | None = None
    delivery_product_info: tuple[_Parcel, ...] | None = ()

    @property
    def parcels(self) -> tuple[_Parcel, ...]:
        return self.delivery_product_info or ()

    def shipped(self, sku_id: str) -> int:
        return sum(
            each.product_cnt
            for parcel in self.parcels
            for each in parcel.product_infos or ()
            if each.sku_id == sku_id
        )


class _Detail(Stated):
    product_infos: tuple[_Product, ...] = Field(min_length=1)
    price_info: _Price
    delivery_info: _Delivery = _Delivery()


class _Order(Stated):
    order_id: Identifier
    status: int
    create_time: int
    update_time: int
    openid: str | None = ""
    order_detail: _Detail


class _Answer(Stated):
    errcode: int = 0
    errmsg: str = ""

    @property
    def error(self) -> str:
        return f"{self.errcode} {self.errmsg}".strip()


class _List(_Answer):
    order_id_list: tuple[Identifier, ...] = ()
    next_key: str = ""
    has_more: bool = False


class _OrderAnswer(_Answer):
    order: dict[str, Any] | None = None


class _SkuStock(Stated):
    sku_id: Identifier
    normal_stock_num: Held


class _ProductStock(Stated):
    product_id: Identifier
    sku_stock: tuple[_SkuStock, ...] = ()


class _Stocks(Stated):
    spu_stock_list: tuple[_ProductStock, ...] = ()


class _StocksAnswer(_Answer):
    data: _Stocks | None = None


class _TokenAnswer(_Answer):
    access_token: str = ""
    expires_in: float = 0


# ---------------------------------------------------------------- messages


def _signature(*parts: str) -> str:
    return sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def _same(ours: str, said: str) -> bool:
    return hmac.compare_digest(ours.encode(), said.encode())


def _verify(delivery: Delivery, credentials: Mapping[str, str]) -> None:
    try:
        envelope = read(_Envelope, delivery.body)
        timestamp, nonce = delivery.query["timestamp"], delivery.query["nonce"]
        said = delivery.query["msg_signature"]
    except (Unreadable, KeyError) as missing:
        raise BadSignature(f"not an encrypted message: {missing}") from None
    if not _same(_signature(credentials["token"], timestamp, nonce, envelope.encrypted), said):
        raise BadSignature("msg_signature does not match")
    try:
        inside = read(_Event, _decrypted(envelope.encrypted, credentials))
    except Unreadable as wrong:
        raise BadSignature(str(wrong)) from None
    if inside.to_user != envelope.to_user:
        raise BadSignature("the envelope is of another shop than what is in it")


def _opened(delivery: Delivery, credentials: Mapping[str, str]) -> Delivery:
    encrypted = read(_Envelope, delivery.body).encrypted
    return replace(delivery, body=_decrypted(encrypted, credentials))


def _decrypted(encrypted: str, credentials: Mapping[str, str]) -> bytes:
    """The message: 16 random bytes, its length in 4, itself, the app's id, and padding to blocks of 32.

    The key is the EncodingAESKey, base64 without its last `=`; its first 16 bytes are the vector.
    """
    try:
        key = b64decode(credentials["encoding_aes_key"] + "=", validate=True)
        cipher = Cipher(AES(key), CBC(key[:16])).decryptor()
        padded = cipher.update(b64decode(encrypted, validate=True)) + cipher.finalize()
    except (NotBase64, ValueError) as wrong:
        raise Unreadable(f"cannot be decrypted: {wrong}", path="Encrypt") from None
    if not padded or not 1 <= padded[-1] <= BLOCK:
        raise Unreadable("is not padded", path="Encrypt")
    text = padded[: -padded[-1]]
    end = 20 + int.from_bytes(text[16:20])
    if text[end:] != credentials["app_id"].encode():
        raise Unreadable("is of another app", path="Encrypt")
    return text[20:end]


def _messages(delivery: Delivery) -> list[Message]:
    event = read(_Event, delivery.body)
    reference = event.reference
    return [
        Message(
            topic=event.event or "message",
            body=delivery.body,
            event_id=f"{event.event}:{reference}:{event.created}" if reference else None,
            reference=reference,
            external_updated_at=from_seconds(event.created, path="CreateTime"),
        )
    ]


def _answer(receipt: Receipt) -> HttpAnswer:
    status, body = {
        Receipt.ACCEPTED: (200, b"success"),
        Receipt.UNREADABLE: (200, b"success"),  # another time it is no better; it is kept as unreadable
        Receipt.REFUSED: (401, b"fail"),
        Receipt.NOT_NOW: (503, b"fail"),
    }[receipt]
    return _text(status, body)


def _challenge(delivery: Delivery, credentials: Mapping[str, str]) -> HttpAnswer:
    """Answers with `echostr` where the token signed it; this GET has no body that could be changed."""
    query = delivery.query
    ours = _signature(credentials["token"], query.get("timestamp", ""), query.get("nonce", ""))
    if not _same(ours, query.get("signature", "")):
        return _text(401, b"fail")
    return _text(200, query.get("echostr", "").encode())


def _text(status: int, body: bytes) -> HttpAnswer:
    return HttpAnswer(status=status, headers={"content-type": "text/plain; charset=utf-8"}, body=body)


# ---------------------------------------------------------------- parsing


def _parse(message: Message, facts: Facts) -> Parsed:
    if message.topic == "order":
        return _parse_order(read(_Order, message.body), facts)
    if message.topic == "order-id":
        return OrderToFetch(reference=read(_OrderId, message.body).order_id)
    return _parse_event(read(_Event, message.body))


def _parse_event(event: _Event) -> Parsed:
    reference = event.reference
    if reference is None:
        return Ignored(why=f"{event.event or 'a message'} is not about an order")
    if event.event == "channels_ec_order_new":
        return Ignored(why="the order is not paid yet")
    if event.event in CLOSED_EVENTS:
        return Ignored(why="the order has been shipped")
    cancelled_by = event.order_info.cancel_type if event.order_info else 0
    if event.event == "channels_ec_order_cancel" and cancelled_by in {1, 2, 4}:
        return OrderCancelled(
            reference=reference,
            updated_at=from_seconds(event.created, path="CreateTime"),
            reason=CANCELLED_BY[cancelled_by],
        )
    return OrderToFetch(reference=reference)


def _parse_order(order: _Order, facts: Facts) -> Parsed:
    updated_at = from_seconds(order.update_time, path="update_time")
    sold = _sold(order)
    reason = _cancelled_because(order, sold)
    if reason:
        return OrderCancelled(reference=order.order_id, updated_at=updated_at, reason=reason)
    if order.status not in TO_SHIP | PART_SHIPPED:
        return Ignored(why=_why_not(order.status))
    return OrderStated(order=_raw(order, sold, facts), updated_at=updated_at)


def _cancelled_because(order: _Order, sold: Sequence[Sold]) -> str:
    """Why the whole order is off; empty: it is not, or it was shipped first and is a return."""
    if order.status in OVERSOLD:
        return CANCELLED_BY[4]
    if order.status in CANCELLED:
        return "by the buyer, the shop or time"
    nothing_left = all(each.cancelled for each in sold)
    if order.status in REFUNDED:
        shipped = any(parcel.product_infos for parcel in order.order_detail.delivery_info.parcels)
        return "" if shipped else CANCELLED_BY[3]
    return CANCELLED_BY[3] if nothing_left and order.status in TO_SHIP | PART_SHIPPED else ""


def _why_not(status: int) -> str:
    if status in UNPAID:
        return "the order is not paid yet"
    if status in NOT_YET:
        return "the order waits for its receiver or its group"
    if status in SHIPPED | REFUNDED:
        return "the order has been shipped"
    raise Unreadable(f"{status} is no status of an order", path="status")


def _sold(order: _Order) -> list[Sold]:
    products = order.order_detail.product_infos
    parts = _platform_parts(order.order_detail)
    return [
        each
        for product, platform in zip(products, parts, strict=True)
        for each in _kept_and_refunded(product, platform, order)
    ]


def _platform_parts(detail: _Detail) -> list[int]:
    """What others than the shop bear, by product: as stated there, or else the order's, divided."""
    stated = [product.not_the_shops for product in detail.product_infos]
    whole = detail.price_info.not_the_shops
    if sum(stated) == whole:
        return stated
    weights = stated if any(stated) else [each.sale_price * each.sku_cnt for each in detail.product_infos]
    return divide(whole, weights)


def _kept_and_refunded(product: _Product, platform: int, order: _Order) -> list[Sold]:
    """The units to ship, and apart from them those refunded before they were shipped."""
    unshipped = product.sku_cnt - order.order_detail.delivery_info.shipped(product.sku_id)
    refunded = max(0, min(product.finish_aftersale_sku_cnt, unshipped))
    counts = [product.sku_cnt - refunded, refunded]
    gross = product.sale_price * product.sku_cnt
    merchant = product.merchant_discounted_price + product.deduction_price
    if product.real_price is not None:
        merchant = max(0, gross - platform - product.real_price)
    lists, platforms, merchants = (divide(amount, counts) for amount in (gross, platform, merchant))
    return [
        Sold(
            sku=_sku(product),
            quantity=counts[part],
            list_minor=lists[part],
            platform_discount_minor=platforms[part],
            merchant_discount_minor=merchants[part],
            cancelled=part == 1,
        )
        for part in (0, 1)
        if counts[part]
    ]


def _sku(product: _Product) -> str:
    for named in (product.out_sku_id or "", product.sku_code or ""):
        if named.strip():
            return named.strip()
    return product.sku_id


def _raw(order: _Order, sold: Sequence[Sold], facts: Facts) -> RawOrder:
    price = order.order_detail.price_info
    return RawOrder(
        channel=facts.channel,
        external_reference=order.order_id,
        placed_at=from_seconds(order.create_time, path="create_time").isoformat(),
        currency_code=facts.currency,
        customer_reference=order.openid or None,
        lines=lines_paid(sold, price.order_price - price.paid_freight, currency=facts.currency),
        shipping=from_minor(price.paid_freight, facts.currency),
        ship_to=_ship_to(order.order_detail.delivery_info.address_info or _Address()),
    )


def _ship_to(address: _Address) -> RawShipTo:
    """Where it goes; what the shop may not see is masked, and a number for this order may stand in for the phone's."""
    virtual = address.tel_number_ext_info.virtual_tel_number if address.tel_number_ext_info else ""
    return RawShipTo(
        country_code="CN",
        name=address.user_name,
        phone=(virtual if address.use_tel_number else "") or address.tel_number,
        postcode=address.postal_code,
        region=address.province_name,
        city=address.city_name,
        line1=address.county_name,
        line2=" ".join(part for part in (address.detail_info, address.house_number) if part),
    )


# ---------------------------------------------------------------- calls


def _call(path: str, parameters: Mapping[str, Any], access: Access) -> HttpRequest:
    return HttpRequest(
        method="POST",
        path=f"{path}?access_token={quote(access.token or '', safe='')}",
        headers={"content-type": "application/json"},
        body=orjson.dumps(parameters),
    )


def _wait_s(answer: HttpAnswer) -> float | None:
    """Most refusals come with status 200 and a code in the body: 45011 is over with the minute, 45009 with the day."""
    said = wait_by_retry_after(answer)
    if said is not None:
        return said
    refusal = readable(_Answer, answer.body)
    return WAIT_S.get(refusal.errcode) if refusal else None


def _verdict(answer: HttpAnswer) -> Verdict:
    said = readable(_Answer, answer.body)
    if said is None or said.errcode not in AGAIN:
        return Verdict.TAKEN
    return Verdict.NOT_LET_IN if said.errcode in TOKEN_GONE else Verdict.NOT_NOW


def _require(answer: _Answer) -> None:
    if answer.errcode:
        raise Unreadable(answer.error, path="errcode")


# ---------------------------------------------------------------- orders


def _pull_request(cursor: Cursor, access: Access) -> HttpRequest:
    window = {"start_time": in_seconds(cursor.since), "end_time": in_seconds(cursor.until)}
    name = "update_time_range" if cursor.by is WindowBy.UPDATED else "create_time_range"
    parameters = {name: window, "page_size": PAGE_SIZE, "next_key": cursor.page or ""}
    return _call("/channels/ec/order/list/get", parameters, access)


def _parse_page(cursor: Cursor, answer: HttpAnswer) -> Page:
    """Only numbers of orders; the key of the next page is WeChat's, so pages go forwards.

    What happened to an order is not said, nor when: so each window that lists it has it fetched again.
    """
    found = read(_List, answer.body)
    _require(found)
    messages = [
        Message(
            topic="order-id",
            body=orjson.dumps({"order_id": order_id}),
            delivery_id=f"{order_id} until {in_seconds(cursor.until)}",
            reference=order_id,
        )
        for order_id in found.order_id_list
    ]
    return Page(messages=messages, next_page=(found.next_key or None) if found.has_more else None)


def _order_request(reference: str, access: Access) -> HttpRequest:
    return _call("/channels/ec/order/get", {"order_id": reference}, access)


def _read_order(answer: HttpAnswer) -> Message:
    found = read(_OrderAnswer, answer.body)
    _require(found)
    if found.order is None:
        raise Unreadable("has no order", path="order")
    updated, reference = found.order.get("update_time"), found.order.get("order_id")
    return Message(
        topic="order",
        body=written(found.order),
        reference=None if reference is None else str(reference),
        external_updated_at=from_seconds(updated, path="update_time") if isinstance(updated, int) else None,
    )


# ---------------------------------------------------------------- stock


def _addressable(listings: Sequence[ListingQuantity]) -> list[ListingQuantity]:
    """Those with the platform's ids; the others can be told nothing and show as drift."""
    return [
        listing
        for listing in listings
        if all(listing.external_ids.get(name) for name in ("product_id", "sku_id"))
    ]


def _stock_requests(listings: Sequence[ListingQuantity], access: Access) -> list[StockRequest]:
    return [
        StockRequest(
            request=_call(
                "/channels/ec/product/stock/update",
                {
                    "product_id": listing.external_ids["product_id"],
                    "sku_id": listing.external_ids["sku_id"],
                    "diff_type": 3,
                    "num": listing.quantity,
                },
                access,
            ),
            listings=[listing],
        )
        for listing in _addressable(listings)
    ]


def _read_stock(asked: StockRequest, answer: HttpAnswer) -> list[StockResult]:
    said = read(_Answer, answer.body)
    if said.errcode:
        again = said.errcode in AGAIN
        return [
            StockResult(listing_id=each.listing_id, error=said.error, again=again) for each in asked.listings
        ]
    return [StockResult(listing_id=each.listing_id, acknowledged=each.quantity) for each in asked.listings]


def _observe_requests(listings: Sequence[ListingQuantity], access: Access) -> list[StockRequest]:
    known = _addressable(listings)
    products = list(dict.fromkeys(listing.external_ids["product_id"] for listing in known))
    asked = [products[start : start + OBSERVED_MAX] for start in range(0, len(products), OBSERVED_MAX)]
    return [
        StockRequest(
            request=_call("/channels/ec/product/stock/batchget", {"product_id": some}, access),
            listings=[listing for listing in known if listing.external_ids["product_id"] in some],
        )
        for some in asked
    ]


def _read_observed(asked: StockRequest, answer: HttpAnswer) -> dict[UUID, int]:
    said = read(_StocksAnswer, answer.body)
    _require(said)
    if said.data is None:
        raise Unreadable("says of no product what it has", path="data")
    have = {
        (product.product_id, sku.sku_id): sku.normal_stock_num
        for product in said.data.spu_stock_list
        for sku in product.sku_stock
    }
    keys = {
        each.listing_id: (each.external_ids["product_id"], each.external_ids["sku_id"])
        for each in asked.listings
    }
    return {listing_id: have[key] for listing_id, key in keys.items() if key in have}


# ---------------------------------------------------------------- access


def _token_request(access: Access) -> HttpRequest:
    """The stable token: asking again, elsewhere too, does not end the one that is in use."""
    parameters = {
        "grant_type": "client_credential",
        "appid": access.credentials["app_id"],
        "secret": access.credentials["app_secret"],
        "force_refresh": False,
    }
    return HttpRequest(
        method="POST",
        path="/cgi-bin/stable_token",
        headers={"content-type": "application/json"},
        body=orjson.dumps(parameters),
    )


def _read_token(answer: HttpAnswer) -> Token:
    said = read(_TokenAnswer, answer.body)
    _require(said)
    if not said.access_token:
        raise Unreadable("has no token", path="access_token")
    return Token(value=said.access_token, expires_in_s=said.expires_in)


WECHAT_SHOP = Adapter(
    platform="wechat-shop",
    name="WeChat shop",
    endpoint="https://api.weixin.qq.com",
    parse=_parse,
    credentials=(
        CredentialField(name="app_id", description="App id of the shop"),
        CredentialField(name="app_secret", description="App secret"),
        CredentialField(name="token", description="Token (令牌) of the message push"),
        CredentialField(
            name="encoding_aes_key", description="EncodingAESKey of the message push, 43 characters"
        ),
    ),
    webhook=Webhook(
        verify=_verify,
        opened=_opened,
        messages=_messages,
        answer=_answer,
        answer_within_s=5,
        challenge=_challenge,
    ),
    pull=Pull(
        pull_request=_pull_request,
        parse_page=_parse_page,
        interval_s=120,
        overlap_s=300,
        window_max_s=7 * 86_400,
        order_request=_order_request,
        parse_order=_read_order,
    ),
    stock=Stock(
        stock_requests=_stock_requests,
        read_answer=_read_stock,
        batch_max=1,
        per_second=10,
        observe_requests=_observe_requests,
        read_observed=_read_observed,
    ),
    token=TokenFormat(token_request=_token_request, read_token=_read_token),
    wait_s=_wait_s,
    verdict=_verdict,
)
