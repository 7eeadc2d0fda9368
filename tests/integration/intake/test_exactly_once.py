"""Every message up to three times, shuffled, over real HTTP: each order once, as the newest message says."""

import asyncio
import random
from dataclasses import replace
from hashlib import sha256
from itertools import chain

import httpx2
import pytest

from domain.channels.adapters.contract import Delivery, OrderToFetch
from domain.channels.adapters.registry import ADAPTERS
from domain.intake.models import InboundMessage
from domain.orders.models import Order
from tests.integration.intake.conftest import Shop, deliver, make_shop, work_all_off
from tests.promises import broken_promises
from tests.recorded import recorded

ORDERS = 12
BROKEN = 6  # deliveries; of refused ones only so many a minute are kept
# what a platform says of an order: (minute, whether it cancels)
STORIES = (
    ((0, False),),
    ((0, False), (5, False)),
    ((0, False), (9, True)),
    ((0, False), (5, False), (9, True)),
)


def states_orders(platform: str) -> bool:
    """Whether it pushes whole orders, and not only that something happened to them."""
    of = recorded(platform)
    if of.adapter.webhook is None or of.order_body is None or of.sign is None:
        return False
    signed = of.sign(of.order_body("R", 0), "d")
    opened = of.adapter.webhook.opened
    messages = of.adapter.webhook.messages(opened(signed, of.credentials) if opened else signed)
    return not any(isinstance(of.adapter.parse(each, of.facts), OrderToFetch) for each in messages)


STATING = sorted(platform for platform in ADAPTERS if states_orders(platform))


def story_of(number: int, shop: Shop) -> tuple[tuple[int, bool], ...]:
    story = STORIES[number % len(STORIES)]
    return story if shop.of.cancel_body else tuple(step for step in story if not step[1])


def deliveries_of(number: int, shop: Shop) -> list[Delivery]:
    return [
        shop.cancellation(f"R-{number}", minute) if cancels else shop.delivery(f"R-{number}", minute)
        for minute, cancels in story_of(number, shop)
    ]


def flipped(delivery: Delivery, dice: random.Random) -> Delivery:
    """The delivery with one bit of its body changed on the way."""
    at = dice.randrange(len(delivery.body))
    changed = bytes([delivery.body[at] ^ 1 << dice.randrange(7)])
    return replace(delivery, body=delivery.body[:at] + changed + delivery.body[at + 1 :])


@pytest.mark.parametrize("platform", STATING)
async def test_each_order_once_whatever_comes_twice_or_late(http: httpx2.AsyncClient, platform: str) -> None:
    dice = random.Random(7)
    shop = await make_shop(recorded(platform))
    told = list(chain.from_iterable(deliveries_of(number, shop) for number in range(ORDERS)))
    sent = [each for each in told for _ in range(dice.randint(1, 3))]
    broken = [flipped(each, dice) for each in dice.sample(told, BROKEN)]
    arriving = [(each, 200) for each in sent] + [(each, 401) for each in broken]
    dice.shuffle(arriving)

    for start in range(0, len(arriving), 10):
        burst = arriving[start : start + 10]
        answers = await asyncio.gather(*(deliver(http, shop, each) for each, _ in burst))
        assert [answer.status_code for answer in answers] == [status for _, status in burst]
        if dice.random() < 0.5:
            await work_all_off()
    await work_all_off()

    orders = {order.external_reference: order for order in await Order.filter(channel_id=shop.channel.id)}
    assert orders.keys() == {f"R-{number}" for number in range(ORDERS)}
    for number in range(ORDERS):
        order, newest = orders[f"R-{number}"], story_of(number, shop)[-1]
        assert (order.state == "CANCELLED") == newest[1], order.external_reference
    refused = await InboundMessage.filter(outcome="REFUSED")
    assert sorted(each.sha256 for each in refused) == sorted(sha256(each.body).digest() for each in broken)
    messages = await InboundMessage.exclude(outcome="REFUSED")
    assert sum(each.times_received for each in messages) == len(sent)
    assert len(messages) == len(told)
    assert {each.outcome for each in messages} <= {"PLACED", "UPDATED", "CANCELLED", "DUPLICATE", "STALE"}
    assert await broken_promises() == {}
