"""WooCommerce: what ships, what it costs, why pages are read backwards, and what it answers about stock."""

import json
from base64 import b64decode, b64encode
from dataclasses import replace
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
    HttpAnswer,
    Ignored,
    Message,
    OrderCancelled,
    Parsed,
    Receipt,
    Unreadable,
    WindowBy,
)
from domain.channels.adapters.woocommerce import WOOCOMMERCE
from tests.recorded.woocommerce import CREDENTIALS, FACTS, RECORDED, START, fee, line, order, shipping
from tests.unit.channels.paying import NOW, listing, pays, stated_order

ACCESS = Access(credentials=CREDENTIALS, now=NOW)


def parsed(stated: dict[str, Any], topic: str = "order.updated", **settings: Any) -> Parsed:
    facts = replace(FACTS, settings=settings)
    return WOOCOMMERCE.parse(Message(topic=topic, body=json.dumps(stated).encode()), facts)


# ---------------------------------------------------------------- money

ONE = [line(1, "MUG-1", 1, "10.00", "10.00", "2.00")]
ORDERS_THAT_ADD_UP = {
    "taxes shown in prices": order(),
    "tax on top": order(prices_include_tax=False, line_items=ONE, shipping_lines=[], total="12.00"),
    "a fee": order(line_items=ONE, shipping_lines=[], fee_lines=[fee("1.50", "0.30")], total="13.80"),
    "a fee that is a discount": order(
        line_items=[*ONE, line(2, "TEA-2", 2, "5.00", "5.00", "1.00")],
        shipping_lines=[shipping("3.00")],
        fee_lines=[fee("-2.00")],
        total="19.00",
    ),
    "a fee that is a discount, of taxes too": order(
        line_items=[*ONE, line(2, "TEA-2", 2, "5.00", "5.00", "1.00")],
        shipping_lines=[],
        fee_lines=[fee("-3.00", "-0.60")],
        total="14.40",
    ),
    "a fee that is a discount of more than the goods": order(
        line_items=ONE,
        shipping_lines=[shipping("5.00", "1.00")],
        fee_lines=[fee("-12.00", "-2.40")],
        total="3.60",
    ),
    "tax rounded as a sum": order(
        line_items=[line(n, f"SKU-{n}", 1, "0.99", "0.99", "0.19") for n in range(1, 5)],
        shipping_lines=[],
        total="4.71",
    ),
    "one SKU twice": order(
        line_items=[
            line(1, "MUG-1", 2, "20.00", "20.00", "4.00"),
            line(2, "MUG-1", 1, "8.00", "8.00", "1.60"),
        ],
        shipping_lines=[],
        total="33.60",
    ),
    "a total raised by hand": order(
        line_items=[line(1, "MUG-1", 2, "20.00", "25.00", "5.00")], shipping_lines=[], total="30.00"
    ),
    "a bundle": order(
        line_items=[
            line(1, "SET", 1, "30.00", "27.00", "5.40", bundled_items=[2, 3]),
            line(2, "MUG-1", 2, "0.00", "0.00", "0.00", bundled_by=1),
            line(3, "TEA-2", 1, "0.00", "0.00", "0.00", bundled_by=1),
        ],
        shipping_lines=[],
        total="32.40",
    ),
}


@pytest.mark.parametrize("name", ORDERS_THAT_ADD_UP)
def test_the_order_costs_what_the_customer_pays(name: str) -> None:
    stated = ORDERS_THAT_ADD_UP[name]
    assert pays(stated_order(parsed(stated))) == Decimal(stated["total"])


def test_an_order_as_it_is_read() -> None:
    raw = stated_order(parsed(order()))
    mug, tea = raw.lines
    assert (mug.sku, mug.quantity, mug.unit_price, mug.tax) == ("MUG-1", 3, "10.84", "5.85")
    assert mug.merchant_discount == "3.27"  # the coupon's 3.25, and 0.02 of a price rounded up
    assert (tea.sku, tea.merchant_discount) == ("TEA-2", None)
    assert (raw.shipping, raw.tax) == ("4.08", "0.82")
    assert (raw.external_reference, raw.customer_reference) == ("727", "26")
    assert raw.placed_at == "2026-11-20T08:00:00+00:00"  # not the shop's local time
    assert (raw.ship_to.name, raw.ship_to.phone) == ("Mira Huber", "+43 1 5550142")
    assert raw.ship_to.country_code == "AT"


