"""Pinduoduo: its signed calls, its many statuses, its money in yuan, its bundles."""

from datetime import UTC, datetime
from hashlib import md5
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
from domain.channels.adapters.pinduoduo import PINDUODUO
from tests.recorded.pinduoduo import (
    BUNDLE,
    CREDENTIALS,
    FACTS,
    answer,
    cursor,
    item,
    listed,
    order,
    refused,
)
from tests.unit.channels.explained import explained, judged

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
ACCESS = Access(credentials=CREDENTIALS, now=NOW)


def parsed(**changes: Any) -> Parsed:
    return PINDUODUO.parse(Message(topic="order", body=orjson.dumps(order(**changes))), FACTS)


def form(request: HttpRequest) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


# ---------------------------------------------------------------- what it costs


def test_the_total_is_what_the_buyer_paid_and_the_discounts_stay_apart() -> None:
    cost = explained(parsed())
    assert cost.total == 9_280  # pay_amount
    assert cost.subtotal == 9_980  # goods_amount
    assert (cost.platform_discount, cost.merchant_discount, cost.shipping) == (500, 1_000, 800)


def test_yuan_as_text_are_the_same_money() -> None:
    as_text = {
        name: str(value)
        for name, value in order().items()
        if name.endswith(("amount", "discount", "postage"))
    }
    assert explained(parsed(**as_text)) == explained(parsed())


def test_a_leader_who_buys_for_nothing_is_the_shops_gift() -> None:
    cost = explained(parsed(capital_free_discount=20, discount_amount=35, pay_amount=72.8))
    assert (cost.total, cost.platform_discount, cost.merchant_discount) == (7_280, 500, 3_000)


def test_a_price_lowered_by_hand_is_the_shops_discount() -> None:
    cost = explained(parsed(goods_amount=97.8, pay_amount=90.8))
    assert (cost.total, cost.platform_discount, cost.merchant_discount) == (9_080, 500, 1_200)


def test_a_bundle_is_shipped_as_its_parts_for_the_same_money() -> None:
    bundle = parsed(order_depot_info=BUNDLE)
    assert {line.sku: line.quantity for line in judged(bundle).lines} == {"MUG-1": 4, "TEA-2": 2}
    cost = explained(bundle)
    assert (cost.total, cost.platform_discount, cost.shipping) == (9_280, 500, 800)
    # 99.80 divided by six is no whole fen: prices are rounded up, and what that is too much is given back
    assert cost.subtotal - cost.merchant_discount == 9_980 - 1_000


def test_parts_without_a_code_are_named_by_their_number() -> None:
    wares = [{**BUNDLE["ware_sub_info_list"][0], "ware_sn": ""}]  # type: ignore[index]
    taken = parsed(order_depot_info={**BUNDLE, "ware_sub_info_list": wares})
    assert [line.sku for line in judged(taken).lines] == ["90001"]


def test_a_fraction_of_a_fen_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="pay_amount"):
        parsed(pay_amount="92.805")


# ---------------------------------------------------------------- what it is


def test_who_gets_it_is_masked_where_it_is_encrypted() -> None:
    incoming = judged(parsed())
    assert incoming.placed_at == datetime(2026, 11, 20, 7, 58, 30, tzinfo=UTC)
    to = incoming.ship_to
    assert (to.name, to.phone, to.line2) == ("林*", "1380013****", "曙光路****")
    assert (to.region, to.city, to.line1) == ("浙江省", "杭州市", "西湖区")
    clear = judged(parsed(receiver_phone="13800134021", receiver_phone_mask="1380013****")).ship_to
    assert clear.phone == "13800134021"


def test_the_shops_own_code_names_the_variant() -> None:
    assert judged(parsed()).lines[0].sku == "MUG-1"
    assert judged(parsed(item_list=[item(outer_id="")])).lines[0].sku == "1087654321098"
    assert judged(parsed(item_list=[item(outer_id=None)])).lines[0].sku == "1087654321098"


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, OrderStated),
        ({"confirm_status": 0}, Ignored),
        ({"group_status": 0}, Ignored),
        ({"risk_control_status": 1}, Ignored),
        ({"trade_type": 1, "step_order_info": {"step_trade_status": 1}}, Ignored),
        ({"trade_type": 1, "step_order_info": {"step_trade_status": 2}}, OrderStated),
        ({"refund_status": 2}, Ignored),
        ({"refund_status": 3}, Ignored),
        ({"refund_status": 4}, OrderCancelled),
        ({"confirm_status": 2}, OrderCancelled),
        ({"order_status": 2}, Ignored),
        ({"order_status": 3}, Ignored),
        ({"order_status": 2, "refund_status": 4}, Ignored),
    ],
)
def test_every_status_has_its_outcome(changes: dict[str, Any], outcome: type[Parsed]) -> None:
    assert isinstance(parsed(**changes), outcome)


def test_an_unknown_status_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="order_status"):
        parsed(order_status=7)
    with pytest.raises(Unreadable, match="updated_at"):
        parsed(updated_at="2026-11-20T16:00:00Z")


def test_when_it_changed_is_beijings_time() -> None:
    stated = parsed(minute=7)
    assert isinstance(stated, OrderStated)
    assert stated.updated_at == datetime(2026, 11, 20, 8, 7, tzinfo=UTC)


# ---------------------------------------------------------------- calls


def test_the_signature_is_that_of_the_documentation() -> None:
    """The example of open.pinduoduo.com/application/document/browse?idStr=8EC06C399636041E."""
    said = {
        "access_token": "asd78172s8ds9a921j9qqwda12312w1w21211",
        "client_id": "1",
        "data_type": "XML",
        "order_status": "1",
        "page": "1",
        "page_size": "10",
        "timestamp": "1480411125",
        "type": "pdd.order.number.list.get",
    }
    assert signature(said, "testSecret") == "E4DE3ED21002510DED352819E7AE6775"


