"""A channel whose platform is a real local server, and what moves stock out to it, step by step."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from domain.channels.credentials.keyring import new_key
from domain.channels.credentials.stored import write_credential
from domain.channels.models import Channel
from domain.events.feed import advance_feed
from domain.listings.observe import enqueue_observations
from domain.listings.push import enqueue_pushes
from domain.listings.restate import restate_changed
from domain.listings.save_listings import SaveListing, save_listings
from domain.shared.settings import settings
from tests.databases import Database
from tests.factories import NOW, TESTER, make_channel, make_variant, make_warehouse, stock_up
from tests.integration.listings.platform import SECRET, Shop
from tests.partner import Partner
from tests.working import do_jobs


@dataclass(slots=True)
class Trade:
    """A channel with two SKUs and ten units of each."""

    shop: Shop
    channel: Channel
    listings: list[UUID] = field(default_factory=list)
    now: datetime = NOW

    def pass_time(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    async def work(self, kind: str) -> None:
        await do_jobs(kind, now=lambda: self.now)

    async def follow(self) -> None:
        """Let the relay look at the feed, and restate what changed."""
        await advance_feed()
        await self.work("RESTATE_LISTINGS")
        while await restate_changed(now=self.now):
            pass

    async def push(self) -> None:
        """Let the relay find who is due, and a worker tell them."""
        await enqueue_pushes(now=self.now)
        await self.work("PUSH_STOCK")

    async def observe(self) -> None:
        await enqueue_observations(now=self.now)
        await self.work("OBSERVE_STOCK")

    async def settle(self) -> None:
        await self.follow()
        await self.push()


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOREBAY_CREDENTIALS_KEYS", new_key("test"))
    settings.cache_clear()


@pytest.fixture
async def trade(database: Database, keys: None) -> AsyncIterator[Trade]:
    async with Partner() as partner:
        channel = await make_channel("shop", settings={"endpoint": partner.url})
        await write_credential(channel.id, "secret", SECRET, by=TESTER, now=NOW)
        for sku in ("MUG", "TEA"):
            await make_variant(sku)
        await stock_up(await make_warehouse("leipzig"), {"MUG": 10, "TEA": 10})
        made = Trade(shop=Shop(partner), channel=channel)
        await made.follow()
        made.listings = await save_listings(
            "shop",
            [SaveListing(sku=sku, external_ids={"offer": f"offer-{sku}"}) for sku in ("MUG", "TEA")],
            by=TESTER,
            now=NOW,
        )
        yield made
    settings.cache_clear()
