"""Pinduoduo (拼多多): orders are asked for by when they changed, half an hour at a time; amounts are yuan.

Sources: https://open.pinduoduo.com, interfaces pdd.order.number.list.increment.get (windows of at most 30 minutes,
pages from the last to the first, what changed may show up to 3 minutes late), pdd.order.list.get,
pdd.order.information.get, pdd.goods.quantity.update, pdd.pop.auth.token.refresh, and the table of global error codes; field descriptions as
lywzx/pdd-node-sdk and the crate pdd 0.1 have them from there.

`pay_amount` = `goods_amount` - `discount_amount` + `postage`, and `discount_amount` = `platform_discount` +
`seller_discount` + `capital_free_discount` (a group's leader buys for nothing; taken as the shop's). A bundle
(`ware_type` 1) is shipped as its parts in `ware_sub_info_list`; its price is divided among them by their number.
While a refund is being asked for an order says nothing new here: it states itself again when that is decided.

Unverified: that `ware_quantity` is of one bundle, who bears `capital_free_discount`, how fees for carrying in and
installing count, whether an old refresh token stays good, and what a call for stock may weigh in a second.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from domain.channels.adapters.china import (
    from_beijing,
    in_fen,
    in_seconds,
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
from domain.channels.adapters.reading import Amount, Identifier, Stated, from_minor, read, readable, written
from domain.channels.raw_order import RawOrder, RawShipTo

PAGE_SIZE = 100
WINDOW_S = 30 * 60

TO_SHIP, SHIPPED = 1, {2, 3}  # order_status
NOT_YET, CONFIRMED, CANCELLED = 0, 1, 2  # confirm_status
REFUND_ASKED, REFUNDED = {2, 3}, 4  # refund_status
DEPOSIT, ALL_PAID = 1, 2  # trade_type of an order with a deposit, step_trade_status of one that is paid

TOO_FAST, TOKEN_GONE = {52_101, 70_031}, 10_019
AGAIN = {TOKEN_GONE, 50_000, 50_001, 50_002, 52_001, 52_002, 52_102, 52_103, 70_033, *TOO_FAST}
TOO_FAST_WAIT_S = 1.0


# ---------------------------------------------------------------- what is read


class _Item(Stated):
    sku_id: Identifier
    outer_id: Identifier | None = ""
    goods_price: Amount
    goods_count: int = Field(ge=1)


class _Ware(Stated):
    ware_id: Identifier
    ware_sn: Identifier | None = ""
    ware_quantity: int = Field(ge=1)


class _Depot(Stated):
    ware_type: int | None = 0
    ware_sub_info_list: tuple[_Ware, ...] | None = ()


class _Steps(Stated):
    step_trade_status: int | None = None


class _Order(Stated):
    order_sn: Identifier
    order_status: int
    confirm_status: int | None = CONFIRMED
    refund_status: int | None = 1
    risk_control_status: int | None = 0
    group_status: int | None = 1
    trade_type: int | None = 0
    step_order_info: _Steps | None = None
    created_time: str
    updated_at: str
    pay_amount: Amount
    goods_amount: Amount
    postage: Amount
    platform_discount: Amount
    seller_discount: Amount
    capital_free_discount: Amount | None = None
    receiver_name: str | None = ""
    receiver_name_mask: str | None = ""
    receiver_phone: str | None = ""
    receiver_phone_mask: str | None = ""
    province: str | None = ""
    city: str | None = ""
    town: str | None = ""
    receiver_address: str | None = ""
    receiver_address_mask: str | None = ""
    item_list: tuple[_Item, ...] = Field(min_length=1)
    order_depot_info: _Depot | None = None


class _Refusal(Stated):
    error_code: int
    error_msg: str = ""
    sub_msg: str | None = ""

    @property
    def text(self) -> str:
        return f"{self.error_code} {self.sub_msg or self.error_msg}".strip()


class _Answer(Stated):
    error_response: _Refusal | None = None


class _Increment(Stated):
    total_count: int
    order_sn_list: tuple[dict[str, Any], ...] | None = ()


class _IncrementAnswer(_Answer):
    order_sn_increment_get_response: _Increment | None = None


class _Confirmed(Stated):
    total_count: int
    order_list: tuple[dict[str, Any], ...] | None = ()


class _ConfirmedAnswer(_Answer):
    order_list_get_response: _Confirmed | None = None


class _Information(Stated):
    order_info: dict[str, Any]


class _InformationAnswer(_Answer):
    order_info_get_response: _Information | None = None


class _Success(Stated):
    is_success: bool


class _StockAnswer(_Answer):
    goods_quantity_update_response: _Success | None = None


# ---------------------------------------------------------------- parsing


def _parse(message: Message, facts: Facts) -> Parsed:
    order = read(_Order, message.body)
    updated_at = from_beijing(order.updated_at, path="updated_at")
    if order.confirm_status == CANCELLED:
        return OrderCancelled(reference=order.order_sn, updated_at=updated_at, reason="not concluded")
    if order.order_status in SHIPPED:
        return Ignored(why="the order has been shipped")
    if order.order_status != TO_SHIP:
        raise Unreadable(f"{order.order_status} is no status of an order", path="order_status")
    if order.refund_status == REFUNDED:
        return OrderCancelled(
            reference=order.order_sn, updated_at=updated_at, reason="refunded before it was shipped"
        )
    why_not = _why_not(order)
    if why_not:
        return Ignored(why=why_not)
    return OrderStated(order=_raw(order, facts), updated_at=updated_at)


def _why_not(order: _Order) -> str:
    """Why an order that is not shipped may not be shipped now; empty: it may."""
    if order.confirm_status == NOT_YET or order.group_status == 0:
        return "the order waits for its payment or its group"
    if order.risk_control_status:
        return "the platform looks into the order"
    steps = order.step_order_info
    if order.trade_type == DEPOSIT and steps and steps.step_trade_status != ALL_PAID:
        return "only a deposit is paid"
    if order.refund_status in REFUND_ASKED:
        return "a refund is asked for"
    return ""


def _raw(order: _Order, facts: Facts) -> RawOrder:
    postage = in_fen(order.postage, path="postage")
    return RawOrder(
        channel=facts.channel,
        external_reference=order.order_sn,
        placed_at=from_beijing(order.created_time, path="created_time").isoformat(),
        currency_code=facts.currency,
        lines=lines_paid(
            _sold(order), in_fen(order.pay_amount, path="pay_amount") - postage, currency=facts.currency
        ),
        shipping=from_minor(postage, facts.currency),
        ship_to=_ship_to(order),
    )


def _sold(order: _Order) -> list[Sold]:
    items = order.item_list
    lists = [in_fen(item.goods_price * item.goods_count, path="item_list") for item in items]
    platform = divide(in_fen(order.platform_discount, path="platform_discount"), lists)
    free = order.capital_free_discount
    seller = in_fen(order.seller_discount, path="seller_discount") + (
        in_fen(free, path="capital_free_discount") if free else 0
    )
    merchant = divide(seller, lists)
    sold = [
        Sold(
            sku=(item.outer_id or "").strip() or item.sku_id,
            quantity=item.goods_count,
            list_minor=lists[index],
            platform_discount_minor=platform[index],
            merchant_discount_minor=merchant[index],
        )
        for index, item in enumerate(items)
    ]
    depot = order.order_depot_info
    if len(sold) == 1 and depot and depot.ware_type == 1 and depot.ware_sub_info_list:
        return _parts(sold[0], depot.ware_sub_info_list)
    return sold


def _parts(bundle: Sold, wares: Sequence[_Ware]) -> list[Sold]:
    counts = [ware.ware_quantity * bundle.quantity for ware in wares]
    lists, platform, merchant = (
        divide(amount, counts)
        for amount in (bundle.list_minor, bundle.platform_discount_minor, bundle.merchant_discount_minor)
    )
    return [
        Sold(
            sku=(ware.ware_sn or "").strip() or ware.ware_id,
            quantity=counts[index],
            list_minor=lists[index],
            platform_discount_minor=platform[index],
            merchant_discount_minor=merchant[index],
        )
        for index, ware in enumerate(wares)
    ]


def _ship_to(order: _Order) -> RawShipTo:
    return RawShipTo(
        country_code="CN",
        name=_legible(order.receiver_name, order.receiver_name_mask),
        phone=_legible(order.receiver_phone, order.receiver_phone_mask),
        region=order.province,
        city=order.city,
        line1=order.town,
        line2=_legible(order.receiver_address, order.receiver_address_mask),
    )


def _legible(plain: str | None, mask: str | None) -> str | None:
    """What may be read: ciphertext starts with a mark and is no use here, its mask such as 138****4021 is."""
    return mask if mask and (not plain or plain[0] in "~$#") else plain


# ---------------------------------------------------------------- calls


def _call(kind: str, parameters: Mapping[str, str], access: Access) -> HttpRequest:
    whole = {
        **parameters,
        "type": kind,
        "client_id": access.credentials["client_id"],
        "access_token": access.token or access.credentials["access_token"],
        "timestamp": str(in_seconds(access.now)),
        "data_type": "JSON",
    }
    return signed_form("/api/router", whole, access.credentials["client_secret"])


def _refusal(answer: HttpAnswer) -> _Refusal | None:
    said = readable(_Answer, answer.body)
    return said.error_response if said else None


def _wait_s(answer: HttpAnswer) -> float | None:
    """Refusals come with status 200 and a code in the body."""
    said = wait_by_retry_after(answer)
    if said is not None:
        return said
    refusal = _refusal(answer)
    return TOO_FAST_WAIT_S if refusal and refusal.error_code in TOO_FAST else None


def _verdict(answer: HttpAnswer) -> Verdict:
    refusal = _refusal(answer)
    if refusal is None or refusal.error_code not in AGAIN:
        return Verdict.TAKEN
    return Verdict.NOT_LET_IN if refusal.error_code == TOKEN_GONE else Verdict.NOT_NOW


def _require(answer: _Answer) -> None:
    if answer.error_response:
        raise Unreadable(answer.error_response.text, path="error_response")


# ---------------------------------------------------------------- orders


def _pull_request(cursor: Cursor, access: Access) -> HttpRequest:
    by_change = cursor.by is WindowBy.UPDATED
    time = "updated_at" if by_change else "confirm_at"
    parameters = {
        f"start_{time}": str(in_seconds(cursor.since)),
        f"end_{time}": str(in_seconds(cursor.until)),
        "order_status": "5",
        "refund_status": "5",
        "page": str(page_number(cursor, first=1)),
        "page_size": str(PAGE_SIZE),
    }
    if by_change:
        return _call("pdd.order.number.list.increment.get", {**parameters, "is_lucky_flag": "0"}, access)
    return _call("pdd.order.list.get", parameters, access)


def _parse_page(cursor: Cursor, answer: HttpAnswer) -> Page:
    total, orders = _found(cursor, answer)
    next_page, counts = next_backwards(cursor, total, size=PAGE_SIZE, first=1)
    messages = [_stated(order) for order in orders] if counts else []
    return Page(messages=messages, next_page=next_page, total=total)


def _found(cursor: Cursor, answer: HttpAnswer) -> tuple[int, Sequence[dict[str, Any]]]:
    if cursor.by is WindowBy.UPDATED:
        changed = read(_IncrementAnswer, answer.body)
        _require(changed)
        if changed.order_sn_increment_get_response:
            found = changed.order_sn_increment_get_response
            return found.total_count, found.order_sn_list or ()
    else:
        confirmed = read(_ConfirmedAnswer, answer.body)
        _require(confirmed)
        if confirmed.order_list_get_response:
            listed = confirmed.order_list_get_response
            return listed.total_count, listed.order_list or ()
    raise Unreadable("has no orders")


def _stated(order: dict[str, Any]) -> Message:
    updated, reference = order.get("updated_at"), order.get("order_sn")
    return Message(
        topic="order",
        body=written(order),
        reference=None if reference is None else str(reference),
        external_updated_at=from_beijing(updated, path="updated_at") if isinstance(updated, str) else None,
    )


def _order_request(reference: str, access: Access) -> HttpRequest:
    return _call("pdd.order.information.get", {"order_sn": reference}, access)


def _read_order(answer: HttpAnswer) -> Message:
    found = read(_InformationAnswer, answer.body)
    _require(found)
    if found.order_info_get_response is None:
        raise Unreadable("has no order", path="order_info_get_response")
    return _stated(found.order_info_get_response.order_info)


# ---------------------------------------------------------------- stock


def _stock_requests(listings: Sequence[ListingQuantity], access: Access) -> list[StockRequest]:
    """One SKU a request, its whole quantity; a listing without the platform's ids is told nothing, and drifts."""
    return [
        StockRequest(
            request=_call(
                "pdd.goods.quantity.update",
                {
                    "goods_id": listing.external_ids["goods_id"],
                    "sku_id": listing.external_ids["sku_id"],
                    "quantity": str(listing.quantity),
                    "update_type": "1",
                },
                access,
            ),
            listings=[listing],
        )
        for listing in listings
        if all(listing.external_ids.get(name) for name in ("goods_id", "sku_id"))
    ]


