"""Douyin shop: its signatures, its statuses, its money to the fen, and how it is told of stock."""

import hmac
from datetime import UTC, datetime
from hashlib import md5, sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import orjson
import pytest

from domain.channels.adapters.contract import (
    Access,
    Delivery,
    HttpAnswer,
    Ignored,
    ListingQuantity,
    Message,
    OrderCancelled,
    OrderStated,
    OrderToFetch,
    Parsed,
    Receipt,
    StockRequest,
    Unreadable,
)
from domain.channels.adapters.douyin import DOUYIN
from tests.recorded.douyin import (
    CREDENTIALS,
    FACTS,
    START,
    answer,
    cancelled,
    cursor,
    order,
    paid,
    part,
    pushed,
    sign,
    tea,
)
from tests.unit.channels.explained import explained, judged

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
ACCESS = Access(credentials=CREDENTIALS, token="9d7f-token", now=NOW)


def parsed(**changes: Any) -> Parsed:
    return DOUYIN.parse(Message(topic="order", body=orjson.dumps(order(**changes))), FACTS)


def told(body: bytes) -> list[Parsed]:
    assert DOUYIN.webhook
    delivery = sign(body, "any")
    DOUYIN.webhook.verify(delivery, CREDENTIALS)
    return [DOUYIN.parse(message, FACTS) for message in DOUYIN.webhook.messages(delivery)]


# ---------------------------------------------------------------- what it costs


def test_the_total_is_what_the_buyer_paid_and_the_discounts_stay_apart() -> None:
    whole = order()
    cost = explained(parsed())
    assert cost.total == whole["pay_amount"] == 13_460
    assert cost.subtotal + cost.shipping == whole["order_amount"]
    assert cost.platform_discount == whole["platform_cost_amount"] == 500
    assert cost.merchant_discount == whole["shop_cost_amount"] == 1_000
    assert cost.shipping == whole["post_amount"]


def test_what_platform_and_promoters_bear_is_platform_discount_whoever_gave_it() -> None:
    borne = part(platform_cost_amount=900, only_platform_cost_amount=600, author_cost_amount=300)
    cost = explained(parsed(sku_order_list=[borne, tea()], platform_cost_amount=900, shop_cost_amount=600))
    assert (cost.platform_discount, cost.merchant_discount, cost.total) == (900, 600, 13_460)


@pytest.mark.parametrize(("change", "merchant"), [(-30, 1_030), (70, 1_000)])
def test_a_price_changed_by_hand_is_a_discount_or_a_higher_price(change: int, merchant: int) -> None:
    changed = [part(modify_amount=change), tea()]
    cost = explained(parsed(sku_order_list=changed, modify_amount=change, pay_amount=13_460 + change))
    assert cost.total == 13_460 + change
    assert cost.merchant_discount == merchant


@pytest.mark.parametrize("unknown", [-77, 77])
def test_what_the_parts_do_not_explain_is_the_shops_to_the_fen(unknown: int) -> None:
    assert explained(parsed(pay_amount=13_460 + unknown)).total == 13_460 + unknown


def test_a_free_gift_of_the_same_sku_costs_nothing_more() -> None:
    gift = tea(
        order_id="6930001234567890125", code="MUG-1", sum_amount=0, pay_amount=0, given_product_type="FREE"
    )
    taken = parsed(sku_order_list=[part(), tea(), gift])
    assert explained(taken).total == 13_460
    assert {line.sku: line.quantity for line in judged(taken).lines} == {"MUG-1": 3, "TEA-2": 1}


def test_a_part_that_was_cancelled_is_not_shipped_and_not_paid_for() -> None:
    taken = parsed(sku_order_list=[part(), tea(main_status=21)])
    assert [line.sku for line in judged(taken).lines] == ["MUG-1"]
    assert explained(taken).total == 13_460 - 3_980


def test_more_postage_than_was_paid_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="less than nothing"):
        parsed(pay_amount=900)


# ---------------------------------------------------------------- what it is


