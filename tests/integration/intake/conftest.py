"""Channels that are pushed to over real HTTP, and their messages worked off."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

import httpx2
import pytest

from api.app import create_app
from domain.channels.adapters.contract import Delivery
from domain.channels.credentials.keyring import new_key
from domain.channels.credentials.stored import write_credential
from domain.channels.models import Channel
from domain.intake.claim import channels_with_messages
from domain.intake.models import InboundMessage
from domain.intake.work_off import work_off
from domain.shared.settings import settings
from tests.databases import Database
from tests.factories import NOW, TESTER, make_channel, make_variant, unique
from tests.integration.api.conftest import uvicorn_of
from tests.recorded.shape import Recorded

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv("FOREBAY_SECRET", "a pepper for tests only")
    monkeypatch.setenv("FOREBAY_CREDENTIALS_KEYS", new_key("test"))
    monkeypatch.setenv("FOREBAY_PUBLIC_URL", "https://forebay.example")  # some platforms sign it
    settings.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
async def http(database: Database, environment: pytest.MonkeyPatch) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the API, which runs in this process behind a real server."""
    running = uvicorn_of(create_app(connect_database=False), socket.create_server(("127.0.0.1", 0)))
    while not running.server.started:
        await asyncio.sleep(0.01)
    async with httpx2.AsyncClient(base_url=running.http, timeout=30) as client:
        yield client
    running.server.should_exit = True
    await running.task


@dataclass(frozen=True, slots=True)
class Shop:
    """A channel of a recorded platform."""

    channel: Channel
    of: Recorded

    def delivery(self, reference: str, minute: int = 0, delivery_id: str | None = None) -> Delivery:
        """A signed delivery that states the order."""
        assert self.of.order_body, self.of.adapter.platform
        assert self.of.sign, self.of.adapter.platform
        return self.of.sign(self.of.order_body(reference, minute), delivery_id or unique("delivery"))

    def cancellation(self, reference: str, minute: int) -> Delivery:
        """A signed delivery that cancels the order."""
        assert self.of.cancel_body, self.of.adapter.platform
        assert self.of.sign, self.of.adapter.platform
        return self.of.sign(self.of.cancel_body(reference, minute), unique("delivery"))


async def make_shop(of: Recorded, code: str | None = None) -> Shop:
    """A channel of this platform, with its credentials; the SKUs it sells exist."""
    facts = of.facts
    channel = await make_channel(
        code,
        platform=of.adapter.platform,
        currency=facts.currency,
        timezone=facts.timezone,
        settings=dict(facts.settings),
    )
    for name, value in of.credentials.items():
        await write_credential(channel.id, name, value, by=TESTER, now=NOW)
    for sku in of.skus:
        await make_variant(sku)
    return Shop(channel, of)


async def deliver(http: httpx2.AsyncClient, shop: Shop, delivery: Delivery) -> httpx2.Response:
    """Push it as the platform would."""
    query = f"?{urlencode(delivery.query)}" if delivery.query else ""
    return await http.post(
        f"/channels/{shop.channel.code}/webhook{query}", content=delivery.body, headers=dict(delivery.headers)
    )


async def work_all_off() -> None:
    """What a worker does."""
    while channels := await channels_with_messages():
        await asyncio.gather(*(work_off(each, now=lambda: datetime.now(UTC)) for each in channels))


async def outcomes(channel_id: UUID) -> list[str]:
    rows = await InboundMessage.filter(channel_id=channel_id).order_by("id").values_list("outcome", flat=True)
    return [str(row) for row in rows]
