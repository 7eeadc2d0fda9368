"""Shopify: what ships, what it costs, how pages go on, and what it answers about stock."""

import hmac
import json
from base64 import b64encode
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from domain.channels.adapters.contract import (
    Access,
    BadSignature,
    Cursor,
    Delivery,
    Facts,
    HttpAnswer,
    Ignored,
    Message,
    OrderCancelled,
    OrderToFetch,
    Parsed,
    Receipt,
    Unreadable,
    WindowBy,
)
from domain.channels.adapters.shopify import SHOPIFY
from tests.recorded.shopify import CREDENTIALS, FACTS, RECORDED, START, discount, line, money, order, shipping
from tests.unit.channels.paying import NOW, listing, pays, stated_order

ACCESS = Access(credentials=CREDENTIALS, settings={"locationId": 655441491}, token="shpat_1", now=NOW)


def parsed(stated: dict[str, Any], topic: str = "orders/updated", facts: Facts = FACTS) -> Parsed:
    return SHOPIFY.parse(Message(topic=topic, body=json.dumps(stated).encode()), facts)


# ---------------------------------------------------------------- money

GROSS = order(
    taxes_included=True,
    line_items=[line("MUG-1", 3, "9.99", tax="4.31", discount_allocations=[discount("2.97")])],
    shipping_lines=[shipping("4.90", tax="0.78")],
    total_price="31.90",
    total_tax="5.09",
)
ORDERS_THAT_ADD_UP = {
    "tax on top": order(),
    "tax in prices": GROSS,
    "shipping for nothing": order(
        shipping_lines=[shipping("4.90", discount_allocations=[discount("4.90")])], total_price="33.95"
    ),
    "a removed shipping line": order(
        shipping_lines=[shipping("4.90", tax="0.95"), shipping("9.90", is_removed=True)]
    ),
    "duties are tax": order(
        line_items=[
            line(
                "MUG-1",
                1,
                "20.00",
                duties=[{"shop_money": {"amount": "2.00"}, "tax_lines": [{"price": "0.38"}]}],
            )
        ],
        shipping_lines=[],
        total_price="22.38",
    ),
    "a tip": order(total_tip_received="3.00", total_price="42.80"),
    "an additional fee": order(original_total_additional_fees_set=money("0.25"), total_price="40.05"),
    "one SKU at two prices": order(
        line_items=[line("MUG-1", 2, "12.90"), line("MUG-1", 1, "10.00")],
        shipping_lines=[],
        total_price="35.80",
    ),
    "yen": order(
        currency="JPY",
        line_items=[line("MUG-1", 2, "1290", tax="258")],
        shipping_lines=[],
        total_price="2838",
    ),
    "tax rounded as a sum": order(
        line_items=[line("MUG-1", 1, "10.00", tax="0.83"), line("TEA-2", 1, "10.00", tax="0.83")],
        shipping_lines=[],
        total_price="21.65",
    ),
}


@pytest.mark.parametrize("name", ORDERS_THAT_ADD_UP)
def test_the_order_costs_what_the_customer_pays(name: str) -> None:
    stated = ORDERS_THAT_ADD_UP[name]
    assert pays(stated_order(parsed(stated))) == Decimal(stated["total_price"])


def test_an_order_as_it_is_read() -> None:
    raw = stated_order(parsed(order()))
    mug, tea = raw.lines
    assert (mug.sku, mug.quantity, mug.unit_price, mug.merchant_discount, mug.tax) == (
        "MUG-1", 2, "12.90", "4.00", "4.00",
    )  # fmt: skip
    assert (tea.platform_discount, tea.merchant_discount) == (None, "1.00")
    assert (raw.shipping, raw.tax, raw.currency_code) == ("4.90", "0.95", "EUR")  # not what was presented
    assert (raw.external_reference, raw.customer_reference) == ("5891234567001", "207119551")
    assert raw.placed_at == "2026-11-20T09:00:00+01:00"
    assert raw.tags == ("VIP", "gift")
    assert raw.ship_to.name == "Jana Vogt, Vogt Keramik"
    assert (raw.ship_to.country_code, raw.ship_to.region, raw.ship_to.postcode) == ("DE", "SN", "04109")
    assert raw.ship_to.latitude == 51.3397