def test_who_gets_it_and_when_it_was_bought() -> None:
    incoming = judged(parsed())
    assert incoming.external_reference == "R-1"
    assert incoming.placed_at == datetime(2026, 11, 20, 7, 58, 30, tzinfo=UTC)
    assert incoming.promised_by is None  # exp_ship_time is when it must leave, not when it arrives
    to = incoming.ship_to
    assert (to.country_code, to.region, to.city, to.line1) == ("CN", "浙江省", "杭州市", "西湖区 北山街道")
    assert (to.name, to.phone, to.line2) == ("林*", "138****4021", "曙光路****")


def test_when_it_should_arrive_is_the_promise() -> None:
    incoming = judged(parsed(target_arrival_time=START + 3 * 86_400))
    assert incoming.promised_by == datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("named", "sku"),
    [
        ({"code": "MUG-1", "out_sku_id": "77"}, "MUG-1"),
        ({"code": "", "out_sku_id": "77"}, "77"),
        ({"code": " ", "out_sku_id": "0"}, "1751540901742600"),
        ({"code": "", "out_sku_id": 0}, "1751540901742600"),
    ],
)
def test_the_shops_own_code_names_the_variant(named: dict[str, Any], sku: str) -> None:
    assert judged(parsed(sku_order_list=[part(**named)], pay_amount=9_480)).lines[0].sku == sku


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (1, Ignored),
        (103, Ignored),
        (105, Ignored),
        (2, OrderStated),
        (101, OrderStated),
        (3, Ignored),
        (5, Ignored),
        (22, Ignored),
        (39, Ignored),
        (4, OrderCancelled),
        (21, OrderCancelled),
    ],
)
def test_every_status_has_its_outcome(status: int, outcome: type[Parsed]) -> None:
    assert isinstance(parsed(main_status=status), outcome)


def test_an_unknown_status_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="main_status"):
        parsed(main_status=777)


def test_an_order_without_any_part_left_is_cancelled() -> None:
    assert isinstance(parsed(sku_order_list=[part(main_status=4), tea(main_status=21)]), OrderCancelled)


# ---------------------------------------------------------------- messages


def test_the_signature_is_that_of_public_clients() -> None:
    """The order of the parts as the clients zsmhub/doudian-sdk and minibear2021/doudian have it."""
    assert DOUYIN.webhook
    body = b'[{"tag":"0","msg_id":"0","data":"2026-11-20T16:00:00+08:00"}]'
    event_sign = md5(b"7012345678901234567" + body + b"3f8a0c52-1d7e-4b60-9a3e-5c2b7f1e8d44").hexdigest()
    assert event_sign == "199bb8e3ecd7bab717cde743467e2f58"
    delivery = Delivery(
        headers={"app-id": CREDENTIALS["app_key"], "event-sign": event_sign}, query={}, body=body
    )
    DOUYIN.webhook.verify(delivery, CREDENTIALS)
    [test_of_the_address] = DOUYIN.webhook.messages(delivery)
    assert isinstance(DOUYIN.parse(test_of_the_address, FACTS), Ignored)
    assert test_of_the_address.delivery_id is None


def test_a_message_names_an_order_to_fetch() -> None:
    assert told(paid("R-1", 3)) == [OrderToFetch(reference="R-1")]
    assert DOUYIN.webhook
    [message] = DOUYIN.webhook.messages(sign(paid("R-1", 3), "any"))
    assert (message.topic, message.delivery_id, message.reference) == ("tag-101", "paid-R-1-3", "R-1")
    assert message.external_updated_at == datetime(2026, 11, 20, 8, 3, tzinfo=UTC)


def test_a_cancellation_is_one_and_an_unpaid_order_is_waited_for() -> None:
    [gone] = told(cancelled("R-1", 5))
    assert gone == OrderCancelled(
        reference="R-1", updated_at=datetime(2026, 11, 20, 8, 5, tzinfo=UTC), reason="不想要了"
    )
    [created] = told(orjson.dumps([pushed("100", "m1", {"p_id": 6_930_001, "create_time": START})]))
    assert isinstance(created, Ignored)


def test_several_messages_in_one_delivery_are_all_read() -> None:
    refund = {"p_id": 6_930_001, "s_id": 6_930_002, "refund_amount": 3_980, "success_time": START}
    product = {"product_id": 3_473_196_049_974_326_153, "status": 0}
    body = orjson.dumps(
        [*orjson.loads(paid("R-1", 0)), pushed("206", "m2", refund), pushed("400", "m3", product)]
    )
    first, second, third = told(body)
    assert first == OrderToFetch(reference="R-1")
    assert second == OrderToFetch(reference="6930001")
    assert isinstance(third, Ignored)


