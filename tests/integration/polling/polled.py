"""A WooCommerce shop that is polled, and what the relay and a worker do for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from domain.channels.adapters.contract import Cursor, Page
from domain.channels.models import Channel
from domain.intake.polling.poll import enqueue_polls
from domain.intake.polling.sweep import enqueue_sweeps
from domain.orders.models import Order
from tests.factories import NOW, OUTSIDE
from tests.integration.polling.woo_shop import WooShop
from tests.working import do_jobs
from workers.outside.channel import ChannelCaller


@dataclass(slots=True)
class Polled:
    """A channel that is polled, and what the relay and a worker do for it."""

    shop: WooShop
    channel: Channel
    now: datetime = NOW

    async def work(self, *kinds: str) -> None:
        await do_jobs(*kinds, now=lambda: self.now)

    async def poll(self, **delta: float) -> None:
        self.now += timedelta(**delta)
        await enqueue_polls(now=self.now)
        await self.work("POLL", "INTAKE")

    async def sweep(self) -> None:
        await enqueue_sweeps(now=self.now)
        await self.work("SWEEP_CHANNEL", "INTAKE")

    async def page(self, cursor: Cursor) -> Page:
        """What the platform answers, without anything done with it."""
        caller = await ChannelCaller.of(self.channel.id, OUTSIDE, lambda: self.now)
        pull = caller.adapter.pull
        assert pull
        said = await caller.ask(partial(pull.pull_request, cursor))
        return pull.parse_page(cursor, said.answer)

    async def references(self) -> list[int]:
        return sorted(int(row.external_reference) for row in await Order.all())