def test_tax_is_taken_out_of_prices_that_include_it() -> None:
    mug = stated_order(parsed(GROSS)).lines[0]
    assert mug.tax == "4.31"
    assert mug.unit_price == "8.56"  # (29.97 - 4.31) / 3, rounded up
    assert mug.merchant_discount == "2.99"  # what was given, and 0.02 of rounding up


def test_money_that_does_not_add_up_is_not_guessed() -> None:
    with pytest.raises(Unreadable, match=r"total: its parts add up to 39\.80"):
        parsed(order(total_price="44.80"))


# ---------------------------------------------------------------- what ships


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"test": True}, "test"),
        ({"financial_status": "pending"}, "not paid: pending"),
        ({"financial_status": "authorized"}, "not paid"),
        ({"financial_status": "partially_paid"}, "not paid"),
        ({"financial_status": None}, "not paid"),
        ({"fulfillment_status": "fulfilled"}, "fulfilled"),
        ({"fulfillment_status": "fulfilled", "financial_status": "refunded"}, "fulfilled"),
        ({"shipping_address": None}, "picked up"),
        ({"line_items": [line("GIFT-50", 1, "50.00", gift_card=True, requires_shipping=False)]}, "nothing"),
    ],
)
def test_what_asks_nothing_of_us(more: dict[str, Any], why: str) -> None:
    answer = parsed(order(**more))
    assert isinstance(answer, Ignored)
    assert why in answer.why


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"cancelled_at": "2026-11-20T10:00:00+01:00", "cancel_reason": "fraud"}, "fraud"),
        ({"financial_status": "voided"}, "voided"),
        ({"financial_status": "refunded"}, "refunded"),
        ({"line_items": [line("MUG-1", 2, "12.90", current_quantity=0)]}, "removed"),
    ],
)
def test_what_is_cancelled(more: dict[str, Any], reason: str) -> None:
    answer = parsed(order(**more))
    assert isinstance(answer, OrderCancelled)
    assert reason in answer.reason
    assert answer.reference == "5891234567001"
    assert answer.updated_at


def test_a_shop_may_ship_what_is_authorized() -> None:
    facts = Facts(channel="s", currency="EUR", timezone="UTC", settings={"shipOn": ["paid", "authorized"]})
    assert stated_order(parsed(order(financial_status="authorized"), facts=facts)).lines


def test_a_gift_card_stays_outside_with_its_price() -> None:
    card = line("GIFT-50", 1, "50.00", gift_card=True, requires_shipping=False)
    stated = order(line_items=[*order()["line_items"], card], total_price="89.80")
    raw = stated_order(parsed(stated))
    assert [each.sku for each in raw.lines] == ["MUG-1", "TEA-2"]
    assert pays(raw) == Decimal("39.80")


def test_a_tip_that_is_a_line_is_not_counted_twice() -> None:
    tip = line(None, 1, "3.00", requires_shipping=False, tip_payment_gateway="shopify_payments")
    stated = order(line_items=[*order()["line_items"], tip], total_tip_received="3.00", total_price="42.80")
    assert pays(stated_order(parsed(stated))) == Decimal("39.80")


def test_removed_units_take_their_share_of_discount_and_tax_with_them() -> None:
    partly = order(financial_status="partially_refunded", refunds=[{"id": 509562969, "transactions": []}])
    partly["line_items"] = deepcopy(partly["line_items"])
    partly["line_items"][0]["current_quantity"] = 1
    partly["line_items"][1]["current_quantity"] = 0
    raw = stated_order(parsed(partly))
    assert [(each.sku, each.quantity, each.merchant_discount, each.tax) for each in raw.lines] == [
        ("MUG-1", 1, "2.00", "2.00")
    ]
    assert pays(raw) == Decimal("12.90") - 2 + 2 + Decimal("4.90") + Decimal("0.95")


