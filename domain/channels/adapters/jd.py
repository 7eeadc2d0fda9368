"""JD (京东 POP): orders are asked for by when they changed; amounts are yuan.

Sources: https://open.jd.com/v2/#/doc/dev-guide?listId=2643 (calls, their signature and its example),
https://jos.jd.com/apilistnewdetail.html?apiId=15660 jingdong.pop.order.search and 15661 jingdong.pop.order.get
(windows of a month at most, `dateType` 0 by change and 1 by creation), jingdong.ware.stock.sku.set, which replaces
stock.write.updateSkuStock, and jingdong.stock.read.findSkuStock, as JD's Java SDK has them.

The shop is owed `orderSellerPrice` = `orderTotalPrice` - `sellerDiscount`, and the freight. Coupons, beans and red
packets that JD bears (types 41, 39, 34 of `couponDetailList`) are platform discounts; a balance and gift cards (52) are
means of payment and no discount. `orderTotalPrice` holds the freight where it is more than the goods by just that.
The router answers `responce`, with this spelling. Names and addresses may come encrypted: what cannot be read is left out.

A token is renewed at open-oauth.jd.com/oauth2/refresh_token, as its OAuth clients do, and comes with a new refresh token.

Unverified: that `orderPayment` is what is left after those coupons and the balance, how many SKUs a stock call takes
and its optional fields, codes of limits and rates, and whether an old refresh token stays good.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from pydantic import Field

from domain.channels.adapters.china import (
    from_beijing,
    in_beijing,
    in_fen,
    next_backwards,
    page_number,
    signed_form,
)
from domain.channels.adapters.contract import (
    Access,
    Adapter,
    CredentialField,
    Cursor,
    Facts,
    HttpAnswer,
    HttpRequest,
    Ignored,
    ListingQuantity,
    Message,
    OrderCancelled,
    OrderStated,
    Page,
    Parsed,
    Pull,
    Stock,
    StockRequest,
    StockResult,
    Token,
    TokenFormat,
    Unreadable,
    Verdict,
    WindowBy,
    wait_by_retry_after,
)
from domain.channels.adapters.dividing import Sold, divide, lines_paid
from domain.channels.adapters.reading import (
    Amount,
    Held,
    Identifier,
    Stated,
    from_minor,
    read,
    readable,
    written,
)
from domain.channels.raw_order import RawOrder, RawShipTo

PAGE_SIZE = 100
BATCH_MAX = 20

UNPAID = {"NOT_PAY"}
TO_SHIP = {"WAIT_SELLER_STOCK_OUT", "WAIT_SELLER_DELIVERY"}
HELD = {"LOCKED", "PAUSE", "POP_ORDER_PAUSE"}  # a cancellation is asked for, or JD looks into the order
SHIPPED = {"WAIT_GOODS_RECEIVE_CONFIRM", "FINISHED_L"}
CANCELLED = "TRADE_CANCELED"
STATES = ",".join(sorted(TO_SHIP | HELD | SHIPPED | {CANCELLED}))

PLATFORMS = {34, 39, 41}  # red packets, beans, JD's coupons
PAYMENT = {52}  # gift cards
OF_ONE_SKU = 30

TOO_FAST, NO_TOKEN = "2", "19"
AGAIN = {TOO_FAST, NO_TOKEN, "43", "65", "66", "67", "69"}
TOO_FAST_WAIT_S = 10.0
CIPHERTEXT = re.compile(r"[A-Za-z0-9+/]{32,}={0,2}")

FIELDS = (
    "orderId,parentOrderId,orderType,payType,orderState,orderTotalPrice,orderSellerPrice,orderPayment,"
    "freightPrice,sellerDiscount,balanceUsed,couponDetailList,itemInfoList,consigneeInfo,orderRemark,"
    "orderStartTime,paymentConfirmTime,modified,waybill"
)


# ---------------------------------------------------------------- what is read


class _Item(Stated):
    sku_id: Identifier = Field(alias="skuId")
    outer_sku_id: Identifier | None = Field("", alias="outerSkuId")
    price: Amount = Field(alias="jdPrice")
    total: int = Field(alias="itemTotal", ge=1)


class _Coupon(Stated):
    sku_id: Identifier | None = Field("", alias="skuId")
    named: str = Field(alias="couponType")
    price: Amount = Field(alias="couponPrice")

    @property
    def kind(self) -> int:
        """The number before its name, as in `41-京东券优惠`."""
        number = self.named.split("-", 1)[0].strip()
        if not number.isdecimal():
            raise Unreadable(f"{self.named!r} is no kind of a coupon", path="couponDetailList")
        return int(number)


class _Consignee(Stated):
    fullname: str | None = ""
    mobile: str | None = ""
    telephone: str | None = ""
    full_address: str | None = Field("", alias="fullAddress")
    province: str | None = ""
    city: str | None = ""
    county: str | None = ""
    town: str | None = ""


class _Order(Stated):
    order_id: Identifier = Field(alias="orderId")
    state: str = Field(alias="orderState")
    started: str = Field(alias="orderStartTime")
    modified: str
    total_price: Amount = Field(alias="orderTotalPrice")
    seller_discount: Amount = Field(alias="sellerDiscount")
    freight: Amount | None = Field(None, alias="freightPrice")
    coupons: tuple[_Coupon, ...] | None = Field((), alias="couponDetailList")
    items: tuple[_Item, ...] = Field(alias="itemInfoList", min_length=1)
    consignee: _Consignee | None = Field(None, alias="consigneeInfo")
    pin: str | None = ""
    waybill: str | None = ""


class _Refusal(Stated):
    code: Identifier
    zh_desc: str | None = ""
    en_desc: str | None = ""

    @property
    def text(self) -> str:
        return f"{self.code} {self.zh_desc or self.en_desc or ''}".strip()


class _Answer(Stated):
    error_response: _Refusal | None = None


class _ApiResult(Stated):
    success: bool
    code: Identifier | None = Field("", alias="numberCode")
    said: str | None = Field("", alias="chineseErrCode")


class _Found(Stated):
    result: _ApiResult = Field(alias="apiResult")
    total: int = Field(0, alias="orderTotal")
    orders: tuple[dict[str, Any], ...] | None = Field((), alias="orderInfoList")


class _Search(Stated):
    found: _Found | None = Field(None, alias="searchorderinfo_result")


class _SearchAnswer(_Answer):
    search: _Search | None = Field(None, alias="jingdong_pop_order_search_responce")


class _Detail(Stated):
    result: _ApiResult = Field(alias="apiResult")
    order: dict[str, Any] | None = Field(None, alias="orderInfo")


class _Get(Stated):
    detail: _Detail | None = Field(None, alias="orderDetailInfo")


class _GetAnswer(_Answer):
    get: _Get | None = Field(None, alias="jingdong_pop_order_get_responce")


class _Updated(Stated):
    sku_id: Identifier = Field(alias="data")
    success: bool
    message: str | None = ""


class _UpdatedAll(Stated):
    results: tuple[_Updated, ...] | None = Field((), alias="updateStockResult")


class _Return(Stated):
    success: bool
    message: str | None = ""
    obj: _UpdatedAll | None = None


class _Set(Stated):
    returned: _Return | None = Field(None, alias="returnType")


class _SetAnswer(_Answer):
    set_: _Set | None = Field(None, alias="jingdong_ware_stock_sku_set_responce")


class _SkuStock(Stated):
    stock: Held = Field(alias="stockNum")


class _Held(Stated):
    stocks: tuple[_SkuStock, ...] | None = Field(None, alias="skuStocks")


class _HeldAnswer(_Answer):
    held: _Held | None = Field(None, alias="jingdong_stock_read_findSkuStock_responce")


# ---------------------------------------------------------------- parsing


def _parse(message: Message, facts: Facts) -> Parsed:
    order = read(_Order, message.body)
    updated_at = from_beijing(order.modified, path="modified")
    if order.state == CANCELLED and not order.waybill:
        return OrderCancelled(reference=order.order_id, updated_at=updated_at, reason="cancelled at JD")
    if order.state not in TO_SHIP:
        return Ignored(why=_why_not(order.state))
    return OrderStated(order=_raw(order, facts), updated_at=updated_at)


def _why_not(state: str) -> str:
    if state in UNPAID:
        return "the order is not paid yet"
    if state in HELD:
        return "JD holds the order"
    if state in SHIPPED:
        return "the order has been shipped"
    if state == CANCELLED:
        return "the order was cancelled after it had been shipped"
    raise Unreadable(f"{state!r} is no state of an order", path="orderState")


def _raw(order: _Order, facts: Facts) -> RawOrder:
    freight = _fen(order.freight, "freightPrice")
    sold = _sold(order)
    return RawOrder(
        channel=facts.channel,
        external_reference=order.order_id,
        placed_at=from_beijing(order.started, path="orderStartTime").isoformat(),
        currency_code=facts.currency,
        customer_reference=order.pin or None,
        lines=lines_paid(sold, _paid(order, sold, freight), currency=facts.currency),
        shipping=from_minor(freight, facts.currency),
        ship_to=_ship_to(order.consignee or _Consignee()),
    )


def _fen(yuan: Amount | None, path: str) -> int:
    return 0 if yuan is None else in_fen(yuan, path=path)


def _paid(order: _Order, sold: Sequence[Sold], freight: int) -> int:
    """What the goods cost the buyer: what the shop is owed for them, less what JD bears."""
    total = _fen(order.total_price, "orderTotalPrice")
    goods = sum(each.list_minor for each in sold)
    within = freight if total == goods + freight else 0
    borne = sum(each.platform_discount_minor for each in sold)
    return total - within - _fen(order.seller_discount, "sellerDiscount") - borne


def _sold(order: _Order) -> list[Sold]:
    lists = [_fen(item.price * item.total, "itemInfoList") for item in order.items]
    coupons = order.coupons or ()
    platform = divide(sum(_worth(coupon) for coupon in coupons if coupon.kind in PLATFORMS), lists)
    own = _own_discounts(order)
    shared = divide(max(0, _fen(order.seller_discount, "sellerDiscount") - sum(own)), lists)
    return [
        Sold(
            sku=(item.outer_sku_id or "").strip() or item.sku_id,
            quantity=item.total,
            list_minor=lists[index],
            platform_discount_minor=platform[index],
            merchant_discount_minor=own[index] + shared[index],
        )
        for index, item in enumerate(order.items)
    ]


def _worth(coupon: _Coupon) -> int:
    return in_fen(coupon.price, path="couponDetailList")


def _own_discounts(order: _Order) -> list[int]:
    """The promotions of single SKUs, each at the first item of its SKU."""
    off: dict[str, int] = {}
    for coupon in order.coupons or ():
        if coupon.kind == OF_ONE_SKU and coupon.sku_id:
            off[coupon.sku_id] = off.get(coupon.sku_id, 0) + _worth(coupon)
    return [off.pop(item.sku_id, 0) for item in order.items]


def _ship_to(consignee: _Consignee) -> RawShipTo:
    above = (consignee.province, consignee.city, consignee.county, consignee.town)
    address = _legible(consignee.full_address) or ""
    for part in above:
        address = address.removeprefix(part or "")
    return RawShipTo(
        country_code="CN",
        name=_legible(consignee.fullname),
        phone=_legible(consignee.mobile) or _legible(consignee.telephone),
        region=consignee.province,
        city=consignee.city,
        line1=" ".join(part for part in (consignee.county, consignee.town) if part),
        line2=address.strip(),
    )


def _legible(text: str | None) -> str | None:
    return None if text and CIPHERTEXT.fullmatch(text) else text


# ---------------------------------------------------------------- calls


def _call(method: str, parameters: Mapping[str, Any], access: Access) -> HttpRequest:
    whole = {
        "360buy_param_json": orjson.dumps(parameters, option=orjson.OPT_SORT_KEYS).decode(),
        "method": method,
        "app_key": access.credentials["app_key"],
        "access_token": access.token or access.credentials["access_token"],
        "timestamp": in_beijing(access.now),
        "v": "2.0",
    }
    return signed_form("/routerjson", whole, access.credentials["app_secret"])


def _refusal(answer: HttpAnswer) -> _Refusal | None:
    said = readable(_Answer, answer.body)
    return said.error_response if said else None


def _wait_s(answer: HttpAnswer) -> float | None:
    """Refusals come with status 200 and a code in the body."""
    said = wait_by_retry_after(answer)
    if said is not None:
        return said
    refusal = _refusal(answer)
    return TOO_FAST_WAIT_S if refusal and refusal.code == TOO_FAST else None


def _verdict(answer: HttpAnswer) -> Verdict:
    refusal = _refusal(answer)
    if refusal is None or refusal.code not in AGAIN:
        return Verdict.TAKEN
    return Verdict.NOT_LET_IN if refusal.code == NO_TOKEN else Verdict.NOT_NOW


def _require(answer: _Answer) -> None:
    if answer.error_response:
        raise Unreadable(answer.error_response.text, path="error_response")


def _require_success(result: _ApiResult) -> None:
    if not result.success:
        raise Unreadable(f"{result.code or ''} {result.said or ''}".strip(), path="apiResult")


# ---------------------------------------------------------------- orders


def _pull_request(cursor: Cursor, access: Access) -> HttpRequest:
    parameters = {
        "start_date": in_beijing(cursor.since),
        "end_date": in_beijing(cursor.until),
        "order_state": STATES,
        "optional_fields": FIELDS,
        "source_id": "JOS",
        "page": str(page_number(cursor, first=1)),
        "page_size": str(PAGE_SIZE),
        "sortType": 0,
        "dateType": 0 if cursor.by is WindowBy.UPDATED else 1,
    }
    return _call("jingdong.pop.order.search", parameters, access)


def _parse_page(cursor: Cursor, answer: HttpAnswer) -> Page:
    said = read(_SearchAnswer, answer.body)
    _require(said)
    found = said.search.found if said.search else None
    if found is None:
        raise Unreadable("has no orders", path="searchorderinfo_result")
    _require_success(found.result)
    next_page, counts = next_backwards(cursor, found.total, size=PAGE_SIZE, first=1)
    messages = [_stated(order) for order in found.orders or ()] if counts else []
    return Page(messages=messages, next_page=next_page, total=found.total)


def _stated(order: dict[str, Any]) -> Message:
    modified, reference = order.get("modified"), order.get("orderId")
    return Message(
        topic="order",
        body=written(order),
        reference=None if reference is None else str(reference),
        external_updated_at=from_beijing(modified, path="modified") if isinstance(modified, str) else None,
    )


def _order_request(reference: str, access: Access) -> HttpRequest:
    parameters = {"order_id": reference, "optional_fields": FIELDS, "source_id": "JOS"}
    return _call("jingdong.pop.order.get", parameters, access)


def _read_order(answer: HttpAnswer) -> Message:
    said = read(_GetAnswer, answer.body)
    _require(said)
    detail = said.get.detail if said.get else None
    if detail is None:
        raise Unreadable("has no order", path="orderDetailInfo")
    _require_success(detail.result)
    if detail.order is None:
        raise Unreadable("has no order", path="orderDetailInfo.orderInfo")
    return _stated(detail.order)


# ---------------------------------------------------------------- stock


def _addressable(listings: Sequence[ListingQuantity]) -> list[ListingQuantity]:
    """Those with JD's `skuId`; the others can be told nothing and show as drift."""
    return [listing for listing in listings if listing.external_ids.get("skuId", "").isdecimal()]


