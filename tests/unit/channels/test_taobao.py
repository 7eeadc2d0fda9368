"""Taobao and Tmall: the documented signature, trades asked for backwards, money that adds up, stock by item."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import orjson
import pytest

from domain.channels.adapters.china import signature
from domain.channels.adapters.contract import (
    Access,
    Facts,
    HttpAnswer,
    HttpRequest,
    Ignored,
    ListingQuantity,
    Message,
    OrderCancelled,
    OrderStated,
    OrderToFetch,
    Parsed,
    StockRequest,
    Unreadable,
    WindowBy,
)
from domain.channels.adapters.taobao import TAOBAO
from tests.recorded.taobao import (
    CREDENTIALS,
    FACTS,
    answer,
    changed,
    cursor,
    listed,
    refused,
    sub_order,
    tea,
    trade,
)
from tests.unit.channels.explained import explained, judged

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
ACCESS = Access(credentials=CREDENTIALS, now=NOW)
NO_SETTINGS = Facts(channel="tmall", currency="CNY", timezone="Asia/Shanghai")


def parsed(facts: Facts = FACTS, **changes: Any) -> Parsed:
    return TAOBAO.parse(Message(topic="order", body=orjson.dumps(trade(**changes))), facts)


def form(request: HttpRequest) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


# ---------------------------------------------------------------- what it costs


def test_the_total_is_what_the_buyer_paid_and_the_discounts_stay_apart() -> None:
    cost = explained(parsed())
    assert cost.total == 13_580  # payment
    assert cost.subtotal == 13_960  # prices by numbers
    assert cost.shipping == 1_000  # post_fee
    assert cost.platform_discount == 380  # the listed promotion
    assert cost.merchant_discount == 500 + 500  # off the mugs, and the shop's coupon
    assert [line.platform_discount_minor for line in judged(parsed()).lines] == [269, 111]


def test_what_is_left_of_each_sub_order_is_its_divided_fee() -> None:
    mugs, leaves = judged(parsed()).lines
    for line, divided in ((mugs, 8_855), (leaves, 3_725)):
        discounts = line.platform_discount_minor + line.merchant_discount_minor
        assert line.unit_price_minor * line.quantity - discounts == divided


def test_without_the_setting_every_discount_is_the_shops() -> None:
    cost = explained(parsed(NO_SETTINGS))
    assert (cost.platform_discount, cost.merchant_discount, cost.total) == (0, 1_380, 13_580)


def test_the_platforms_subsidy_is_the_platforms() -> None:
    cost = explained(parsed(NO_SETTINGS, platform_subsidy_fee="4.00", payment="131.80"))
    assert (cost.platform_discount, cost.total) == (400, 13_180)


@pytest.mark.parametrize(
    ("adjusted", "payment", "merchant"), [("-3.00", "132.80", 1_300), ("2.00", "137.80", 1_000)]
)
def test_an_amount_adjusted_by_hand_is_a_discount_or_a_higher_price(
    adjusted: str, payment: str, merchant: int
) -> None:
    cost = explained(parsed(orders=[sub_order(adjust_fee=adjusted), tea()], payment=payment))
    assert (cost.total, cost.merchant_discount) == (int(payment.replace(".", "")), merchant)


def test_the_only_sub_order_says_its_payment_with_postage_and_is_not_believed() -> None:
    alone = sub_order(part_mjz_discount="8.80", payment="96.00", divide_order_fee="96.00")
    cost = explained(parsed(orders=[alone], payment="96.00"))
    assert (cost.total, cost.shipping, cost.platform_discount) == (9_600, 1_000, 380)


def test_what_was_refunded_is_not_shipped_and_not_paid_for() -> None:
    gone = tea(status="TRADE_CLOSED", refund_status="SUCCESS")
    taken = parsed(orders=[sub_order(), gone], payment="98.55")
    assert {line.sku: line.quantity for line in judged(taken).lines} == {"MUG-1": 2}
    cost = explained(taken)
    assert cost.total - cost.shipping == 8_855  # divide_order_fee of what is left
    without = sub_order(divide_order_fee=None)
    assert explained(parsed(orders=[without, gone], payment="98.55")).total == cost.total


def test_a_gift_of_the_same_sku_costs_nothing_more() -> None:
    free = {"discount_fee": "0.00", "part_mjz_discount": "0.00", "divide_order_fee": "0.00"}
    gift = tea(oid=7, outer_sku_id="MUG-1", price="0.00", **free)
    taken = parsed(orders=[sub_order(), tea(), gift])
    assert explained(taken).total == 13_580
    assert {line.sku: line.quantity for line in judged(taken).lines} == {"MUG-1": 3, "TEA-2": 1}


# ---------------------------------------------------------------- what it is


def test_who_gets_it_and_when_it_was_bought() -> None:
    incoming = judged(parsed())
    assert incoming.placed_at == datetime(2026, 11, 20, 7, 58, 30, tzinfo=UTC)
    assert incoming.customer_reference == "AAHk5d-EAAeGwJedwSFu0Xyz"
    to = incoming.ship_to
    assert (to.country_code, to.region, to.city, to.line1) == ("CN", "浙江省", "杭州市", "西湖区 北山街道")
    assert (to.name, to.phone, to.line2, to.postcode) == ("张**", "*******4021", "曙光路****", "310007")


def test_a_county_without_a_city_is_the_city() -> None:
    assert judged(parsed(receiver_city="", receiver_district="济源市")).ship_to.city == "济源市"


def test_what_lies_over_the_border_has_its_own_code() -> None:
    assert judged(parsed(receiver_state="香港特别行政区")).ship_to.country_code == "HK"
    with pytest.raises(Unreadable, match="receiver_country"):
        parsed(receiver_country="新加坡")


@pytest.mark.parametrize(
    ("named", "sku"),
    [
        ({}, "MUG-1"),
        ({"outer_sku_id": ""}, "MUG"),
        ({"outer_sku_id": None, "outer_iid": None}, "4631234567890"),
        ({"outer_sku_id": None, "outer_iid": "", "sku_id": None}, "598497390355"),
    ],
)
def test_the_shops_own_code_names_the_variant(named: dict[str, Any], sku: str) -> None:
    assert judged(parsed(orders=[sub_order(**named), tea()])).lines[0].sku == sku


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"status": "TRADE_NO_CREATE_PAY"}, Ignored),
        ({"status": "WAIT_BUYER_PAY"}, Ignored),
        ({"status": "PAY_PENDING"}, Ignored),
        ({"status": "PAID_FORBID_CONSIGN"}, Ignored),
        ({"status": "WAIT_SELLER_SEND_GOODS"}, OrderStated),
        ({"status": "SELLER_CONSIGNED_PART"}, OrderStated),
        ({"status": "WAIT_BUYER_CONFIRM_GOODS"}, Ignored),
        ({"status": "TRADE_FINISHED"}, Ignored),
        ({"status": "TRADE_CLOSED_BY_TAOBAO"}, OrderCancelled),
        ({"status": "TRADE_CLOSED"}, OrderCancelled),
        ({"status": "TRADE_CLOSED", "consign_time": "2026-11-20 17:00:00"}, Ignored),
        ({"team_buy_hold": 1}, Ignored),
        ({"orders": [sub_order(), tea(refund_status="WAIT_SELLER_AGREE")]}, Ignored),
        ({"orders": [sub_order(), tea(refund_status="CLOSED")]}, OrderStated),
        ({"orders": [sub_order(status="TRADE_CLOSED")]}, OrderCancelled),
    ],
)
def test_every_status_has_its_outcome(changes: dict[str, Any], outcome: type[Parsed]) -> None:
    assert isinstance(parsed(**changes), outcome)


def test_an_unknown_status_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="status"):
        parsed(status="SOMETHING_NEW")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("WAIT_SELLER_SEND_GOODS", OrderToFetch),
        ("SELLER_CONSIGNED_PART", OrderToFetch),
        ("TRADE_CLOSED", OrderToFetch),
        ("WAIT_BUYER_PAY", Ignored),
        ("TRADE_FINISHED", Ignored),
        ("TRADE_CLOSED_BY_TAOBAO", OrderCancelled),
    ],
)
def test_only_changes_that_matter_are_fetched(status: str, outcome: type[Parsed]) -> None:
    body = orjson.dumps(changed("289749893209214687", 3, status))
    assert isinstance(TAOBAO.parse(Message(topic="trade-changed", body=body), FACTS), outcome)


# ---------------------------------------------------------------- calls


def test_the_signature_is_that_of_the_documentation() -> None:
    """The example of developer.alibaba.com/docs/doc.htm?articleId=101617."""
    said = {
        "method": "taobao.item.seller.get",
        "app_key": "12345678",
        "session": "test",
        "timestamp": "2016-01-01 12:00:00",
        "format": "json",
        "v": "2.0",
        "sign_method": "md5",
        "fields": "num_iid,title,nick,price,num",
        "num_iid": "11223344",
    }
    assert signature(said, "helloworld") == "66987CB115214E59E6EC978214934FB8"


def test_a_call_says_beijings_time_and_is_signed_over_all_it_says() -> None:
    assert TAOBAO.pull
    sent = form(TAOBAO.pull.pull_request(cursor(None), ACCESS))
    assert sent.pop("sign") == signature(sent, CREDENTIALS["app_secret"])
    assert sent["method"] == "taobao.trades.sold.increment.get"
    assert sent["timestamp"] == "2026-11-20 16:30:00"
    assert (sent["start_modified"], sent["end_modified"]) == ("2026-11-20 16:00:00", "2026-11-20 16:30:00")
    assert (sent["page_no"], sent["page_size"], sent["use_has_next"]) == ("1", "100", "false")


def test_windows_are_no_longer_than_a_day() -> None:
    assert TAOBAO.pull
    assert TAOBAO.pull.window_max_s <= 86_400


def test_pages_are_read_from_the_last_to_the_first() -> None:
    assert TAOBAO.pull
    first = TAOBAO.pull.parse_page(cursor(None), listed(changed("R-1"), total=250))
    assert (first.next_page, first.total, list(first.messages)) == ("3", 250, [])
    assert form(TAOBAO.pull.pull_request(cursor("3"), ACCESS))["page_no"] == "3"
    last = TAOBAO.pull.parse_page(cursor("1"), listed(changed("R-9"), total=249))
    assert (last.next_page, last.messages[0].reference) == (None, "R-9")
    nothing = TAOBAO.pull.parse_page(cursor(None), listed(total=0))
    assert (nothing.next_page, list(nothing.messages)) == (None, [])


def test_no_trade_is_missed_that_moves_up_while_pages_are_read() -> None:
    """Trades stand newest first; between two pages one of them changes and leaves the window."""
    assert TAOBAO.pull
    window = [f"R-{number}" for number in range(250)]

    def page(token: str | None) -> tuple[list[str | None], str | None]:
        number = int(token) if token else 1
        shown = [changed(name) for name in window[(number - 1) * 100 : number * 100]]
        assert TAOBAO.pull
        found = TAOBAO.pull.parse_page(cursor(token), listed(*shown, total=len(window)))
        return [message.reference for message in found.messages], found.next_page

    expected, seen = set(window), set[str | None]()
    names, token = page(None)
    seen.update(names)
    while token:
        names, token = page(token)
        seen.update(names)
        seen.add(window.pop(0))  # it changed: the next window will have it
    assert seen >= expected


def test_trades_of_a_day_are_counted_by_when_they_were_made() -> None:
    assert TAOBAO.pull
    created = cursor(None, WindowBy.CREATED)
    sent = form(TAOBAO.pull.pull_request(created, ACCESS))
    assert (sent["method"], sent["start_created"]) == ("taobao.trades.sold.get", "2026-11-20 16:00:00")
    found = {"total_results": 1, "trades": {"trade": [changed("R-1")]}}
    page = TAOBAO.pull.parse_page(created, answer({"trades_sold_get_response": found}))
    assert [message.reference for message in page.messages] == ["R-1"]


def test_one_trade_is_fetched_in_full() -> None:
    assert TAOBAO.pull
    assert TAOBAO.pull.order_request
    assert TAOBAO.pull.parse_order
    sent = form(TAOBAO.pull.order_request("289749893209214687", ACCESS))
    assert (sent["method"], sent["tid"]) == ("taobao.trade.fullinfo.get", "289749893209214687")
    assert {"payment", "promotion_details", "orders.divide_order_fee"} <= set(sent["fields"].split(","))
    message = TAOBAO.pull.parse_order(answer({"trade_fullinfo_get_response": {"trade": trade("7", 4)}}))
    assert message.external_updated_at == datetime(2026, 11, 20, 8, 4, tzinfo=UTC)
    assert isinstance(TAOBAO.parse(message, FACTS), OrderStated)


def test_a_refused_call_is_unreadable_and_a_limit_says_how_long_it_lasts() -> None:
    assert TAOBAO.pull
    with pytest.raises(Unreadable, match="27 session-expired"):
        TAOBAO.pull.parse_page(cursor(None), refused(27, "session-expired", "用户授权已过期"))
    limited = refused(
        7, "accesscontrol.limited-by-app-access-count", "This ban will last for 41 more seconds"
    )
    assert TAOBAO.wait_s(limited) == 41
    assert TAOBAO.wait_s(refused(7, "accesscontrol.limited-by-api-access-count")) == 1
    assert TAOBAO.wait_s(refused(15, "isv.trade-not-exist")) is None
    assert TAOBAO.wait_s(HttpAnswer(status=502, body=b"<html>")) is None


# ---------------------------------------------------------------- stock


def listing(
    number: int, quantity: int, num_iid: str = "598497390355", *, has_sku: bool = True
) -> ListingQuantity:
    sku = {"sku_id": str(4_000 + number)} if has_sku else {}
    return ListingQuantity(
        listing_id=UUID(int=number),
        sku=f"SKU-{number}",
        external_ids={"num_iid": num_iid, **sku},
        quantity=quantity,
        version=3,
    )


def push(*listings: ListingQuantity) -> list[StockRequest]:
    assert TAOBAO.stock
    return list(TAOBAO.stock.stock_requests(listings, ACCESS))


def test_skus_of_one_item_are_set_together_twenty_at_most() -> None:
    of_one = [listing(number, number, "1") for number in range(21)]
    asked = push(*of_one, listing(50, 7, "2"), listing(51, 8, "3", has_sku=False))
    assert [len(each.listings) for each in asked] == [20, 1, 1, 1]
    sent = form(asked[2].request)
    assert (sent["method"], sent["num_iid"], sent["type"]) == ("taobao.skus.quantity.update", "2", "1")
    assert sent["skuid_quantities"] == "4050:7"
    alone = form(asked[3].request)
    assert (alone["method"], alone["quantity"]) == ("taobao.item.quantity.update", "8")


def test_a_listing_without_the_platforms_ids_is_in_no_request() -> None:
    unknown = ListingQuantity(listing_id=UUID(int=9), sku="X", external_ids={}, quantity=1, version=1)
    assert push(unknown) == []


def test_what_the_answer_states_is_acknowledged() -> None:
    assert TAOBAO.stock
    [asked] = push(listing(1, 5), listing(2, 6))
    item = {"num_iid": 598_497_390_355, "num": 11, "skus": {"sku": [{"sku_id": 4_001, "quantity": 5}]}}
    first, second = TAOBAO.stock.read_answer(asked, answer({"skus_quantity_update_response": {"item": item}}))
    assert (first.acknowledged, first.error) == (5, None)
    assert (second.acknowledged, second.again) == (None, True)
    [alone] = push(listing(3, 8, has_sku=False))
    whole = answer({"item_quantity_update_response": {"item": {"num_iid": 1, "num": 8}}})
    assert TAOBAO.stock.read_answer(alone, whole)[0].acknowledged == 8


@pytest.mark.parametrize(
    ("code", "sub_code", "again"),
    [
        (7, "accesscontrol.limited-by-app-access-count", True),
        (15, "isp.top-remote-connection-timeout", True),
        (27, "session-expired", True),
        (15, "isv.item-quantity-service-error:ITEM_NOT_FOUND", False),
    ],
)
def test_a_refused_push_says_whether_to_come_again(code: int, sub_code: str, *, again: bool) -> None:
    assert TAOBAO.stock
    [asked] = push(listing(1, 5), listing(2, 6))
    results = TAOBAO.stock.read_answer(asked, refused(code, sub_code))
    assert [(result.acknowledged, result.again) for result in results] == [(None, again)] * 2
    assert results[0].error == f"{code} {sub_code} refused"


def test_what_it_has_is_asked_by_forty_items() -> None:
    assert TAOBAO.stock
    assert TAOBAO.stock.observe_requests
    assert TAOBAO.stock.read_observed
    listings = [listing(number, 1, str(number)) for number in range(41)]
    asked = TAOBAO.stock.observe_requests(listings, ACCESS)
    assert [len(each.listings) for each in asked] == [40, 1]
    assert form(asked[1].request)["num_iids"] == "40"
    seen = answer({"item_skus_get_response": {"skus": {"sku": [{"sku_id": 4_040, "quantity": 9}]}}})
    assert TAOBAO.stock.read_observed(asked[1], seen) == {UUID(int=40): 9}
