"""What faults on our side again and again is left alone for longer and longer, and fills nothing with jobs."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from domain.channels.credentials.keyring import new_key
from domain.channels.credentials.stored import write_credential
from domain.channels.links import PATIENCE_MAX_S
from domain.channels.models import ChannelLink
from domain.events.feed import advance_feed
from domain.intake.polling.poll import enqueue_polls
from domain.jobs.kinds import JobKind
from domain.listings.push import enqueue_pushes
from domain.listings.save_listings import SaveListing, save_listings
from domain.orders.place_orders import place_orders
from domain.shared.settings import Settings, settings
from domain.webhooks.deliver import enqueue_deliveries
from domain.webhooks.fan_out import fan_out
from domain.webhooks.models import WebhookEndpoint
from domain.webhooks.save_endpoint import SaveWebhookEndpoint, create_endpoint
from tests.databases import Database
from tests.factories import (
    NOW,
    OUTSIDE,
    TESTER,
    incoming,
    make_channel,
    make_variant,
    make_warehouse,
    stock_up,
)
from workers.run_job import JobRunner

SECONDS = 60


@pytest.fixture
async def keyless(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop and an endpoint whose secrets this worker has no key for."""
    monkeypatch.setenv("FOREBAY_CREDENTIALS_KEYS", new_key("test"))
    settings.cache_clear()
    channel = await make_channel(
        "shop", platform="woocommerce", settings={"endpoint": "https://shop.example"}
    )
    await write_credential(channel.id, "consumer_key", "ck_1", by=TESTER, now=NOW)
    await make_variant("MUG")
    await stock_up(await make_warehouse("leipzig"), {"MUG": 10})
    await save_listings(
        "shop", [SaveListing(sku="MUG", external_ids={"product_id": "1"})], by=TESTER, now=NOW
    )
    await create_endpoint(SaveWebhookEndpoint(url="https://partner.example/"), by=TESTER, now=NOW)
    await place_orders([incoming("shop", {"MUG": 1})], by=TESTER, now=NOW)
    await advance_feed()
    await fan_out(now=NOW)
    monkeypatch.setenv("FOREBAY_CREDENTIALS_KEYS", new_key("another"))
    settings.cache_clear()


async def jobs_added(kind: JobKind, look: Callable[..., Awaitable[int]]) -> int:
    """How many there are in a minute in which the relay looks every second."""
    now, added = NOW, 0

    def clock() -> datetime:
        return now

    for _ in range(SECONDS):
        now += timedelta(seconds=1)
        added += await look(now=now)
        async with asyncio.TaskGroup() as rounds:
            await JobRunner(Settings(), OUTSIDE, rounds, now=clock).begin(kind)
    settings.cache_clear()
    return added


@pytest.mark.usefixtures("keyless")
async def test_a_poll_that_faults_is_not_added_every_second() -> None:
    assert 0 < await jobs_added(JobKind.POLL, enqueue_polls) < SECONDS / 2
    link = await ChannelLink.get()
    assert link.not_before is not None
    assert link.not_before <= NOW + timedelta(seconds=SECONDS + PATIENCE_MAX_S)
    assert link.last_error == "a fault on our side, which our logs tell"


@pytest.mark.usefixtures("keyless")
async def test_a_push_that_faults_is_not_added_every_second() -> None:
    assert 0 < await jobs_added(JobKind.PUSH_STOCK, enqueue_pushes) < SECONDS / 2


@pytest.mark.usefixtures("keyless")
async def test_an_endpoint_that_faults_is_not_sent_to_every_second() -> None:
    assert 0 < await jobs_added(JobKind.SEND_WEBHOOKS, enqueue_deliveries) < SECONDS / 2
    assert (await WebhookEndpoint.get()).failures > 1
