"""Platforms that only announce orders: each is asked for and placed once, as it is when it is asked for."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from domain.channels.adapters.contract import Delivery, HttpAnswer, Receipt
from domain.channels.adapters.registry import ADAPTERS
from domain.intake.fetching.orders import enqueue_fetches
from domain.intake.models import InboundMessage
from domain.orders.models import Order
from tests.integration.intake.conftest import Shop, deliver
from tests.integration.intake.test_exactly_once import STATING
from tests.integration.polling.marketplace import Marketplace, open_channel
from tests.partner import Answer, Misbehaviour, Partner, Received
from tests.promises import broken_promises
from tests.recorded import recorded
from tests.recorded.asked import ASKED
from tests.working import do_jobs
from workers.outside import channel as outside_channel

ANNOUNCING = sorted(
    platform for platform, adapter in ADAPTERS.items() if adapter.webhook and platform not in STATING
)
SOLD = [f"R-{number}" for number in range(8)]
TROUBLES: tuple[Answer, ...] = (
    Misbehaviour.HANGS,
    Misbehaviour.CLOSES,
    Misbehaviour.CLOSES_EARLY,
    HttpAnswer(status=500, body=b"no"),
)


@dataclass(slots=True)
class Announced:
    """A channel whose platform announces orders over real HTTP, and is asked for them over real HTTP."""

    shop: Shop
    market: Marketplace
    http: httpx2.AsyncClient
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def announce(self, delivery: Delivery) -> None:
        webhook = self.shop.of.adapter.webhook
        assert webhook
        answer = await deliver(self.http, self.shop, delivery)
        assert answer.status_code == webhook.answer(Receipt.ACCEPTED).status, answer.content

    async def round(self) -> None:
        """Let the relay and a worker do what is due, a few minutes later."""
        self.now += timedelta(minutes=7)
        await enqueue_fetches(now=self.now)
        await do_jobs("INTAKE", "FETCH_ORDERS", "INTAKE", now=lambda: self.now)

    async def orders(self) -> dict[str, str]:
        rows = await Order.filter(channel_id=self.shop.channel.id)
        assert len({row.external_reference for row in rows}) == len(rows)
        return {row.external_reference: row.state for row in rows}


@pytest.fixture
async def announced(
    http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch, platform: str
) -> AsyncIterator[Announced]:
    monkeypatch.setattr(outside_channel, "TIMEOUT_S", 0.3)
    async with Partner() as partner:
        channel, market = await open_channel(platform, partner)
        yield Announced(Shop(channel, recorded(platform)), market, http)


@pytest.mark.parametrize("platform", ANNOUNCING)
async def test_each_order_once_whatever_is_announced_twice_or_late(
    announced: Announced, platform: str
) -> None:
    dice = random.Random(platform)
    market, troubles = announced.market, [*TROUBLES, ASKED[platform].too_fast]
    dice.shuffle(troubles)
    market.before = lambda _: troubles.pop() if troubles and dice.random() < 0.6 else None
    for reference in SOLD:
        market.sell(reference, announced.now)
    told = [announced.shop.delivery(reference, minute) for reference in SOLD for minute in (0, 5)]
    sent = [each for each in told for _ in range(dice.randint(1, 3))]
    dice.shuffle(sent)
    for delivery in sent:
        await announced.announce(delivery)
        if dice.random() < 0.3:
            await announced.round()
    for _ in range(20):
        await announced.round()

    assert troubles == []
    assert await announced.orders() == dict.fromkeys(SOLD, "OPEN")
    messages = await InboundMessage.filter(source="WEBHOOK")
    assert len(messages) == len(told)
    assert sum(each.times_received for each in messages) == len(sent)
    assert {each.outcome for each in messages} == {"FETCHED"}
    assert await broken_promises() == {}


@pytest.mark.parametrize("platform", ANNOUNCING)
async def test_what_happens_to_an_order_afterwards_is_asked_for(announced: Announced) -> None:
    announced.market.sell("R-1", announced.now)
    for minute in (0, 3):
        await announced.announce(announced.shop.delivery("R-1", minute))
        await announced.round()
        assert await announced.orders() == {"R-1": "OPEN"}
    announced.market.change("R-1", announced.now, cancelled=True)
    await announced.announce(announced.shop.delivery("R-1", 9))
    await announced.round()
    assert await announced.orders() == {"R-1": "CANCELLED"}
    assert await broken_promises() == {}


@pytest.mark.parametrize("platform", ANNOUNCING)
async def test_one_order_that_is_not_given_does_not_keep_its_neighbours(announced: Announced) -> None:
    market = announced.market
    for reference in SOLD[:3]:
        market.sell(reference, announced.now)

    def without_first(request: Received) -> Answer | None:
        missing = market.asked.read(request) == SOLD[0]
        return HttpAnswer(status=404, body=b"no such order") if missing else None

    market.before = without_first
    for reference in SOLD[:3]:
        await announced.announce(announced.shop.delivery(reference, 0))
    await announced.round()
    assert (await announced.orders()).keys() == set(SOLD[1:3])
    [failed] = await InboundMessage.filter(outcome="FAILED")
    assert (failed.reference, failed.code) == (SOLD[0], "PLATFORM_REFUSED")


@pytest.mark.parametrize("platform", ANNOUNCING)
async def test_one_order_that_the_platform_always_fails_at_does_not_keep_its_neighbours(
    announced: Announced,
) -> None:
    market = announced.market
    for reference in SOLD[:4]:
        market.sell(reference, announced.now)
        await announced.announce(announced.shop.delivery(reference, 0))
    market.before = lambda request: HttpAnswer(status=500) if market.asked.read(request) == SOLD[0] else None
    for _ in range(40):
        await announced.round()
    assert (await announced.orders()).keys() == set(SOLD[1:4])
    assert await InboundMessage.filter(outcome="FETCHING").count() == 1


def test_some_platforms_only_announce() -> None:
    assert ANNOUNCING == ["amazon", "douyin", "ebay", "square", "wechat-shop"]