def test_answers_are_in_its_own_format() -> None:
    assert DOUYIN.webhook
    assert orjson.loads(DOUYIN.webhook.answer(Receipt.ACCEPTED).body) == {"code": 0, "msg": "success"}
    assert orjson.loads(DOUYIN.webhook.answer(Receipt.NOT_NOW).body)["code"] != 0


# ---------------------------------------------------------------- calls


def test_a_call_is_signed_over_exactly_what_is_sent() -> None:
    assert DOUYIN.pull
    request = DOUYIN.pull.pull_request(cursor(None), ACCESS)
    url = urlsplit(request.path)
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    secret = CREDENTIALS["app_secret"]
    text = (
        secret
        + f"app_key{CREDENTIALS['app_key']}methodorder.searchListparam_json{request.body.decode()}"
        + f"timestamp{int(NOW.timestamp())}v2"
        + secret
    )
    assert url.path == "/order/searchList"
    assert query["sign"] == hmac.new(secret.encode(), text.encode(), sha256).hexdigest()
    assert query["access_token"] == "9d7f-token"
    assert orjson.loads(request.body) == {
        "update_time_start": START,
        "update_time_end": START + 3_600,
        "order_by": "update_time",
        "order_asc": True,
        "page": 0,
        "size": 100,
    }
    assert list(orjson.loads(request.body)) == sorted(orjson.loads(request.body))


def test_pages_are_read_from_the_last_to_the_first() -> None:
    assert DOUYIN.pull
    first = DOUYIN.pull.parse_page(cursor(None), answer({"total": 250, "shop_order_list": [order()]}))
    assert (first.next_page, first.total, list(first.messages)) == ("2", 250, [])
    assert orjson.loads(DOUYIN.pull.pull_request(cursor("2"), ACCESS).body)["page"] == 2
    last = DOUYIN.pull.parse_page(cursor("0"), answer({"total": 249, "shop_order_list": [order("R-9")]}))
    assert (last.next_page, last.messages[0].reference) == (None, "R-9")


def test_one_page_is_all_where_there_is_only_one() -> None:
    assert DOUYIN.pull
    page = DOUYIN.pull.parse_page(cursor(None), answer({"total": 1, "shop_order_list": [order()]}))
    assert page.next_page is None
    assert isinstance(DOUYIN.parse(page.messages[0], FACTS), OrderStated)
    nothing = DOUYIN.pull.parse_page(cursor(None), answer({"total": 0, "shop_order_list": None}))
    assert (nothing.next_page, list(nothing.messages)) == (None, [])


def test_one_order_is_fetched_by_its_number() -> None:
    assert DOUYIN.pull
    assert DOUYIN.pull.order_request
    assert DOUYIN.pull.parse_order
    asked = DOUYIN.pull.order_request("6930001234567890123", ACCESS)
    assert asked.path.startswith("/order/orderDetail?")
    assert orjson.loads(asked.body) == {"shop_order_id": "6930001234567890123"}
    message = DOUYIN.pull.parse_order(answer({"shop_order_detail": order("R-7", 4)}))
    assert message.reference == "R-7"
    assert isinstance(DOUYIN.parse(message, FACTS), OrderStated)


def test_a_refused_call_is_unreadable_and_a_fast_one_says_how_long_to_wait() -> None:
    assert DOUYIN.pull
    refused = answer(None, code=30_001, msg="操作权限不足", sub_code="dop.authorization-no-existed")
    with pytest.raises(Unreadable, match=r"30001 dop\.authorization-no-existed"):
        DOUYIN.pull.parse_page(cursor(None), refused)
    assert DOUYIN.wait_s(refused) is None
    assert DOUYIN.wait_s(answer(None, code=60_000, msg="触发限流")) == 1
    assert DOUYIN.wait_s(HttpAnswer(status=429, headers={"retry-after": "7"})) == 7
    assert DOUYIN.wait_s(HttpAnswer(status=502, body=b"<html>")) is None


