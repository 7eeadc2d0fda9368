"""Subscriptions: from the position on, filtered, for those who may see it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from api.graphql.relay import to_global
from api.graphql.schema import schema
from domain.events.feed import advance_feed
from domain.shared.actor import Scope
from tests.factories import stock_up
from tests.integration.graphql.conftest import Client, Shop

ORDERS = """subscription ($after: String, $where: OrderEventWhere) {
    orderEvents(after: $after, where: $where) {
      position kind version orderId actor payload order { number sourcing channel { code } } } }"""
STOCK = """subscription ($after: String, $where: StockEventWhere) {
    stockEvents(after: $after, where: $where) {
      position kind version reason deltas { onHand } documentId variant { sku } warehouse { code } stockLevel { onHand } } }"""


@asynccontextmanager
async def subscribed(client: Client, document: str, **said: Any) -> AsyncIterator[Any]:
    """A function that returns the next event."""
    stream: Any = await schema.subscribe(document, said, client.context())

    async def event() -> Any:
        async with asyncio.timeout(5):
            result = await anext(stream)
        if result.errors:
            return result.errors[0].original_error
        return next(iter(result.data.values()))

    yield event
    await stream.aclose()


async def test_the_first_message_says_the_position_and_all_after_it_follows(
    client: Client, shop: Shop
) -> None:
    await advance_feed()
    async with subscribed(client, ORDERS) as event:
        start = await event()
        assert start["kind"] == "POSITION"
        assert start["order"] is start["version"] is None
        first, second = await shop.place(), await shop.place("market")
        await advance_feed()
        heard = [await event(), await event()]
    assert [one["order"]["number"] for one in heard] == [first.number, second.number]
    assert [one["kind"] for one in heard] == ["ORDER_PLACED"] * 2
    assert heard[0]["payload"]["units"] == 3

    async with subscribed(client, ORDERS, after=heard[0]["position"]) as event:
        assert await event() == heard[1]
    async with subscribed(client, ORDERS, after=start["position"]) as event:
        assert [await event(), await event()] == heard


async def test_a_list_and_the_events_after_it_leave_no_gap(client: Client, shop: Shop) -> None:
    await shop.place()
    await advance_feed()
    listed = await client.ask("{ orders { nodes { number } asOf } feedPosition }")
    assert listed["orders"]["asOf"] == listed["feedPosition"]
    placed = await shop.place()
    await advance_feed()
    async with subscribed(client, ORDERS, after=listed["orders"]["asOf"]) as event:
        assert (await event())["order"]["number"] == placed.number


async def test_events_are_filtered(client: Client, shop: Shop) -> None:
    await advance_feed()
    after = (await client.ask("{ feedPosition }"))["feedPosition"]
    web, market = await shop.place(), await shop.place("market")
    await shop.source()
    await advance_feed()

    async def first(**where: Any) -> Any:
        async with subscribed(client, ORDERS, after=after, where=where) as event:
            return await event()

    assert (await first(channel={"eq": "market"}))["order"]["number"] == market.number
    sourced = await first(kinds=["ORDER_SOURCED"])
    assert (sourced["kind"], sourced["order"]["sourcing"]) == ("ORDER_SOURCED", "SOURCED")
    of_one = await first(orderId=to_global("Order", web.order_id), kinds=["ORDER_SOURCED"])
    assert (of_one["order"]["number"], of_one["version"]) == (web.number, 2)
    assert (await first(channel={"eq": "nowhere"})).code == "UNKNOWN_CHANNEL"


async def test_a_limited_key_hears_of_its_channels_alone(client: Client, shop: Shop) -> None:
    await advance_feed()
    after = (await client.ask("{ feedPosition }"))["feedPosition"]
    await shop.place()
    mine = await shop.place("market")
    await advance_feed()
    partner = client.limited_to(Scope.READ, channels=frozenset({shop.market.id}))
    async with subscribed(partner, ORDERS, after=after) as event:
        assert (await event())["order"]["number"] == mine.number
    async with subscribed(partner, ORDERS, where={"channel": {"eq": "web"}}) as event:
        assert (await event()).code == "UNKNOWN_CHANNEL"
    async with subscribed(client.limited_to(Scope.ORDERS_WRITE), ORDERS) as event:
        assert (await event()).code == "NOT_ALLOWED"


async def test_stock_events_tell_what_changed_where(client: Client, shop: Shop) -> None:
    await advance_feed()
    after = (await client.ask("{ feedPosition }"))["feedPosition"]
    await stock_up(shop.munich, {"POT": 3, "MUG": 2})
    await stock_up(shop.leipzig, {"MUG": 1})
    await advance_feed()
    async with subscribed(
        client, STOCK, after=after, where={"warehouse": "munich", "skus": ["MUG"]}
    ) as event:
        heard = await event()
    assert heard.pop("position")
    assert heard == {
        "kind": "STOCK_CHANGED",
        "version": 2,
        "reason": "RECEIVED",
        "deltas": {"onHand": 2},
        "documentId": None,
        "variant": {"sku": "MUG"},
        "warehouse": {"code": "munich"},
        "stockLevel": {"onHand": 52},
    }


async def test_a_cursor_of_nowhere_is_refused(client: Client, shop: Shop) -> None:
    for cursor in ("rubbish", "ZmVlZDo5OTk5OTk="):
        async with subscribed(client, ORDERS, after=cursor) as event:
            assert (await event()).code == "INVALID_CURSOR"