def _read_stock(asked: StockRequest, answer: HttpAnswer) -> list[StockResult]:
    said = read(_StockAnswer, answer.body)
    return [_stock_result(listing, said) for listing in asked.listings]


def _stock_result(listing: ListingQuantity, said: _StockAnswer) -> StockResult:
    refusal = said.error_response
    if refusal:
        again = refusal.error_code in AGAIN
        return StockResult(listing_id=listing.listing_id, error=refusal.text, again=again)
    taken = said.goods_quantity_update_response
    if not taken or not taken.is_success:
        return StockResult(listing_id=listing.listing_id, error="not taken")
    return StockResult(listing_id=listing.listing_id, acknowledged=listing.quantity)


# ---------------------------------------------------------------- access


def _token_request(access: Access) -> HttpRequest:
    parameters = {
        "type": "pdd.pop.auth.token.refresh",
        "client_id": access.credentials["client_id"],
        "refresh_token": access.credentials["refresh_token"],
        "timestamp": str(in_seconds(access.now)),
        "data_type": "JSON",
    }
    return signed_form("/api/router", parameters, access.credentials["client_secret"])


class _Renewed(Stated):
    access_token: str
    refresh_token: str | None = None
    expires_in: float


class _TokenAnswer(_Answer):
    pop_auth_token_refresh_response: _Renewed | None = None


def _read_token(answer: HttpAnswer) -> Token:
    said = read(_TokenAnswer, answer.body)
    _require(said)
    renewed = said.pop_auth_token_refresh_response
    if renewed is None:
        raise Unreadable("has no token", path="pop_auth_token_refresh_response")
    return Token(
        value=renewed.access_token, expires_in_s=renewed.expires_in, refresh_token=renewed.refresh_token
    )


PINDUODUO = Adapter(
    platform="pinduoduo",
    name="Pinduoduo",
    endpoint="https://gw-api.pinduoduo.com",
    parse=_parse,
    credentials=(
        CredentialField(name="client_id", description="client_id of the app"),
        CredentialField(name="client_secret", description="client_secret of the app"),
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
        window_max_s=WINDOW_S,
        order_request=_order_request,
        parse_order=_read_order,
    ),
    stock=Stock(stock_requests=_stock_requests, read_answer=_read_stock, batch_max=1, per_second=10),
    token=TokenFormat(token_request=_token_request, read_token=_read_token, kept_as="access_token"),
    wait_s=_wait_s,
    verdict=_verdict,
)
