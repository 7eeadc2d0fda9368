"""JD: the documented signature, what JD bears apart from what the shop bears, stock by twenty."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import orjson
import pytest

from domain.channels.adapters.china import signature
from domain.channels.adapters.contract import (
    Access,
    HttpAnswer,
    HttpRequest,
    Ignored,
    ListingQuantity,
    Message,
    OrderCancelled,
    OrderStated,
    Parsed,
    StockRequest,
    Unreadable,
    WindowBy,
)
from domain.channels.adapters.jd import JD
from tests.recorded.jd import (
    COUPONS,
    CREDENTIALS,
    FACTS,
    answer,
    coupon,
    cursor,
    item,
    listed,
    order,
    refused,
    tea,
)
from tests.unit.channels.explained import explained, judged

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
ACCESS = Access(credentials=CREDENTIALS, now=NOW)


def parsed(**changes: Any) -> Parsed:
    return JD.parse(Message(topic="order", body=orjson.dumps(order(**changes))), FACTS)


def form(request: HttpRequest) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


def said(request: HttpRequest) -> Any:
    return orjson.loads(form(request)["360buy_param_json"])


# ---------------------------------------------------------------- what it costs


def test_what_jd_bears_and_what_the_shop_bears_stay_apart() -> None:
    cost = explained(parsed())
    assert cost.subtotal == 13_960  # orderTotalPrice
    assert cost.merchant_discount == 1_000  # sellerDiscount
    assert cost.platform_discount == 500 + 260  # JD's coupon, and beans
    assert cost.shipping == 800  # freightPrice


def test_the_total_is_what_the_buyer_paid_with_whatever_means() -> None:
    cost = explained(parsed())
    gift_card = 2_000
    assert cost.total == 11_000 + gift_card  # orderPayment, and what the gift card paid
    assert cost.total + cost.platform_discount == 12_960 + 800  # orderSellerPrice, and the freight


def test_a_promotion_of_one_sku_is_that_skus() -> None:
    mugs, leaves = judged(parsed()).lines
    assert mugs.merchant_discount_minor == 400 + 428
    assert leaves.merchant_discount_minor == 172


def test_a_total_with_the_freight_in_it_means_the_same() -> None:
    within = parsed(orderTotalPrice="147.60", orderSellerPrice="137.60")
    assert explained(within) == explained(parsed())


def test_without_coupons_or_freight_the_total_is_the_price() -> None:
    plain = parsed(couponDetailList=None, sellerDiscount="0.00", freightPrice=None)
    cost = explained(plain)
    assert (cost.total, cost.platform_discount, cost.merchant_discount) == (13_960, 0, 0)


def test_a_balance_is_a_means_of_payment() -> None:
    assert explained(parsed(balanceUsed="30.00", orderPayment="80.00")) == explained(parsed())


def test_a_gift_of_the_same_sku_costs_nothing_more() -> None:
    gift = item(jdPrice="0.00", itemTotal="1")
    taken = parsed(itemInfoList=[item(), tea(), gift])
    assert explained(taken).total == 13_000
    assert {line.sku: line.quantity for line in judged(taken).lines} == {"MUG-1": 3, "TEA-2": 1}


def test_a_coupon_of_no_kind_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="couponDetailList"):
        parsed(couponDetailList=[*COUPONS, coupon("优惠", "1.00")])


# ---------------------------------------------------------------- what it is


def test_who_gets_it_without_what_is_encrypted() -> None:
    incoming = judged(parsed())
    assert incoming.placed_at == datetime(2026, 11, 20, 7, 58, 30, tzinfo=UTC)
    to = incoming.ship_to
    assert (to.name, to.phone) == ("", "138****4021")
    assert (to.region, to.city, to.line1, to.line2) == ("浙江", "杭州市", "西湖区 北山街道", "曙光路7号")


def test_the_shops_own_code_names_the_variant() -> None:
    assert judged(parsed()).lines[0].sku == "MUG-1"
    assert judged(parsed(itemInfoList=[item(outerSkuId=""), tea()])).lines[0].sku == "10054887745652"


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"orderState": "NOT_PAY"}, Ignored),
        ({"orderState": "WAIT_SELLER_STOCK_OUT"}, OrderStated),
        ({"orderState": "WAIT_SELLER_DELIVERY"}, OrderStated),
        ({"orderState": "WAIT_GOODS_RECEIVE_CONFIRM"}, Ignored),
        ({"orderState": "FINISHED_L"}, Ignored),
        ({"orderState": "LOCKED"}, Ignored),
        ({"orderState": "PAUSE"}, Ignored),
        ({"orderState": "POP_ORDER_PAUSE"}, Ignored),
        ({"orderState": "TRADE_CANCELED"}, OrderCancelled),
        ({"orderState": "TRADE_CANCELED", "waybill": "JDVA0001"}, Ignored),
    ],
)
def test_every_state_has_its_outcome(changes: dict[str, Any], outcome: type[Parsed]) -> None:
    assert isinstance(parsed(**changes), outcome)


def test_an_unknown_state_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="orderState"):
        parsed(orderState="SOMETHING_NEW")


# ---------------------------------------------------------------- calls


def test_the_signature_is_that_of_the_documentation() -> None:
    """The example of open.jd.com/v2/#/doc/dev-guide?listId=2643."""
    example = {
        "360buy_param_json": '{"end_date":null,"optional_fields":null,"order_state":"WAIT_SELLER_STOCK_OUT",'
        '"page":"1","page_size":"200","start_date":null}',
        "access_token": "yourtoken",
        "app_key": "yourappkey",
        "method": "jingdong.pop.order.search",
        "timestamp": "2021-05-07 09:20:39.683+0800",
        "v": "2.0",
    }
    assert signature(example, "yourappSecret") == "D70825340F4084360B9362B60DFD7930"


