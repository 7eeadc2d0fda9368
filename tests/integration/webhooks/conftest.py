"""An endpoint on a real socket, and what the relay and a worker do for it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from standardwebhooks.webhooks import Webhook

from domain.channels.credentials.keyring import new_key
from domain.events.feed import advance_feed
from domain.shared.settings import settings
from domain.webhooks.deliver import enqueue_deliveries
from domain.webhooks.fan_out import fan_out
from domain.webhooks.save_endpoint import SaveWebhookEndpoint, create_endpoint
from tests.databases import Database
from tests.factories import NOW, TESTER, make_channel, make_variant, make_warehouse, stock_up
from tests.partner import Partner, Received
from tests.working import do_jobs


@dataclass(slots=True)
class Hooked:
    """A partner who hears of orders, with the secret it was given."""

    partner: Partner
    endpoint_id: UUID
    secret: str
    now: datetime = NOW
    accepted: list[Received] = field(default_factory=list)

    async def send(self, **delta: float) -> None:
        """Let time pass, fan out what happened, and send what is due."""
        self.now += timedelta(**delta)
        await advance_feed()
        while await fan_out(now=self.now):
            pass
        await enqueue_deliveries(now=self.now)
        await do_jobs("SEND_WEBHOOKS", now=lambda: self.now)

    def signed(self, request: Received, secret: str | None = None) -> bool:
        """Whether one of its signatures is of this secret."""
        at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), tz=UTC)
        mine = Webhook(secret or self.secret).sign(request.headers["webhook-id"], at, request.body.decode())
        return mine in request.headers["webhook-signature"].split(" ")


@pytest.fixture
async def hooked(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hooked]:
    monkeypatch.setenv("FOREBAY_CREDENTIALS_KEYS", new_key("test"))
    monkeypatch.setenv("FOREBAY_OUTSIDE_NETWORKS", "127.0.0.0/8")
    settings.cache_clear()
    async with Partner() as partner:
        await make_channel("shop")
        await make_variant("MUG")
        await stock_up(await make_warehouse("leipzig"), {"MUG": 1_000})
        await advance_feed()
        ask = SaveWebhookEndpoint(url=f"{partner.url}/hooks")
        made = await create_endpoint(ask, by=TESTER, now=NOW)
        yield Hooked(partner=partner, endpoint_id=made.id, secret=made.secret)
    settings.cache_clear()
