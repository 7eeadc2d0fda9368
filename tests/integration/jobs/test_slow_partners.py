"""A platform or an endpoint that does not answer delays itself alone."""

import asyncio
from collections.abc import Callable

import pytest

from domain.channels.credentials.keyring import new_key
from domain.listings.save_listings import SaveListing, save_listings
from domain.orders.place_orders import place_orders
from domain.shared.settings import settings
from domain.stock.set_stock import SetStock, set_stock
from domain.webhooks.save_endpoint import SaveWebhookEndpoint, create_endpoint
from tests.factories import NOW, TESTER, incoming, make_channel, make_variant, make_warehouse, stock_up
from tests.integration.jobs.running import running
from tests.partner import Misbehaviour, Partner

# Far below the 15 s that a silent partner is given.
WITHIN_S = 6.0


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOREBAY_CREDENTIALS_KEYS", new_key("test"))
    monkeypatch.setenv("FOREBAY_OUTSIDE_NETWORKS", "127.0.0.0/8")
    settings.cache_clear()


@pytest.mark.usefixtures("database", "keys")
async def test_who_does_not_answer_keeps_nobody_else_waiting(redis_url: str) -> None:
    async with Partner(answer=lambda _: Misbehaviour.HANGS) as silent, Partner() as lively:
        await make_variant("MUG")
        await stock_up(await make_warehouse("leipzig"), {"MUG": 500})
        for code, partner in (("silent", silent), ("lively", lively)):
            await make_channel(code, settings={"endpoint": partner.url})
            await save_listings(
                code, [SaveListing(sku="MUG", external_ids={"offer": "1"})], by=TESTER, now=NOW
            )
            await create_endpoint(SaveWebhookEndpoint(url=f"{partner.url}/hooks"), by=TESTER, now=NOW)

        async with running(redis_url):
            await place_orders([incoming("lively", {"MUG": 1}) for _ in range(20)], by=TESTER, now=NOW)
            await eventually(lambda: {"/stock", "/hooks"} <= {each.path for each in silent.received}, 15)
            for units in (70, 60):
                await set_stock(SetStock(warehouse="leipzig", sku="MUG", quantity=units), by=TESTER, now=NOW)
                await eventually(lambda: _units_told(lively) == units - 20, WITHIN_S)  # noqa: B023 -- awaited here
            await place_orders([incoming("lively", {"MUG": 1}) for _ in range(20)], by=TESTER, now=NOW)
            await eventually(lambda: _heard(lively, "/hooks") == 2 * 40, WITHIN_S)  # placed, and sourced
        assert _heard(silent, "/stock") == 1, "it still has the first one"
    settings.cache_clear()


def _units_told(partner: Partner) -> int | None:
    pushes = [each for each in partner.received if each.path == "/stock"]
    return pushes[-1].json["data"]["listings"][0]["quantity"] if pushes else None


def _heard(partner: Partner, path: str) -> int:
    return sum(each.path == path for each in partner.received)


async def eventually(holds: Callable[[], bool], within_s: float) -> None:
    async with asyncio.timeout(within_s):
        while not holds():
            await asyncio.sleep(0.02)
