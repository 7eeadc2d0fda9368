"""Signed JSON: the specification's own vector, malformed headers, secrets in rotation, what orders say."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import orjson
import pytest

from domain.channels.adapters.contract import (
    BadSignature,
    Delivery,
    Facts,
    Ignored,
    Message,
    OrderCancelled,
    OrderStated,
    Unreadable,
)
from domain.channels.adapters.generic import messages, parse, verify
from domain.orders.incoming import parse_order
from tests.factories import NOW
from tests.recorded.generic import BEGAN, cancel_body, order_body

# Source: the specification's reference implementations share this vector.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SIGNED_AT = datetime.fromtimestamp(1614265330, tz=UTC)
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
FACTS = Facts(channel="shop", currency="EUR", timezone="Europe/Berlin")


def delivery(*, after: timedelta = timedelta(), headers: Mapping[str, str] = HEADERS) -> Delivery:
    return Delivery(headers=headers, query={}, body=b'{"test": 2432232314}', received_at=SIGNED_AT + after)


def test_the_specifications_vector_is_verified() -> None:
    verify(delivery(), {"secret": SECRET})
    several = HEADERS | {"webhook-signature": f"v1a,xyz v2,abc {HEADERS['webhook-signature']}"}
    verify(delivery(headers=several), {"secret": SECRET})
    verify(delivery(after=timedelta(minutes=5)), {"secret": SECRET})


def test_both_secrets_are_good_while_they_rotate() -> None:
    verify(delivery(), {"secret": "whsec_b3RoZXI=", "previous_secret": SECRET})
    with pytest.raises(BadSignature):
        verify(delivery(), {"secret": "whsec_b3RoZXI="})


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,ü"},
        {"webhook-signature": HEADERS["webhook-signature"] + "="},
        {"webhook-id": ""},
        {"webhook-id": "msg_\udcff"},
        {"webhook-timestamp": "NaN"},
        {"webhook-timestamp": "1" * 400},
        {"webhook-timestamp": "-1614265330"},
        {"webhook-timestamp": "1614265331"},
    ],
)
def test_malformed_headers_are_a_bad_signature_and_nothing_else(headers: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        verify(delivery(headers=HEADERS | headers), {"secret": SECRET})


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!", "é"])
def test_a_secret_that_is_none_verifies_nothing(secret: str) -> None:
    with pytest.raises(BadSignature):
        verify(delivery(), {"secret": secret})


@pytest.mark.parametrize("after", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_what_was_signed_long_ago_or_ahead_is_refused(after: timedelta) -> None:
    with pytest.raises(BadSignature):
        verify(delivery(after=after), {"secret": SECRET})


def test_a_message_tells_which_order_and_when() -> None:
    [message] = messages(Delivery(headers=HEADERS, query={}, body=order_body("R-1", 3)))
    assert (message.topic, message.delivery_id, message.reference, message.external_updated_at) == (
        "order.updated",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "R-1",
        BEGAN + timedelta(minutes=3),
    )


def test_an_order_is_what_was_said() -> None:
    stated = parse(Message(topic="order.placed", body=order_body("R-1", 0)), FACTS)
    assert isinstance(stated, OrderStated)
    order = parse_order(stated.order, now=NOW)
    assert (order.external_reference, order.currency, order.ship_to.city) == ("R-1", "EUR", "Leipzig")
    assert [(line.sku, line.quantity, line.unit_price_minor) for line in order.lines] == [
        ("MUG-1", 2, 1250),
        ("TEA-2", 1, 890),
    ]
    assert [(line.merchant_discount_minor, line.platform_discount_minor) for line in order.lines] == [
        (100, 0),
        (0, 90),
    ]
    assert (order.shipping_minor, order.all_tax_minor) == (490, 383)


def test_a_cancellation_and_what_is_of_no_interest() -> None:
    gone = parse(Message(topic="order.cancelled", body=cancel_body("R-1", 9)), FACTS)
    assert gone == OrderCancelled(
        reference="R-1", updated_at=BEGAN + timedelta(minutes=9), reason="changed their mind"
    )
    assert isinstance(parse(Message(topic="x", body=b'{"type": "stock.asked"}'), FACTS), Ignored)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"lines": [{"sku": "A", "qty": "2", "unit_price": "1"}]}, "data.lines[0].qty"),
        ({"lines": [{"sku": "A", "qty": 2, "unit_price": 1.5}]}, "data.lines[0].unit_price"),
        ({"ship_to": {}}, "data.ship_to.country"),
        ({"updated_at": "2026-11-20T08:00:00"}, "data.updated_at"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(change: dict[str, object], path: str) -> None:
    body = orjson.loads(order_body("R-1", 0))
    body["data"] |= change
    with pytest.raises(Unreadable) as wrong:
        parse(Message(topic="order.placed", body=orjson.dumps(body)), FACTS)
    assert wrong.value.path == path


def test_amounts_keep_every_cent() -> None:
    body = orjson.loads(order_body("R-1", 0))
    body["data"]["lines"][0]["unit_price"] = "1234567.89"
    stated = parse(Message(topic="order.placed", body=orjson.dumps(body)), FACTS)
    assert isinstance(stated, OrderStated)
    assert Decimal(stated.order.lines[0].unit_price) == Decimal("1234567.89")
