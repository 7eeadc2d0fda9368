"""What the tests of polling share."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain.channels.credentials.keyring import new_key
from domain.channels.credentials.stored import write_credential
from domain.shared.settings import settings
from tests.databases import Database
from tests.factories import NOW, TESTER, make_channel, make_variant
from tests.integration.polling.polled import Polled
from tests.integration.polling.woo_shop import WooShop
from tests.partner import Partner
from tests.recorded.woocommerce import CREDENTIALS


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