def _stock_requests(listings: Sequence[ListingQuantity], access: Access) -> list[StockRequest]:
    known = _addressable(listings)
    return [
        _stock_request(known[start : start + BATCH_MAX], access) for start in range(0, len(known), BATCH_MAX)
    ]


def _stock_request(listings: Sequence[ListingQuantity], access: Access) -> StockRequest:
    stocks = [{"skuId": int(each.external_ids["skuId"]), "stockNum": each.quantity} for each in listings]
    request = _call("jingdong.ware.stock.sku.set", {"req": {"skuStocks": stocks}}, access)
    return StockRequest(request=request, listings=listings)


def _read_stock(asked: StockRequest, answer: HttpAnswer) -> list[StockResult]:
    said = read(_SetAnswer, answer.body)
    refusal = said.error_response
    if refusal:
        again = refusal.code in AGAIN
        return [
            StockResult(listing_id=each.listing_id, error=refusal.text, again=again)
            for each in asked.listings
        ]
    returned = said.set_.returned if said.set_ else None
    results = (returned.obj.results if returned and returned.obj else None) or ()
    by_sku = {result.sku_id: result for result in results}
    whole = returned.message or "not in the answer" if returned else "not in the answer"
    return [_stock_result(each, by_sku.get(each.external_ids["skuId"]), whole) for each in asked.listings]