def test_a_call_is_signed_over_all_it_says() -> None:
    assert PINDUODUO.pull
    request = PINDUODUO.pull.pull_request(cursor(None), ACCESS)
    sent = form(request)
    said = sent.pop("sign")
    secret = CREDENTIALS["client_secret"]
    text = secret + "".join(name + sent[name] for name in sorted(sent)) + secret
    assert said == md5(text.encode()).hexdigest().upper()
    assert sent["type"] == "pdd.order.number.list.increment.get"
    assert (sent["start_updated_at"], sent["end_updated_at"]) == ("1795161600", "1795163400")
    assert (sent["order_status"], sent["refund_status"], sent["page"]) == ("5", "5", "1")
    assert sent["access_token"] == "pdd-token-1"


def test_windows_are_half_an_hour() -> None:
    assert PINDUODUO.pull
    assert PINDUODUO.pull.window_max_s == 1_800
    assert PINDUODUO.pull.overlap_s >= 180


def test_pages_are_read_from_the_last_to_the_first() -> None:
    assert PINDUODUO.pull
    first = PINDUODUO.pull.parse_page(cursor(None), listed(order(), total=202))
    assert (first.next_page, first.total, list(first.messages)) == ("3", 202, [])
    assert form(PINDUODUO.pull.pull_request(cursor("3"), ACCESS))["page"] == "3"
    last = PINDUODUO.pull.parse_page(cursor("1"), listed(order("R-9"), total=199))
    assert (last.next_page, last.messages[0].reference) == (None, "R-9")
    alone = PINDUODUO.pull.parse_page(cursor(None), listed(order(), total=100))
    assert (alone.next_page, len(alone.messages)) == (None, 1)


def test_orders_of_a_day_are_counted_by_when_they_were_concluded() -> None:
    assert PINDUODUO.pull
    created = cursor(None, WindowBy.CREATED)
    sent = form(PINDUODUO.pull.pull_request(created, ACCESS))
    assert (sent["type"], sent["start_confirm_at"]) == ("pdd.order.list.get", "1795161600")
    page = PINDUODUO.pull.parse_page(
        created, answer({"order_list_get_response": {"total_count": 1, "order_list": [order()]}})
    )
    assert [message.reference for message in page.messages] == ["R-1"]


def test_one_order_is_fetched_by_its_number() -> None:
    assert PINDUODUO.pull
    assert PINDUODUO.pull.order_request
    assert PINDUODUO.pull.parse_order
    assert form(PINDUODUO.pull.order_request("R-1", ACCESS))["order_sn"] == "R-1"
    message = PINDUODUO.pull.parse_order(answer({"order_info_get_response": {"order_info": order()}}))
    assert isinstance(PINDUODUO.parse(message, FACTS), OrderStated)


def test_a_refused_call_is_unreadable_and_a_fast_one_says_how_long_to_wait() -> None:
    assert PINDUODUO.pull
    with pytest.raises(Unreadable, match="20031"):
        PINDUODUO.pull.parse_page(cursor(None), refused(20_031, "用户没有授权访问此接口"))
    with pytest.raises(Unreadable, match="no orders"):
        PINDUODUO.pull.parse_page(cursor(None), answer({}))
    assert PINDUODUO.wait_s(refused(70_031, "调用过于频繁")) == 1
    assert PINDUODUO.wait_s(refused(20_031, "用户没有授权访问此接口")) is None
    assert PINDUODUO.wait_s(HttpAnswer(status=502, body=b"<html>")) is None


# ---------------------------------------------------------------- stock


def push(*quantities: int) -> list[StockRequest]:
    assert PINDUODUO.stock
    listings = [
        ListingQuantity(
            listing_id=UUID(int=number),
            sku=f"SKU-{number}",
            external_ids={"goods_id": "512345678901", "sku_id": str(1_000 + number)},
            quantity=quantity,
            version=3,
        )
        for number, quantity in enumerate(quantities)
    ]
    unknown = ListingQuantity(listing_id=UUID(int=9), sku="X", external_ids={}, quantity=1, version=1)
    return list(PINDUODUO.stock.stock_requests([*listings, unknown], ACCESS))


def test_stock_is_set_one_sku_a_request() -> None:
    first, second = push(5, 0)
    sent = form(first.request)
    assert (sent["type"], sent["update_type"]) == ("pdd.goods.quantity.update", "1")
    assert (sent["goods_id"], sent["sku_id"], sent["quantity"]) == ("512345678901", "1000", "5")
    assert form(second.request)["quantity"] == "0"


@pytest.mark.parametrize(
    ("code", "again"), [(52_101, True), (70_031, True), (10_019, True), (50_000, True), (21_001, False)]
)
def test_a_refused_push_says_whether_to_come_again(code: int, *, again: bool) -> None:
    assert PINDUODUO.stock
    [asked] = push(5)
    [result] = PINDUODUO.stock.read_answer(asked, refused(code, "no"))
    assert (result.acknowledged, result.error, result.again) == (None, f"{code} no", again)


def test_a_taken_push_is_acknowledged_and_only_that() -> None:
    assert PINDUODUO.stock
    [asked] = push(5)
    [taken] = PINDUODUO.stock.read_answer(
        asked, answer({"goods_quantity_update_response": {"is_success": True}})
    )
    assert (taken.acknowledged, taken.error) == (5, None)
    [not_taken] = PINDUODUO.stock.read_answer(
        asked, answer({"goods_quantity_update_response": {"is_success": False}})
    )
    assert (not_taken.acknowledged, not_taken.error) == (None, "not taken")
