"""Orders are asked for page by page, and none is lost or doubled whatever the platform does meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest

from domain.channels.adapters.contract import HttpAnswer, Page
from domain.channels.adapters.registry import ADAPTERS
from domain.channels.credentials.keyring import new_key
from domain.channels.credentials.stored import write_credential
from domain.channels.models import Channel
from domain.checks.run_checks import run_checks
from domain.intake.models import InboundMessage
from domain.intake.polling.models import ChannelDay, ChannelPoll
from domain.intake.polling.poll import LEASE, enqueue_polls, poll_standing, take_page
from domain.intake.polling.sweep import bounds_of, enqueue_sweeps
from domain.jobs.models import Job
from domain.orders.models import Order
from domain.shared.settings import settings
from tests.databases import Database
from tests.factories import NOW, TESTER, make_channel, make_variant
from tests.integration.polling.woo_shop import WooShop, later
from tests.partner import Answer, Misbehaviour, Partner, Received
from tests.recorded.woocommerce import CREDENTIALS
from tests.working import do_jobs


@dataclass(slots=True)
class Polled:
    """A channel that is polled, and what the relay and a worker do for it."""

    shop: WooShop
    channel: Channel
    now: datetime = NOW

    async def work(self, *kinds: str) -> None:
        await do_jobs(*kinds, now=lambda: self.now)

    async def poll(self, **delta: float) -> None:
        self.now += timedelta(**delta)
        await enqueue_polls(now=self.now)
        await self.work("POLL", "INTAKE")

    async def sweep(self) -> None:
        await enqueue_sweeps(now=self.now)
        await self.work("SWEEP_CHANNEL", "INTAKE")

    async def references(self) -> list[int]:
        return sorted(int(row.external_reference) for row in await Order.all())


@pytest.fixture
async def polled(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Polled]:
    monkeypatch.setenv("FOREBAY_CREDENTIALS_KEYS", new_key("test"))
    settings.cache_clear()
    async with Partner() as partner:
        channel = await make_channel(
            "woo",
            platform="woocommerce",
            timezone="Europe/Vienna",
            settings={"endpoint": partner.url, "pollFrom": (NOW - timedelta(days=2)).isoformat()},
        )
        for name, value in CREDENTIALS.items():
            await write_credential(channel.id, name, value, by=TESTER, now=NOW)
        for sku in ("MUG-1", "TEA-2"):
            await make_variant(sku)
        yield Polled(shop=WooShop(partner), channel=channel)
    settings.cache_clear()


async def test_what_is_there_and_what_comes_is_fetched_once(polled: Polled) -> None:
    for number in range(1, 9):
        polled.shop.sell(number, at=NOW - timedelta(hours=number))
    await polled.poll(minutes=1)
    assert await polled.references() == list(range(1, 9))
    polled.shop.sell(9, at=later(minutes=2))
    await polled.poll(minutes=10)
    await polled.poll(minutes=10)
    assert await polled.references() == list(range(1, 10))
    assert await InboundMessage.all().count() == 9


async def test_it_is_not_asked_before_its_turn(polled: Polled) -> None:
    await polled.poll(minutes=1)
    asked = len(polled.shop.partner.received)
    await polled.poll(minutes=2)
    assert len(polled.shop.partner.received) == asked
    await polled.poll(minutes=4)
    assert len(polled.shop.partner.received) > asked


async def test_an_order_that_changes_while_pages_are_turned_is_not_missed(polled: Polled) -> None:
    for number in range(1, 10):
        polled.shop.sell(number, at=NOW - timedelta(hours=2))
    turned = 0

    def change_one(request: Received) -> None:
        nonlocal turned
        turned += 1
        if turned == 2:  # it leaves the window, and those behind it move up
            polled.shop.change(1, at=later(hours=1))

    polled.shop.before = change_one
    await polled.poll(minutes=1)
    assert set(range(2, 10)) <= set(await polled.references())
    await polled.poll(hours=2)
    assert await polled.references() == list(range(1, 10))


@pytest.mark.parametrize(
    "trouble",
    [
        HttpAnswer(status=500),
        HttpAnswer(status=429),
        HttpAnswer(status=200, body=b"<html>"),
        Misbehaviour.CLOSES,
        Misbehaviour.CLOSES_EARLY,
    ],
    ids=str,
)
async def test_a_page_that_fails_is_asked_for_again_and_the_others_are_kept(
    polled: Polled, trouble: HttpAnswer | Misbehaviour
) -> None:
    for number in range(1, 10):
        polled.shop.sell(number, at=NOW - timedelta(hours=2))
    polled.shop.before = lambda request: trouble if request.query["page"] == "2" else None
    await polled.poll(minutes=1)
    kept = await polled.references()
    assert 0 < len(kept) < 9
    assert (await ChannelPoll.get(channel_id=polled.channel.id)).error
    polled.shop.before = lambda _: None
    await polled.poll(minutes=10)
    assert await polled.references() == list(range(1, 10))
    assert (await ChannelPoll.get(channel_id=polled.channel.id)).error is None


@pytest.mark.parametrize("trouble", [HttpAnswer(status=400), HttpAnswer(status=200, body=b"[7]")], ids=str)
async def test_a_page_whose_mark_is_over_has_its_window_read_again(
    polled: Polled, trouble: HttpAnswer
) -> None:
    for number in range(1, 10):
        polled.shop.sell(number, at=NOW - timedelta(hours=2))
    polled.shop.before = lambda request: trouble if request.query["page"] == "2" else None
    await polled.poll(minutes=1)
    kept, until = await polled.references(), (await ChannelPoll.get()).window_until
    assert 0 < len(kept) < 9

    # each page is good at once only: what is asked for first is what a window begins with
    first: list[str] = []
    polled.shop.before = lambda request: first.append(request.query["page"])
    await polled.poll(minutes=6)
    assert await polled.references() == list(range(1, 10))
    assert first[0] == "1"
    poll = await ChannelPoll.get()
    assert not poll.error
    assert until
    assert poll.complete_to >= until


async def test_a_poll_that_gets_no_further_is_told(polled: Polled) -> None:
    for number in range(1, 10):
        polled.shop.sell(number, at=NOW - timedelta(hours=2))
    await polled.poll(minutes=1)
    polled.shop.before = lambda request: HttpAnswer(status=400) if request.query["page"] == "2" else None
    for number in range(1, 10):
        polled.shop.change(number, at=polled.now)

    async def told() -> tuple[str, ...]:
        await polled.poll(hours=5)
        return next(c.violations for c in await run_checks(now=polled.now) if c.name == "polls_go_on")

    assert await told() == ()
    [said] = await told()
    assert said.startswith("woo is complete up to")
    assert "HTTP 400" in said
    polled.shop.before = lambda _: None
    assert await told() == ()


async def test_a_channel_is_asked_again_from_an_earlier_time_that_it_is_told(polled: Polled) -> None:
    long_ago = NOW - timedelta(days=20)
    polled.shop.sell(1, at=long_ago)
    polled.shop.sell(2, at=NOW - timedelta(hours=1))
    await polled.poll(minutes=1)
    await polled.sweep()
    assert await polled.references() == [2]
    swept = (await ChannelPoll.get()).swept_to

    async def ask_from(time: datetime) -> None:
        settings = polled.channel.settings | {"pollFrom": time.isoformat()}
        await Channel.filter(id=polled.channel.id).update(settings=settings)

    await ask_from(NOW - timedelta(days=1))  # later than before: nothing is left out for that
    await polled.poll(minutes=10)
    assert await polled.references() == [2]
    assert (await ChannelPoll.get()).swept_to == swept

    await ask_from(long_ago - timedelta(days=1))
    await polled.poll(minutes=1)
    assert await polled.references() == [1, 2]
    poll = await ChannelPoll.get()
    assert poll.swept_to < swept
    assert poll.complete_to > NOW

    asked = len(polled.shop.partner.received)
    await polled.poll(minutes=1)
    assert len(polled.shop.partner.received) == asked


async def test_who_polls_while_it_is_asked_from_an_earlier_time_takes_nothing_over(polled: Polled) -> None:
    await polled.poll(minutes=1)
    pull = ADAPTERS["woocommerce"].pull
    assert pull
    was = await poll_standing(polled.channel.id)
    since = NOW - timedelta(days=30)
    settings = polled.channel.settings | {"pollFrom": since.isoformat()}
    await Channel.filter(id=polled.channel.id).update(settings=settings)
    await enqueue_polls(now=NOW)
    page = Page(messages=(), next_page=None)
    assert not await take_page(polled.channel.id, was, was.cursor(pull, NOW), page, pull, now=NOW)
    assert (await poll_standing(polled.channel.id)).complete_to == since


async def test_a_platform_that_asks_to_slow_down_while_it_answers_is_given_the_time(polled: Polled) -> None:
    for number in range(1, 10):
        polled.shop.sell(number, at=NOW - timedelta(hours=2))

    def slowly(request: Received) -> Answer:
        answer = polled.shop.respond(request)
        assert isinstance(answer, HttpAnswer)
        return replace(answer, headers={**answer.headers, "Retry-After": "30"})

    polled.shop.partner.answer = slowly
    await polled.poll(minutes=1)
    for asked in (1, 2, 3):
        await polled.poll(seconds=29)
        assert len(polled.shop.partner.received) == asked
        await polled.poll(seconds=2)
    for _ in range(5):
        await polled.poll(seconds=31)
    assert await polled.references() == list(range(1, 10))


async def test_two_pollers_take_each_page_once(polled: Polled) -> None:
    polled.shop.sell(1, at=NOW - timedelta(hours=1))
    await enqueue_polls(now=NOW)
    pull = ADAPTERS["woocommerce"].pull
    assert pull
    was = await poll_standing(polled.channel.id)
    cursor = was.cursor(pull, NOW)
    answer = polled.shop.respond(
        Received(
            method="GET",
            path="/",
            query={"modified_after": "2026-01-01", "modified_before": "2027-01-01", "page": "1"},
            headers={},
            body=b"",
        )
    )
    assert isinstance(answer, HttpAnswer)
    page = pull.parse_page(cursor, answer)
    taken = await asyncio.gather(
        *(take_page(polled.channel.id, was, cursor, page, pull, now=NOW) for _ in range(5))
    )
    assert taken.count(True) == 1
    assert await InboundMessage.all().count() == len(page.messages)


async def test_a_poller_that_died_is_followed_by_another(polled: Polled) -> None:
    polled.shop.sell(1, at=NOW - timedelta(hours=1))
    assert await enqueue_polls(now=NOW) == 1
    await Job.all().delete()
    assert await enqueue_polls(now=NOW + LEASE / 2) == 0
    polled.now = NOW + LEASE
    await polled.poll(seconds=1)
    assert await polled.references() == [1]


async def test_a_channel_that_is_not_to_be_polled_is_not(polled: Polled) -> None:
    await Channel.filter(id=polled.channel.id).update(settings=polled.channel.settings | {"polling": False})
    polled.shop.sell(1, at=NOW - timedelta(hours=1))
    await polled.poll(minutes=1)
    assert polled.shop.partner.received == []


async def test_the_daily_comparison_fetches_what_was_never_heard_of(polled: Polled) -> None:
    yesterday = NOW - timedelta(days=1)
    for number in range(1, 8):
        polled.shop.sell(number, at=yesterday)
    hidden = polled.shop.orders.pop(4)
    await polled.poll(minutes=1)
    polled.shop.orders[4] = hidden
    await polled.poll(hours=1)
    assert await polled.references() == [1, 2, 3, 5, 6, 7]
    for _ in range(3):
        await polled.sweep()
    assert await polled.references() == [1, 2, 3, 4, 5, 6, 7]
    days = {day["day"]: day for day in await ChannelDay.all().values()}
    assert (days[yesterday.date()]["theirs"], days[yesterday.date()]["missing"]) == (7, 1)


async def test_a_day_that_cannot_be_listed_is_compared_later(polled: Polled) -> None:
    polled.shop.sell(1, at=NOW - timedelta(days=1))
    await polled.poll(minutes=1)
    polled.shop.before = lambda _: HttpAnswer(status=500)
    await polled.sweep()
    asked = len(polled.shop.partner.received)
    await polled.sweep()
    assert len(polled.shop.partner.received) == asked
    polled.shop.before = lambda _: None
    polled.now += timedelta(hours=1)
    await polled.sweep()
    assert await ChannelDay.all().count() == 1


def test_a_day_begins_and_ends_in_its_time_zone() -> None:
    since, until = bounds_of(date(2026, 10, 25), "Europe/Vienna")
    assert until - since == timedelta(hours=25)
    assert since.isoformat() == "2026-10-24T22:00:00+00:00"