def _stock_result(listing: ListingQuantity, result: _Updated | None, whole: str) -> StockResult:
    if result is None:
        return StockResult(listing_id=listing.listing_id, error=whole, again=True)
    if not result.success:
        return StockResult(listing_id=listing.listing_id, error=result.message or "not taken")
    return StockResult(listing_id=listing.listing_id, acknowledged=listing.quantity)


def _observe_requests(listings: Sequence[ListingQuantity], access: Access) -> list[StockRequest]:
    return [
        StockRequest(
            request=_call(
                "jingdong.stock.read.findSkuStock",
                {"skuId": int(listing.external_ids["skuId"]), "field": "skuId,stockNum,storeId"},
                access,
            ),
            listings=[listing],
        )
        for listing in _addressable(listings)
    ]


def _read_observed(asked: StockRequest, answer: HttpAnswer) -> dict[UUID, int]:
    """Over all of JD's stores of the SKU."""
    said = read(_HeldAnswer, answer.body)
    _require(said)
    if said.held is None:
        raise Unreadable("says of no SKU what it has", path="jingdong_stock_read_findSkuStock_responce")
    stocks = said.held.stocks
    if stocks is None:
        return {}
    return {listing.listing_id: sum(each.stock for each in stocks) for listing in asked.listings}


# ---------------------------------------------------------------- access


