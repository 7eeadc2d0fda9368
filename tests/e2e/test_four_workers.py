"""Four workers source what waits, all at once on one PostgreSQL, and one of them is killed in between.

`LIVE_ORDERS=20000` makes it a long day (with `--log-cli-level INFO` it tells its time); the suite is content with 2,000.
"""

import asyncio
import logging
import os
import random
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.e2e.house import House, eventually, open_house
from tests.e2e.trade import Shop, level, open_shop, place_all

log = logging.getLogger(__name__)
ORDERS = int(os.environ.get("LIVE_ORDERS", "2000"))
WORKERS = [f"worker-{number}" for number in range(1, 5)]

_DECIDED = "SELECT count(DISTINCT order_id) FROM sourcing_decisions"
_TIMELINES = """
    SELECT o.units, o.units_allocated, o.sourcing, o.version,
           (SELECT array_agg(kind ORDER BY version) FROM events WHERE subject_id = o.id) AS kinds,
           (SELECT array_agg(outcome) FROM sourcing_decisions WHERE order_id = o.id) AS outcomes,
           (SELECT coalesce(sum(l.quantity), 0) FROM fulfilment_orders f
            JOIN fulfilment_order_lines l ON l.fulfilment_order_id = f.id WHERE f.order_id = o.id) AS promised
    FROM orders o
"""
_EVENT = {"SOURCED": "ORDER_SOURCED", "PARTLY_SOURCED": "ORDER_SOURCED", "BACKORDERED": "ORDER_BACKORDERED"}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with four workers."""
    with open_house(tmp_path_factory.mktemp("busy"), workers=4) as opened:
        yield opened


async def test_four_workers_decide_every_order_once_though_one_is_killed(busy: House) -> None:
    async with busy.client(timeout_s=120) as client:
        # of three SKUs there is less than is asked for, in three places
        shop = await open_shop(client, [ORDERS // 9, ORDERS // 12, ORDERS // 15, ORDERS], warehouses=3)
        for worker in WORKERS:
            await asyncio.to_thread(busy.kill, worker)
        await place_all(client, _orders(shop))
        reserved = sum([(await level(client, sku))["allocated"] for sku in shop.skus])
        assert reserved > 0, "some have their units since they came in"

        begun = time.monotonic()
        for worker in WORKERS:
            busy.start(worker)

        async def is_under_way() -> bool:
            return bool(await busy.value(_DECIDED) > ORDERS // 10)

        await eventually(is_under_way, within_s=max(30.0, ORDERS / 100), every_s=0.005)
        victim = random.choice(WORKERS)
        await asyncio.to_thread(busy.kill, victim)
        undecided = ORDERS - await busy.value(_DECIDED)
        assert undecided > 0, "it was killed in the middle"

        await busy.audit(within_s=max(60.0, ORDERS / 100))
        log.info("%d orders in %.1f s, %d left when one died", ORDERS, time.monotonic() - begun, undecided)
        rows = await busy.rows(_TIMELINES)
        assert len(rows) == ORDERS
        for row in rows:
            [outcome] = row["outcomes"]
            assert row["kinds"] == ["ORDER_PLACED", _EVENT[outcome]]
            assert row["promised"] == row["units_allocated"]
            assert (row["sourcing"] == "SOURCED") == (row["units"] == row["units_allocated"])
        outcomes = Counter(row["outcomes"][0] for row in rows)
        assert outcomes.keys() == _EVENT.keys(), outcomes
        at_work = [worker for worker in WORKERS if busy.log_of(worker).count("allocated") > 0]
        assert len(at_work) >= 2, at_work


def _orders(shop: Shop) -> Iterator[dict[str, object]]:
    """One to three lines, urgent ones among them, every tenth with its stock reserved at once."""
    for number in range(ORDERS):
        first, second, third = (shop.skus[(number + step) % len(shop.skus)] for step in range(3))
        units = {first: 1, **({second: 1} if number % 2 else {}), **({third: 2} if number % 5 == 0 else {})}
        if number % 10 == 0:
            yield shop.order({shop.skus[3]: 1}, stockPolicy="REQUIRE")
        else:
            yield shop.order(units, priority="URGENT" if number % 7 == 0 else "NORMAL")