def test_bundles_arrive_as_their_components() -> None:
    parts = [
        line("MUG-1", 1, "9.00", sales_line_item_group_id=8, attributed_staffs=[]),
        line("TEA-2", 2, "3.00", sales_line_item_group_id=8),
    ]
    raw = stated_order(parsed(order(line_items=parts, shipping_lines=[], total_price="15.00")))
    assert [(each.sku, each.quantity) for each in raw.lines] == [("MUG-1", 1), ("TEA-2", 2)]


def test_a_line_without_a_sku_is_named_by_its_variant() -> None:
    raw = stated_order(parsed(order(line_items=[line("", 1, "5.00")], shipping_lines=[], total_price="5.00")))
    assert raw.lines[0].sku == "variant:39072856"


def test_null_says_no_more_than_nothing() -> None:
    nulls = dict.fromkeys(("tags", "refunds", "total_tip_received", "taxes_included", "customer", "test"))
    stated = order(**nulls)
    stated["line_items"] = [{**each, "duties": None, "gift_card": None} for each in stated["line_items"]]
    stated["shipping_lines"] = [{**each, "is_removed": None} for each in stated["shipping_lines"]]
    assert pays(stated_order(parsed(stated))) == Decimal("39.80")


def test_what_is_wrong_is_named() -> None:
    with pytest.raises(Unreadable) as wrong:
        parsed(order(line_items=[{"id": 1, "quantity": "two", "price": "1.00"}]))
    assert wrong.value.path == "line_items[0].quantity"


@pytest.mark.parametrize(
    ("topic", "body", "wanted"),
    [
        ("orders/edited", {"order_edit": {"id": 1, "order_id": 77}}, OrderToFetch(reference="77")),
        (
            "refunds/create",
            {"id": 509562969, "order_id": 77, "transactions": []},
            OrderToFetch(reference="77"),
        ),
        (
            "orders/delete",
            {"id": 77},
            OrderCancelled(reference="77", updated_at=None, reason="deleted"),
        ),
        (
            "orders/risk_assessment_changed",
            {"order_id": 77, "risk_level": "HIGH"},
            Ignored(why="orders/risk_assessment_changed says nothing about what to ship"),
        ),
        ("customers/redact", {"shop_id": 1}, Ignored(why="customers/redact says nothing about what to ship")),
    ],
)
def test_other_topics(topic: str, body: dict[str, Any], wanted: Parsed) -> None:
    assert parsed(body, topic) == wanted


# ---------------------------------------------------------------- deliveries


def test_the_signature_is_hmac_sha256_in_base64() -> None:
    """Source: RFC 4231, test case 2: an HMAC-SHA256 that nobody here computed."""
    body, key = b"what do ya want for nothing?", "Jefe"
    digest = bytes.fromhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    signature = b64encode(digest).decode()
    delivery = Delivery(headers={"x-shopify-hmac-sha256": signature}, query={}, body=body)
    assert SHOPIFY.webhook
    SHOPIFY.webhook.verify(delivery, {"client_secret": key})
    for secrets in ({"client_secret": "jefe"}, {"client_secret": ""}, {}):
        with pytest.raises(BadSignature):
            SHOPIFY.webhook.verify(delivery, secrets)


def test_a_signature_that_is_no_text_is_refused() -> None:
    digest = hmac.new(b"Jefe", b"{}", "sha256").hexdigest()
    for signature in (digest, "ü" * 44, " "):
        delivery = Delivery(headers={"x-shopify-hmac-sha256": signature}, query={}, body=b"{}")
        with pytest.raises(BadSignature):
            SHOPIFY.webhook.verify(delivery, {"client_secret": "Jefe"})  # type: ignore[union-attr]


