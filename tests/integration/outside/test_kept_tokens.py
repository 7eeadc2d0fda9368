"""Tokens that are good for one renewal: renewed by one at a time, kept before they are used, and missed visibly."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from domain.channels.adapters.contract import HttpAnswer
from domain.channels.adapters.registry import ADAPTERS
from domain.channels.credentials.keyring import new_key
from domain.channels.credentials.set_credentials import GivenCredential, SetCredentials, set_credentials
from domain.channels.credentials.stored import read_credentials
from domain.channels.credentials.tokens import (
    LEASE,
    RETRY_AFTER,
    NewTokens,
    claim_renewal,
    keep_tokens,
    watched_tokens,
)
from domain.channels.models import Channel, ChannelLink, ChannelToken
from domain.checks.run_checks import run_checks
from domain.shared.database import records
from domain.shared.settings import settings
from tests.databases import Database
from tests.factories import NOW, OUTSIDE, TESTER
from tests.integration.polling.marketplace import open_channel
from tests.partner import Answer, Misbehaviour, Partner, Received
from tests.recorded.asked import ASKED
from tests.recorded.renewing import RENEWING, Renewing
from workers.outside.channel import TOKENS, ChannelCaller, TryLater

KEPT = sorted(platform for platform, adapter in ADAPTERS.items() if adapter.token and adapter.token.kept_as)
LIFE = timedelta(hours=10)


@dataclass(slots=True)
class Authority:
    """A platform that lets in its latest access token only, and takes each refresh token once."""

    renewing: Renewing
    platform: str
    channel: Channel
    now: datetime = NOW
    access: str = "over"
    refresh: str = "refresh-0"
    given: int = 0
    spent: list[str] = field(default_factory=list)
    instead: list[Answer] = field(default_factory=list)  # of the next renewals

    def respond(self, request: Received) -> Answer:
        asked = self.renewing.asks(request)
        if asked is None:
            let_in = self.renewing.spoken(request) == self.access
            return HttpAnswer(status=200, body=b"{}") if let_in else ASKED[self.platform].token_over
        if self.instead:
            return self.instead.pop()
        self.spent.append(asked)
        if asked != self.refresh:
            return self.renewing.refuses
        self.given += 1
        self.access, self.refresh = f"access-{self.given}", f"refresh-{self.given}"
        return self.renewing.gives(self.access, self.refresh, self.now, LIFE.total_seconds())

    async def caller(self) -> ChannelCaller:
        """A caller as another process would have it: it remembers nothing."""
        TOKENS.forget(self.channel.id)
        return await ChannelCaller.of(self.channel.id, OUTSIDE, lambda: self.now)

    async def ask(self, caller: ChannelCaller | None = None) -> None:
        pull = ADAPTERS[self.platform].pull
        assert pull
        assert pull.order_request
        request = pull.order_request
        await (caller or await self.caller()).ask(lambda access: request("R-1", access))

    async def set(self, **credentials: str) -> None:
        given = [GivenCredential(name=name, value=value) for name, value in credentials.items()]
        await set_credentials(
            SetCredentials(channel=self.channel.code, credentials=given), by=TESTER, now=NOW
        )


@pytest.fixture
async def authority(
    database: Database, monkeypatch: pytest.MonkeyPatch, platform: str
) -> AsyncIterator[Authority]:
    monkeypatch.setenv("FOREBAY_CREDENTIALS_KEYS", new_key("test"))
    settings.cache_clear()
    async with Partner() as partner:
        channel, _ = await open_channel(platform, partner)
        made = Authority(RENEWING[platform], platform, channel)
        partner.answer = made.respond
        await made.set(refresh_token="refresh-0")
        yield made
    settings.cache_clear()


def test_every_platform_whose_tokens_renew_themselves_is_played() -> None:
    assert sorted(RENEWING) == KEPT


@pytest.mark.parametrize("platform", KEPT)
async def test_it_renews_itself_and_keeps_both_tokens_sealed(authority: Authority) -> None:
    await authority.ask()
    token = ADAPTERS[authority.platform].token
    assert token
    assert token.kept_as
    kept = await read_credentials(authority.channel.id)
    assert (kept[token.kept_as], kept["refresh_token"]) == ("access-1", "refresh-1")
    standing = await ChannelToken.get()
    assert (standing.good_until, standing.renew_at) == (NOW + LIFE, NOW + LIFE * 0.8)
    for row in await records("SELECT sealed FROM channel_credentials"):
        assert b"access-1" not in row["sealed"]
        assert b"refresh-1" not in row["sealed"]
    await authority.ask()
    assert authority.given == 1


@pytest.mark.parametrize("platform", KEPT)
async def test_it_is_renewed_before_it_ends_and_when_it_is_not_let_in(authority: Authority) -> None:
    await authority.ask()
    authority.now += LIFE * 0.79
    await authority.ask()
    assert authority.given == 1
    authority.now += LIFE * 0.02
    await authority.ask()
    assert authority.given == 2
    authority.access = "ended by the shop"
    await authority.ask()
    assert authority.given == 3
    assert authority.spent == ["refresh-0", "refresh-1", "refresh-2"]


@pytest.mark.parametrize("platform", KEPT)
async def test_one_renews_however_many_need_it(authority: Authority) -> None:
    callers = [await authority.caller() for _ in range(8)]
    told = await asyncio.gather(*(authority.ask(caller) for caller in callers), return_exceptions=True)
    assert authority.spent == ["refresh-0"]
    assert all(each is None or isinstance(each, TryLater) for each in told)
    assert None in told
    for caller in callers:
        await authority.ask(caller)
    assert authority.given == 1


@pytest.mark.parametrize("platform", KEPT)
async def test_another_process_that_holds_the_old_one_takes_the_new_one(authority: Authority) -> None:
    await authority.ask()
    held = await authority.caller()
    await authority.ask(held)
    authority.now += LIFE * 0.9
    await authority.ask()  # somebody else renews it
    TOKENS.keep(authority.channel.id, "access-1", authority.now + LIFE)
    await authority.ask(held)
    assert authority.given == 2


@pytest.mark.parametrize("platform", KEPT)
async def test_what_cannot_be_renewed_is_used_to_its_end_and_then_missed_visibly(
    authority: Authority,
) -> None:
    await authority.ask()
    authority.refresh = "taken back"
    authority.now += LIFE * 0.9
    await authority.ask()
    standing = await ChannelToken.get()
    assert standing.failing_since == authority.now
    assert standing.error is not None
    assert standing.retry_at == authority.now + RETRY_AFTER
    await authority.ask()
    assert authority.spent == ["refresh-0", "refresh-1"]  # it is not asked again at once

    authority.access, authority.now = "over", authority.now + LIFE
    with pytest.raises(TryLater):
        await authority.ask()
    assert (await ChannelLink.get()).last_error
    [watched] = await watched_tokens()
    assert (watched.channel, watched.failing_since) == (authority.channel.code, standing.failing_since)
    broken = {check.name for check in await run_checks(now=authority.now) if not check.kept}
    assert "tokens_are_renewed" in broken

    authority.access, authority.refresh = "access-9", "refresh-9"
    token = ADAPTERS[authority.platform].token
    assert token
    await authority.set(**{str(token.kept_as): "access-9", "refresh_token": "refresh-9"})
    await authority.ask()
    assert (await ChannelToken.get()).error is None


@pytest.mark.parametrize("platform", KEPT)
async def test_an_answer_that_repeats_the_address_is_told_without_its_secrets(authority: Authority) -> None:
    authority.instead = [HttpAnswer(status=502, body=b"no way to /token?refresh_token=refresh-0&n=1")]
    with pytest.raises(TryLater):
        await authority.ask()
    said = (await ChannelToken.get()).error
    assert said
    assert "refresh_token=***&n=1" in said


@pytest.mark.parametrize("platform", KEPT)
async def test_who_died_while_renewing_is_followed_by_another(authority: Authority) -> None:
    authority.instead = [Misbehaviour.HANGS]
    caller = await authority.caller()
    dying = asyncio.create_task(authority.ask(caller))
    while authority.instead:
        await asyncio.sleep(0.01)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    with pytest.raises(TryLater):
        await authority.ask()
    authority.now += LEASE + timedelta(seconds=1)
    await authority.ask()
    assert authority.spent == ["refresh-0"]
    assert (await read_credentials(authority.channel.id))["refresh_token"] == "refresh-1"


@pytest.mark.parametrize("platform", KEPT)
async def test_credentials_that_are_set_meanwhile_are_not_overwritten(authority: Authority) -> None:
    token = ADAPTERS[authority.platform].token
    assert token
    epoch = await claim_renewal(authority.channel.id, now=NOW)
    assert epoch is not None
    await authority.set(**{str(token.kept_as): "mine", "refresh_token": "my refresh token"})
    new = NewTokens(kept_as=str(token.kept_as), access="a", refresh="b", good_until=NOW + LIFE)
    assert not await keep_tokens(authority.channel.id, epoch, new, now=NOW)
    assert (await read_credentials(authority.channel.id))["refresh_token"] == "my refresh token"
