"""Orders are asked for page by page, and none is lost or doubled whatever the platform does meanwhile."""

import asyncio
from datetime import datetime, timedelta

import pytest

from domain.channels.adapters.contract import HttpAnswer, Page
from domain.channels.adapters.registry import ADAPTERS
from domain.channels.models import Channel
from domain.checks.run_checks import run_checks
from domain.intake.models import InboundMessage
from domain.intake.polling.models import ChannelPoll
from domain.intake.polling.poll import LEASE, enqueue_polls, poll_standing, take_page
from domain.jobs.models import Job
from tests.factories import NOW
from tests.integration.polling.polled import Polled
from tests.integration.polling.woo_shop import later
from tests.partner import Misbehaviour, Received


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
    await polled.poll(minutes=6)  # the same page is no better

    # each page is good at once only: what is asked for first is what a window begins with
    first: list[str] = []
    polled.shop.before = lambda request: first.append(request.query["page"])
    await polled.poll(minutes=12)
    assert await polled.references() == list(range(1, 10))
    assert first[0] == "1"
    poll = await ChannelPoll.get()
    assert not poll.error
    assert until
    assert poll.complete_to >= until


async def test_one_odd_page_costs_nothing_of_its_window(polled: Polled) -> None:
    for number in range(1, 10):
        polled.shop.sell(number, at=NOW - timedelta(hours=2))
    odd = HttpAnswer(status=200, body=b"[7]")
    polled.shop.before = lambda request: odd if request.query["page"] == "2" else None
    await polled.poll(minutes=1)
    asked: list[str] = []
    polled.shop.before = lambda request: asked.append(request.query["page"])
    await polled.poll(minutes=6)
    assert await polled.references() == list(range(1, 10))
    assert asked[0] == "2"


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
    polled.shop.wait_s = 30
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
    page = await polled.page(cursor)
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
