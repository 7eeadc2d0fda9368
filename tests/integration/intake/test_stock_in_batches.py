"""A batch of messages that takes stock and follows orders waits for nobody who waits for it."""

import orjson
import pytest

from domain.channels.adapters.contract import Message
from domain.channels.models import Channel
from domain.intake.archive import archive
from domain.intake.arrived import arrived
from domain.intake.outcomes import Source
from domain.intake.work_off import work_off
from domain.shared.database import fetch_value
from domain.sourcing.allocate import AllocationRound, allocate_waiting
from tests.databases import Database
from tests.factories import NOW, TESTER, make_channel, make_variant, make_warehouse, stock_up, unique
from tests.integration.intake.conftest import outcomes, work_all_off
from tests.promises import broken_promises
from tests.standstill import LEVELS, begun, in_the_way, once


@pytest.fixture
async def shop(database: Database) -> Channel:
    await make_variant("MUG")
    await stock_up(await make_warehouse("leipzig"), {"MUG": 2})
    return await make_channel("shop")


def stated(reference: str, stock_policy: str) -> Message:
    data = {
        "external_id": reference,
        "placed_at": "2026-11-20T10:00:00Z",
        "currency": "EUR",
        "ship_to": {"country": "DE", "city": "Leipzig"},
        "lines": [{"sku": "MUG", "qty": 1, "unit_price": "9.90"}],
        "stock_policy": stock_policy,
    }
    body = orjson.dumps({"type": "order.updated", "data": data})
    return Message(topic="order.updated", body=body, reference=reference, delivery_id=unique("delivery"))


async def say(shop: Channel, **orders: str) -> None:
    messages = [stated(*each) for each in orders.items()]
    await archive(arrived(shop.id, messages, Source.WEBHOOK), now=NOW)


async def test_an_order_is_stated_again_beside_a_new_one_while_it_is_allocated(
    database: Database, shop: Channel
) -> None:
    await say(shop, here="BACKORDER")
    await work_all_off()
    await say(shop, here="BACKORDER", new="REQUIRE")

    async def allocate() -> AllocationRound:
        return await allocate_waiting(orders_max=50, currency="EUR", by=TESTER, now=NOW)

    async with in_the_way(database, LEVELS):
        batch, round_ = await begun(once(lambda: work_off(shop.id, now=lambda: NOW)), once(allocate))
    assert await batch == 2
    await round_
    await allocate()

    assert await outcomes(shop.id) == ["PLACED", "DUPLICATE", "PLACED"]
    assert await fetch_value("SELECT count(*) FROM orders WHERE sourcing = 'SOURCED'") == 2
    assert await broken_promises() == {}
