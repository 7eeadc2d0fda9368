"""How each platform that is asked for orders answers: what a request asks for, pages, single orders, and refusals."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson

from domain.channels.adapters.contract import HttpAnswer
from tests.partner import Received, json_answer
from tests.recorded import (
    amazon,
    douyin,
    ebay,
    jd,
    pinduoduo,
    shopify,
    square,
    taobao,
    wechat_shop,
    woocommerce,
)
from tests.recorded.stock import form

BEIJING = timedelta(hours=8)
TOO_MANY = 429


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """An order as the platform has it."""

    reference: str
    created: datetime
    changed: datetime
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A request for a page: the orders of a window, by `mark` or by the page's `number` from 1."""

    since: datetime
    until: datetime
    by_change: bool
    mark: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of what was found; `mark` leads to the next one, empty at the end."""

    orders: Sequence[Sold]
    total: int
    mark: str
    asked: Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One platform. `read` is what a request wants: a page, or the order of a reference.

    `too_fast` is how it refuses who asks too often, and `wait_s` for how long; `token_over` how it refuses a
    token that is over.
    """

    read: Callable[[Received], Listing | str]
    page: Callable[[Found], HttpAnswer]
    one: Callable[[Sold], HttpAnswer]
    too_fast: HttpAnswer
    wait_s: float
    token_over: HttpAnswer = field(default_factory=lambda: HttpAnswer(status=401, body=b"token expired"))


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _text(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _beijing(text: str) -> datetime:
    return _moment(text) - BEIJING


def _in_beijing(time: datetime) -> str:
    return (time.astimezone(UTC) + BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _seconds(said: object) -> datetime:
    return datetime.fromtimestamp(int(str(said)), tz=UTC)


def _last(request: Received) -> str:
    return request.path.rpartition("/")[2]


# ---------------------------------------------------------------- Amazon


def _amazon_read(request: Received) -> Listing | str:
    if not request.path.endswith("/orders"):
        return _last(request)
    by_change = "lastUpdatedAfter" in request.query
    name = "lastUpdated" if by_change else "created"
    return Listing(
        since=_moment(request.query[f"{name}After"]),
        until=_moment(request.query[f"{name}Before"]),
        by_change=by_change,
        mark=request.query.get("paginationToken", ""),
    )


def _amazon(sold: Sold) -> dict[str, Any]:
    more: dict[str, Any] = {"createdTime": _text(sold.created), "lastUpdatedTime": _text(sold.changed)}
    if sold.cancelled:
        more["fulfillment"] = amazon.fulfilled("CANCELLED")
    return amazon.order(orderId=sold.reference, **more)


def _amazon_page(found: Found) -> HttpAnswer:
    said: dict[str, Any] = {
        "orders": [_amazon(each) for each in found.orders],
        "lastUpdatedBefore": _text(found.asked.until),
    }
    if found.mark:
        said["pagination"] = {"nextToken": found.mark}
    return json_answer(said, x_amzn_ratelimit_limit="0.0056")


# ---------------------------------------------------------------- Douyin


def _douyin_read(request: Received) -> Listing | str:
    asked = request.json
    if "shop_order_id" in asked:
        return str(asked["shop_order_id"])
    by_change = "update_time_start" in asked
    name = "update_time" if by_change else "create_time"
    since, until = _seconds(asked[f"{name}_start"]), _seconds(asked[f"{name}_end"])
    return Listing(since=since, until=until, by_change=by_change, number=asked["page"] + 1)


def _douyin(sold: Sold) -> dict[str, Any]:
    status = 4 if sold.cancelled else 2
    times = {name: int(time.timestamp()) for name, time in _times(sold, "create_time", "update_time")}
    parts = [douyin.part(main_status=status), douyin.tea(main_status=status)]
    return douyin.order(sold.reference, main_status=status, sku_order_list=parts, **times)


def _times(sold: Sold, created: str, changed: str) -> list[tuple[str, datetime]]:
    return [(created, sold.created), (changed, sold.changed)]


def _douyin_page(found: Found) -> HttpAnswer:
    page = (found.asked.number or 1) - 1
    return douyin.listed(*map(_douyin, found.orders), total=found.total, page=page)


# ---------------------------------------------------------------- eBay


def _ebay_read(request: Received) -> Listing | str:
    if not request.path.endswith("/order"):
        return _last(request)
    name, _, window = request.query["filter"].partition(":")
    since, until = window.strip("[]").split("..")
    return Listing(
        since=_moment(since),
        until=_moment(until),
        by_change=name == "lastmodifieddate",
        number=int(request.query["offset"]) // int(request.query["limit"]) + 1,
    )


def _ebay(sold: Sold) -> dict[str, Any]:
    more: dict[str, Any] = {"creationDate": _text(sold.created), "lastModifiedDate": _text(sold.changed)}
    if sold.cancelled:
        more["cancelStatus"] = {"cancelState": "CANCELED", "cancelRequests": []}
    return ebay.order(orderId=sold.reference, **more)


def _ebay_page(found: Found) -> HttpAnswer:
    return json_answer({"total": found.total, "orders": [_ebay(each) for each in found.orders]})


# ---------------------------------------------------------------- JD


def _jd_read(request: Received) -> Listing | str:
    asked = orjson.loads(form(request)["360buy_param_json"])
    if "order_id" in asked:
        return str(asked["order_id"])
    return Listing(
        since=_beijing(asked["start_date"]),
        until=_beijing(asked["end_date"]),
        by_change=asked["dateType"] == 0,
        number=int(asked["page"]),
    )


def _jd(sold: Sold) -> dict[str, Any]:
    state = "TRADE_CANCELED" if sold.cancelled else "WAIT_SELLER_STOCK_OUT"
    created, changed = _in_beijing(sold.created), _in_beijing(sold.changed)
    return jd.order(sold.reference, orderState=state, orderStartTime=created, modified=changed)


def _jd_one(sold: Sold) -> HttpAnswer:
    detail = {"apiResult": {"success": True}, "orderInfo": _jd(sold)}
    return jd.answer({"jingdong_pop_order_get_responce": {"code": "0", "orderDetailInfo": detail}})


# ---------------------------------------------------------------- Pinduoduo


def _pinduoduo_read(request: Received) -> Listing | str:
    asked = form(request)
    if "order_sn" in asked:
        return asked["order_sn"]
    by_change = "start_updated_at" in asked
    name = "updated_at" if by_change else "confirm_at"
    since, until = _seconds(asked[f"start_{name}"]), _seconds(asked[f"end_{name}"])
    return Listing(since=since, until=until, by_change=by_change, number=int(asked["page"]))


def _pinduoduo(sold: Sold) -> dict[str, Any]:
    confirmed, updated = _in_beijing(sold.created), _in_beijing(sold.changed)
    refund = 4 if sold.cancelled else 1
    return pinduoduo.order(sold.reference, refund_status=refund, confirm_time=confirmed, updated_at=updated)


def _pinduoduo_page(found: Found) -> HttpAnswer:
    orders = [_pinduoduo(each) for each in found.orders]
    if found.asked.by_change:
        return pinduoduo.listed(*orders, total=found.total)
    return pinduoduo.answer({"order_list_get_response": {"total_count": found.total, "order_list": orders}})


def _pinduoduo_one(sold: Sold) -> HttpAnswer:
    return pinduoduo.answer({"order_info_get_response": {"order_info": _pinduoduo(sold)}})


# ---------------------------------------------------------------- Shopify


def _shopify_read(request: Received) -> Listing | str:
    if not request.path.endswith("/orders.json"):
        return _last(request).removesuffix(".json")
    if "page_info" in request.query:  # it holds the window, too
        return _listing(request.query["page_info"])
    by_change = "updated_at_min" in request.query
    name = "updated_at" if by_change else "created_at"
    return Listing(
        since=_moment(request.query[f"{name}_min"]),
        until=_moment(request.query[f"{name}_max"]),
        by_change=by_change,
    )


def _listing(page_info: str) -> Listing:
    since, until, by_change, mark = json.loads(page_info)
    return Listing(since=_moment(since), until=_moment(until), by_change=by_change, mark=mark)


def _page_info(found: Found) -> str:
    asked = found.asked
    return json.dumps([asked.since.isoformat(), asked.until.isoformat(), asked.by_change, found.mark])


def _shopify(sold: Sold) -> dict[str, Any]:
    more = {"created_at": _text(sold.created), "updated_at": _text(sold.changed)}
    if sold.cancelled:
        more |= {"cancelled_at": _text(sold.changed), "cancel_reason": "customer"}
    return shopify.order(id=sold.reference, **more)


def _shopify_page(found: Found) -> HttpAnswer:
    said = json_answer({"orders": [_shopify(each) for each in found.orders]})
    if not found.mark:
        return said
    next_page = "https://shop.example/orders.json?" + urlencode({"page_info": _page_info(found)})
    return HttpAnswer(
        status=200, headers={**said.headers, "link": f'<{next_page}>; rel="next"'}, body=said.body
    )


# ---------------------------------------------------------------- Square


def _square_read(request: Received) -> Listing | str:
    if request.method == "GET":
        return _last(request)
    [(name, window)] = request.json["query"]["filter"]["date_time_filter"].items()
    return Listing(
        since=_moment(window["start_at"]),
        until=_moment(window["end_at"]),
        by_change=name == "updated_at",
        mark=request.json.get("cursor", ""),
    )


def _square(sold: Sold) -> dict[str, Any]:
    times = {"created_at": _text(sold.created), "updated_at": _text(sold.changed)}
    return square.order(id=sold.reference, state="CANCELED" if sold.cancelled else "COMPLETED", **times)


def _square_page(found: Found) -> HttpAnswer:
    said: dict[str, Any] = {"orders": [_square(each) for each in found.orders]}
    return json_answer(said | ({"cursor": found.mark} if found.mark else {}))


# ---------------------------------------------------------------- Taobao


def _taobao_read(request: Received) -> Listing | str:
    asked = form(request)
    if "tid" in asked:
        return asked["tid"]
    by_change = "start_modified" in asked
    name = "modified" if by_change else "created"
    since, until = _beijing(asked[f"start_{name}"]), _beijing(asked[f"end_{name}"])
    return Listing(since=since, until=until, by_change=by_change, number=int(asked["page_no"]))


def _taobao_status(sold: Sold) -> dict[str, Any]:
    status = "TRADE_CLOSED_BY_TAOBAO" if sold.cancelled else "WAIT_SELLER_SEND_GOODS"
    return {"status": status, "modified": _in_beijing(sold.changed)}


def _taobao_page(found: Found) -> HttpAnswer:
    trades = [{"tid": each.reference, **_taobao_status(each)} for each in found.orders]
    said: dict[str, Any] = {"total_results": found.total, "trades": {"trade": trades}}
    method = "trades_sold_increment_get" if found.asked.by_change else "trades_sold_get"
    return taobao.answer({f"{method}_response": said})


def _taobao_one(sold: Sold) -> HttpAnswer:
    trade = taobao.trade(sold.reference, created=_in_beijing(sold.created), **_taobao_status(sold))
    return taobao.answer({"trade_fullinfo_get_response": {"trade": trade}})


# ---------------------------------------------------------------- WeChat shop


def _wechat_read(request: Received) -> Listing | str:
    asked = request.json
    if "order_id" in asked:
        return str(asked["order_id"])
    by_change = "update_time_range" in asked
    window = asked["update_time_range" if by_change else "create_time_range"]
    since, until = _seconds(window["start_time"]), _seconds(window["end_time"])
    return Listing(since=since, until=until, by_change=by_change, mark=asked["next_key"])


def _wechat_page(found: Found) -> HttpAnswer:
    ids = [each.reference for each in found.orders]
    return wechat_shop.answer(order_id_list=ids, next_key=found.mark, has_more=bool(found.mark))


def _wechat_one(sold: Sold) -> HttpAnswer:
    times = {name: int(time.timestamp()) for name, time in _times(sold, "create_time", "update_time")}
    return wechat_shop.answer(
        order=wechat_shop.order(sold.reference, status=250 if sold.cancelled else 20, **times)
    )


# ---------------------------------------------------------------- WooCommerce


def _woocommerce_read(request: Received) -> Listing | str:
    if not request.path.endswith("/orders"):
        return _last(request)
    by_change = "modified_after" in request.query
    after, before = ("modified_after", "modified_before") if by_change else ("after", "before")
    return Listing(
        since=_moment(request.query[after]),
        until=_moment(request.query[before]),
        by_change=by_change,
        number=int(request.query["page"]),
    )


def _woocommerce(sold: Sold) -> dict[str, Any]:
    created, changed = (time.replace(tzinfo=None).isoformat() for time in (sold.created, sold.changed))
    times = {"date_created_gmt": created, "date_modified_gmt": changed}
    return woocommerce.order(
        id=sold.reference, status="cancelled" if sold.cancelled else "processing", **times
    )


def _woocommerce_page(found: Found) -> HttpAnswer:
    pages = str(-(-found.total // PAGE) or 1)
    orders = [_woocommerce(each) for each in found.orders]
    return json_answer(orders, x_wp_total=str(found.total), x_wp_totalpages=pages)


PAGE = 3  # orders a page, of every platform here

ASKED: Mapping[str, Asked] = {
    "amazon": Asked(
        read=_amazon_read,
        page=_amazon_page,
        one=lambda sold: json_answer({"order": _amazon(sold)}),
        too_fast=HttpAnswer(status=TOO_MANY, headers={"x-amzn-ratelimit-limit": "0.05"}),
        wait_s=20,
        token_over=HttpAnswer(status=401, body=b'{"errors": [{"code": "Unauthorized"}]}'),
    ),
    "douyin": Asked(
        read=_douyin_read,
        page=_douyin_page,
        one=lambda sold: douyin.answer({"shop_order_detail": _douyin(sold)}),
        too_fast=douyin.answer(None, code=60_000, msg="触发限流"),
        wait_s=1,
        token_over=douyin.answer(None, code=30_001, sub_code="isv.access-token-expired"),
    ),
    "ebay": Asked(
        read=_ebay_read,
        page=_ebay_page,
        one=lambda sold: json_answer(_ebay(sold)),
        too_fast=HttpAnswer(status=TOO_MANY, headers={"retry-after": "11"}),
        wait_s=11,
    ),
    "jd": Asked(
        read=_jd_read,
        page=lambda found: jd.listed(*map(_jd, found.orders), total=found.total),
        one=_jd_one,
        too_fast=jd.refused("2", "限制时间内调用失败次数"),
        wait_s=10,
        token_over=jd.refused("19", "无效access_token"),
    ),
    "pinduoduo": Asked(
        read=_pinduoduo_read,
        page=_pinduoduo_page,
        one=_pinduoduo_one,
        too_fast=pinduoduo.refused(70_031, "调用过于频繁"),
        wait_s=1,
        token_over=pinduoduo.refused(10_019, "access_token已过期"),
    ),
    "shopify": Asked(
        read=_shopify_read,
        page=_shopify_page,
        one=lambda sold: json_answer({"order": _shopify(sold)}),
        too_fast=HttpAnswer(status=TOO_MANY, headers={"retry-after": "2.5"}),
        wait_s=2.5,
    ),
    "square": Asked(
        read=_square_read,
        page=_square_page,
        one=lambda sold: json_answer({"order": _square(sold)}),
        too_fast=HttpAnswer(status=TOO_MANY, headers={"retry-after": "5"}),
        wait_s=5,
    ),
    "taobao": Asked(
        read=_taobao_read,
        page=_taobao_page,
        one=_taobao_one,
        too_fast=taobao.refused(
            7, "accesscontrol.limited-by-app-access-count", "This ban will last for 41 more seconds"
        ),
        wait_s=41,
        token_over=taobao.refused(27, "invalid-sessionkey"),
    ),
    "wechat-shop": Asked(
        read=_wechat_read,
        page=_wechat_page,
        one=_wechat_one,
        too_fast=wechat_shop.answer(errcode=45_011, errmsg="api minute-quota reach limit"),
        wait_s=60,
        token_over=wechat_shop.answer(errcode=42_001, errmsg="access_token expired"),
    ),
    "woocommerce": Asked(
        read=_woocommerce_read,
        page=_woocommerce_page,
        one=lambda sold: json_answer(_woocommerce(sold)),
        too_fast=HttpAnswer(status=TOO_MANY, headers={"retry-after": "9"}),
        wait_s=9,
    ),
}
