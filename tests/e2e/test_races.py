"""Rivals at the same moment: exact counts, and nothing moved for whoever lost."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable
from typing import Any

import pytest

from tests.e2e.client import Client
from tests.e2e.house import House
from tests.e2e.trade import (
    ADJUST,
    CANCEL,
    ORDER,
    PLACE,
    PLACE_MANY,
    level,
    open_shop,
    place,
    place_all,
    sourced,
    step,
    walk,
)

CANCELLED = {"reason": "CUSTOMER"}
_DECISIONS = """
    SELECT count(*) FROM sourcing_decisions d JOIN orders o ON o.id = d.order_id
    JOIN channels c ON c.id = o.channel_id WHERE c.code = $1
"""


async def test_the_last_fifty_units_go_to_fifty_of_two_hundred(house: House, admin: Client) -> None:
    shop = await open_shop(admin, [50])
    async with house.client(connections=200) as crowd:
        orders = [shop.order(stockPolicy="REQUIRE") for _ in range(200)]
        payloads = await asyncio.gather(*(crowd.ask(PLACE, input=order) for order in orders))

    refused = [payload["userErrors"] for payload in payloads if payload["userErrors"]]
    assert len(payloads) - len(refused) == 50
    for errors in refused:
        [error] = errors
        assert (error["__typename"], error["field"]) == ("InsufficientStock", "lines")
        [short] = error["shortfalls"]
        assert (short["sku"], short["requested"], short["available"]) == (shop.skus[0], 1, 0)
    assert await level(admin, shop.skus[0]) == {"onHand": 50, "allocated": 50, "available": 0}

    await house.audit()
    count = "SELECT count(*) FROM orders o JOIN channels c ON c.id = o.channel_id WHERE c.code = $1"
    assert await house.value(count, shop.channel) == 50
    assert await level(admin, shop.skus[0]) == {"onHand": 50, "allocated": 50, "available": 0}


async def test_one_order_sent_fifty_times_at_once_is_one_order(house: House, admin: Client) -> None:
    shop = await open_shop(admin, [10])
    order = shop.order({shop.skus[0]: 2}, stockPolicy="REQUIRE")
    async with house.client(connections=50) as crowd:
        payloads = await asyncio.gather(*(crowd.ask(PLACE, input=order) for _ in range(50)))

    assert Counter(payload["replayed"] for payload in payloads) == {False: 1, True: 49}
    assert len({(payload["order"]["id"], payload["order"]["number"]) for payload in payloads}) == 1
    assert all(payload["userErrors"] == [] for payload in payloads)
    assert (await level(admin, shop.skus[0]))["allocated"] == 2

    other = order | {"customerReference": "somebody else"}
    [refused] = (await admin.ask(PLACE, input=other))["userErrors"]
    assert (refused["__typename"], refused["field"]) == ("ReferenceReused", "externalReference")
    await house.audit()


async def test_orders_that_share_skus_in_opposite_order_do_not_deadlock(house: House, admin: Client) -> None:
    shop = await open_shop(admin, [2_000] * 6, warehouses=2)
    forwards = dict.fromkeys(shop.skus, 1)
    backwards = dict.fromkeys(reversed(shop.skus), 1)

    def order(number: int) -> dict[str, Any]:
        return shop.order(forwards if number % 2 else backwards, stockPolicy="REQUIRE")

    async with house.client(connections=60) as crowd:
        single = [crowd.do(PLACE, input=order(number)) for number in range(60)]
        batches = [
            crowd.do(PLACE_MANY, input={"orders": [order(batch), order(batch + 1), order(batch)]})
            for batch in range(40)
        ]
        counted = [
            crowd.do(ADJUST, input={"warehouse": code, "sku": sku, "delta": 1, "reason": "FOUND"})
            for sku in shop.skus
            for code in reversed(shop.warehouses)
        ]
        work = [*single, *batches, *counted]
        random.shuffle(work)
        payloads = await asyncio.gather(*work)

    results = [result for payload in payloads for result in payload.get("results", [])]
    assert len(results) == 120
    assert all(result["userErrors"] == [] for result in results)
    await house.audit()
    for sku in shop.skus:
        assert await level(admin, sku) == {"onHand": 4_002, "allocated": 180, "available": 3_822}


async def test_cancel_or_ship_of_a_packed_parcel(house: House, admin: Client) -> None:
    shop = await open_shop(admin, [16])
    ids = await place_all(admin, [shop.order() for _ in range(16)])
    parcels = [(await sourced(admin, id_))["fulfilmentOrders"][0]["id"] for id_ in ids]
    await asyncio.gather(*(walk(admin, parcel, until="pack") for parcel in parcels))

    async with house.client(connections=32) as crowd:

        async def cancel(id_: str) -> list[dict[str, Any]]:
            refused: list[dict[str, Any]] = (await crowd.ask(CANCEL, input={"id": id_} | CANCELLED))[
                "userErrors"
            ]
            return refused

        rivals = [
            (cancel(id_), step(crowd, "ship", parcel)) for id_, parcel in zip(ids, parcels, strict=True)
        ]
        outcomes = await asyncio.gather(*(asyncio.gather(*pair) for pair in rivals))

    for not_cancelled, not_shipped in outcomes:
        [refusal] = not_cancelled + not_shipped  # exactly one of the two lost
        assert refusal["__typename"] == ("AlreadyShipped" if not_cancelled else "WrongState")
    shipped = sum(1 for not_cancelled, _ in outcomes if not_cancelled)
    left = {"onHand": 16 - shipped, "allocated": 0, "available": 16 - shipped}
    assert await level(admin, shop.skus[0]) == left
    states = [(await admin.ask(ORDER, id=id_))["fulfilmentOrders"][0]["state"] for id_ in ids]
    assert Counter(states) == +Counter(SHIPPED=shipped, CANCELLED=16 - shipped)
    await house.audit()


async def test_cancel_while_it_is_allocated_and_shipped(house: House, admin: Client) -> None:
    shop = await open_shop(admin, [40, 40])
    both = dict.fromkeys(shop.skus, 1)

    async def ship_soon(order_id: str) -> bool:
        """Whether the warehouse got it out of the door."""
        order = await sourced(admin, order_id)
        for parcel in order["fulfilmentOrders"]:
            for verb in ("accept", "pick", "pack", "ship"):
                if await step(admin, verb, parcel["id"]):
                    return False
        return bool(order["sourcing"] == "SOURCED")

    async def cancel_soon(order_id: str, after: Awaitable[object]) -> bool:
        """Whether the customer was fast enough."""
        await after
        refused = (await admin.ask(CANCEL, input={"id": order_id} | CANCELLED))["userErrors"]
        assert {no["__typename"] for no in refused} <= {"AlreadyShipped"}
        return not refused

    async def rivalry(number: int) -> tuple[bool, bool]:
        order_id = (await place(admin, shop.order(both)))["order"]["id"]
        shipping = asyncio.create_task(ship_soon(order_id))
        too_late = number >= 35
        cancelled = await cancel_soon(order_id, shipping if too_late else asyncio.sleep(number * 0.02))
        return await shipping, cancelled

    outcomes = await asyncio.gather(*(rivalry(number) for number in range(40)))

    shipped = sum(1 for outcome in outcomes if outcome[0])
    assert all(was_shipped != was_cancelled for was_shipped, was_cancelled in outcomes)
    assert 5 <= shipped < 40
    for sku in shop.skus:
        assert await level(admin, sku) == {
            "onHand": 40 - shipped,
            "allocated": 0,
            "available": 40 - shipped,
        }
    await house.audit()


@pytest.mark.parametrize("policy", ["REQUIRE", "BACKORDER"])
async def test_two_processes_never_promise_a_unit_twice(house: House, admin: Client, policy: str) -> None:
    shop = await open_shop(admin, [7, 5], warehouses=3)  # 21 and 15 units
    async with house.client(connections=40) as crowd:
        orders = [shop.order(dict.fromkeys(shop.skus, 1), stockPolicy=policy) for _ in range(40)]
        payloads = await asyncio.gather(*(crowd.ask(PLACE, input=order) for order in orders))
    await house.audit()
    taken = [payload for payload in payloads if not payload["userErrors"]]
    assert len(taken) == (15 if policy == "REQUIRE" else 40)
    scarce = await level(admin, shop.skus[1])
    assert scarce == {"onHand": 15, "allocated": 15, "available": 0}


async def test_two_workers_decide_each_order_once(house: House, admin: Client) -> None:
    shop = await open_shop(admin, [100, 600], warehouses=3)
    async with house.client(connections=8) as crowd:
        orders = [shop.order(dict.fromkeys(shop.skus, 1)) for _ in range(600)]
        batches = [orders[start : start + 20] for start in range(0, 600, 20)]
        await asyncio.gather(*(place_all(crowd, batch) for batch in batches))
    await house.audit()
    assert await house.value(_DECISIONS, shop.channel) == 600
    assert await level(admin, shop.skus[0]) == {"onHand": 300, "allocated": 300, "available": 0}