def test_a_call_says_beijings_time_and_is_signed_over_all_it_says() -> None:
    assert JD.pull
    request = JD.pull.pull_request(cursor(None), ACCESS)
    sent = form(request)
    assert sent.pop("sign") == signature(sent, CREDENTIALS["app_secret"])
    assert (sent["method"], sent["timestamp"]) == ("jingdong.pop.order.search", "2026-11-20 16:30:00")
    asked = said(request)
    assert (asked["start_date"], asked["end_date"]) == ("2026-11-20 16:00:00", "2026-11-20 17:00:00")
    assert (asked["dateType"], asked["page"], asked["page_size"]) == (0, "1", "100")
    assert {"WAIT_SELLER_STOCK_OUT", "TRADE_CANCELED", "LOCKED"} <= set(asked["order_state"].split(","))
    assert {"couponDetailList", "itemInfoList"} <= set(asked["optional_fields"].split(","))
    assert said(JD.pull.pull_request(cursor(None, WindowBy.CREATED), ACCESS))["dateType"] == 1


def test_pages_are_read_from_the_last_to_the_first() -> None:
    assert JD.pull
    first = JD.pull.parse_page(cursor(None), listed(order(), total=250))
    assert (first.next_page, first.total, list(first.messages)) == ("3", 250, [])
    assert said(JD.pull.pull_request(cursor("3"), ACCESS))["page"] == "3"
    last = JD.pull.parse_page(cursor("1"), listed(order("R-9", 4), total=249))
    assert (last.next_page, last.messages[0].reference) == (None, "R-9")
    assert last.messages[0].external_updated_at == datetime(2026, 11, 20, 8, 4, tzinfo=UTC)


def test_one_order_is_fetched_by_its_number() -> None:
    assert JD.pull
    assert JD.pull.order_request
    assert JD.pull.parse_order
    assert said(JD.pull.order_request("249786309732", ACCESS))["order_id"] == "249786309732"
    detail = {"apiResult": {"success": "true", "numberCode": "0"}, "orderInfo": order()}
    whole = {"jingdong_pop_order_get_responce": {"code": "0", "orderDetailInfo": detail}}
    message = JD.pull.parse_order(answer(whole))
    assert isinstance(JD.parse(message, FACTS), OrderStated)