def test_a_delivery_names_itself_its_event_and_its_order() -> None:
    assert RECORDED.sign
    assert SHOPIFY.webhook
    [message] = SHOPIFY.webhook.messages(RECORDED.sign(json.dumps(order()).encode(), "d-1"))
    assert (message.delivery_id, message.event_id) == ("d-1", "orders/updated:event-of-d-1")
    assert (message.reference, message.topic) == ("5891234567001", "orders/updated")
    assert message.external_updated_at == START


def test_a_body_that_never_can_be_read_does_not_end_the_subscription() -> None:
    assert SHOPIFY.webhook
    assert SHOPIFY.webhook.answer(Receipt.UNREADABLE).status == 200


# ---------------------------------------------------------------- polling


@pytest.mark.parametrize(
    ("by", "field"), [(WindowBy.UPDATED, "updated_at"), (WindowBy.CREATED, "created_at")]
)
def test_a_window_is_asked_for_by_its_times(by: WindowBy, field: str) -> None:
    assert SHOPIFY.pull
    cursor = Cursor(since=START, until=START + timedelta(hours=1), by=by)
    request = SHOPIFY.pull.pull_request(cursor, ACCESS)
    asked = parse_qs(urlsplit(request.path).query)
    assert request.path.startswith("/admin/api/2026-04/orders.json?")
    assert asked[f"{field}_min"] == ["2026-11-20T08:00:00+00:00"]
    assert asked[f"{field}_max"] == ["2026-11-20T09:00:00+00:00"]
    assert asked["status"] == ["any"]
    assert request.headers["x-shopify-access-token"] == "shpat_1"


def test_a_further_page_names_nothing_but_its_mark() -> None:
    """With page_info Shopify refuses every other filter."""
    assert SHOPIFY.pull
    cursor = Cursor(since=START, until=START, page="abc=")
    asked = parse_qs(urlsplit(SHOPIFY.pull.pull_request(cursor, ACCESS).path).query)
    assert asked == {"limit": ["250"], "page_info": ["abc="]}


def test_one_order_is_asked_for_and_read() -> None:
    assert SHOPIFY.pull
    assert SHOPIFY.pull.order_request
    assert SHOPIFY.pull.parse_order
    assert SHOPIFY.pull.order_request("77", ACCESS).path == "/admin/api/2026-04/orders/77.json"
    message = SHOPIFY.pull.parse_order(HttpAnswer(status=200, body=json.dumps({"order": order()}).encode()))
    assert message.reference == "5891234567001"
    assert stated_order(SHOPIFY.parse(message, FACTS)).lines[0].unit_price == "12.90"


_COSTED = json.dumps(
    {
        "extensions": {
            "cost": {
                "requestedQueryCost": 300,
                "actualQueryCost": 10,
                "throttleStatus": {
                    "maximumAvailable": 1000.0,
                    "currentlyAvailable": 100,
                    "restoreRate": 50.0,
                },
            }
        }
    }
).encode()


@pytest.mark.parametrize(
    ("headers", "body", "wait"),
    [
        ({"retry-after": "2.0"}, b"", 2.0),
        ({"x-shopify-shop-api-call-limit": "39/40"}, b"", 1.0),
        ({"x-shopify-shop-api-call-limit": "32/40"}, b"", None),
        (
            {},
            _COSTED,
            4.0,
        ),
        ({}, b'{"throttleStatus": "?"}', None),
        ({}, b"", None),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], body: bytes, wait: float | None) -> None:
    assert SHOPIFY.wait_s(HttpAnswer(status=200, headers=headers, body=body)) == wait


# ---------------------------------------------------------------- stock