def test_the_tax_of_a_negative_fee_is_taken_off_the_lines() -> None:
    raw = stated_order(parsed(ORDERS_THAT_ADD_UP["a fee that is a discount, of taxes too"]))
    assert [(each.merchant_discount, each.tax) for each in raw.lines] == [("2.00", "1.60"), ("1.00", "0.80")]
    assert raw.tax is None


def test_a_bundle_is_its_parts_and_they_cost_what_it_costs() -> None:
    mug, tea = stated_order(parsed(ORDERS_THAT_ADD_UP["a bundle"])).lines
    assert [(each.sku, each.quantity, each.unit_price, each.merchant_discount) for each in (mug, tea)] == [
        ("MUG-1", 2, "10.00", "2.00"),
        ("TEA-2", 1, "10.00", "1.00"),
    ]


def test_a_gift_card_is_payment() -> None:
    stated = order(gift_cards=[{"id": 1, "code": "AB", "amount": 20}], total="29.00")
    assert pays(stated_order(parsed(stated))) == Decimal("49.00")


def test_digital_goods_stay_outside_with_their_price() -> None:
    raw = stated_order(parsed(order(), digital=["TEA-2"]))
    assert [each.sku for each in raw.lines] == ["MUG-1"]
    assert pays(raw) == Decimal("40.00")


def test_money_that_does_not_add_up_is_not_guessed() -> None:
    with pytest.raises(Unreadable, match="add up"):
        parsed(order(total="51.00"))


# ---------------------------------------------------------------- what ships


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"status": "pending"}, "not paid"),
        ({"status": "on-hold"}, "not paid"),
        ({"status": "failed"}, "not paid"),
        ({"status": "checkout-draft"}, "not paid"),
        ({"status": "completed"}, "completed"),
        ({"shipping": {}}, "nothing"),
        ({"shipping_lines": [shipping("0.00", method="local_pickup")]}, "picked up"),
        ({"shipping_lines": [shipping("0.00", method="pickup_location")]}, "picked up"),
    ],
)
def test_what_asks_nothing_of_us(more: dict[str, Any], why: str) -> None:
    answer = parsed(order(**more))
    assert isinstance(answer, Ignored)
    assert why in answer.why


@pytest.mark.parametrize("status", ["cancelled", "refunded", "trash"])
def test_what_is_cancelled(status: str) -> None:
    assert parsed(order(status=status)) == OrderCancelled(
        reference="727", updated_at=START + timedelta(minutes=1), reason=status
    )


def test_a_deleted_order_is_only_its_id() -> None:
    wanted = OrderCancelled(reference="727", updated_at=None, reason="deleted")
    assert parsed({"id": 727}, "order.deleted") == wanted


def test_a_shop_may_have_statuses_of_its_own() -> None:
    assert stated_order(parsed(order(status="packing"), shipOn=["processing", "packing"])).lines


def test_a_partial_refund_says_not_of_what_so_units_stay() -> None:
    refunds = [{"id": 726, "reason": "", "total": "-10.00"}]
    assert [each.quantity for each in stated_order(parsed(order(refunds=refunds))).lines] == [3, 1]


def test_a_line_without_a_sku_is_named_by_its_variation() -> None:
    raw = stated_order(
        parsed(
            order(
                line_items=[line(1, "", 1, "5.00", "5.00", "0.00", variation_id=23)],
                shipping_lines=[],
                total="5.00",
            )
        )
    )
    assert raw.lines[0].sku == "product:23"


def test_other_topics_are_ignored() -> None:
    assert isinstance(parsed({"id": 1}, "product.updated"), Ignored)


# ---------------------------------------------------------------- deliveries