def test_a_refusal_is_unreadable_wherever_it_stands() -> None:
    assert JD.pull
    with pytest.raises(Unreadable, match="19 无效access_token"):
        JD.pull.parse_page(cursor(None), refused("19", "无效access_token"))
    failed = {"apiResult": {"success": False, "numberCode": "10100021", "chineseErrCode": "状态不合法"}}
    inside = {"jingdong_pop_order_search_responce": {"code": "0", "searchorderinfo_result": failed}}
    with pytest.raises(Unreadable, match="10100021"):
        JD.pull.parse_page(cursor(None), answer(inside))
    with pytest.raises(Unreadable, match="no orders"):
        JD.pull.parse_page(cursor(None), answer({"jingdong_pop_order_search_responce": {"code": "103"}}))
    assert JD.wait_s(refused("2", "限制时间内调用失败次数")) == 10
    assert JD.wait_s(refused("19", "无效access_token")) is None
    assert JD.wait_s(HttpAnswer(status=502, body=b"<html>")) is None


# ---------------------------------------------------------------- stock


def listing(number: int, quantity: int) -> ListingQuantity:
    return ListingQuantity(
        listing_id=UUID(int=number),
        sku=f"SKU-{number}",
        external_ids={"skuId": str(1_000 + number)},
        quantity=quantity,
        version=3,
    )


def push(*listings: ListingQuantity) -> list[StockRequest]:
    assert JD.stock
    return list(JD.stock.stock_requests(listings, ACCESS))


def stock_answer(*results: dict[str, Any], success: bool = True, message: str = "") -> HttpAnswer:
    returned = {"success": success, "message": message, "obj": {"updateStockResult": list(results)}}
    return answer({"jingdong_ware_stock_sku_set_responce": {"code": "0", "returnType": returned}})


def test_stock_is_set_by_twenty() -> None:
    unknown = ListingQuantity(listing_id=UUID(int=99), sku="X", external_ids={}, quantity=1, version=1)
    asked = push(*(listing(number, number) for number in range(21)), unknown)
    assert [len(each.listings) for each in asked] == [20, 1]
    assert form(asked[1].request)["method"] == "jingdong.ware.stock.sku.set"
    assert said(asked[1].request) == {"req": {"skuStocks": [{"skuId": 1_020, "stockNum": 20}]}}


def test_each_sku_has_its_own_result() -> None:
    assert JD.stock
    [asked] = push(listing(1, 5), listing(2, 6), listing(3, 7))
    taken = {"data": "1001", "success": True, "storeId": 0}
    failed = {"data": "1002", "success": False, "storeId": 0, "message": "sku不存在"}
    first, second, third = JD.stock.read_answer(asked, stock_answer(taken, failed))
    assert (first.acknowledged, first.error) == (5, None)
    assert (second.acknowledged, second.error, second.again) == (None, "sku不存在", False)
    assert (third.acknowledged, third.error, third.again) == (None, "not in the answer", True)


def test_a_call_that_failed_as_a_whole_says_why() -> None:
    assert JD.stock
    [asked] = push(listing(1, 5))
    [result] = JD.stock.read_answer(asked, stock_answer(success=False, message="系统繁忙"))
    assert (result.acknowledged, result.error, result.again) == (None, "系统繁忙", True)


@pytest.mark.parametrize(("code", "again"), [("2", True), ("19", True), ("65", True), ("24", False)])
def test_a_refused_push_says_whether_to_come_again(code: str, *, again: bool) -> None:
    assert JD.stock
    [asked] = push(listing(1, 5))
    [result] = JD.stock.read_answer(asked, refused(code, "no"))
    assert (result.acknowledged, result.error, result.again) == (None, f"{code} no", again)


def test_what_it_has_is_the_sum_over_its_stores() -> None:
    assert JD.stock
    assert JD.stock.observe_requests
    assert JD.stock.read_observed
    [asked] = JD.stock.observe_requests([listing(1, 5)], ACCESS)
    assert said(asked.request)["skuId"] == 1_001
    stocks = [{"skuId": 1_001, "stockNum": 4, "storeId": 0}, {"skuId": 1_001, "stockNum": 3, "storeId": 9}]
    seen = answer({"jingdong_stock_read_findSkuStock_responce": {"code": "0", "skuStocks": stocks}})
    assert JD.stock.read_observed(asked, seen) == {UUID(int=1): 7}
