"""A platform on a real socket that is asked for orders: pages of its orders by window, and each of them alone."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from domain.channels.adapters.registry import ADAPTERS
from domain.channels.credentials.stored import write_credential
from domain.channels.models import Channel
from tests.factories import NOW, TESTER, make_channel, make_variant
from tests.partner import Answer, Partner, Received
from tests.recorded import recorded
from tests.recorded.asked import ASKED, PAGE, Asked, Found, Listing, Sold
from tests.recorded.stock import token_answer


@dataclass(slots=True)
class Marketplace:
    """Its orders by reference; `before` may answer in its place, but for tokens."""

    asked: Asked
    orders: dict[str, Sold] = field(default_factory=dict)
    before: Callable[[Received], Answer | None] = field(default=lambda _: None)
    tokens: int = 0
    pages: int = 0  # that were turned, and not empty

    def sell(self, reference: str, at: datetime) -> None:
        self.orders[reference] = Sold(reference=reference, created=at, changed=at)

    def change(self, reference: str, at: datetime, *, cancelled: bool = False) -> None:
        self.orders[reference] = replace(self.orders[reference], changed=at, cancelled=cancelled)

    def respond(self, request: Received) -> Answer:
        if "token" in request.path:
            self.tokens += 1
            return token_answer()
        otherwise = self.before(request)
        if otherwise is not None:
            return otherwise
        wanted = self.asked.read(request)
        return self.asked.one(self.orders[wanted]) if isinstance(wanted, str) else self._page(wanted)

    def _page(self, asked: Listing) -> Answer:
        times = {sold: sold.changed if asked.by_change else sold.created for sold in self.orders.values()}
        marks = {sold: f"{time.isoformat()} {sold.reference}" for sold, time in times.items()}
        within = [sold for sold, time in times.items() if asked.since <= time <= asked.until]
        ordered = sorted(within, key=lambda sold: marks[sold])
        start = 0 if asked.number is None else PAGE * (asked.number - 1)
        left = [sold for sold in ordered[start:] if marks[sold] > asked.mark]
        page = left[:PAGE]
        self.pages += bool(page)
        mark = marks[page[-1]] if len(left) > PAGE else ""
        return self.asked.page(Found(orders=page, total=len(within), mark=mark, asked=asked))


async def open_channel(platform: str, partner: Partner, **settings: Any) -> tuple[Channel, Marketplace]:
    """A channel of the platform, which `partner` plays from now on; the SKUs it sells exist."""
    of, market = recorded(platform), Marketplace(ASKED[platform])
    partner.answer = market.respond
    reached = {"endpoint": partner.url, "tokenEndpoint": partner.url, **settings}
    channel = await make_channel(
        of.facts.channel,
        platform=platform,
        currency=of.facts.currency,
        timezone=of.facts.timezone,
        settings=dict(of.facts.settings) | reached,
    )
    for name, value in of.credentials.items():
        await write_credential(channel.id, name, value, by=TESTER, now=NOW)
    for sku in of.skus:
        await make_variant(sku)
    return channel, market


def small_pages(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the adapter ask for pages as small as they are here, so that a few orders are several pages."""
    module = __import__(ADAPTERS[platform].parse.__module__, fromlist=["PAGE_SIZE"])
    for name in {"PAGE_SIZE", "PAGE_MAX"} & vars(module).keys():
        monkeypatch.setattr(module, name, PAGE)
