"""Every platform that is asked for orders gives each of them once, whatever it does meanwhile."""

import random
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import quote

import pytest

from domain.channels.adapters.contract import Cursor, HttpAnswer
from domain.channels.adapters.registry import ADAPTERS
from domain.channels.credentials.keyring import new_key
from domain.channels.credentials.set_credentials import GivenCredential, SetCredentials, set_credentials
from domain.channels.credentials.stored import read_credentials, remove_credential, write_credential
from domain.channels.links import PATIENCE_MAX_S, link_failed
from domain.channels.models import Channel, ChannelLink
from domain.intake.fetching.orders import enqueue_fetches
from domain.intake.models import InboundMessage
from domain.intake.polling.models import ChannelDay, ChannelPoll
from domain.intake.polling.poll import enqueue_polls
from domain.intake.polling.sweep import enqueue_sweeps
from domain.orders.models import Order
from domain.shared.settings import settings
from tests.databases import Database
from tests.factories import NOW, OUTSIDE, TESTER, make_channel
from tests.integration.polling.marketplace import Marketplace, open_channel, small_pages
from tests.partner import Answer, Misbehaviour, Partner, Received, json_answer
from tests.promises import broken_promises
from tests.recorded.asked import ASKED
from tests.working import do_jobs
from workers.outside import channel as outside_channel
from workers.outside.channel import TOKENS, ChannelCaller, Refused, TryLater

POLLED = sorted(platform for platform, adapter in ADAPTERS.items() if adapter.pull)
# Those that each process asks for by itself; the others are in test_kept_tokens.py.
WITH_TOKENS = sorted(
    platform for platform in POLLED if (form := ADAPTERS[platform].token) and form.kept_as is None
)
SOLD = [f"R-{number}" for number in range(1, 9)]
TROUBLES: tuple[Answer, ...] = (
    Misbehaviour.HANGS,
    Misbehaviour.CLOSES,
    Misbehaviour.CLOSES_EARLY,
    HttpAnswer(status=500, body=b"no"),
    HttpAnswer(status=200, body=b"<html>"),
)


@dataclass(slots=True)
class Asking:
    """A channel that is asked for orders, and what the relay and a worker do for it."""

    channel: Channel
    market: Marketplace
    partner: Partner
    now: datetime = NOW

    async def work(self, *kinds: str) -> None:
        await do_jobs(*kinds, now=lambda: self.now)

    async def round(self, **delta: float) -> None:
        """What happens when so much time has passed."""
        self.now += timedelta(**delta)
        await enqueue_polls(now=self.now)
        await self.work("POLL")
        await enqueue_fetches(now=self.now)
        await self.work("INTAKE", "FETCH_ORDERS", "INTAKE")

    async def sweep(self) -> None:
        await enqueue_sweeps(now=self.now)
        await self.work("SWEEP_CHANNEL", "INTAKE", "FETCH_ORDERS", "INTAKE")

    async def orders(self) -> dict[str, str]:
        """The state of each order, by its reference."""
        rows = await Order.filter(channel_id=self.channel.id)
        assert len({row.external_reference for row in rows}) == len(rows)
        return {row.external_reference: row.state for row in rows}

    @property
    def data_requests(self) -> list[Received]:
        return [each for each in self.partner.received if "token" not in each.path]


@pytest.fixture
async def asking(database: Database, monkeypatch: pytest.MonkeyPatch, platform: str) -> AsyncIterator[Asking]:
    monkeypatch.setenv("FOREBAY_CREDENTIALS_KEYS", new_key("test"))
    monkeypatch.setattr(outside_channel, "TIMEOUT_S", 0.3)
    settings.cache_clear()
    small_pages(platform, monkeypatch)
    async with Partner() as partner:
        since = (NOW - timedelta(hours=3)).isoformat()
        channel, market = await open_channel(platform, partner, pollFrom=since)
        yield Asking(channel, market, partner)
    settings.cache_clear()


def test_every_platform_that_is_asked_is_played() -> None:
    assert sorted(ASKED) == POLLED


@pytest.mark.parametrize("platform", POLLED)
async def test_orders_of_many_pages_come_once_while_they_change(asking: Asking) -> None:
    """After the first page one order changes and one is cancelled: both leave the window, and come again."""
    market, changes_at = asking.market, asking.now + timedelta(minutes=2)
    for reference in SOLD:
        market.sell(reference, NOW - timedelta(minutes=20))

    def meanwhile(_: Received) -> None:
        if market.pages == 1 and market.orders[SOLD[0]].changed < changes_at:
            market.change(SOLD[0], changes_at)
            market.change(SOLD[1], changes_at, cancelled=True)

    market.before = meanwhile
    await asking.round(minutes=1)
    assert market.pages >= 3
    for _ in range(3):
        await asking.round(minutes=10)

    gone = {SOLD[1]: "CANCELLED"}
    assert gone | await asking.orders() == dict.fromkeys(SOLD, "OPEN") | gone
    assert await InboundMessage.filter(outcome="FAILED").count() == 0
    assert await broken_promises() == {}