def test_a_token_is_asked_for_with_the_apps_secret() -> None:
    assert DOUYIN.token
    asked = DOUYIN.token.token_request(ACCESS)
    assert "access_token" not in asked.path
    assert orjson.loads(asked.body)["grant_type"] == "authorization_self"
    granted = {"access_token": "a1", "expires_in": 604_800, "refresh_token": "r1", "shop_id": "4463798"}
    token = DOUYIN.token.read_token(answer(granted))
    assert (token.value, token.expires_in_s) == ("a1", 604_800)


# ---------------------------------------------------------------- stock


def listing(number: int, quantity: int) -> ListingQuantity:
    return ListingQuantity(
        listing_id=UUID(int=number),
        sku=f"SKU-{number}",
        external_ids={"product_id": "3473196049974326153", "sku_id": str(1_000 + number)},
        quantity=quantity,
        version=3,
    )


def push(*listings: ListingQuantity) -> list[StockRequest]:
    assert DOUYIN.stock
    return list(DOUYIN.stock.stock_requests(listings, ACCESS))


def test_stock_is_set_in_batches_of_fifty() -> None:
    asked = push(*(listing(number, number) for number in range(101)))
    assert [len(each.listings) for each in asked] == [50, 50, 1]
    body = orjson.loads(asked[2].request.body)
    assert asked[2].request.path.startswith("/sku/syncStockBatchMultiProducts?")
    assert body["incremental"] is False
    assert body["items"] == [
        {"product_id": 3_473_196_049_974_326_153, "sku_id": 1_100, "stock_num": 100, "uniq_id": "0"}
    ]
    assert len({orjson.loads(each.request.body)["idempotent_id"] for each in asked}) == 3


def test_a_listing_without_the_platforms_ids_is_in_no_request() -> None:
    unknown = ListingQuantity(listing_id=UUID(int=9), sku="X", external_ids={}, quantity=1, version=1)
    [asked] = push(unknown, listing(1, 5))
    assert [each.sku for each in asked.listings] == ["SKU-1"]
    assert push(unknown) == []


def test_each_sku_has_its_own_result() -> None:
    assert DOUYIN.stock
    [asked] = push(listing(1, 5), listing(2, 6), listing(3, 7))
    results = [
        {"sku_id": 1_001, "stock_num": 5, "status_code": 0, "status_message": ""},
        {"sku_id": 1_002, "status_code": 2_010_001, "status_message": "sku不存在"},
    ]
    first, second, third = DOUYIN.stock.read_answer(asked, answer({"results": results}, code=10_001))
    assert (first.listing_id, first.acknowledged, first.error) == (UUID(int=1), 5, None)
    assert (second.acknowledged, second.error, second.again) == (None, "2010001 sku不存在", False)
    assert (third.acknowledged, third.again) == (None, True)


@pytest.mark.parametrize(
    ("refusal", "again"),
    [
        ({"code": 60_000, "msg": "触发限流"}, True),
        ({"code": 20_000, "sub_code": "isp.service-error:1"}, True),
        ({"code": 40_003, "sub_code": "isv.access-token-expired"}, True),
        ({"code": 50_002, "sub_code": "isv.business-failed:2010001"}, False),
        ({"code": 30_001, "sub_code": "isv.app-permissions-insufficient"}, False),
    ],
)
def test_a_refused_push_says_whether_to_come_again(refusal: dict[str, Any], *, again: bool) -> None:
    assert DOUYIN.stock
    [asked] = push(listing(1, 5), listing(2, 6))
    results = DOUYIN.stock.read_answer(asked, answer(None, **refusal))
    assert [result.again for result in results] == [again, again]
    assert all(result.error and str(refusal["code"]) in result.error for result in results)


def test_what_it_has_can_be_asked() -> None:
    assert DOUYIN.stock
    assert DOUYIN.stock.observe_requests
    assert DOUYIN.stock.read_observed
    [asked] = DOUYIN.stock.observe_requests([listing(1, 5)], ACCESS)
    assert asked.request.path.startswith("/sku/stockNum?")
    seen = DOUYIN.stock.read_observed(asked, answer({"sku_id": 1_001, "stock_num": 4, "sku_type": 0}))
    assert seen == {UUID(int=1): 4}