def test_the_signature_is_hmac_sha256_in_base64() -> None:
    """Source: RFC 4231, test case 2: an HMAC-SHA256 that nobody here computed."""
    digest = bytes.fromhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    delivery = Delivery(
        headers={"x-wc-webhook-signature": b64encode(digest).decode()},
        query={},
        body=b"what do ya want for nothing?",
    )
    assert WOOCOMMERCE.webhook
    WOOCOMMERCE.webhook.verify(delivery, {"webhook_secret": "Jefe"})
    with pytest.raises(BadSignature):
        WOOCOMMERCE.webhook.verify(delivery, {"webhook_secret": "Jef"})


def test_the_unsigned_ping_is_answered_and_says_nothing() -> None:
    """A shop wants exactly 200 for it, or leaves the webhook pending."""
    assert WOOCOMMERCE.webhook
    ping = Delivery(headers={}, query={}, body=b"webhook_id=4")
    WOOCOMMERCE.webhook.verify(ping, CREDENTIALS)
    assert WOOCOMMERCE.webhook.messages(ping) == []
    assert WOOCOMMERCE.webhook.answer(Receipt.ACCEPTED).status == 200
    for body in (b"webhook_id=4&id=1", b"webhook_id=", b'{"webhook_id":4}'):
        with pytest.raises(BadSignature):
            WOOCOMMERCE.webhook.verify(Delivery(headers={}, query={}, body=body), CREDENTIALS)


def test_a_delivery_id_tells_nothing_and_is_not_used() -> None:
    assert WOOCOMMERCE.webhook
    assert RECORDED.sign
    [message] = WOOCOMMERCE.webhook.messages(RECORDED.sign(json.dumps(order()).encode(), "1"))
    assert (message.delivery_id, message.event_id, message.reference) == (None, None, "727")
    assert message.external_updated_at == START + timedelta(minutes=1)


# ---------------------------------------------------------------- polling


@pytest.mark.parametrize(
    ("by", "after", "before"),
    [(WindowBy.UPDATED, "modified_after", "modified_before"), (WindowBy.CREATED, "after", "before")],
)
def test_a_window_is_asked_for_in_utc(by: WindowBy, after: str, before: str) -> None:
    assert WOOCOMMERCE.pull
    request = WOOCOMMERCE.pull.pull_request(
        Cursor(since=START, until=START + timedelta(hours=1), by=by, page="2"), ACCESS
    )
    asked = parse_qs(urlsplit(request.path).query)
    assert urlsplit(request.path).path == "/wp-json/wc/v3/orders"
    assert asked[after] == ["2026-11-20T08:00:00"]
    assert asked[before] == ["2026-11-20T09:00:00"]
    assert (asked["dates_are_gmt"], asked["page"], asked["order"]) == (["true"], ["2"], ["asc"])
    assert b64decode(request.headers["authorization"].removeprefix("Basic ")) == b"ck_4f1e:cs_90ab"


def test_no_order_is_missed_when_one_leaves_the_window_between_two_pages() -> None:
    """Orders 1 to 9 on pages of 3; after each answer the smallest that is left changes and leaves."""
    assert WOOCOMMERCE.pull
    window, seen, page = list(range(1, 10)), set[str | None](), None
    while True:
        number = int(page or 1)
        shown = window[(number - 1) * 3 : number * 3]
        answer = HttpAnswer(
            status=200,
            headers={"x-wp-totalpages": "3"},
            body=json.dumps([order(id=each) for each in shown]).encode(),
        )
        cursor = Cursor(since=START, until=START, page=page)
        found = WOOCOMMERCE.pull.parse_page(cursor, answer)
        seen |= {message.reference for message in found.messages}
        page = found.next_page
        if page is None:
            break
        del window[0]  # it changed, so the next window has it
    assert seen >= {str(each) for each in window}


def test_a_page_alone_is_the_last() -> None:
    assert WOOCOMMERCE.pull
    answer = HttpAnswer(status=200, headers={"x-wp-total": "0", "x-wp-totalpages": "0"}, body=b"[]")
    page = WOOCOMMERCE.pull.parse_page(Cursor(since=START, until=START), answer)
    assert (page.messages, page.next_page, page.total) == ([], None, 0)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"code":"rest_no_route"}', b"[1]", b'[],"orders":[]'])
