"""WeChat shop: what is encrypted is opened and nothing else believed; its statuses, money and stock."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest

from domain.channels.adapters.contract import (
    Access,
    BadSignature,
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
from domain.channels.adapters.wechat_shop import WECHAT_SHOP
from tests.recorded.wechat_shop import (
    CREDENTIALS,
    FACTS,
    SHOP,
    START,
    answer,
    cancelled,
    cursor,
    encrypted,
    event,
    order,
    paid,
    price,
    product,
    sign,
    tea,
)
from tests.unit.channels.explained import explained, judged

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
ACCESS = Access(credentials=CREDENTIALS, token="88_t/k+n", now=NOW)


def parsed(**changes: Any) -> Parsed:
    return WECHAT_SHOP.parse(Message(topic="order", body=orjson.dumps(order(**changes))), FACTS)


def verify(delivery: Delivery, credentials: dict[str, str] = CREDENTIALS) -> None:
    assert WECHAT_SHOP.webhook
    WECHAT_SHOP.webhook.verify(delivery, credentials)


def told(body: bytes) -> tuple[Message, Parsed]:
    assert WECHAT_SHOP.webhook
    assert WECHAT_SHOP.webhook.opened
    delivery = sign(body, "n-1")
    verify(delivery)
    [message] = WECHAT_SHOP.webhook.messages(WECHAT_SHOP.webhook.opened(delivery, CREDENTIALS))
    return message, WECHAT_SHOP.parse(message, FACTS)


# ---------------------------------------------------------------- what is encrypted


def test_the_vector_of_the_sample_code_is_decrypted() -> None:
    """Key, app and ciphertext of Tencent's sample for message encryption, as WxJava's WxCryptUtilTest has them."""
    assert WECHAT_SHOP.webhook
    assert WECHAT_SHOP.webhook.opened
    credentials = {
        "app_id": "wxb11529c136998cb6",
        "token": "pamtest",
        "encoding_aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    }
    ciphertext = "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
    delivery = Delivery(
        headers={}, query={}, body=orjson.dumps({"ToUserName": "toUser", "Encrypt": ciphertext})
    )
    assert WECHAT_SHOP.webhook.opened(delivery, credentials).body == "我是中文abcd123".encode()
    with pytest.raises(Unreadable, match="another app"):
        WECHAT_SHOP.webhook.opened(delivery, {**credentials, "app_id": "wxb11529c136998cb7"})


def test_the_address_is_proven_by_its_echo() -> None:
    """The example of developers.weixin.qq.com/doc/channels/dev_before/base/message_push."""
    assert WECHAT_SHOP.webhook
    assert WECHAT_SHOP.webhook.challenge
    query = {
        "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
        "echostr": "4375120948345356249",
        "timestamp": "1714036504",
        "nonce": "1514711492",
    }
    asked = Delivery(headers={}, query=query, body=b"")
    echo = WECHAT_SHOP.webhook.challenge(asked, {**CREDENTIALS, "token": "AAAAA"})
    assert (echo.status, echo.body) == (200, b"4375120948345356249")
    assert WECHAT_SHOP.webhook.challenge(asked, CREDENTIALS).status == 401
    assert WECHAT_SHOP.webhook.challenge(replace(asked, query={}), CREDENTIALS).status == 401


def test_a_message_in_the_clear_is_refused_whatever_signs_it() -> None:
    signed = sign(orjson.dumps(event("channels_ec_order_pay", 0, order_info={"order_id": 1})), "n-1")
    with pytest.raises(BadSignature, match="not an encrypted message"):
        verify(replace(signed, query={**signed.query, "signature": signed.query["msg_signature"]}))


def test_an_envelope_of_another_shop_is_refused() -> None:
    body = paid("R-1", 0).replace(SHOP.encode(), b"gh_000000000000")
    with pytest.raises(BadSignature, match="another shop"):
        verify(sign(body, "n-1"))


def test_a_signature_of_a_leaked_token_is_not_enough() -> None:
    other_app = encrypted(orjson.dumps(event("channels_ec_order_pay", 0)), app_id="wx0000000000000000")
    with pytest.raises(BadSignature, match="another app"):
        verify(sign(other_app, "n-1"))
    for nonsense in ("", "AAAA", "!!", "QUJDREVGR0hJSktMTU5PUA=="):
        with pytest.raises(BadSignature):
            verify(sign(orjson.dumps({"ToUserName": SHOP, "Encrypt": nonsense}), "n-1"))


def test_another_nonce_needs_another_signature() -> None:
    signed = sign(paid("R-1", 0), "n-1")
    with pytest.raises(BadSignature, match="msg_signature"):
        verify(replace(signed, query={**signed.query, "nonce": "n-2"}))


# ---------------------------------------------------------------- events


def test_a_paid_order_is_fetched() -> None:
    message, outcome = told(paid("3705115058471208928", 3))
    assert outcome == OrderToFetch(reference="3705115058471208928")
    assert message.topic == "channels_ec_order_pay"
    assert message.delivery_id is None
    assert message.event_id == f"channels_ec_order_pay:3705115058471208928:{START + 180}"
    assert message.external_updated_at == datetime(2026, 11, 20, 8, 3, tzinfo=UTC)


def test_a_number_of_an_order_is_one_too() -> None:
    body = encrypted(
        orjson.dumps(event("channels_ec_order_pay", 0, order_info={"order_id": 3_705_115_058_471_208_928}))
    )
    assert told(body)[1] == OrderToFetch(reference="3705115058471208928")


@pytest.mark.parametrize(
    ("cancel_type", "reason"), [(1, "by the buyer"), (2, "not paid in time"), (4, "by the shop: oversold")]
)
def test_a_cancellation_says_by_whom(cancel_type: int, reason: str) -> None:
    at = datetime(2026, 11, 20, 8, 5, tzinfo=UTC)
    assert told(cancelled("R-1", 5, cancel_type))[1] == OrderCancelled(
        reference="R-1", updated_at=at, reason=reason
    )


def test_an_order_closed_by_refunds_is_looked_at_since_it_may_be_a_return() -> None:
    assert told(cancelled("R-1", 5, 3))[1] == OrderToFetch(reference="R-1")


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("channels_ec_order_new", Ignored),
        ("channels_ec_order_wait_shipping", OrderToFetch),
        ("channels_ec_order_deliver", OrderToFetch),
        ("channels_ec_order_ext_info_update", OrderToFetch),
        ("channels_ec_order_confirm", Ignored),
        ("channels_ec_order_settle", Ignored),
    ],
)
def test_every_event_of_an_order_has_its_outcome(name: str, outcome: type[Parsed]) -> None:
    body = encrypted(orjson.dumps(event(name, 0, order_info={"order_id": 37})))
    assert isinstance(told(body)[1], outcome)


def test_a_refund_is_about_an_order_and_a_product_is_not() -> None:
    after_sale = {"status": "MERCHANT_REFUND_SUCCESS", "after_sale_order_id": "20", "order_id": "37"}
    refund = event("channels_ec_aftersale_update", 0, finder_shop_aftersale_status=after_sale)
    assert told(encrypted(orjson.dumps(refund)))[1] == OrderToFetch(reference="37")
    other = event("product_spu_audit", 0, ProductSpuAudit={"product_id": "23"})
    assert isinstance(told(encrypted(orjson.dumps(other)))[1], Ignored)


def test_answers_are_the_word_it_waits_for() -> None:
    assert WECHAT_SHOP.webhook
    assert WECHAT_SHOP.webhook.answer(Receipt.ACCEPTED).body == b"success"
    assert WECHAT_SHOP.webhook.answer(Receipt.NOT_NOW).body != b"success"


# ---------------------------------------------------------------- what it costs


def test_the_total_is_what_the_buyer_paid_and_the_discounts_stay_apart() -> None:
    stated = price()
    cost = explained(parsed())
    assert cost.total == stated["order_price"] == 13_460
    assert cost.subtotal + cost.shipping == stated["original_order_price"]
    assert cost.platform_discount == stated["finder_discounted_price"] == 500
    assert cost.merchant_discount == stated["merchant_discounted_price"] == 1_000
    assert cost.total + cost.platform_discount == stated["merchant_receieve_price"]
    assert cost.shipping == stated["freight"]


def test_creators_state_and_platform_coupons_are_not_the_shops() -> None:
    borne = {"national_subsidy_discounted_price": 700, "cash_coupon_discounted_price": 300}
    products = [product(real_price=7_480, **borne), tea()]
    cost = explained(parsed(products=products, price_info=price(order_price=12_460, **borne)))
    assert (cost.platform_discount, cost.merchant_discount, cost.total) == (1_500, 1_000, 12_460)


def test_a_discount_that_only_the_order_states_is_divided() -> None:
    products = [product(finder_discounted_price=0, real_price=None), tea(real_price=None)]
    taken = parsed(products=products)
    cost = explained(taken)
    assert (cost.platform_discount, cost.merchant_discount, cost.total) == (500, 1_000, 13_460)
    assert [line.platform_discount_minor for line in judged(taken).lines] == [357, 143]


def test_points_and_a_price_changed_by_hand_are_the_shops() -> None:
    stated = price(order_price=13_000, deduction_price=200, change_down_price=260)
    products = [product(real_price=None, deduction_price=200), tea(real_price=None)]
    cost = explained(parsed(products=products, price_info=stated))
    assert (cost.total, cost.platform_discount, cost.merchant_discount) == (13_000, 500, 1_460)


def test_a_freight_changed_by_hand_is_the_freight() -> None:
    stated = price(order_price=12_860, is_change_freight=True, change_freight=400)
    cost = explained(parsed(price_info=stated))
    assert (cost.shipping, cost.merchant_discount, cost.total) == (400, 1_000, 12_860)


def test_a_gift_costs_nothing_whatever_its_price() -> None:
    gift = tea(sku_id="577952003", out_sku_id="TEA-3", real_price=0, is_free_gift=1)
    taken = parsed(products=[product(), tea(), gift])
    assert explained(taken).total == 13_460
    free = judged(taken).lines[2]
    assert free.merchant_discount_minor == free.unit_price_minor == 3_980


# ---------------------------------------------------------------- what it is


def test_who_gets_it_and_by_which_number() -> None:
    incoming = judged(parsed())
    assert incoming.placed_at == datetime(2026, 11, 20, 7, 58, 30, tzinfo=UTC)
    to = incoming.ship_to
    assert (to.region, to.city, to.line1, to.line2) == ("浙江省", "杭州市", "西湖区", "曙光路****")
    assert (to.name, to.phone, to.postcode) == ("陈*", "13412345678-0917", "310007")


@pytest.mark.parametrize(
    ("named", "sku"),
    [
        ({}, "MUG-1"),
        ({"out_sku_id": ""}, "6901234567892"),
        ({"out_sku_id": None, "sku_code": None}, "577952001"),
    ],
)
def test_the_shops_own_code_names_the_variant(named: dict[str, Any], sku: str) -> None:
    assert judged(parsed(products=[product(**named), tea()])).lines[0].sku == sku


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (10, Ignored),
        (12, Ignored),
        (13, Ignored),
        (20, OrderStated),
        (21, OrderStated),
        (30, Ignored),
        (100, Ignored),
        (190, OrderCancelled),
        (200, OrderCancelled),
        (250, OrderCancelled),
    ],
)
def test_every_status_has_its_outcome(status: int, outcome: type[Parsed]) -> None:
    assert isinstance(parsed(status=status), outcome)


def test_a_shop_that_sold_what_it_has_not_says_so() -> None:
    outcome = parsed(status=190)
    assert isinstance(outcome, OrderCancelled)
    assert outcome.reason == "by the shop: oversold"


def test_an_unknown_status_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="status"):
        parsed(status=777)


PARCEL = {
    "waybill_id": "SF1",
    "delivery_id": "SF",
    "product_infos": [{"product_id": "1", "sku_id": "577952001", "product_cnt": 2}],
}


def test_units_refunded_before_they_were_shipped_are_not_shipped() -> None:
    one_back = parsed(products=[product(finish_aftersale_sku_cnt=1), tea()])
    assert {line.sku: line.quantity for line in judged(one_back).lines} == {"MUG-1": 1, "TEA-2": 1}
    assert explained(one_back).total == 13_460 - 4_240
    returned = parsed(status=21, products=[product(finish_aftersale_sku_cnt=1), tea()], parcels=[PARCEL])
    assert {line.sku: line.quantity for line in judged(returned).lines} == {"MUG-1": 2, "TEA-2": 1}


def test_all_refunded_is_a_cancellation_before_it_was_shipped_and_a_return_after() -> None:
    back = [product(finish_aftersale_sku_cnt=2), tea(finish_aftersale_sku_cnt=1)]
    assert isinstance(parsed(products=back), OrderCancelled)
    assert isinstance(parsed(status=200, products=back), OrderCancelled)
    assert isinstance(parsed(status=200, products=back, parcels=[PARCEL]), Ignored)


# ---------------------------------------------------------------- calls


def test_numbers_of_orders_are_asked_for_and_then_each_order() -> None:
    assert WECHAT_SHOP.pull
    assert WECHAT_SHOP.pull.order_request
    assert WECHAT_SHOP.pull.parse_order
    asked = WECHAT_SHOP.pull.pull_request(cursor("k"), ACCESS)
    assert asked.path == "/channels/ec/order/list/get?access_token=88_t%2Fk%2Bn"
    window = {"start_time": START, "end_time": START + 3_600}
    assert orjson.loads(asked.body) == {"update_time_range": window, "page_size": 100, "next_key": "k"}
    page = WECHAT_SHOP.pull.parse_page(
        cursor(None), answer(order_id_list=["37"], next_key="", has_more=False)
    )
    assert WECHAT_SHOP.parse(page.messages[0], FACTS) == OrderToFetch(reference="37")
    one = WECHAT_SHOP.pull.order_request("37", ACCESS)
    assert orjson.loads(one.body) == {"order_id": "37"}
    message = WECHAT_SHOP.pull.parse_order(answer(order=order("37", 4)))
    assert (message.reference, message.external_updated_at) == (
        "37",
        datetime(2026, 11, 20, 8, 4, tzinfo=UTC),
    )
    assert isinstance(WECHAT_SHOP.parse(message, FACTS), OrderStated)


def test_a_refused_call_is_unreadable_and_a_fast_one_says_how_long_to_wait() -> None:
    assert WECHAT_SHOP.pull
    with pytest.raises(Unreadable, match="48001 api unauthorized"):
        WECHAT_SHOP.pull.parse_page(cursor(None), answer(errcode=48_001, errmsg="api unauthorized"))
    assert WECHAT_SHOP.wait_s(answer(errcode=45_011, errmsg="api minute-quota reach limit")) == 60
    assert WECHAT_SHOP.wait_s(answer(errcode=45_009, errmsg="reach max api daily quota limit")) == 3_600
    assert WECHAT_SHOP.wait_s(answer()) is None
    assert WECHAT_SHOP.wait_s(HttpAnswer(status=502, body=b"<html>")) is None


def test_a_token_is_asked_for_without_ending_the_one_in_use() -> None:
    assert WECHAT_SHOP.token
    asked = orjson.loads(WECHAT_SHOP.token.token_request(ACCESS).body)
    assert (asked["grant_type"], asked["force_refresh"]) == ("client_credential", False)
    token = WECHAT_SHOP.token.read_token(answer(access_token="88_new", expires_in=7_200))
    assert (token.value, token.expires_in_s) == ("88_new", 7_200)
    with pytest.raises(Unreadable, match="40013"):
        WECHAT_SHOP.token.read_token(answer(errcode=40_013, errmsg="invalid appid"))


# ---------------------------------------------------------------- stock


def listing(number: int, quantity: int, product_id: str = "324545") -> ListingQuantity:
    return ListingQuantity(
        listing_id=UUID(int=number),
        sku=f"SKU-{number}",
        external_ids={"product_id": product_id, "sku_id": str(1_000 + number)},
        quantity=quantity,
        version=3,
    )


def push(*listings: ListingQuantity) -> list[StockRequest]:
    assert WECHAT_SHOP.stock
    return list(WECHAT_SHOP.stock.stock_requests(listings, ACCESS))


def test_stock_is_set_one_sku_a_request() -> None:
    unknown = ListingQuantity(listing_id=UUID(int=9), sku="X", external_ids={}, quantity=1, version=1)
    first, second = push(listing(1, 5), unknown, listing(2, 0))
    assert first.request.path.startswith("/channels/ec/product/stock/update?access_token=")
    assert orjson.loads(first.request.body) == {
        "product_id": "324545",
        "sku_id": "1001",
        "diff_type": 3,
        "num": 5,
    }
    assert orjson.loads(second.request.body)["num"] == 0


@pytest.mark.parametrize(
    ("errcode", "again"),
    [
        (45_011, True),
        (10_020_112, True),
        (42_001, True),
        (-1, True),
        (10_020_052, False),
        (10_020_217, False),
    ],
)
def test_a_refused_push_says_whether_to_come_again(errcode: int, *, again: bool) -> None:
    assert WECHAT_SHOP.stock
    [asked] = push(listing(1, 5))
    [result] = WECHAT_SHOP.stock.read_answer(asked, answer(errcode=errcode, errmsg="no"))
    assert (result.acknowledged, result.error, result.again) == (None, f"{errcode} no", again)


def test_a_taken_push_is_acknowledged() -> None:
    assert WECHAT_SHOP.stock
    [asked] = push(listing(1, 5))
    [result] = WECHAT_SHOP.stock.read_answer(asked, answer())
    assert (result.acknowledged, result.error) == (5, None)


def test_what_it_has_is_asked_by_fifty_products() -> None:
    assert WECHAT_SHOP.stock
    assert WECHAT_SHOP.stock.observe_requests
    assert WECHAT_SHOP.stock.read_observed
    listings = [listing(number, 1, product_id=str(number // 2)) for number in range(102)]
    asked = WECHAT_SHOP.stock.observe_requests(listings, ACCESS)
    assert [len(orjson.loads(each.request.body)["product_id"]) for each in asked] == [50, 1]
    assert [len(each.listings) for each in asked] == [100, 2]
    stock = [{"sku_id": 1_100, "normal_stock_num": 7}, {"sku_id": 5, "normal_stock_num": 8}]
    seen = answer(data={"spu_stock_list": [{"product_id": 50, "sku_stock": stock}]})
    assert WECHAT_SHOP.stock.read_observed(asked[1], seen) == {UUID(int=100): 7}
