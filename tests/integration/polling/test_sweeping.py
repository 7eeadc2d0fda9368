"""Past days are compared with the platform's own list, from where that stopped, and none counts an order twice."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.channels.adapters.contract import HttpAnswer
from domain.channels.models import Channel
from domain.intake.models import InboundMessage
from domain.intake.polling.models import ChannelDay, ChannelDayOrder, ChannelPoll
from domain.intake.polling.poll import enqueue_polls
from domain.intake.polling.sweep import AGAIN_AFTER, bounds_of, sweep_standing, take_listed
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.jobs.models import Job
from tests.factories import NOW
from tests.integration.polling.polled import Polled
from tests.integration.polling.woo_shop import WooShop
from tests.partner import Answer, Misbehaviour, Received
from workers.jobs import sweep_channel

YESTERDAY = NOW - timedelta(days=1)


def _asked_in(shop: WooShop) -> list[str]:
    """The pages that are asked for from now on, as they are."""
    asked: list[str] = []
    shop.before = lambda request: asked.append(request.query["page"])
    return asked


def _gives_no_second_page(request: Received) -> Answer | None:
    return HttpAnswer(status=429) if request.query["page"] == "2" else None


async def _unheard_of(polled: Polled) -> date:
    """A day of nine orders that no poll saw; those before it are compared."""
    await polled.poll(minutes=1)
    for number in range(1, 10):
        polled.shop.sell(number, at=YESTERDAY)
    await polled.sweep()
    day = (await ChannelPoll.get()).swept_to
    assert day == YESTERDAY.date()
    return day


async def _found(day: date) -> tuple[int, int]:
    found = await ChannelDay.filter(day=day).values("theirs", "missing")
    assert await ChannelDayOrder.filter(day=day).count() == 0
    return found[0]["theirs"], found[0]["missing"]


async def _goes_on_with_the_second_page(polled: Polled) -> None:
    asked = _asked_in(polled.shop)
    await polled.sweep()
    assert asked == []
    polled.now += AGAIN_AFTER
    await polled.sweep()
    assert asked[:2] == ["2", "1"]


async def test_the_daily_comparison_fetches_what_was_never_heard_of(polled: Polled) -> None:
    for number in range(1, 8):
        polled.shop.sell(number, at=YESTERDAY)
    hidden = polled.shop.orders.pop(4)
    await polled.poll(minutes=1)
    polled.shop.orders[4] = hidden
    await polled.poll(hours=1)
    assert await polled.references() == [1, 2, 3, 5, 6, 7]
    for _ in range(3):
        await polled.sweep()
    assert await polled.references() == [1, 2, 3, 4, 5, 6, 7]
    assert await _found(YESTERDAY.date()) == (7, 1)


async def test_a_day_that_cannot_be_listed_is_compared_later(polled: Polled) -> None:
    polled.shop.sell(1, at=YESTERDAY)
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


async def test_a_day_that_stopped_goes_on_where_it_stopped(polled: Polled) -> None:
    day = await _unheard_of(polled)
    polled.shop.before = _gives_no_second_page
    await polled.sweep()
    assert await polled.references() == [1, 2, 3, 7, 8, 9]
    assert await ChannelDay.filter(day=day).count() == 0

    await _goes_on_with_the_second_page(polled)
    assert await polled.references() == list(range(1, 10))
    assert await _found(day) == (9, 9)


@pytest.mark.parametrize("trouble", [HttpAnswer(status=400), HttpAnswer(status=200, body=b"[7]")], ids=str)
async def test_a_day_whose_mark_is_over_is_read_again_and_what_was_missing_still_counts(
    polled: Polled, trouble: HttpAnswer
) -> None:
    day = await _unheard_of(polled)
    polled.shop.before = lambda request: trouble if request.query["page"] == "2" else None
    await polled.sweep()
    assert len(await polled.references()) == 6

    asked = _asked_in(polled.shop)
    polled.now += AGAIN_AFTER
    await polled.sweep()
    assert asked[:4] == ["1", "3", "2", "1"]
    assert await _found(day) == (9, 9)


async def test_a_platform_that_asks_to_slow_down_while_a_day_is_compared_is_given_the_time(
    polled: Polled,
) -> None:
    day = await _unheard_of(polled)
    asked = _asked_in(polled.shop)
    polled.shop.wait_s = 30
    for pages in (["1"], ["1", "3"], ["1", "3", "2"], ["1", "3", "2", "1"]):
        polled.now += timedelta(seconds=31)
        for _ in range(2):
            await polled.sweep()
        assert asked == pages
    assert await _found(day) == (9, 9)


async def test_a_day_of_more_pages_than_a_round_has_time_for_goes_on_in_the_next(
    polled: Polled, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = await _unheard_of(polled)
    asked = _asked_in(polled.shop)
    monkeypatch.setattr(sweep_channel, "ROUND_S", 0.05)

    async def leisurely(request: Received) -> Answer:
        await asyncio.sleep(0.1)
        return polled.shop.respond(request)

    polled.shop.partner.answer = leisurely
    for pages in (["1"], ["1", "3"], ["1", "3", "2"], ["1", "3", "2", "1"]):
        await polled.sweep()
        assert asked == pages
    assert await _found(day) == (9, 9)


async def test_two_who_compare_a_day_take_each_page_once(polled: Polled) -> None:
    day = await _unheard_of(polled)
    was = await sweep_standing(polled.channel.id, day)
    assert was
    page = await polled.page(was.cursor("Europe/Vienna"))
    taken = await asyncio.gather(*(take_listed(polled.channel.id, was, page, now=NOW) for _ in range(5)))
    assert taken.count(True) == 1
    assert await ChannelDayOrder.all().count() == await InboundMessage.all().count() == 3
    assert await sweep_standing(polled.channel.id, day) == replace(was, page=page.next_page, pages=1)


async def test_who_compares_a_day_and_dies_loses_no_page_that_was_taken(polled: Polled) -> None:
    day = await _unheard_of(polled)

    hangs = asyncio.Event()

    def hang(request: Received) -> Answer | None:
        if request.query["page"] != "2":
            return None
        hangs.set()
        return Misbehaviour.HANGS

    polled.shop.before = hang
    worker = asyncio.create_task(polled.sweep())
    await hangs.wait()
    worker.cancel()
    await asyncio.wait([worker])

    await _goes_on_with_the_second_page(polled)
    assert await _found(day) == (9, 9)


async def test_a_day_under_way_waits_while_earlier_ones_are_asked_for(polled: Polled) -> None:
    day = await _unheard_of(polled)
    polled.shop.before = _gives_no_second_page
    await polled.sweep()
    earlier = (NOW - timedelta(days=4)).isoformat()
    await Channel.filter(id=polled.channel.id).update(
        settings=polled.channel.settings | {"pollFrom": earlier}
    )
    polled.shop.before = lambda _: None
    await enqueue_polls(now=polled.now)
    await Job.all().delete()
    polled.now += AGAIN_AFTER
    for _ in range(6):
        await polled.sweep()
    assert await _found(day) == (9, 9)
    assert await _found(day - timedelta(days=2)) == (0, 0)


async def test_a_job_for_a_day_that_is_compared_asks_for_nothing(polled: Polled) -> None:
    day = await _unheard_of(polled)
    await polled.sweep()
    asked = _asked_in(polled.shop)
    await enqueue(
        JobKind.SWEEP_CHANNEL, {"channel_id": str(polled.channel.id), "day": day.isoformat()}, now=polled.now
    )
    await polled.work("SWEEP_CHANNEL")
    assert asked == []


async def test_a_list_without_an_end_is_not_read_for_ever(
    polled: Polled, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = await _unheard_of(polled)
    monkeypatch.setattr(sweep_channel, "PAGES_MAX", 2)
    asked = _asked_in(polled.shop)
    for _ in range(2):
        await polled.sweep()
        polled.now += AGAIN_AFTER
    assert asked == ["1", "3"] * 2
    assert await ChannelDay.filter(day=day).count() == 0


def test_a_day_begins_and_ends_in_its_time_zone() -> None:
    since, until = bounds_of(date(2026, 10, 25), "Europe/Vienna")
    assert until - since == timedelta(hours=25)
    assert since.isoformat() == "2026-10-24T22:00:00+00:00"
