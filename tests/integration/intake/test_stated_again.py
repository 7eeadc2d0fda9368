"""What a platform says when it is asked is how the order is now, also where it said the same once before."""

import orjson
import pytest

from domain.channels.adapters.contract import Message
from domain.channels.models import Channel
from domain.intake.archive import Archived, archive
from domain.intake.arrived import arrived
from domain.intake.outcomes import Source
from domain.orders.models import Order
from tests.databases import Database
from tests.factories import NOW, make_channel, make_variant
from tests.integration.intake.conftest import outcomes, work_all_off


@pytest.fixture
async def shop(database: Database) -> Channel:
    await make_variant("MUG")
    return await make_channel("shop")


def stated(street: str) -> Message:
    """An order without a time, as an answer that has no id."""
    data = {
        "external_id": "R-1",
        "placed_at": "2026-11-20T10:00:00Z",
        "currency": "EUR",
        "ship_to": {"country": "DE", "line1": street, "city": "Leipzig"},
        "lines": [{"sku": "MUG", "qty": 1, "unit_price": "9.90"}],
    }
    body = orjson.dumps({"type": "order.updated", "data": data})
    return Message(topic="order.updated", body=body, reference="R-1")


async def say(shop: Channel, street: str, source: Source = Source.POLL) -> Archived:
    told = await archive(arrived(shop.id, [stated(street)], source), now=NOW)
    await work_all_off()
    return told


async def street() -> object:
    return (await Order.get()).ship_to["line1"]


@pytest.mark.parametrize("source", [Source.POLL, Source.FETCH])
async def test_an_order_that_goes_back_to_what_it_was_is_followed(shop: Channel, source: Source) -> None:
    for said in ("Gasse 1", "Gasse 2", "Gasse 1", "Gasse 2"):
        for news in (1, 0, 0):  # overlapping windows say it again
            assert (await say(shop, said, source)).new == news
        assert await street() == said
    assert await outcomes(shop.id) == ["PLACED", "UPDATED", "UPDATED", "UPDATED"]


async def test_what_is_pushed_again_stays_a_repeat(shop: Channel) -> None:
    """A push without an id and a time may come late and twice: what is newer cannot be told from it."""
    for said in ("Gasse 1", "Gasse 2", "Gasse 1"):
        await say(shop, said, Source.WEBHOOK)
    assert await street() == "Gasse 2"


async def test_answers_that_wait_are_told_apart_as_well(shop: Channel) -> None:
    for said in ("Gasse 1", "Gasse 2", "Gasse 1"):
        await archive(arrived(shop.id, [stated(said)], Source.POLL), now=NOW)
    await work_all_off()
    assert await street() == "Gasse 1"
