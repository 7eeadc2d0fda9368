"""Any process may be killed at any moment: nothing acknowledged is lost, nothing happens twice."""

import asyncio
import random
from collections import Counter

from tests.e2e.house import House, eventually
from tests.e2e.trade import ADJUST, PLACE, level, open_shop, place_all

_DECIDED = """
    SELECT count(*) FROM sourcing_decisions d JOIN orders o ON o.id = d.order_id
    JOIN channels c ON c.id = o.channel_id WHERE c.code = $1
"""
_DECISIONS = """
    SELECT d.outcome, count(*) AS decisions
    FROM orders o JOIN channels c ON c.id = o.channel_id LEFT JOIN sourcing_decisions d ON d.order_id = o.id
    WHERE c.code = $1 GROUP BY o.id, d.outcome
"""
_PLACED = """
    SELECT o.external_reference AS reference, count(*) AS orders, sum(o.version) AS version
    FROM orders o JOIN channels c ON c.id = o.channel_id WHERE c.code = $1 GROUP BY 1
"""


async def test_a_worker_killed_in_mid_allocation_decides_every_order_once(fragile: House) -> None:
    async with fragile.client() as client:
        shop = await open_shop(client, [700, 1_500], warehouses=1)
        await asyncio.to_thread(fragile.kill, "worker-1")
        await place_all(client, [shop.order({shop.skus[number % 2]: 1}) for number in range(2_000)])

        undecided_at_kills = []
        for _ in range(2):
            before = await fragile.value(_DECIDED, shop.channel)
            fragile.start("worker-1")

            async def is_at_work(before: int = before) -> bool:
                return bool(await fragile.value(_DECIDED, shop.channel) > before)

            await eventually(is_at_work, within_s=20, every_s=0.005)
            await asyncio.to_thread(fragile.kill, "worker-1")
            undecided_at_kills.append(2_000 - await fragile.value(_DECIDED, shop.channel))
        assert undecided_at_kills[0] > 0, "it was killed in the middle"
        fragile.start("worker-1")

        await fragile.audit()
        rows = await fragile.rows(_DECISIONS, shop.channel)
        assert Counter(row["outcome"] for row in rows) == {"SOURCED": 1_700, "BACKORDERED": 300}
        assert {row["decisions"] for row in rows} == {1}
        assert await level(client, shop.skus[0]) == {"onHand": 700, "allocated": 700, "available": 0}
        assert await level(client, shop.skus[1]) == {"onHand": 1_500, "allocated": 1_000, "available": 500}


async def test_an_api_killed_around_commit_and_asked_again(fragile: House) -> None:
    """Two API processes, one of which is always dead or dying; every caller repeats until answered."""
    rounds, callers = 5, 48
    async with fragile.client() as client:
        shop = await open_shop(client, [1_000, 1_000])

    answered: dict[str, set[str]] = {}
    found = Counter[bool]()
    adjusted = 0

    async def place_and_adjust(number: int) -> None:
        nonlocal adjusted
        order = shop.order(stockPolicy="REQUIRE")
        reference = order["externalReference"]
        found_one = {"warehouse": shop.warehouses[0], "sku": shop.skus[1], "delta": 1, "reason": "FOUND"}
        async with fragile.client(connections=2) as caller:
            await asyncio.sleep(random.uniform(0, 0.05))
            payload = await caller.insist(PLACE, input=order)
            assert payload["userErrors"] == []
            answered[reference] = {payload["order"]["id"]}
            found[payload["replayed"]] += 1
            counted = await caller.insist(ADJUST, input=found_one | {"idempotencyKey": reference})
            assert counted["userErrors"] == []
            adjusted += 1

    for number in range(rounds):
        crowd = asyncio.gather(*(place_and_adjust(caller) for caller in range(callers)))
        await asyncio.sleep(random.uniform(0.03, 0.12))
        victim = f"api-{number % 2 + 1}"
        await fragile.restart(victim)
        await crowd

    await fragile.audit()
    rows = await fragile.rows(_PLACED, shop.channel)
    assert {row["reference"] for row in rows} == answered.keys()
    assert len(rows) == rounds * callers
    async with fragile.client() as client:
        taken = rounds * callers
        assert await level(client, shop.skus[0]) == {
            "onHand": 1_000,
            "allocated": taken,
            "available": 1_000 - taken,
        }
        assert (await level(client, shop.skus[1]))["onHand"] == 1_000 + adjusted == 1_000 + taken
    assert found[False] + found[True] == taken


async def test_a_killed_relay_leaves_neither_gap_nor_double(fragile: House) -> None:
    async with fragile.client() as client:
        shop = await open_shop(client, [5_000])
        position = "SELECT last_position FROM feed_state"
        start = await fragile.value(position)
        done = asyncio.Event()
        placed = 0

        async def keep_placing() -> None:
            nonlocal placed
            while not done.is_set():
                await place_all(client, [shop.order() for _ in range(20)])
                placed += 20

        trade = asyncio.create_task(keep_placing())
        for _ in range(3):
            before = await fragile.value(position)

            async def announces(before: int = before) -> bool:
                return bool(await fragile.value(position) > before)

            await eventually(announces, within_s=20)
            await asyncio.sleep(random.uniform(0, 0.03))
            await fragile.restart("relay")
        done.set()
        await trade

    await fragile.audit()
    end = await fragile.value(position)
    rows = await fragile.rows(
        "SELECT position, source, row_id FROM feed WHERE position > $1 ORDER BY 1", start
    )
    assert [row["position"] for row in rows] == list(range(start + 1, end + 1))
    assert len({(row["source"], row["row_id"]) for row in rows}) == len(rows)
    assert sum(1 for row in rows if row["source"] == 1) >= 2 * placed  # placed, and decided
    assert placed > 0