def test_what_is_no_page_is_not_read_as_an_empty_one(body: bytes) -> None:
    assert WOOCOMMERCE.pull
    with pytest.raises(Unreadable):
        WOOCOMMERCE.pull.parse_page(Cursor(since=START, until=START), HttpAnswer(status=200, body=body))


def test_one_order_is_asked_for_and_read() -> None:
    assert WOOCOMMERCE.pull
    assert WOOCOMMERCE.pull.order_request
    assert WOOCOMMERCE.pull.parse_order
    assert WOOCOMMERCE.pull.order_request("727", ACCESS).path == "/wp-json/wc/v3/orders/727"
    message = WOOCOMMERCE.pull.parse_order(HttpAnswer(status=200, body=json.dumps(order()).encode()))
    assert stated_order(WOOCOMMERCE.parse(message, FACTS)).external_reference == "727"


# ---------------------------------------------------------------- stock

SIMPLE = listing(1, 5, [("product_id", "93")])
BLUE = listing(2, 6, [("product_id", "22"), ("variation_id", "23")])
RED = listing(3, 7, [("product_id", "22"), ("variation_id", "24")])


def test_variations_are_told_below_their_product_and_100_at_a_time() -> None:
    assert WOOCOMMERCE.stock
    many = [listing(n, n, [("product_id", str(n))]) for n in range(100, 250)]
    requests = WOOCOMMERCE.stock.stock_requests([BLUE, *many, RED, SIMPLE], ACCESS)
    assert [(each.request.path, len(each.listings)) for each in requests] == [
        ("/wp-json/wc/v3/products/batch", 100),
        ("/wp-json/wc/v3/products/batch", 51),
        ("/wp-json/wc/v3/products/22/variations/batch", 2),
    ]
    assert json.loads(requests[2].request.body) == {
        "update": [
            {"id": 23, "manage_stock": True, "stock_quantity": 6},
            {"id": 24, "manage_stock": True, "stock_quantity": 7},
        ]
    }


def test_each_listing_has_its_own_answer() -> None:
    assert WOOCOMMERCE.stock
    gone = listing(4, 8, [("product_id", "22"), ("variation_id", "99")])
    silent = listing(5, 9, [("product_id", "22"), ("variation_id", "25")])
    [request] = WOOCOMMERCE.stock.stock_requests([BLUE, RED, gone, silent], ACCESS)
    refused = {
        "code": "woocommerce_rest_product_invalid_id",
        "message": "Invalid ID.",
        "data": {"status": 400},
    }
    failed = {"code": "internal", "message": "Busy.", "data": {"status": 503}}
    said = {
        "update": [
            {"id": 23, "stock_quantity": 6},
            {"id": 24, "error": failed},
            {"id": 99, "error": refused},
        ]
    }
    results = WOOCOMMERCE.stock.read_answer(request, HttpAnswer(status=200, body=json.dumps(said).encode()))
    assert [(each.acknowledged, each.error, each.again) for each in results] == [
        (6, None, False),
        (None, "internal: Busy.", True),
        (None, "woocommerce_rest_product_invalid_id: Invalid ID.", False),
        (None, "not in the answer", True),
    ]


def test_what_a_shop_has_is_asked() -> None:
    assert WOOCOMMERCE.stock
    assert WOOCOMMERCE.stock.observe_requests
    assert WOOCOMMERCE.stock.read_observed
    products, variations = WOOCOMMERCE.stock.observe_requests([SIMPLE, BLUE, RED], ACCESS)
    assert products.request.path.startswith("/wp-json/wc/v3/products?include=93&")
    assert variations.request.path.startswith("/wp-json/wc/v3/products/22/variations?include=23%2C24&")
    answer = HttpAnswer(status=200, body=b'[{"id":23,"stock_quantity":4},{"id":24,"stock_quantity":null}]')
    assert WOOCOMMERCE.stock.read_observed(variations, answer) == {BLUE.listing_id: 4}
