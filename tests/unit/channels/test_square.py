"""Square: what leaves a shop and where to, what it costs, its SDK's signatures, and counts of stock."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.channels.adapters.contract import (
    Access,
    BadSignature,
    Cursor,
    Delivery,
    HttpAnswer,
    Ignored,
    Message,
    OrderCancelled,
    OrderToFetch,
    Parsed,
    Unreadable,
    WindowBy,
)
from domain.channels.adapters.square import SQUARE
from tests.recorded.square import (
    CREDENTIALS,
    FACTS,
    MUG,
    START,
    TEA,
    event,
    fulfillment,
    line,
    money,
    order,
    order_of,
    sign,
)
from tests.unit.channels.paying import NOW, listing, pays, stated_order

ACCESS = Access(credentials=CREDENTIALS, settings={"locationIds": ["L1", "L2"], "locationId": "L1"}, now=NOW)


def parsed(stated: dict[str, Any], topic: str = "order") -> Parsed:
    return SQUARE.parse(Message(topic=topic, body=json.dumps(stated).encode()), FACTS)


# ---------------------------------------------------------------- money

ONE = line(MUG, "2", 2000, 0, 0, 2000)
ORDERS_THAT_ADD_UP = {
    "discount, tax on top and a tip": order(),
    "tax in prices, where gross sales keep it": order_of(line(MUG, "3", 2997, 0, 500, 2997), total=2997),
    "tax in prices, where gross sales are without": order_of(line(MUG, "1", 1000, 0, 100, 1100), total=1100),
    "a service charge with its tax": order_of(
        ONE,
        total=2218,
        service_charges=[
            {"uid": "s", "name": "Engraving", "total_money": money(218), "total_tax_money": money(18)}
        ],
    ),
    "a service charge that lines carry": order_of(
        line(MUG, "1", 1000, 0, 0, 1100, total_service_charge_money=money(100)),
        total=1100,
        service_charges=[{"uid": "s", "total_money": money(100), "treatment_type": "APPORTIONED_TREATMENT"}],
    ),
    "cash rounded up": order_of(
        ONE, total=2002, rounding_adjustment={"uid": "r", "name": "Rounding", "amount_money": money(2)}
    ),
    "cash rounded down": order_of(
        ONE, total=1998, rounding_adjustment={"uid": "r", "name": "Rounding", "amount_money": money(-2)}
    ),
    "yen": order_of(
        {
            **line(MUG, "1", 0, 0, 0, 0),
            "gross_sales_money": money(1500, "JPY"),
            "total_money": money(1650, "JPY"),
            "total_tax_money": money(150, "JPY"),
        },
        total=1650,
        currency="JPY",
    ),
    "one variation at two prices": order_of(ONE, line(MUG, "1", 800, 0, 0, 800, uid="other"), total=2800),
}


@pytest.mark.parametrize("name", ORDERS_THAT_ADD_UP)
def test_the_order_costs_what_the_customer_pays(name: str) -> None:
    stated = ORDERS_THAT_ADD_UP[name]
    minor, currency = stated["total_money"]["amount"], stated["total_money"]["currency"]
    assert pays(stated_order(parsed(stated))) == Decimal(minor).scaleb(0 if currency == "JPY" else -2)


def test_an_included_tax_is_taken_out_of_the_price() -> None:
    [mug] = stated_order(parsed(ORDERS_THAT_ADD_UP["tax in prices, where gross sales keep it"])).lines
    assert (mug.unit_price, mug.tax, mug.merchant_discount) == ("8.33", "5.00", "0.02")
    [mug] = stated_order(parsed(ORDERS_THAT_ADD_UP["tax in prices, where gross sales are without"])).lines
    assert (mug.unit_price, mug.tax, mug.merchant_discount) == ("10.00", "1.00", None)


def test_cash_rounded_down_is_a_discount() -> None:
    raw = stated_order(parsed(ORDERS_THAT_ADD_UP["cash rounded down"]))
    assert (raw.lines[0].merchant_discount, raw.shipping) == ("0.02", None)


def test_money_that_does_not_add_up_is_not_guessed() -> None:
    with pytest.raises(Unreadable, match="add up"):
        parsed(order_of(ONE, total=2500))


# ---------------------------------------------------------------- what leaves the shop, and where to


def test_a_sale_over_the_counter_is_an_order_for_the_shop() -> None:
    raw = stated_order(parsed(order()))
    assert [(each.sku, each.quantity, each.unit_price) for each in raw.lines] == [
        (MUG, 2, "12.50"),
        (TEA, 1, "9.00"),
    ]
    assert (raw.lines[0].merchant_discount, raw.lines[0].tax, raw.shipping) == ("2.50", "1.86", "2.00")
    assert (raw.ship_to.name, raw.ship_to.city, raw.ship_to.country_code) == ("Shop 12", "Austin", "US")
    assert (raw.priority, raw.tags) == ("URGENT", ("over-the-counter",))
    assert raw.external_reference == "CAISENgvlJ6jLWAzERDzjyHVybY"


def test_a_shop_of_which_nothing_is_known_says_what_to_set() -> None:
    with pytest.raises(Unreadable, match="setting `locations`") as wrong:
        parsed(order(location_id="ELSEWHERE"))
    assert wrong.value.path == "location_id"


@pytest.mark.parametrize("type_", ["SHIPMENT", "DELIVERY"])
def test_what_is_sent_goes_to_its_recipient(type_: str) -> None:
    raw = stated_order(parsed(order(state="OPEN", fulfillments=[fulfillment(type_)])))
    assert (raw.ship_to.name, raw.ship_to.line2, raw.ship_to.region) == ("Ida Park", "Unit 2", "TX")
    assert (raw.priority, raw.tags) == (None, ())


def test_what_is_carried_home_beside_a_shipment_stays_outside() -> None:
    part = fulfillment(
        line_item_application="ENTRY_LIST", entries=[{"uid": "e", "line_item_uid": f"uid-{TEA}"}]
    )
    raw = stated_order(parsed(order(state="OPEN", fulfillments=[part])))
    assert [each.sku for each in raw.lines] == [TEA]
    assert pays(raw) == Decimal("36.10") - Decimal("24.36")


def test_a_pickup_leaves_the_shop_when_it_was_promised() -> None:
    details = {"recipient": {"display_name": "Ida Park"}, "pickup_at": "2026-11-21T17:00:00Z"}
    raw = stated_order(
        parsed(order(state="OPEN", fulfillments=[fulfillment("PICKUP", pickup_details=details)]))
    )
    assert (raw.tags, raw.promised_by, raw.ship_to.city) == (
        ("pickup",),
        "2026-11-21T17:00:00+00:00",
        "Austin",
    )


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"state": "DRAFT"}, "draft"),
        ({"state": "OPEN", "net_amount_due_money": money(100)}, "not paid"),
        ({"state": "OPEN", "net_amount_due_money": None, "tenders": []}, "not paid"),
        ({"fulfillments": [fulfillment(state="COMPLETED")]}, "fulfilled"),
        ({"line_items": [], "returns": [{"uid": "r"}], "total_money": money(0)}, "nothing"),
        ({"line_items": [line(None, "1", 5000, 0, 0, 5000, item_type="GIFT_CARD")]}, "nothing"),
    ],
)
def test_what_asks_nothing_of_us(more: dict[str, Any], why: str) -> None:
    answer = parsed(order(**more))
    assert isinstance(answer, Ignored)
    assert why in answer.why


@pytest.mark.parametrize(
    "more", [{"state": "CANCELED"}, {"state": "OPEN", "fulfillments": [fulfillment(state="CANCELED")]}]
)
def test_what_is_cancelled(more: dict[str, Any]) -> None:
    at = START + timedelta(minutes=1)
    wanted = OrderCancelled(reference="CAISENgvlJ6jLWAzERDzjyHVybY", updated_at=at, reason="cancelled")
    assert parsed(order(**more)) == wanted


def test_tenders_say_what_was_paid_where_nothing_says_what_is_due() -> None:
    stated = order(state="OPEN", net_amount_due_money=None, fulfillments=[fulfillment()])
    assert stated_order(parsed(stated)).lines


def test_a_gift_card_stays_outside_and_a_weight_cannot_be_read() -> None:
    card = line(None, "1", 5000, 0, 0, 5000, item_type="GIFT_CARD")
    raw = stated_order(parsed(order_of(ONE, card, total=7000)))
    assert [each.sku for each in raw.lines] == [MUG]
    assert pays(raw) == Decimal("20.00")
    with pytest.raises(Unreadable) as wrong:
        parsed(order_of(line(MUG, "0.75", 500, 0, 0, 500), total=500))
    assert wrong.value.path == "line_items[0].quantity"


def test_a_sku_in_the_metadata_goes_before_the_variation() -> None:
    raw = stated_order(parsed(order_of({**ONE, "metadata": {"sku": "MUG-1"}}, total=2000)))
    assert raw.lines[0].sku == "MUG-1"


# ---------------------------------------------------------------- webhooks


@pytest.mark.parametrize("type_", ["order.created", "order.updated", "order.fulfillment.updated"])
def test_an_event_leads_to_the_order(type_: str) -> None:
    assert parsed(event(type_, "CAIS", "e-1"), type_) == OrderToFetch(reference="CAIS")
    assert SQUARE.webhook
    [message] = SQUARE.webhook.messages(sign(json.dumps(event(type_, "CAIS", "e-1")).encode(), "1"))
    assert (message.topic, message.delivery_id, message.reference) == (type_, "e-1", "CAIS")


def test_other_events_are_ignored() -> None:
    stated = {
        "type": "inventory.count.updated",
        "event_id": "e",
        "data": {"id": "x", "object": {"counts": []}},
    }
    assert isinstance(parsed(stated, "inventory.count.updated"), Ignored)


# Source: github.com/square/square-python-sdk, tests/integration/test_webhooks_helper.py
_TEST_NOTIFICATION = (
    b'{"merchant_id":"MLEFBHHSJGVHD","type":"webhooks.test_notification",'
    b'"event_id":"ac3ac95b-f97d-458c-a6e6-18981597e05f","created_at":"2022-07-13T20:30:59.037339943Z",'
    b'"data":{"type":"webhooks","id":"bc368e64-01aa-407e-b46e-3231809b1129"}}'
)
VECTORS = [
    (
        _TEST_NOTIFICATION,
        "GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=",
        "Ibxx_5AKakO-3qeNVR61Dw",
        "https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9",
    ),
    (
        b'{"data":{"type":"webhooks","id":">id<"}}',
        "Cxt7+aTi4rKgcA0bC4g9EHdVtLSDWdqccmL5MvihU4U=",
        "signature-key",
        "https://webhook.site/webhooks",
    ),
]


@pytest.mark.parametrize(("body", "signature", "key", "url"), VECTORS)
def test_the_signatures_of_squares_own_sdk(body: bytes, signature: str, key: str, url: str) -> None:
    assert SQUARE.webhook
    headers = {"x-square-hmacsha256-signature": signature}
    delivery = Delivery(headers=headers, query={}, body=body, url=url)
    SQUARE.webhook.verify(delivery, {"signature_key": key})
    for wrong in (replace(delivery, url=f"{url}/"), replace(delivery, body=body + b" ")):
        with pytest.raises(BadSignature):
            SQUARE.webhook.verify(wrong, {"signature_key": key})


# ---------------------------------------------------------------- polling


@pytest.mark.parametrize(
    ("by", "field"), [(WindowBy.UPDATED, "updated_at"), (WindowBy.CREATED, "created_at")]
)
def test_a_window_is_asked_for_and_sorted_by_what_it_filters(by: WindowBy, field: str) -> None:
    assert SQUARE.pull
    cursor = Cursor(since=START, until=START + timedelta(hours=1), by=by)
    request = SQUARE.pull.pull_request(cursor, ACCESS)
    assert (request.method, request.path) == ("POST", "/v2/orders/search")
    assert request.headers["authorization"] == "Bearer EAAAl1"
    window = {"start_at": "2026-11-20T08:00:00+00:00", "end_at": "2026-11-20T09:00:00+00:00"}
    wanted = {
        "location_ids": ["L1", "L2"],
        "limit": 500,
        "query": {
            "filter": {"date_time_filter": {field: window}},
            "sort": {"sort_field": field.upper(), "sort_order": "ASC"},
        },
    }
    assert json.loads(request.body) == wanted
    further = SQUARE.pull.pull_request(replace(cursor, page="VHJv"), ACCESS)
    assert json.loads(further.body) == {**wanted, "cursor": "VHJv"}


def test_one_order_is_asked_for_and_read() -> None:
    assert SQUARE.pull
    assert SQUARE.pull.order_request
    assert SQUARE.pull.parse_order
    assert SQUARE.pull.order_request("CAIS", ACCESS).path == "/v2/orders/CAIS"
    message = SQUARE.pull.parse_order(HttpAnswer(status=200, body=json.dumps({"order": order()}).encode()))
    assert message.external_updated_at == START + timedelta(minutes=1)
    assert stated_order(SQUARE.parse(message, FACTS)).lines


# ---------------------------------------------------------------- stock

HERE = listing(1, 5, [("catalog_object_id", MUG)])
THERE = listing(2, 6, [("catalog_object_id", MUG), ("location_id", "L2")])


def test_counts_go_out_100_at_a_time_one_location_a_request() -> None:
    assert SQUARE.stock
    many = [listing(n, n, [("catalog_object_id", f"V{n}")]) for n in range(3, 153)]
    requests = SQUARE.stock.stock_requests([HERE, THERE, *many], ACCESS)
    assert [len(each.listings) for each in requests] == [100, 51, 1]
    bodies = [json.loads(each.request.body) for each in requests]
    assert len({body["idempotency_key"] for body in bodies}) == 3
    assert bodies[2]["changes"] == [
        {
            "type": "PHYSICAL_COUNT",
            "physical_count": {
                "reference_id": f"{THERE.listing_id}:2",
                "catalog_object_id": MUG,
                "state": "IN_STOCK",
                "location_id": "L2",
                "quantity": "6",
                "occurred_at": "2026-11-22T08:00:00+00:00",
            },
        }
    ]


def count(variation: str, quantity: str, state: str = "IN_STOCK") -> dict[str, str]:
    return {
        "catalog_object_id": variation,
        "catalog_object_type": "ITEM_VARIATION",
        "state": state,
        "location_id": "L1",
        "quantity": quantity,
        "calculated_at": "2026-11-22T08:00:01.223Z",
    }


def test_what_it_answers() -> None:
    assert SQUARE.stock
    tea = listing(3, 7, [("catalog_object_id", TEA)])
    [request] = SQUARE.stock.stock_requests([HERE, tea], ACCESS)
    limited = {"category": "RATE_LIMIT_ERROR", "code": "RATE_LIMITED", "detail": "Slow down."}
    unknown = {"category": "INVALID_REQUEST_ERROR", "code": "NOT_FOUND", "detail": "No such object."}
    for said, wanted in (
        ({"counts": [count(MUG, "4"), count(TEA, "1", "WASTE")]}, [(4, None, False), (7, None, False)]),
        ({"errors": [limited]}, [(None, "RATE_LIMITED: Slow down.", True)] * 2),
        ({"errors": [unknown]}, [(None, "NOT_FOUND: No such object.", False)] * 2),
    ):
        results = SQUARE.stock.read_answer(request, HttpAnswer(status=200, body=json.dumps(said).encode()))
        assert [(each.acknowledged, each.error, each.again) for each in results] == wanted
        assert [each.listing_id for each in results] == [HERE.listing_id, tea.listing_id]


def test_what_square_has_is_asked() -> None:
    assert SQUARE.stock
    assert SQUARE.stock.observe_requests
    assert SQUARE.stock.read_observed
    here, there = SQUARE.stock.observe_requests([HERE, THERE], ACCESS)
    assert json.loads(there.request.body) == {
        "catalog_object_ids": [MUG],
        "location_ids": ["L2"],
        "states": ["IN_STOCK"],
        "limit": 1000,
    }
    answer = HttpAnswer(status=200, body=json.dumps({"counts": [count(MUG, "3")]}).encode())
    assert SQUARE.stock.read_observed(here, answer) == {HERE.listing_id: 3}
    assert SQUARE.stock.read_observed(there, HttpAnswer(status=200, body=b"{}")) == {}