@pytest.mark.parametrize("platform", POLLED)
async def test_whatever_goes_wrong_each_order_comes_once(asking: Asking, platform: str) -> None:
    dice = random.Random(platform)
    market, troubles = asking.market, [*TROUBLES, ASKED[platform].too_fast] * 2
    dice.shuffle(troubles)
    for number, reference in enumerate(SOLD):
        market.sell(reference, NOW - timedelta(minutes=10 * number))
    market.before = lambda _: troubles.pop() if troubles and dice.random() < 0.5 else None
    for step in range(40):
        await asking.round(minutes=7)
        if step < len(SOLD):
            market.change(SOLD[step], asking.now, cancelled=step % 3 == 0)

    assert troubles == []
    unseen = dict.fromkeys(SOLD[::3], "CANCELLED")  # one that is first seen cancelled is never placed
    assert unseen | await asking.orders() == dict.fromkeys(SOLD, "OPEN") | unseen
    assert await InboundMessage.filter(outcome="FETCHING").count() == 0
    assert await broken_promises() == {}


@pytest.mark.parametrize("platform", POLLED)
async def test_what_happens_to_an_order_afterwards_is_heard_of(asking: Asking) -> None:
    market = asking.market
    market.sell("R-1", NOW - timedelta(minutes=5))
    for minutes in (1, 20):
        await asking.round(minutes=minutes)
        assert await asking.orders() == {"R-1": "OPEN"}
        market.change("R-1", asking.now)
    market.change("R-1", asking.now, cancelled=True)
    await asking.round(minutes=20)
    assert await asking.orders() == {"R-1": "CANCELLED"}


@pytest.mark.parametrize("platform", POLLED)
async def test_who_asks_too_often_waits_as_long_as_the_platform_says(asking: Asking, platform: str) -> None:
    market, wait = asking.market, timedelta(seconds=ASKED[platform].wait_s)
    market.sell("R-1", NOW - timedelta(minutes=5))
    market.before = lambda _: ASKED[platform].too_fast
    await asking.round(minutes=1)
    asked = len(asking.data_requests)
    link = await ChannelLink.get(channel_id=asking.channel.id)
    assert (asked, link.not_before) == (1, asking.now + wait)

    market.before = lambda _: None
    asking.now += wait
    await asking.round(seconds=-0.1)
    assert len(asking.data_requests) == asked
    await asking.round(seconds=0.2)
    assert await asking.orders() == {"R-1": "OPEN"}


@pytest.mark.parametrize("platform", POLLED)
async def test_what_goes_well_or_wrong_meanwhile_does_not_shorten_the_wait(
    asking: Asking, platform: str
) -> None:
    """Somebody may have asked before the platform said so."""
    asking.market.sell("R-1", NOW - timedelta(minutes=5))
    asking.market.before = lambda _: ASKED[platform].too_fast
    await asking.round(minutes=1)
    until = asking.now + timedelta(seconds=ASKED[platform].wait_s)
    answers = [None, HttpAnswer(status=404), HttpAnswer(status=500)]
    asking.market.before = lambda _: answers.pop()
    while answers:
        caller = await ChannelCaller.of(asking.channel.id, OUTSIDE, lambda: asking.now)
        pull = caller.adapter.pull
        assert pull
        cursor = Cursor(since=NOW - timedelta(hours=1), until=NOW)
        with suppress(Refused, TryLater):
            await caller.ask(partial(pull.pull_request, cursor))
        link = await ChannelLink.get(channel_id=asking.channel.id)
        assert link.not_before
        assert link.not_before >= until
    asking.market.before = lambda _: None
    await asking.round(seconds=max(ASKED[platform].wait_s, PATIENCE_MAX_S) + 1)
    assert await asking.orders() == {"R-1": "OPEN"}
    link = await ChannelLink.get(channel_id=asking.channel.id)
    assert (link.not_before, link.failures) == (None, 0)


@pytest.mark.parametrize("platform", POLLED)
async def test_a_channel_without_credentials_is_told_so_and_fills_nothing_with_jobs(
    asking: Asking, platform: str
) -> None:
    asking.market.sell("R-1", NOW - timedelta(minutes=5))
    given = dict(await read_credentials(asking.channel.id))
    TOKENS.forget(asking.channel.id)
    for name in given:
        await remove_credential(asking.channel.id, name)
    for _ in range(5):
        await asking.round(minutes=1)
    link = await ChannelLink.get(channel_id=asking.channel.id)
    assert "is not set" in str(link.last_error)
    assert (await ChannelPoll.get()).error == link.last_error
    assert asking.partner.received == []

    known = {field.name for field in ADAPTERS[platform].credentials}
    ask = SetCredentials(
        channel=asking.channel.code,
        credentials=[
            GivenCredential(name=name, value=value) for name, value in given.items() if name in known
        ],
    )
    await set_credentials(ask, by=TESTER, now=asking.now)
    await asking.round(seconds=1)
    assert await asking.orders() == {"R-1": "OPEN"}