def _token_request(access: Access) -> HttpRequest:
    asked = {
        "app_key": access.credentials["app_key"],
        "app_secret": access.credentials["app_secret"],
        "grant_type": "refresh_token",
        "refresh_token": access.credentials["refresh_token"],
    }
    return HttpRequest(method="GET", path=f"/oauth2/refresh_token?{urlencode(asked)}")


class _Renewed(Stated):
    access_token: str | None = None
    refresh_token: str | None = None
    expires_in: float = 0
    code: Identifier | None = None
    msg: str | None = ""


def _read_token(answer: HttpAnswer) -> Token:
    said = read(_Renewed, answer.body)
    if not said.access_token:
        raise Unreadable(f"{said.code or ''} {said.msg or 'has no token'}".strip(), path="access_token")
    return Token(value=said.access_token, expires_in_s=said.expires_in, refresh_token=said.refresh_token)


JD = Adapter(
    platform="jd",
    name="JD",
    endpoint="https://api.jd.com",
    parse=_parse,
    credentials=(
        CredentialField(name="app_key", description="App key"),
        CredentialField(name="app_secret", description="App secret"),
        CredentialField(name="access_token", description="Access token of the shop (授权)"),
        CredentialField(
            name="refresh_token", description="What came with it; renews it by itself", required=False
        ),
    ),
    pull=Pull(
        pull_request=_pull_request,
        parse_page=_parse_page,
        interval_s=60,
        overlap_s=600,
        window_max_s=86_400,
        order_request=_order_request,
        parse_order=_read_order,
    ),
    stock=Stock(
        stock_requests=_stock_requests,
        read_answer=_read_stock,
        batch_max=BATCH_MAX,
        per_second=5,
        observe_requests=_observe_requests,
        read_observed=_read_observed,
    ),
    token=TokenFormat(
        token_request=_token_request,
        read_token=_read_token,
        endpoint="https://open-oauth.jd.com",
        kept_as="access_token",
    ),
    wait_s=_wait_s,
    verdict=_verdict,
)
