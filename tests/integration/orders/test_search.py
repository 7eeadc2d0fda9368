"""Searching orders by what people type."""

from typing import Any

import pytest

from domain.orders import reading
from domain.orders.models import Order
from domain.orders.place_orders import place_orders
from domain.orders.reading import search_orders
from domain.shared.actor import Actor, Scope
from tests.databases import Database
from tests.factories import NOW, TESTER, incoming, make_channel, make_variant


async def placed(*references: str, channel: str = "shop", **stated: Any) -> None:
    for reference in references:
        await place_orders(
            [incoming(channel, {"A": 1}, external_reference=reference, **stated)], by=TESTER, now=NOW
        )


async def found(text: str) -> list[str]:
    """References, newest first."""
    names = {order.id: order.external_reference for order in await Order.all()}
    return [names[key] for key in await search_orders(text, by=TESTER)]


@pytest.fixture(autouse=True)
async def shop(database: Database) -> None:
    await make_channel("shop")
    await make_variant("A")


async def test_a_reference_is_found_by_its_beginning_as_it_is_written(database: Database) -> None:
    await placed("W-1", "W-10", "W-2", "w-1", "W%1", "W_1", "Ж-1", "Ж\U0010fffd")
    assert await found("W-1") == ["W-10", "W-1"]
    assert await found("W") == ["W_1", "W%1", "W-2", "W-10", "W-1"]
    assert await found("W_") == ["W_1"]
    assert await found("W%") == ["W%1"]
    assert await found("Ж") == ["Ж\U0010fffd", "Ж-1"]
    assert await found("-1") == []


async def test_customers_and_skus_and_numbers_are_found(database: Database) -> None:
    await placed("first", customer_reference="C-7")
    await placed("second", customer_reference="C-70")
    await placed("third")
    number = (await Order.get(external_reference="third")).number
    assert await found("C-7") == ["second", "first"]
    assert await found("A") == ["third", "second", "first"]
    assert await found(str(number)) == ["third"]


async def test_of_very_many_that_begin_alike_the_newest_are_found(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "ALIKE_MAX", 3)
    await placed("W-1", "W-2", "W-3", "W-4", "W-5", "V-1", "W-6")
    # the newest three orders are V-1 apart; three more come from the index
    assert await found("W") == ["W-6", "W-5", "W-3", "W-2", "W-1"]
    assert await found("W-6") == ["W-6"]
    await placed("x-1", "x-2", customer_reference="C-1")
    await placed("x-3", "x-4", customer_reference="C-2")
    assert (await found("C-"))[:2] == ["x-4", "x-3"]


async def test_others_orders_do_not_hide_a_channels_own(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = await make_channel("mine")
    await placed("W-1", channel="mine", customer_reference="C-1")
    await placed("W-2", "W-3", "W-4", customer_reference="C-1")
    monkeypatch.setattr(reading, "SEARCH_MAX", 2)
    partner = Actor(name="partner", scopes=frozenset({Scope.READ}), channel_ids=frozenset({mine.id}))
    own = (await Order.get(external_reference="W-1")).id
    for text in ("A", "W", "C-1"):
        assert await search_orders(text, by=partner) == [own], text
