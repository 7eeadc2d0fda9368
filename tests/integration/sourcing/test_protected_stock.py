"""Units that rules keep for one channel: no other is told of them, or promised them, or given them."""

import asyncio
from typing import Any

import pytest

from domain.orders.entry import Placed
from domain.orders.models import Order
from domain.orders.place_orders import place_orders
from domain.shared.database import execute, fetch_value, records
from domain.sourcing.allocate import allocate_waiting
from domain.stock.availability import availability
from domain.stock.move import InsufficientStock
from tests.databases import Database
from tests.factories import (
    MUNICH,
    NOW,
    TESTER,
    incoming,
    make_channel,
    make_variant,
    make_warehouse,
    stock_up,
)
from tests.integration.sourcing.test_rules_live import rule_by
from tests.promises import broken_promises
from tests.standstill import LEVELS, begun, in_the_way

LEIPZIG = [{"rule": "WAREHOUSE", "values": ["leipzig"]}]


@pytest.fixture
async def shop(database: Database) -> None:
    """Ten of A and of B in Leipzig and in Munich, and two channels."""
    await make_channel("web")
    await make_channel("pos")
    for sku in "AB":
        await make_variant(sku)
    for code, place in (("leipzig", (51.34, 12.37)), ("munich", MUNICH)):
        await stock_up(await make_warehouse(code, place=place), {"A": 10, "B": 10})


def keep(channel: str, units: int, **only: list[str]) -> dict[str, Any]:
    return {"channel": channel, "units": units, **only}


async def sellable(channel: str) -> list[int]:
    return [row.sellable for row in await availability(["A", "B"], channel, by=TESTER)]


async def requires(channel: str, **units: int) -> Placed | InsufficientStock:
    [answer] = await place_orders([incoming(channel, units, stock_policy="REQUIRE")], by=TESTER, now=NOW)
    assert isinstance(answer, Placed | InsufficientStock)
    return answer


async def test_a_channel_is_told_what_it_may_get(shop: None) -> None:
    assert await sellable("web") == await sellable("pos") == [20, 20]
    await rule_by(
        protections=[
            keep("pos", 3, warehouses=["leipzig"], skus=["A"]),
            keep("pos", 2),
            keep("web", 1, skus=["B"]),
        ]
    )
    assert await sellable("web") == [20 - 3 - 4, 20 - 4]
    assert await sellable("pos") == [20, 20 - 2]
    await rule_by(protections=[keep("pos", 50)])
    assert (await sellable("web"), await sellable("pos")) == ([0, 0], [20, 20])
    await rule_by()
    assert await sellable("web") == [20, 20]


async def test_a_channel_is_promised_only_what_it_may_get(shop: None) -> None:
    await rule_by(protections=[keep("pos", 8, skus=["A"])])
    refused = await requires("web", A=3)
    assert isinstance(refused, InsufficientStock)
    assert [(one.sku, one.requested, one.available) for one in refused.shortfalls] == [("A", 3, 2)]
    assert isinstance(await requires("web", A=2, B=9), Placed)
    assert isinstance(await requires("pos", A=8), Placed)
    await allocate_waiting(orders_max=10, currency="EUR", by=TESTER, now=NOW)
    assert await Order.filter(sourcing="SOURCED").count() == 2
    assert await broken_promises() == {}


async def test_rivals_of_one_batch_share_what_is_left(shop: None) -> None:
    await rule_by(protections=[keep("pos", 7)])
    orders = [incoming("web", {"A": 1}, stock_policy="REQUIRE") for _ in range(5)]
    others = [incoming("web", {"A": 1}, stock_policy="REQUIRE") for _ in range(5)]
    answers = await asyncio.gather(*(place_orders(some, by=TESTER, now=NOW) for some in (orders, others)))
    placed = [isinstance(one, Placed) for some in answers for one in some]
    assert sum(placed) == 6
    assert await sellable("web") == [0, 6]
    assert await sellable("pos") == [14, 20]
    assert await broken_promises() == {}


async def test_new_rules_are_told_to_platforms(shop: None) -> None:
    await execute("DELETE FROM jobs")
    await rule_by(protections=[keep("pos", 1)])
    rows = await records("SELECT kind FROM jobs WHERE kind = 'RESTATE_LISTINGS'")
    assert len(rows) == 1


async def test_rounds_at_once_leave_what_is_kept(database: Database, shop: None) -> None:
    await rule_by({"name": "Leipzig", "eligible": LEIPZIG}, protections=[keep("pos", 5, skus=["A"])])
    await place_orders([incoming("web", {"A": 5}) for _ in range(2)], by=TESTER, now=NOW)
    async with in_the_way(database, LEVELS):
        rounds = await begun(
            *(allocate_waiting(orders_max=1, currency="EUR", by=TESTER, now=NOW) for _ in range(2))
        )
    assert sorted([(await one).decided for one in rounds]) == [0, 1]

    await allocate_waiting(orders_max=2, currency="EUR", by=TESTER, now=NOW)
    assert await Order.filter(sourcing="BACKORDERED").count() == 1
    assert await fetch_value("SELECT sum(allocated) FROM stock_levels") == 5
    assert await broken_promises() == {}


async def test_rounds_at_once_give_its_channel_what_is_kept(database: Database, shop: None) -> None:
    await rule_by({"name": "Leipzig", "eligible": LEIPZIG}, protections=[keep("pos", 5, skus=["A"])])
    for channel in ("web", "pos"):
        await place_orders([incoming(channel, {"A": 5})], by=TESTER, now=NOW)
    async with in_the_way(database, LEVELS):
        rounds = await begun(
            *(allocate_waiting(orders_max=1, currency="EUR", by=TESTER, now=NOW) for _ in range(2))
        )
    assert [(await one).decided for one in rounds] == [1, 1]
    assert await broken_promises() == {}
