"""Every platform that is told about stock hears what its channel may sell, whatever it does meanwhile."""

import asyncio
import random

import pytest

from domain.channels.adapters.contract import HttpAnswer
from domain.channels.adapters.registry import ADAPTERS
from domain.channels.credentials.stored import write_credential
from domain.channels.models import ChannelLink
from domain.listings.models import Listing, StockPush
from domain.listings.save_listings import SaveListing, save_listings
from domain.orders.place_orders import place_orders
from domain.shared.database import execute, records
from domain.shared.settings import settings
from domain.stock.availability import availability
from domain.warehouses.models import Warehouse
from tests.databases import Database
from tests.factories import NOW, TESTER, incoming, make_channel, make_variant, make_warehouse, stock_up
from tests.integration.listings.conftest import Trade
from tests.integration.listings.platform import Shop
from tests.partner import Answer, Misbehaviour, Partner, Received
from tests.promises import broken_promises
from tests.recorded import recorded
from tests.recorded.asked import ASKED
from tests.recorded.stock import TAKING, Said, Taking, token_answer
from workers.outside import channel as outside_channel

TOLD = sorted(platform for platform, adapter in ADAPTERS.items() if adapter.stock)
SKUS = [f"S-{number}" for number in range(3)]
TROUBLES: tuple[Answer, ...] = (
    Misbehaviour.HANGS,
    Misbehaviour.CLOSES,
    Misbehaviour.CLOSES_EARLY,
    HttpAnswer(status=500, body=b"no"),
    HttpAnswer(status=429, headers={"retry-after": "3"}),
    HttpAnswer(status=302, headers={"location": "http://127.0.0.1:1/"}),
)


class Platform:
    """Takes what it is told, unless trouble is next; keeps what it has by its own ids."""

    def __init__(self, taking: Taking, troubles: list[Answer]) -> None:
        self.stock: Said = {}
        self.told: list[str] = []
        self._taking = taking
        self._troubles = troubles

    def respond(self, request: Received) -> Answer:
        if "token" in request.path:
            return token_answer()
        if self._troubles:
            return self._troubles.pop()
        said, answer = self._taking.take(request)
        self.stock |= said
        self.told += said
        return answer


async def sell(platform: str, url: str) -> Warehouse:
    """A channel of the platform that lists the SKUs, of which ten each are in the warehouse."""
    of, taking = recorded(platform), TAKING[platform]
    reached = {"endpoint": url, "tokenEndpoint": url}
    known = dict(of.facts.settings) | dict(taking.settings) | reached
    channel = await make_channel("shop", platform=platform, settings=known)
    for name, value in of.credentials.items():
        await write_credential(channel.id, name, value, by=TESTER, now=NOW)
    for sku in SKUS:
        await make_variant(sku)
    warehouse = await make_warehouse("leipzig")
    await stock_up(warehouse, dict.fromkeys(SKUS, 10))
    listed = [SaveListing(sku=sku, external_ids=dict(taking.ids(number))) for number, sku in enumerate(SKUS)]
    await save_listings("shop", listed, by=TESTER, now=NOW)
    return warehouse


def test_every_platform_that_is_told_is_played() -> None:
    assert sorted(TAKING) == TOLD


@pytest.mark.parametrize("platform", TOLD)
async def test_it_converges_to_what_may_be_sold(
    database: Database, keys: None, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(outside_channel, "TIMEOUT_S", 0.3)
    troubles = [*TROUBLES, *([ASKED[platform].too_fast] if platform in ASKED else [])]
    random.Random(platform).shuffle(troubles)
    taking = TAKING[platform]
    played = Platform(taking, troubles)
    async with Partner() as partner:
        warehouse = await sell(platform, partner.url)
        trade = Trade(shop=Shop(partner), channel=await make_channel("other"))
        partner.answer = played.respond
        await trade.follow()
        for number in range(20):
            if number < 3:
                await place_orders([incoming("shop", {SKUS[number]: number + 1})], by=TESTER, now=NOW)
            await trade.settle()
            trade.pass_time(minutes=6)
        monkeypatch.setattr(outside_channel, "TIMEOUT_S", 10.0)
        played.told.clear()
        await stock_up(warehouse, dict.fromkeys(SKUS, 1))
        await trade.follow()
        await asyncio.gather(trade.push(), trade.push(), trade.push())
    settings.cache_clear()

    assert sorted(played.told) == sorted(taking.ids(number)[taking.key] for number in range(len(SKUS)))
    sellable = {row.sku: row.sellable for row in await availability(SKUS, "shop", by=TESTER)}
    assert sellable == {"S-0": 10, "S-1": 9, "S-2": 8}
    theirs = {sku: played.stock[taking.ids(number)[taking.key]] for number, sku in enumerate(SKUS)}
    assert theirs == sellable
    for listing in await Listing.all():
        assert (listing.acked, listing.acked_version) == (listing.desired, listing.desired_version)
    assert not troubles
    assert await StockPush.filter(heard=0).exclude(error=None).count() >= 4
    assert await broken_promises() == {}


@pytest.mark.parametrize("platform", TOLD)
async def test_a_listing_without_the_platforms_ids_keeps_no_other_from_being_told(
    database: Database, keys: None, platform: str
) -> None:
    taking = TAKING[platform]
    played = Platform(taking, [])
    async with Partner() as partner:
        await sell(platform, partner.url)
        await execute(
            "UPDATE listings SET external_ids = '{}' WHERE variant_id = (SELECT id FROM variants WHERE sku = 'S-0')"
        )
        trade = Trade(shop=Shop(partner), channel=await make_channel("other"))
        partner.answer = played.respond
        await asyncio.wait_for(trade.settle(), 4)  # a round of nothing but looking would take five seconds
    settings.cache_clear()

    told = {taking.ids(number)[taking.key] for number in (1, 2)}
    assert told <= set(played.told)
    for row in await records(
        "SELECT v.sku, l.acked, l.error, l.retry_at FROM listings l JOIN variants v ON v.id = l.variant_id"
    ):
        heard = (row["acked"], row["error"]) == (10, None)
        assert heard or (row["sku"] == "S-0" and row["error"] and row["retry_at"])


@pytest.mark.parametrize(
    "platform", [each for each in TOLD if each != "generic"]
)  # which may be told unsigned
async def test_a_channel_without_credentials_is_told_so_and_left_alone_for_a_while(
    database: Database, keys: None, platform: str
) -> None:
    async with Partner() as partner:
        await sell(platform, partner.url)
        await execute("DELETE FROM channel_credentials")
        trade = Trade(shop=Shop(partner), channel=await make_channel("other"))
        await trade.settle()
        assert partner.received == []
    link = await ChannelLink.get()
    assert "is not set" in str(link.last_error)
    assert link.not_before is not None
    settings.cache_clear()