def test_quantities_go_out_250_at_a_time_and_each_request_has_its_own_key() -> None:
    assert SHOPIFY.stock
    listings = [listing(n, n, [("inventory_item_id", str(n))]) for n in range(501)]
    requests = SHOPIFY.stock.stock_requests(listings, ACCESS)
    assert [len(each.listings) for each in requests] == [250, 250, 1]
    bodies = [json.loads(each.request.body)["variables"] for each in requests]
    assert len({body["key"] for body in bodies}) == 3
    assert bodies[2]["input"] == {
        "name": "available",
        "reason": "correction",
        "quantities": [
            {
                "inventoryItemId": "gid://shopify/InventoryItem/500",
                "locationId": "gid://shopify/Location/655441491",
                "quantity": 500,
                "changeFromQuantity": None,
            }
        ],
    }


def _told(answer: dict[str, Any]) -> list[tuple[int | None, str | None, bool]]:
    assert SHOPIFY.stock
    [request] = SHOPIFY.stock.stock_requests(
        [listing(n, 10 + n, [("inventory_item_id", str(n))]) for n in range(3)], ACCESS
    )
    results = SHOPIFY.stock.read_answer(request, HttpAnswer(status=200, body=json.dumps(answer).encode()))
    assert [each.listing_id for each in results] == [each.listing_id for each in request.listings]
    return [(each.acknowledged, each.error, each.again) for each in results]


def test_what_it_took_is_acknowledged() -> None:
    answer: dict[str, Any] = {"data": {"inventorySetQuantities": {"userErrors": []}}, "extensions": {}}
    assert _told(answer) == [(10, None, False), (11, None, False), (12, None, False)]


def test_an_error_is_that_of_the_listing_it_names_and_the_others_come_again() -> None:
    error = {
        "code": "INVALID_INVENTORY_ITEM",
        "field": ["input", "quantities", "1", "inventoryItemId"],
        "message": "The specified inventory item could not be found.",
    }
    first, second, third = _told({"data": {"inventorySetQuantities": {"userErrors": [error]}}})
    assert second[0] is None
    assert second[1] == "INVALID_INVENTORY_ITEM: The specified inventory item could not be found."
    assert not second[2]
    assert first[2]
    assert third[2]


def test_a_throttled_request_comes_again_and_a_forbidden_one_does_not() -> None:
    throttled = {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]}
    denied = {"errors": [{"message": "Access denied", "extensions": {"code": "ACCESS_DENIED"}}], "data": None}
    assert _told(throttled) == [(None, "Throttled", True)] * 3
    assert _told(denied) == [(None, "Access denied", False)] * 3


def test_what_a_shop_has_is_asked_by_location() -> None:
    assert SHOPIFY.stock
    assert SHOPIFY.stock.observe_requests
    assert SHOPIFY.stock.read_observed
    here = listing(1, 5, [("inventory_item_id", "1")])
    there = listing(2, 5, [("inventory_item_id", "2"), ("location_id", "9")])
    requests = SHOPIFY.stock.observe_requests([here, there], ACCESS)
    assert [json.loads(each.request.body)["variables"]["location"] for each in requests] == [
        "gid://shopify/Location/655441491",
        "gid://shopify/Location/9",
    ]
    node = {
        "id": "gid://shopify/InventoryItem/1",
        "inventoryLevel": {"quantities": [{"name": "available", "quantity": -2}]},
    }
    answer = {
        "data": {"nodes": [node, None, {"id": "gid://shopify/InventoryItem/3", "inventoryLevel": None}]}
    }
    observed = SHOPIFY.stock.read_observed(
        requests[0], HttpAnswer(status=200, body=json.dumps(answer).encode())
    )
    assert observed == {here.listing_id: -2}


def test_a_token_is_asked_for_and_read() -> None:
    assert SHOPIFY.token
    request = SHOPIFY.token.token_request(ACCESS)
    assert parse_qs(request.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["7c1fd5a2"],
        "client_secret": ["shpss_6f1d0c"],
    }
    token = SHOPIFY.token.read_token(
        HttpAnswer(status=200, body=b'{"access_token":"shpat_2","scope":"read_orders","expires_in":86399}')
    )
    assert (token.value, token.expires_in_s) == ("shpat_2", 86_399)
