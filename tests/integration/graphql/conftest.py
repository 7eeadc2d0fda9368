"""The schema on a real database, asked as clients ask it; and a small shop."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from api.graphql.context import RequestContext
from api.graphql.loaders import Loaders
from api.graphql.schema import schema
from api.live.following import LiveFeed
from api.live.hub import FeedHub
from domain.orders.entry import Placed
from domain.orders.gather import OrderIntake
from domain.orders.place_orders import place_orders
from domain.shared.actor import Actor, Scope, house
from domain.shared.database.engine import LeanConnection
from domain.shared.settings import settings
from domain.sourcing.allocate import allocate_waiting
from tests.databases import Database
from tests.factories import NOW, incoming, make_channel, make_variant, make_warehouse, stock_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Asks the schema in somebody's name."""

    actor: Actor
    intake: OrderIntake
    hub: FeedHub
    now: datetime = NOW

    def context(self) -> RequestContext:
        return RequestContext(
            actor=self.actor,
            loaders=Loaders(),
            intake=self.intake,
            live=LiveFeed(self.hub),
            now=lambda: self.now,
        )

    async def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """The data; errors fail the test."""
        result = await schema.execute(document, variables, self.context())
        assert result.errors is None, result.errors
        assert result.data is not None
        return result.data

    async def refused(self, document: str, **variables: Any) -> BaseException:
        """What the only error was raised from."""
        result = await schema.execute(document, variables, self.context())
        assert result.errors is not None, result.data
        [error] = result.errors
        return error.original_error or error

    def limited_to(self, *scopes: Scope, channels: frozenset[Any] | None = None) -> "Client":
        return replace(self, actor=Actor(name="partner", scopes=frozenset(scopes), channel_ids=channels))


@pytest.fixture
async def client(database: Database) -> AsyncIterator[Client]:
    """A client who may do everything."""
    intake, hub = OrderIntake(lambda: NOW), FeedHub(poll_s=0.005)
    hub.start()
    yield Client(actor=house("tester"), intake=intake, hub=hub)
    await hub.stop()
    await intake.stop()


@dataclass(frozen=True, slots=True)
class Shop:
    """Two channels, two warehouses, three SKUs with 100 units each in Leipzig and 50 in Munich."""

    web: Any
    market: Any
    leipzig: Any
    munich: Any
    skus: list[str] = field(default_factory=lambda: ["MUG", "POT", "CUP"])

    async def place(self, channel: str = "web", units: dict[str, int] | None = None, **stated: Any) -> Placed:
        order = incoming(channel, units or {"MUG": 2, "POT": 1}, **stated)
        [placed] = await place_orders([order], by=house("tester"), now=NOW)
        assert isinstance(placed, Placed)
        return placed

    async def source(self) -> None:
        await allocate_waiting(orders_max=500, currency="EUR", by=house("sourcing"), now=NOW)


@pytest.fixture
async def shop(database: Database) -> Shop:
    shop = Shop(
        web=await make_channel("web"),
        market=await make_channel("market"),
        leipzig=await make_warehouse("leipzig"),
        munich=await make_warehouse("munich", place=(48.14, 11.58)),
    )
    for sku in shop.skus:
        await make_variant(sku)
    await stock_up(shop.leipzig, dict.fromkeys(shop.skus, 100))
    await stock_up(shop.munich, dict.fromkeys(shop.skus, 50))
    return shop


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A context that lists the SQL statements sent within it."""
    sent: list[str] = []
    prepared, plain = LeanConnection._execute, LeanConnection.execute

    async def _execute(self: Any, query: str, *args: Any, **kwargs: Any) -> Any:
        sent.append(query)
        return await prepared(self, query, *args, **kwargs)

    async def execute(self: Any, query: str, *args: Any, **kwargs: Any) -> Any:
        if not args:  # with arguments it goes through _execute
            sent.append(query)
        return await plain(self, query, *args, **kwargs)

    monkeypatch.setattr(LeanConnection, "_execute", _execute)
    monkeypatch.setattr(LeanConnection, "execute", execute)

    @contextmanager
    def counting() -> Iterator[list[str]]:
        sent.clear()
        yield sent

    return counting


@pytest.fixture
def unlimited_cost(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Queries may cost what they like."""
    monkeypatch.setenv("FOREBAY_QUERY_COST_MAX", "1000000")
    settings.cache_clear()
    yield
    settings.cache_clear()
