"""A subscriber whose line breaks again and again misses nothing and hears nothing twice."""

import asyncio
import random
from base64 import urlsafe_b64encode
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from itertools import groupby

import pytest

from tests.e2e.client import Client
from tests.e2e.following import (
    Heard,
    over_sse,
    over_websocket,
    ready,
    refusal_over_sse,
    refusal_over_websocket,
)
from tests.e2e.house import House, eventually
from tests.e2e.trade import open_shop, place, place_all

Follow = Callable[[House, str, str], AsyncGenerator[Heard, None]]

_ANNOUNCED = """
    SELECT f.position, e.subject_id, e.version FROM feed f
    JOIN events e ON f.source = 1 AND e.id = f.row_id
    JOIN orders o ON o.id = e.subject_id JOIN channels c ON c.id = o.channel_id
    WHERE c.code = $1 ORDER BY f.position
"""
_TOO_OLD = "UPDATE feed SET fed_at = fed_at - interval '40 days' WHERE position <= $1"


def cursor(position: int) -> str:
    return urlsafe_b64encode(b"feed:%d" % position).decode()


async def _hear(
    follow: Follow, house: House, channel: str, start: str, *, cuts: int, until: asyncio.Event
) -> list[Heard]:
    """Everything, through `cuts` broken lines and until all that was announced has been heard."""
    heard: list[Heard] = []
    for _ in range(cuts):
        patience = random.choice([0, 1, 2, 10, random.randint(20, 80)])
        async with aclosing(follow(house, channel, heard[-1].position if heard else start)) as events:
            while patience:
                heard.append(await anext(events))
                patience -= 1
    await until.wait()
    missing = len(await house.rows(_ANNOUNCED, channel)) - len(heard)
    assert missing > 0, "it was cut while there was more to come"
    async with aclosing(follow(house, channel, heard[-1].position)) as events:
        heard += [await anext(events) for _ in range(missing)]
    return heard


async def _trade(
    house: House, admin: Client, channel_orders: list[dict[str, object]], done: asyncio.Event
) -> None:
    for start in range(0, len(channel_orders), 125):
        await place_all(admin, channel_orders[start : start + 125])
        await asyncio.sleep(0.05)
    await house.settled()
    done.set()


@pytest.mark.parametrize(
    ("follow", "orders", "cuts"),
    [pytest.param(over_websocket, 2_500, 100, id="websocket"), pytest.param(over_sse, 500, 25, id="sse")],
)
async def test_every_event_once_and_in_order_through_broken_lines(
    house: House, admin: Client, follow: Follow, orders: int, cuts: int
) -> None:
    shop = await open_shop(admin, [orders // 2, orders])
    start = await admin.ask("{ feedPosition }")
    done = asyncio.Event()
    units = [{shop.skus[0]: 1}, {shop.skus[1]: 2}]
    trade = asyncio.create_task(
        _trade(house, admin, [shop.order(units[number % 2]) for number in range(orders)], done)
    )
    heard = await _hear(follow, house, shop.channel, start, cuts=cuts, until=done)
    await trade

    announced = await house.rows(_ANNOUNCED, shop.channel)
    assert len(announced) >= 2 * orders  # each was placed, and decided
    assert [event.position for event in heard] == [cursor(row["position"]) for row in announced]
    by_order = sorted(heard, key=lambda event: event.order_id)  # stable: as heard within each order
    for _, events in groupby(by_order, key=lambda event: event.order_id):
        versions = [event.version for event in events]
        assert versions == list(range(1, len(versions) + 1))


async def test_without_a_cursor_the_first_message_says_where_the_feed_stands(
    house: House, admin: Client
) -> None:
    shop = await open_shop(admin, [5])
    query = "subscription { orderEvents { kind position orderId } }"
    async with ready(house) as socket:
        await socket.subscribe(query)
        first = (await socket.receive())["payload"]["data"]["orderEvents"]
        assert (first["kind"], first["orderId"]) == ("POSITION", None)
        placed = await place(admin, shop.order())
        second = (await socket.receive())["payload"]["data"]["orderEvents"]
    assert (second["kind"], second["orderId"]) == ("ORDER_PLACED", placed["order"]["id"])
    async with aclosing(over_websocket(house, shop.channel, first["position"])) as again:
        assert (await anext(again)).position == second["position"]


@pytest.mark.parametrize("refusal", [refusal_over_websocket, refusal_over_sse])
@pytest.mark.parametrize("wrong", ["", "garbage", "ZmVlZDotMQ==", cursor(10**15), "\N{SNOWMAN}"])
async def test_a_cursor_that_cannot_be_is_a_clear_error(
    house: House, refusal: Callable[[House, str], "asyncio.Future[dict[str, object]]"], wrong: str
) -> None:
    error = await refusal(house, wrong)
    assert error["extensions"] == {"code": "INVALID_CURSOR", "field": "after"}
    assert "internal" not in str(error["message"])


async def test_a_pruned_cursor_is_expired_and_a_snapshot_leads_on(house: House, admin: Client) -> None:
    shop = await open_shop(admin, [50])
    start = await admin.ask("{ feedPosition }")
    await place_all(admin, [shop.order() for _ in range(10)])
    await house.settled()
    last = await house.value("SELECT last_position FROM feed_state")
    await house.rows(_TOO_OLD, last)
    await house.restart("relay")  # it prunes when it starts, then once an hour

    async def pruned() -> bool:
        return bool(await house.value("SELECT expired_below FROM feed_state") == last)

    await eventually(pruned)
    for refusal in (refusal_over_websocket, refusal_over_sse):
        error = await refusal(house, start)
        assert error["extensions"] == {"code": "CURSOR_EXPIRED", "field": "after"}

    snapshot = await admin.ask("{ orders(first: 1) { asOf nodes { id } } }")
    placed = await place(admin, shop.order())
    async with aclosing(over_websocket(house, shop.channel, snapshot["asOf"])) as events:
        assert (await anext(events)).order_id == placed["order"]["id"]
    await house.audit()
