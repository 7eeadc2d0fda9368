"""What every adapter keeps, whatever its platform: parametrised over the registry."""

import random

import pytest

from domain.channels.adapters.contract import (
    BadSignature,
    Delivery,
    Message,
    OrderStated,
    OrderToFetch,
    Receipt,
    Unreadable,
)
from domain.channels.adapters.registry import ADAPTERS
from domain.orders.incoming import parse_order
from tests.recorded import recorded
from tests.recorded.shape import Recorded
from tests.unit.channels.paying import NOW

PLATFORMS = sorted(ADAPTERS)
PUSHING = [platform for platform in PLATFORMS if ADAPTERS[platform].webhook]
POLLED = [platform for platform in PLATFORMS if ADAPTERS[platform].pull]


def _delivery(of: Recorded, reference: str = "R-1", minute: int = 0) -> Delivery:
    assert of.order_body, f"{of.adapter.platform} records no order"
    assert of.sign, f"{of.adapter.platform} records no signed delivery"
    return of.sign(of.order_body(reference, minute), f"delivery-{reference}-{minute}")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_it_is_registered_under_its_own_name(platform: str) -> None:
    assert ADAPTERS[platform].platform == platform == platform.lower()
    assert recorded(platform).adapter is ADAPTERS[platform]


@pytest.mark.parametrize("platform", PUSHING)
def test_what_the_platform_signed_is_verified_and_read(platform: str) -> None:
    of, webhook = recorded(platform), ADAPTERS[platform].webhook
    assert webhook
    delivery = _delivery(of)
    webhook.verify(delivery, of.credentials)
    messages = webhook.messages(webhook.opened(delivery, of.credentials) if webhook.opened else delivery)
    assert messages
    parsed = [of.adapter.parse(message, of.facts) for message in messages]
    assert any(isinstance(each, OrderStated | OrderToFetch) for each in parsed)
    for each in parsed:
        if isinstance(each, OrderStated):
            assert each.order.external_reference == "R-1"
            assert each.order.channel == of.facts.channel
            assert {line.sku for line in each.order.lines} <= set(of.skus)
            assert parse_order(each.order, now=NOW).units


@pytest.mark.parametrize("platform", PUSHING)
def test_one_flipped_byte_is_refused(platform: str) -> None:
    of, webhook = recorded(platform), ADAPTERS[platform].webhook
    assert webhook
    whole = _delivery(of)
    dice = random.Random(7)
    for _ in range(20):
        at = dice.randrange(len(whole.body))
        body = whole.body[:at] + bytes([whole.body[at] ^ 1 << dice.randrange(7)]) + whole.body[at + 1 :]
        flipped = Delivery(
            headers=whole.headers, query=whole.query, body=body, url=whole.url, received_at=whole.received_at
        )
        with pytest.raises(BadSignature):
            webhook.verify(flipped, of.credentials)


@pytest.mark.parametrize("platform", PUSHING)
def test_a_delivery_without_its_headers_is_refused_and_nothing_else(platform: str) -> None:
    of, webhook = recorded(platform), ADAPTERS[platform].webhook
    assert webhook
    whole = _delivery(of)
    bare = Delivery(headers={}, query={}, body=whole.body, url=whole.url, received_at=whole.received_at)
    with pytest.raises(BadSignature):
        webhook.verify(bare, of.credentials)


@pytest.mark.parametrize("platform", PUSHING)
def test_every_receipt_has_an_answer(platform: str) -> None:
    webhook = ADAPTERS[platform].webhook
    assert webhook
    answers = {receipt: webhook.answer(receipt) for receipt in Receipt}
    assert 200 <= answers[Receipt.ACCEPTED].status < 300
    assert answers[Receipt.REFUSED].status == 401
    assert answers[Receipt.NOT_NOW].status >= 400


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_cannot_be_read_says_so(platform: str) -> None:
    of = recorded(platform)
    for body in of.unreadable:
        with pytest.raises(Unreadable):
            of.adapter.parse(Message(topic="order", body=body), of.facts)


@pytest.mark.parametrize("platform", POLLED)
def test_pages_lead_to_their_end(platform: str) -> None:
    of, pull = recorded(platform), ADAPTERS[platform].pull
    assert pull
    assert of.pages, f"{platform} records no pages"
    pages = [pull.parse_page(cursor, answer) for cursor, answer in of.pages]
    assert pages[-1].next_page is None
    for page, (cursor, _) in zip(pages, of.pages[1:], strict=False):
        assert page.next_page == cursor.page
    found = [of.adapter.parse(message, of.facts) for page in pages for message in page.messages]
    assert any(isinstance(each, OrderStated | OrderToFetch) for each in found)
    stated = [parse_order(each.order, now=NOW) for each in found if isinstance(each, OrderStated)]
    assert all(order.units for order in stated)
