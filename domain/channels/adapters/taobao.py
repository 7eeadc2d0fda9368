"""Taobao and Tmall (淘宝、天猫): trades are asked for by when they changed, then each in full; amounts are yuan.

Sources: https://developer.alibaba.com/docs/doc.htm?articleId=101617 (calls and their signature), ...articleId=108471
(what the amounts of a trade mean), api.htm?apiId=128 taobao.trades.sold.increment.get (a day a window at most, half an
hour advised, pages from the last to the first), 54 taobao.trade.fullinfo.get, 46 taobao.trades.sold.get, 162
taobao.skus.quantity.update (20 SKUs of one item), taobao.item.quantity.update, 30 taobao.item.skus.get (40 items).

What the buyer paid is `payment`, with `post_fee`. A sub-order's own discount is `discount_fee`, its part of the
trade's `part_mjz_discount`, what is left of it `divide_order_fee`. The platform's are `platform_subsidy_fee`, and the
promotions that the channel's setting `platformPromotions` lists by the beginnings of their `promotion_id`: the trade
does not say who bears one. Where sub-orders were refunded, what was paid for the others is their `divide_order_fee`.
While a refund is being asked for a trade says nothing new here: it states itself again when that is decided.

Unverified: whether `payment` is less `platform_subsidy_fee`, that red packets (`tmall_coupon_fee`) are inside it, how
duty counts, and the rates of an app. Sessions are renewed by taobao.top.auth.token.refresh, which apps of the service market
may call; sessions of a shop's own app have a fixed time and are renewed by hand.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import Field

from domain.channels.adapters.china import (
    from_beijing,
    from_seconds,
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
    OrderToFetch,
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
BATCH_MAX = 20  # SKUs, all of one item
OBSERVED_MAX = 40  # items in one question
WINDOW_S = 1_800

UNPAID = {"TRADE_NO_CREATE_PAY", "WAIT_BUYER_PAY", "PAY_PENDING", "WAIT_PRE_AUTH_CONFIRM"}
NOT_YET = {"PAID_FORBID_CONSIGN"}
TO_SHIP = {"WAIT_SELLER_SEND_GOODS", "SELLER_CONSIGNED_PART"}
SHIPPED = {"WAIT_BUYER_CONFIRM_GOODS", "TRADE_BUYER_SIGNED", "TRADE_FINISHED"}
CANCELLED, REFUNDED = "TRADE_CLOSED_BY_TAOBAO", "TRADE_CLOSED"
REFUND_ASKED = {"WAIT_SELLER_AGREE", "WAIT_BUYER_RETURN_GOODS", "WAIT_SELLER_CONFIRM_GOODS"}

TOO_FAST, NO_SESSION = 7, {26, 27}
BAN = re.compile(r"will last for (\d+) more second")
TOO_FAST_WAIT_S = 1.0

ORDER_FIELDS = (
    "oid,status,refund_status,num_iid,sku_id,outer_iid,outer_sku_id,num,price,payment,total_fee,"
    "discount_fee,adjust_fee,part_mjz_discount,divide_order_fee,consign_time,title,sku_properties_name"
)
FIELDS = (
    "tid,type,status,step_trade_status,created,pay_time,modified,consign_time,payment,post_fee,total_fee,"
    "discount_fee,adjust_fee,platform_subsidy_fee,tmall_coupon_fee,promotion_details,buyer_open_uid,"
    "receiver_name,receiver_country,receiver_state,receiver_city,receiver_district,receiver_town,"
    "receiver_address,receiver_zip,receiver_mobile,receiver_phone,oaid,top_hold,team_buy_hold,"
    "share_group_hold,ofp_hold," + ",".join(f"orders.{name}" for name in ORDER_FIELDS.split(","))
)


# ---------------------------------------------------------------- what is read


class _Order(Stated):
    oid: Identifier
    status: str
    refund_status: str | None = "NO_REFUND"
    num_iid: Identifier
    sku_id: Identifier | None = ""
    outer_iid: Identifier | None = ""
    outer_sku_id: Identifier | None = ""
    num: int = Field(ge=1)
    price: Amount
    discount_fee: Amount | None = None
    adjust_fee: Amount | None = None
    part_mjz_discount: Amount | None = None
    divide_order_fee: Amount | None = None
    consign_time: str | None = None


class _Orders(Stated):
    order: tuple[_Order, ...] = Field(min_length=1)


class _Promotion(Stated):
    promotion_id: str | None = ""
    discount_fee: Amount | None = None


class _Promotions(Stated):
    promotion_detail: tuple[_Promotion, ...] = ()


class _Changed(Stated):
    """A trade as a page of changes has it."""

    tid: Identifier
    status: str
    modified: str


class _Trade(_Changed):
    created: str
    consign_time: str | None = None
    payment: Amount
    post_fee: Amount
    platform_subsidy_fee: Amount | None = None
    promotion_details: _Promotions | None = None
    buyer_open_uid: str | None = ""
    receiver_name: str | None = ""
    receiver_country: str | None = ""
    receiver_state: str | None = ""
    receiver_city: str | None = ""
    receiver_district: str | None = ""
    receiver_town: str | None = ""
    receiver_address: str | None = ""
    receiver_zip: str | None = ""
    receiver_mobile: str | None = ""
    receiver_phone: str | None = ""
    top_hold: int | None = 0
    team_buy_hold: int | None = 0
    share_group_hold: int | None = 0
    ofp_hold: int | None = 0
    orders: _Orders

    @property
    def held(self) -> bool:
        return any((self.top_hold, self.team_buy_hold, self.share_group_hold, self.ofp_hold))

    @property
    def left(self) -> bool:
        """Whether any of it was shipped."""
        return bool(self.consign_time) or any(order.consign_time for order in self.orders.order)


class _Refusal(Stated):
    code: int
    msg: str = ""
    sub_code: str | None = ""
    sub_msg: str | None = ""

    @property
    def text(self) -> str:
        return " ".join(part for part in (str(self.code), self.sub_code, self.sub_msg or self.msg) if part)

    @property
    def again(self) -> bool:
        return self.code == TOO_FAST or self.code in NO_SESSION or (self.sub_code or "").startswith("isp.")


class _Answer(Stated):
    error_response: _Refusal | None = None


class _Trades(Stated):
    trade: tuple[dict[str, Any], ...] = ()


class _Found(Stated):
    total_results: int
    trades: _Trades = _Trades()


class _FoundAnswer(_Answer):
    trades_sold_increment_get_response: _Found | None = None
    trades_sold_get_response: _Found | None = None


class _Full(Stated):
    trade: dict[str, Any]


class _FullAnswer(_Answer):
    trade_fullinfo_get_response: _Full | None = None


class _Sku(Stated):
    sku_id: Identifier
    quantity: Held


class _Skus(Stated):
    sku: tuple[_Sku, ...] = ()


class _Item(Stated):
    num: Held | None = None
    skus: _Skus = _Skus()


class _Updated(Stated):
    item: _Item


class _StockAnswer(_Answer):
    skus_quantity_update_response: _Updated | None = None
    item_quantity_update_response: _Updated | None = None


class _Held(Stated):
    skus: _Skus = _Skus()


class _HeldAnswer(_Answer):
    item_skus_get_response: _Held | None = None


# ---------------------------------------------------------------- parsing


def _parse(message: Message, facts: Facts) -> Parsed:
    if message.topic == "trade-changed":
        return _parse_changed(read(_Changed, message.body))
    trade = read(_Trade, message.body)
    updated_at = from_beijing(trade.modified, path="modified")
    closed = _closed(trade)
    if closed:
        return OrderCancelled(reference=trade.tid, updated_at=updated_at, reason=closed)
    why_not = _why_not(trade.status) if trade.status != REFUNDED else "the trade was refunded after shipping"
    if why_not is None and trade.held:
        why_not = "the platform holds the trade"
    if why_not is None and any(order.refund_status in REFUND_ASKED for order in _open(trade)):
        why_not = "a refund is asked for"
    if why_not is not None:
        return Ignored(why=why_not)
    return OrderStated(order=_raw(trade, facts), updated_at=updated_at)


def _parse_changed(trade: _Changed) -> Parsed:
    """What its status alone decides; else it must be seen in full."""
    if trade.status == CANCELLED:
        return OrderCancelled(
            reference=trade.tid,
            updated_at=from_beijing(trade.modified, path="modified"),
            reason="closed before it was paid",
        )
    why_not = None if trade.status == REFUNDED else _why_not(trade.status)
    return OrderToFetch(reference=trade.tid) if why_not is None else Ignored(why=why_not)


def _why_not(status: str) -> str | None:
    """Why a trade of this status is not shipped now; None: it is."""
    if status in TO_SHIP:
        return None
    if status in UNPAID:
        return "the trade is not paid yet"
    if status in NOT_YET:
        return "the trade is paid, and not yet to be shipped"
    if status in SHIPPED:
        return "the trade has been shipped"
    raise Unreadable(f"{status!r} is no status of a trade", path="status")


def _closed(trade: _Trade) -> str:
    """Why nothing of the trade is to be shipped; empty: something is, or something has been."""
    if trade.status == CANCELLED:
        return "closed before it was paid"
    refunded = trade.status == REFUNDED or (trade.status in TO_SHIP and not _open(trade))
    return "refunded before it was shipped" if refunded and not trade.left else ""


def _open(trade: _Trade) -> list[_Order]:
    return [order for order in trade.orders.order if order.status not in {CANCELLED, REFUNDED}]


def _raw(trade: _Trade, facts: Facts) -> RawOrder:
    post_fee = in_fen(trade.post_fee, path="post_fee")
    return RawOrder(
        channel=facts.channel,
        external_reference=trade.tid,
        placed_at=from_beijing(trade.created, path="created").isoformat(),
        currency_code=facts.currency,
        customer_reference=trade.buyer_open_uid or None,
        lines=lines_paid(_sold(trade, facts), _paid(trade, post_fee), currency=facts.currency),
        shipping=from_minor(post_fee, facts.currency),
        ship_to=_ship_to(trade),
    )


def _paid(trade: _Trade, post_fee: int) -> int:
    """What was paid for the goods that are still to be had."""
    still = _open(trade)
    if len(still) == len(trade.orders.order):
        return in_fen(trade.payment, path="payment") - post_fee
    return sum(_left_of(order) for order in still)


def _left_of(order: _Order) -> int:
    if order.divide_order_fee is not None:
        return in_fen(order.divide_order_fee, path="divide_order_fee")
    return _fen(order.price * order.num) + _fen(order.adjust_fee) - _own_discount(order)


def _fen(yuan: Amount | None) -> int:
    return 0 if yuan is None else in_fen(yuan, path="orders")


def _own_discount(order: _Order) -> int:
    return _fen(order.discount_fee) + _fen(order.part_mjz_discount)


def _sold(trade: _Trade, facts: Facts) -> list[Sold]:
    """An amount adjusted by hand lowers what is paid as a discount of the shop, or raises the price."""
    still = _open(trade)
    platform = _platform_parts(trade, still, facts)
    return [
        Sold(
            sku=_sku(order),
            quantity=order.num,
            list_minor=_fen(order.price * order.num) + max(0, _fen(order.adjust_fee)),
            platform_discount_minor=part,
            merchant_discount_minor=max(0, _own_discount(order) - min(0, _fen(order.adjust_fee)) - part),
        )
        for order, part in zip(still, platform, strict=True)
    ]


def _platform_parts(trade: _Trade, still: Sequence[_Order], facts: Facts) -> list[int]:
    """What the platform bears, divided by the sub-orders' parts of the trade's discounts, or by their prices.

    `platform_subsidy_fee` comes on top of the discounts of sub-orders, listed promotions are among them.
    """
    prefixes = tuple(facts.settings.get("platformPromotions", ()))
    promotions = trade.promotion_details.promotion_detail if trade.promotion_details else ()
    listed = sum(
        _fen(each.discount_fee)
        for each in promotions
        if prefixes and (each.promotion_id or "").startswith(prefixes)
    )
    everyone = trade.orders.order
    shares = [_fen(order.part_mjz_discount) for order in everyone]
    prices = [_fen(order.price * order.num) for order in everyone]
    parts = divide(listed + _fen(trade.platform_subsidy_fee), shares if any(shares) else prices)
    kept = {order.oid for order in still}
    return [part for order, part in zip(everyone, parts, strict=True) if order.oid in kept]


def _sku(order: _Order) -> str:
    for named in (order.outer_sku_id, order.outer_iid, order.sku_id):
        if named and named.strip() not in {"", "0"}:
            return named.strip()
    return order.num_iid


def _ship_to(trade: _Trade) -> RawShipTo:
    """Where it goes; names, phones and addresses come masked. What is no city's is the province's, as Taobao says."""
    return RawShipTo(
        country_code=_country(trade),
        name=trade.receiver_name,
        phone=trade.receiver_mobile or trade.receiver_phone,
        postcode=trade.receiver_zip,
        region=trade.receiver_state,
        city=trade.receiver_city or trade.receiver_district,
        line1=" ".join(part for part in (trade.receiver_district, trade.receiver_town) if part),
        line2=trade.receiver_address,
    )


def _country(trade: _Trade) -> str:
    if (trade.receiver_country or "中国") not in {"中国", "CN", "China"}:
        raise Unreadable(f"no code is known for {trade.receiver_country!r}", path="receiver_country")
    for name, code in (("香港", "HK"), ("澳门", "MO"), ("台湾", "TW")):
        if (trade.receiver_state or "").startswith(name):
            return code
    return "CN"


# ---------------------------------------------------------------- calls


def _call(method: str, parameters: Mapping[str, str], access: Access) -> HttpRequest:
    whole = {
        **parameters,
        "method": method,
        "app_key": access.credentials["app_key"],
        "session": access.token or access.credentials["session"],
        "timestamp": in_beijing(access.now),
        "v": "2.0",
        "format": "json",
        "sign_method": "md5",
    }
    return signed_form("/router/rest", whole, access.credentials["app_secret"])


def _refusal(answer: HttpAnswer) -> _Refusal | None:
    said = readable(_Answer, answer.body)
    return said.error_response if said else None


def _wait_s(answer: HttpAnswer) -> float | None:
    """Refusals come with status 200; code 7 says for how many seconds it will last."""
    said = wait_by_retry_after(answer)
    if said is not None:
        return said
    refusal = _refusal(answer)
    if refusal is None or refusal.code != TOO_FAST:
        return None
    ban = BAN.search(refusal.sub_msg or "")
    return float(ban[1]) if ban else TOO_FAST_WAIT_S


def _verdict(answer: HttpAnswer) -> Verdict:
    refusal = _refusal(answer)
    if refusal is None or not refusal.again:
        return Verdict.TAKEN
    return Verdict.NOT_LET_IN if refusal.code in NO_SESSION else Verdict.NOT_NOW


def _require(answer: _Answer) -> None:
    if answer.error_response:
        raise Unreadable(answer.error_response.text, path="error_response")


# ---------------------------------------------------------------- trades


def _pull_request(cursor: Cursor, access: Access) -> HttpRequest:
    by_change = cursor.by is WindowBy.UPDATED
    time = "modified" if by_change else "created"
    parameters = {
        "fields": "tid,status,modified",
        f"start_{time}": in_beijing(cursor.since),
        f"end_{time}": in_beijing(cursor.until),
        "page_no": str(page_number(cursor, first=1)),
        "page_size": str(PAGE_SIZE),
        "use_has_next": "false",
    }
    method = "taobao.trades.sold.increment.get" if by_change else "taobao.trades.sold.get"
    return _call(method, parameters, access)


def _parse_page(cursor: Cursor, answer: HttpAnswer) -> Page:
    said = read(_FoundAnswer, answer.body)
    _require(said)
    found = said.trades_sold_increment_get_response or said.trades_sold_get_response
    if found is None:
        raise Unreadable("has no trades")
    next_page, counts = next_backwards(cursor, found.total_results, size=PAGE_SIZE, first=1)
    messages = [_message("trade-changed", trade) for trade in found.trades.trade] if counts else []
    return Page(messages=messages, next_page=next_page, total=found.total_results)


def _message(topic: str, trade: dict[str, Any]) -> Message:
    modified, reference = trade.get("modified"), trade.get("tid")
    return Message(
        topic=topic,
        body=written(trade),
        reference=None if reference is None else str(reference),
        external_updated_at=from_beijing(modified, path="modified") if isinstance(modified, str) else None,
    )


def _order_request(reference: str, access: Access) -> HttpRequest:
    return _call("taobao.trade.fullinfo.get", {"fields": FIELDS, "tid": reference}, access)


def _read_order(answer: HttpAnswer) -> Message:
    said = read(_FullAnswer, answer.body)
    _require(said)
    if said.trade_fullinfo_get_response is None:
        raise Unreadable("has no trade", path="trade_fullinfo_get_response")
    return _message("order", said.trade_fullinfo_get_response.trade)


# ---------------------------------------------------------------- stock


def _by_item(listings: Sequence[ListingQuantity]) -> dict[str, list[ListingQuantity]]:
    """Listings by their item; one without `num_iid` can be told nothing, and shows as drift."""
    items: dict[str, list[ListingQuantity]] = {}
    for listing in listings:
        if listing.external_ids.get("num_iid"):
            items.setdefault(listing.external_ids["num_iid"], []).append(listing)
    return items


def _stock_requests(listings: Sequence[ListingQuantity], access: Access) -> list[StockRequest]:
    """SKUs of one item together, items without SKUs each alone; whole quantities."""
    requests: list[StockRequest] = []
    for num_iid, of_item in _by_item(listings).items():
        skus = [listing for listing in of_item if listing.external_ids.get("sku_id")]
        alone = [listing for listing in of_item if not listing.external_ids.get("sku_id")]
        batches = (skus[start : start + BATCH_MAX] for start in range(0, len(skus), BATCH_MAX))
        requests.extend(_skus_request(num_iid, batch, access) for batch in batches)
        requests.extend(_item_request(num_iid, listing, access) for listing in alone)
    return requests


def _skus_request(num_iid: str, listings: Sequence[ListingQuantity], access: Access) -> StockRequest:
    quantities = ";".join(f"{each.external_ids['sku_id']}:{each.quantity}" for each in listings)
    parameters = {"num_iid": num_iid, "skuid_quantities": quantities, "type": "1"}
    return StockRequest(request=_call("taobao.skus.quantity.update", parameters, access), listings=listings)


def _item_request(num_iid: str, listing: ListingQuantity, access: Access) -> StockRequest:
    parameters = {"num_iid": num_iid, "quantity": str(listing.quantity), "type": "1"}
    return StockRequest(request=_call("taobao.item.quantity.update", parameters, access), listings=[listing])


def _read_stock(asked: StockRequest, answer: HttpAnswer) -> list[StockResult]:
    """The quantities that the answer states; a call succeeds or fails as a whole."""
    said = read(_StockAnswer, answer.body)
    refusal = said.error_response
    if refusal:
        return [
            StockResult(listing_id=each.listing_id, error=refusal.text, again=refusal.again)
            for each in asked.listings
        ]
    updated = said.skus_quantity_update_response or said.item_quantity_update_response
    have = {sku.sku_id: sku.quantity for sku in updated.item.skus.sku} if updated else {}
    return [
        _stock_result(each, have.get(each.external_ids.get("sku_id") or "", _of_item(each, updated)))
        for each in asked.listings
    ]


def _of_item(listing: ListingQuantity, updated: _Updated | None) -> int | None:
    return updated.item.num if updated and not listing.external_ids.get("sku_id") else None


def _stock_result(listing: ListingQuantity, confirmed: int | None) -> StockResult:
    if confirmed is None:
        return StockResult(listing_id=listing.listing_id, error="not in the answer", again=True)
    return StockResult(listing_id=listing.listing_id, acknowledged=confirmed)


def _observe_requests(listings: Sequence[ListingQuantity], access: Access) -> list[StockRequest]:
    items = _by_item([listing for listing in listings if listing.external_ids.get("sku_id")])
    names = list(items)
    return [
        StockRequest(
            request=_call(
                "taobao.item.skus.get",
                {"fields": "num_iid,sku_id,quantity", "num_iids": ",".join(some)},
                access,
            ),
            listings=[listing for name in some for listing in items[name]],
        )
        for some in (names[start : start + OBSERVED_MAX] for start in range(0, len(names), OBSERVED_MAX))
    ]


def _read_observed(asked: StockRequest, answer: HttpAnswer) -> dict[UUID, int]:
    said = read(_HeldAnswer, answer.body)
    _require(said)
    held = said.item_skus_get_response
    if held is None:
        raise Unreadable("says of no SKU what it has", path="item_skus_get_response")
    have = {sku.sku_id: sku.quantity for sku in held.skus.sku}
    return {
        each.listing_id: have[each.external_ids["sku_id"]]
        for each in asked.listings
        if each.external_ids["sku_id"] in have
    }


# ---------------------------------------------------------------- access


def _token_request(access: Access) -> HttpRequest:
    parameters = {
        "method": "taobao.top.auth.token.refresh",
        "app_key": access.credentials["app_key"],
        "refresh_token": access.credentials["refresh_token"],
        "timestamp": in_beijing(access.now),
        "v": "2.0",
        "format": "json",
        "sign_method": "md5",
    }
    return signed_form("/router/rest", parameters, access.credentials["app_secret"])


class _Renewed(Stated):
    access_token: str
    refresh_token: str | None = None
    expire_time: int  # milliseconds since 1970


class _Result(Stated):
    token_result: str  # JSON within JSON


class _TokenAnswer(_Answer):
    top_auth_token_refresh_response: _Result | None = None


def _read_token(answer: HttpAnswer) -> Token:
    said = read(_TokenAnswer, answer.body)
    _require(said)
    if said.top_auth_token_refresh_response is None:
        raise Unreadable("has no token", path="top_auth_token_refresh_response")
    renewed = read(_Renewed, said.top_auth_token_refresh_response.token_result.encode())
    return Token(
        value=renewed.access_token,
        good_until=from_seconds(renewed.expire_time // 1_000, path="token_result.expire_time"),
        refresh_token=renewed.refresh_token,
    )


TAOBAO = Adapter(
    platform="taobao",
    name="Taobao and Tmall",
    endpoint="https://gw.api.taobao.com",
    parse=_parse,
    credentials=(
        CredentialField(name="app_key", description="App key"),
        CredentialField(name="app_secret", description="App secret"),
        CredentialField(name="session", description="Session of the shop (授权)"),
        CredentialField(
            name="refresh_token",
            description="What came with it; renews it by itself, where the app may (服务市场订购类应用)",
            required=False,
        ),
    ),
    pull=Pull(
        pull_request=_pull_request,
        parse_page=_parse_page,
        interval_s=60,
        overlap_s=600,
        window_max_s=WINDOW_S,
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
    token=TokenFormat(token_request=_token_request, read_token=_read_token, kept_as="session"),
    wait_s=_wait_s,
    verdict=_verdict,
)