async def test_no_wait_is_so_long_that_nobody_asks_again(database: Database) -> None:
    channel = await make_channel()
    await link_failed(channel.id, "come again", wait_s=float("9" * 400), now=NOW)
    assert (await ChannelLink.get()).not_before == NOW + timedelta(days=1)


@pytest.mark.parametrize(("status", "wait"), [(503, timedelta(hours=1)), (429, timedelta(days=1))])
@pytest.mark.parametrize("platform", ["woocommerce"])
async def test_who_fails_is_asked_again_within_the_hour_whatever_stands_before_it_says(
    asking: Asking, status: int, wait: timedelta
) -> None:
    asking.market.before = lambda _: HttpAnswer(status=status, headers={"retry-after": "86400"})
    await asking.round(minutes=1)
    assert (await ChannelLink.get()).not_before == asking.now + wait


SECRET = "a/secret+of=ours"


@pytest.mark.parametrize(
    "answer",
    [
        json_answer({"error_response": {"code": 41, "sub_msg": f"no session {SECRET}."}}),
        HttpAnswer(status=400, body=b'{"at": "session a\\/secret+of=ours."}'),
        HttpAnswer(status=400, body=f"session={quote(SECRET, safe='')}.".encode()),
    ],
    ids=["read", "escaped", "in an address"],
)
@pytest.mark.parametrize("platform", ["taobao"])
async def test_what_a_platform_says_is_kept_without_secrets(asking: Asking, answer: HttpAnswer) -> None:
    await write_credential(asking.channel.id, "session", SECRET, by=TESTER, now=NOW)
    asking.market.before = lambda _: answer
    await asking.round(minutes=1)
    error = (await ChannelPoll.get()).error
    assert error
    assert "***." in error or '***."' in error
    assert "of=ours" not in error


@pytest.mark.parametrize("platform", WITH_TOKENS)
async def test_a_token_that_is_over_is_renewed_at_once(asking: Asking, platform: str) -> None:
    market = asking.market
    market.sell("R-1", NOW - timedelta(minutes=5))
    over = [ASKED[platform].token_over]
    market.before = lambda _: over.pop() if over else None
    await asking.round(minutes=1)
    assert await asking.orders() == {"R-1": "OPEN"}
    assert market.tokens == 2


@pytest.mark.parametrize("platform", POLLED)
async def test_a_day_is_compared_with_the_platforms_list(asking: Asking) -> None:
    """What was never polled is found when its day is over."""
    asking.now = NOW - timedelta(hours=2)
    for number, reference in enumerate(SOLD):
        asking.market.sell(reference, NOW - timedelta(hours=1, minutes=number))
    hidden = asking.market.orders.pop(SOLD[2])
    await asking.round(hours=3)
    await asking.round(hours=1)
    asking.market.orders[SOLD[2]] = hidden
    await asking.round(hours=1)
    assert (await asking.orders()).keys() == set(SOLD) - {SOLD[2]}
    asking.now += timedelta(days=1)
    for _ in range(2):
        await asking.sweep()
    assert (await asking.orders()).keys() == set(SOLD)
    days = await ChannelDay.all().values("theirs", "missing")
    assert {"theirs": 8, "missing": 1} in days


@pytest.mark.parametrize("platform", POLLED)
async def test_a_day_of_more_pages_than_the_platform_allows_at_once_is_compared_to_its_end(
    asking: Asking, platform: str
) -> None:
    """It gives two pages, and then asks to be left alone; what it gave is not asked for again."""
    asking.now = NOW - timedelta(hours=2)
    await asking.round(hours=3)
    for number, reference in enumerate(SOLD):
        asking.market.sell(reference, NOW - timedelta(hours=1, minutes=number))
    asking.now += timedelta(days=1)
    left = 0

    def sparingly(_: Received) -> Answer | None:
        nonlocal left
        left -= 1
        return ASKED[platform].too_fast if left < 0 else None

    asking.market.before = sparingly
    taken = 0
    for _ in range(6):
        left = 2
        await enqueue_sweeps(now=asking.now)
        await asking.work("SWEEP_CHANNEL")
        taken += min(2, 2 - left)
        asking.now += timedelta(hours=1)
    days = await ChannelDay.all().values("theirs", "missing")
    assert {"theirs": 8, "missing": 8} in days
    # by number a list is read backwards, and its first page once more; and there is an empty day or two
    assert taken <= 6

    asking.market.before = lambda _: None
    await asking.work("INTAKE", "FETCH_ORDERS", "INTAKE")
    assert (await asking.orders()).keys() == set(SOLD)
