"""Amazon: what the merchant ships, what it costs, what a notification leads to, and stock listing by listing."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from domain.channels.adapters.amazon import AMAZON
from domain.channels.adapters.contract import (
    Access,
    BadSignature,
    Cursor,
    HttpAnswer,
    Ignored,
    Message,
    OrderCancelled,
    OrderToFetch,
    Parsed,
    Unreadable,
    WindowBy,
)
from tests.recorded.amazon import (
    CREDENTIALS,
    FACTS,
    START,
    breakdown,
    enveloped,
    fulfilled,
    item,
    notification,
    order,
    order_of,
    sign,
)
from tests.unit.channels.paying import NOW, listing, pays, stated_order

ACCESS = Access(
    credentials=CREDENTIALS,
    settings={"sellerId": "A3TH9S8BH6GOGM", "marketplaceIds": ["ATVPDKIKX0DER", "A2EUQ1WTGCTBG2"]},
    token="Atza|1",
    now=NOW,
)


def parsed(stated: dict[str, Any], topic: str = "order") -> Parsed:
    return AMAZON.parse(Message(topic=topic, body=json.dumps(stated).encode()), FACTS)


# ---------------------------------------------------------------- money

ORDERS_THAT_ADD_UP = {
    "discount, shipping and tax": order(),
    "a discount that is stated positive": order_of(
        item("MUG-1", 1, breakdown("ITEM", "10.00"), breakdown("DISCOUNT", "2.00")), total="8.00"
    ),
    "tax in prices": order_of(item("MUG-1", 2, breakdown("ITEM", "29.98")), total="29.98"),
    "gift wrap, cash on delivery and others": order_of(
        item(
            "MUG-1",
            1,
            breakdown("ITEM", "10.00"),
            breakdown("GIFT_WRAP", "3.99"),
            breakdown("COD_FEE", "2.00"),
            breakdown("OTHER", "0.01"),
        ),
        total="16.00",
    ),
    "a price that cannot be divided": order_of(item("MUG-1", 3, breakdown("ITEM", "10.00")), total="10.00"),
    "yen": order_of(item("MUG-1", 2, breakdown("ITEM", "13960", "JPY")), total="13960", currency="JPY"),
    "only a unit price": order_of(item("MUG-1", 2), total="29.98"),
    "one SKU at two prices": order_of(
        item("MUG-1", 1, breakdown("ITEM", "10.00")),
        item("MUG-1", 1, breakdown("ITEM", "9.00")),
        total="19.00",
    ),
}


@pytest.mark.parametrize("name", ORDERS_THAT_ADD_UP)
def test_the_order_costs_what_the_customer_pays(name: str) -> None:
    stated = ORDERS_THAT_ADD_UP[name]
    assert pays(stated_order(parsed(stated))) == Decimal(stated["proceeds"]["grandTotal"]["amount"])


def test_a_tip_belongs_to_no_item() -> None:
    stated = order()
    stated["proceeds"]["grandTotal"]["amount"] = "51.14"
    stated["proceeds"]["breakdowns"].append({**breakdown("DELIVERY_TIP", "5.00"), "status": "FINALIZED"})
    assert pays(stated_order(parsed(stated))) == Decimal("51.14")


def test_an_order_as_it_is_read() -> None:
    raw = stated_order(parsed(order()))
    mug, tea = raw.lines
    assert (mug.sku, mug.quantity, mug.unit_price) == ("MUG-1", 2, "14.99")
    assert (mug.merchant_discount, mug.platform_discount, mug.tax) == ("2.00", None, "2.50")
    assert (tea.sku, tea.unit_price, tea.tax) == ("TEA-2", "7.99", "0.64")
    assert (raw.shipping, raw.tax) == ("6.50", "0.53")  # 7.50 less what was given of it, and its tax
    assert raw.promised_by == "2026-11-28T07:59:59+00:00"
    assert raw.tags == ("PRIME",)
    assert raw.customer_reference == "x1y2z3@marketplace.amazon.com"
    assert (raw.ship_to.name, raw.ship_to.line2) == ("Rosa Diaz, Diaz Studio", "Apt 5")
    assert (raw.ship_to.region, raw.ship_to.postcode) == ("WA", "98101-1822")


def test_money_that_does_not_add_up_is_not_guessed() -> None:
    with pytest.raises(Unreadable, match="add up"):
        parsed(order_of(item("MUG-1", 1, breakdown("ITEM", "10.00")), total="12.00"))


def test_cancelled_units_are_gone_with_their_share() -> None:
    mugs = item(
        "MUG-1",
        3,
        breakdown("ITEM", "30.00"),
        breakdown("TAX", "3.00"),
        fulfillment={"quantityFulfilled": 1, "quantityUnfulfilled": 1},
    )
    gone = item("TEA-2", 1, fulfillment={"quantityFulfilled": 0, "quantityUnfulfilled": 0})
    gone["product"]["price"] = {}
    raw = stated_order(parsed(order_of(mugs, gone, total="33.00")))
    assert [(each.sku, each.quantity, each.tax) for each in raw.lines] == [("MUG-1", 2, "2.00")]
    assert pays(raw) == Decimal("22.00")


# ---------------------------------------------------------------- what ships


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"fulfillment": fulfilled("PENDING")}, "not paid"),
        ({"fulfillment": fulfilled("PENDING_AVAILABILITY")}, "pre-order"),
        ({"fulfillment": fulfilled("SHIPPED")}, "shipped"),
        ({"fulfillment": fulfilled("UNFULFILLABLE")}, "cannot"),
        ({"fulfillment": fulfilled("UNSHIPPED", "AMAZON")}, "Amazon"),
        ({"fulfillment": fulfilled("CANCELLED", "AMAZON")}, "Amazon"),
        ({"programs": ["IN_STORE_PICK_UP"]}, "picked up"),
    ],
)
def test_what_asks_nothing_of_us(more: dict[str, Any], why: str) -> None:
    answer = parsed(order(**more))
    assert isinstance(answer, Ignored)
    assert why in answer.why


def test_what_is_cancelled() -> None:
    at = START + timedelta(minutes=30)
    wanted = OrderCancelled(reference="114-1234567-7654321", updated_at=at, reason="cancelled")
    assert parsed(order(fulfillment=fulfilled("CANCELLED"))) == wanted


def test_an_order_none_of_whose_units_is_left_is_cancelled() -> None:
    none_left = item("MUG-1", 2, fulfillment={"quantityFulfilled": 0, "quantityUnfulfilled": 0})
    assert isinstance(parsed(order(orderItems=[none_left])), OrderCancelled)


def test_a_buyers_request_to_cancel_is_a_tag_until_somebody_agrees() -> None:
    asked = {"cancellationRequest": {"requester": "BUYER", "cancelReason": "Changed mind"}}
    raw = stated_order(
        parsed(order_of(item("MUG-1", 1, breakdown("ITEM", "10.00"), cancellation=asked), total="10.00"))
    )
    assert raw.tags == ("PRIME", "cancel-requested")


def test_without_an_address_it_says_what_is_lacking() -> None:
    with pytest.raises(Unreadable, match="role") as wrong:
        parsed(order(recipient={}))
    assert wrong.value.path == "recipient.deliveryAddress"


# ---------------------------------------------------------------- notifications


@pytest.mark.parametrize(
    ("summary", "wanted"),
    [
        ({}, OrderToFetch(reference="114-1")),
        ({"OrderStatus": "Canceled"}, OrderToFetch(reference="114-1")),
        ({"OrderStatus": "Pending"}, Ignored(why="not paid")),
        ({"FulfillmentType": "AFN"}, Ignored(why="Amazon ships it")),
    ],
)
def test_a_notification_leads_to_the_order(summary: dict[str, Any], wanted: Parsed) -> None:
    stated = notification("114-1", 0, **summary)
    assert parsed(stated, "ORDER_CHANGE") == wanted
    assert parsed(enveloped(stated), "ORDER_CHANGE") == wanted


def test_another_notification_asks_nothing() -> None:
    other = {
        "NotificationType": "FEED_PROCESSING_FINISHED",
        "Payload": {"feedProcessingFinishedNotification": {}},
    }
    assert isinstance(parsed(other, "FEED_PROCESSING_FINISHED"), Ignored)


def test_a_notification_keeps_its_id_whoever_forwards_it() -> None:
    assert AMAZON.webhook
    for stated in (notification("114-1", 3), enveloped(notification("114-1", 3))):
        [message] = AMAZON.webhook.messages(sign(json.dumps(stated).encode(), "of-the-forwarder"))
        assert (message.delivery_id, message.reference) == ("note-114-1-3", "114-1")


def test_a_notification_that_was_kept_for_long_is_refused() -> None:
    assert AMAZON.webhook
    delivery = sign(b"{}", "1")
    assert delivery.received_at
    late = replace(delivery, received_at=delivery.received_at + timedelta(minutes=6))
    AMAZON.webhook.verify(delivery, CREDENTIALS)
    with pytest.raises(BadSignature):
        AMAZON.webhook.verify(late, CREDENTIALS)


# ---------------------------------------------------------------- polling


def asked(cursor: Cursor) -> dict[str, list[str]]:
    assert AMAZON.pull
    request = AMAZON.pull.pull_request(cursor, ACCESS)
    assert urlsplit(request.path).path == "/orders/2026-01-01/orders"
    assert request.headers["x-amz-access-token"] == "Atza|1"
    return parse_qs(urlsplit(request.path).query)


def test_a_window_ends_two_minutes_before_the_request_and_its_pages_where_it_ended() -> None:
    window = Cursor(since=START, until=NOW)
    first = asked(window)
    assert first["lastUpdatedAfter"] == ["2026-11-20T08:00:00Z"]
    assert first["lastUpdatedBefore"] == ["2026-11-22T07:58:00Z"]
    assert first["marketplaceIds"] == ["ATVPDKIKX0DER,A2EUQ1WTGCTBG2"]
    assert first["fulfilledBy"] == ["MERCHANT"]
    second = asked(replace(window, page="2026-11-22T07:55:00Z tok en+="))
    assert second["paginationToken"] == ["tok en+="]
    assert second["lastUpdatedBefore"] == ["2026-11-22T07:55:00Z"]


def test_a_window_that_has_just_begun_is_empty_not_inverted() -> None:
    begun = asked(Cursor(since=NOW - timedelta(minutes=1), until=NOW))
    assert begun["lastUpdatedAfter"] == begun["lastUpdatedBefore"]


def test_the_daily_sweep_asks_by_creation() -> None:
    sweep = asked(Cursor(since=START, until=START + timedelta(days=1), by=WindowBy.CREATED))
    assert (sweep["createdAfter"], sweep["createdBefore"]) == (
        ["2026-11-20T08:00:00Z"],
        ["2026-11-21T08:00:00Z"],
    )
    assert "lastUpdatedAfter" not in sweep


def test_one_order_is_asked_for_and_read() -> None:
    assert AMAZON.pull
    assert AMAZON.pull.order_request
    assert AMAZON.pull.parse_order
    path = AMAZON.pull.order_request("114-1", ACCESS).path
    assert path.startswith("/orders/2026-01-01/orders/114-1?includedData=BUYER%2CRECIPIENT%2CPROCEEDS")
    message = AMAZON.pull.parse_order(HttpAnswer(status=200, body=json.dumps({"order": order()}).encode()))
    assert message.external_updated_at == START + timedelta(minutes=30)
    assert stated_order(AMAZON.parse(message, FACTS)).external_reference == "114-1234567-7654321"


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {"x-amzn-ratelimit-limit": "0.5"}, 2.0),
        (429, {"retry-after": "7", "x-amzn-ratelimit-limit": "0.5"}, 7.0),
        (429, {}, None),
        (429, {"x-amzn-ratelimit-limit": "many"}, None),
        (200, {"x-amzn-ratelimit-limit": "0.0056"}, None),
    ],
)
def test_how_long_to_wait(status: int, headers: dict[str, str], wait: float | None) -> None:
    assert AMAZON.wait_s(HttpAnswer(status=status, headers=headers)) == wait


# ---------------------------------------------------------------- stock

MUG = listing(1, 5, [("seller_sku", "MUG/1 blue"), ("product_type", "DRINKING_CUP")])
TEA = listing(2, 0, [("marketplace_id", "A1F83G8C2ARO7P")])


def test_each_listing_is_a_request_of_its_own() -> None:
    assert AMAZON.stock
    mug, tea = AMAZON.stock.stock_requests([MUG, TEA], ACCESS)
    assert mug.request.method == "PATCH"
    assert urlsplit(mug.request.path).path == "/listings/2021-08-01/items/A3TH9S8BH6GOGM/MUG%2F1%20blue"
    assert parse_qs(urlsplit(tea.request.path).query) == {"marketplaceIds": ["A1F83G8C2ARO7P"]}
    assert json.loads(mug.request.body) == {
        "productType": "DRINKING_CUP",
        "patches": [
            {
                "op": "merge",
                "path": "/attributes/fulfillment_availability",
                "value": [{"fulfillment_channel_code": "DEFAULT", "quantity": 5}],
            }
        ],
    }
    assert json.loads(tea.request.body)["productType"] == "PRODUCT"


def test_what_it_answers() -> None:
    assert AMAZON.stock
    [request] = AMAZON.stock.stock_requests([MUG], ACCESS)
    warning = {"code": "1", "message": "No image.", "severity": "WARNING", "categories": []}
    error = {"code": "4000003", "message": "Unknown SKU.", "severity": "ERROR", "categories": []}
    for status, issues, wanted in (
        ("ACCEPTED", [warning], (5, None)),
        ("INVALID", [warning, error], (None, "4000003: Unknown SKU.")),
        ("INVALID", [], (None, "INVALID")),
    ):
        said = {"sku": "MUG/1 blue", "status": status, "submissionId": "f1", "issues": issues}
        [result] = AMAZON.stock.read_answer(request, HttpAnswer(status=200, body=json.dumps(said).encode()))
        assert (result.listing_id, result.acknowledged, result.error) == (MUG.listing_id, *wanted)
        assert not result.again


def test_what_amazon_has_is_asked() -> None:
    assert AMAZON.stock
    assert AMAZON.stock.observe_requests
    assert AMAZON.stock.read_observed
    [request] = AMAZON.stock.observe_requests([MUG], ACCESS)
    assert "includedData=fulfillmentAvailability" in request.request.path
    said = {
        "sku": "MUG/1 blue",
        "fulfillmentAvailability": [
            {"fulfillmentChannelCode": "AMAZON_NA", "quantity": 70},
            {"fulfillmentChannelCode": "DEFAULT", "quantity": 4},
        ],
    }
    observed = AMAZON.stock.read_observed(request, HttpAnswer(status=200, body=json.dumps(said).encode()))
    assert observed == {MUG.listing_id: 4}


def test_a_token_is_asked_for_at_lwa_and_read() -> None:
    assert AMAZON.token
    assert AMAZON.token.endpoint == "https://api.amazon.com"
    request = AMAZON.token.token_request(ACCESS)
    assert request.path == "/auth/o2/token"
    assert parse_qs(request.body.decode()) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["Atzr|1"],
        "client_id": ["amzn1.application-oa2-client.1"],
        "client_secret": ["amzn1.oa2-cs.v1.1"],
    }
    said = b'{"access_token":"Atza|2","token_type":"bearer","expires_in":3600,"refresh_token":"Atzr|1"}'
    token = AMAZON.token.read_token(HttpAnswer(status=200, body=said))
    assert (token.value, token.expires_in_s) == ("Atza|2", 3600)
