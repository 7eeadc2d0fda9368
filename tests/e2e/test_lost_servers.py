"""Redis and PostgreSQL go away under load and come back: what was acknowledged is there, once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from redis.asyncio import Redis

from tests.e2e.client import Client
from tests.e2e.house import House, eventually
from tests.e2e.trade import PLACE, PLACE_MANY, Shop, level, open_shop

CALLERS = 6
ACKNOWLEDGED_MIN = 50
_PLACED = """
    SELECT o.external_reference AS reference, count(*) AS orders, bool_and(o.sourcing <> 'WAITING') AS decided
    FROM orders o JOIN channels c ON c.id = o.channel_id WHERE c.code = $1 GROUP BY 1
"""


@dataclass
class Load:
    """Callers that place orders, one and five at a time, until told to stop."""

    house: House
    shop: Shop
    insisting: bool
    acknowledged: list[str] = field(default_factory=list)
    repeated: int = 0
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def _caller(self, number: int) -> None:
        async with self.house.client(connections=2) as client:
            while not self._stopping.is_set():
                await self._one(client) if number % 2 else await self._five(client)
            self.repeated += client.repeated

    async def _one(self, client: Client) -> None:
        order = self.shop.order(stockPolicy="REQUIRE")
        payload = await (client.insist if self.insisting else client.ask)(PLACE, input=order)
        assert payload["userErrors"] == []
        self.acknowledged.append(order["externalReference"])

    async def _five(self, client: Client) -> None:
        orders = [self.shop.order() for _ in range(5)]
        ask = client.insist if self.insisting else client.ask
        payload = await ask(PLACE_MANY, input={"orders": orders})
        assert [result["userErrors"] for result in payload["results"]] == [[]] * 5
        self.acknowledged += [order["externalReference"] for order in orders]

    async def has_gone_on(self) -> None:
        """Return once enough is acknowledged for a loss to show, however slow the machine is."""

        async def enough() -> bool:
            return len(self.acknowledged) > ACKNOWLEDGED_MIN

        await eventually(enough, within_s=120)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        callers = asyncio.gather(*(self._caller(number) for number in range(CALLERS)))
        try:
            yield
        finally:
            self._stopping.set()
            await callers


async def _exactly_what_was_acknowledged(house: House, load: Load) -> None:
    await house.audit()
    rows = await house.rows(_PLACED, load.shop.channel)
    assert {row["reference"] for row in rows} == set(load.acknowledged)
    assert {row["orders"] for row in rows} == {1}
    assert all(row["decided"] for row in rows)
    assert len(load.acknowledged) == len(set(load.acknowledged)) > ACKNOWLEDGED_MIN
    async with house.client() as client:
        allocated = (await level(client, load.shop.skus[0]))["allocated"]
    assert allocated == len(rows)


async def test_redis_flushed_and_restarted_costs_nothing(fragile: House) -> None:
    assert fragile.servers is not None
    valkey = fragile.servers.valkey
    async with fragile.client() as client:
        load = Load(fragile, await open_shop(client, [100_000]), insisting=False)  # no call may fail
    async with load.running():
        for _ in range(3):
            async with Redis.from_url(valkey.url) as redis:
                await redis.flushall()
            await asyncio.sleep(0.2)
        await asyncio.to_thread(valkey.kill)
        await asyncio.sleep(1.0)
        await asyncio.to_thread(valkey.start)
        await asyncio.sleep(0.5)
        await load.has_gone_on()
    await _exactly_what_was_acknowledged(fragile, load)


async def test_postgresql_killed_and_restarted_keeps_what_was_acknowledged(fragile: House) -> None:
    assert fragile.servers is not None
    postgres = fragile.servers.postgres
    async with fragile.client() as client:
        load = Load(fragile, await open_shop(client, [100_000]), insisting=True)
    async with load.running():
        await asyncio.sleep(0.5)
        await asyncio.to_thread(postgres.kill)
        await asyncio.sleep(0.3)
        await asyncio.to_thread(postgres.start)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(postgres.restart)
        await asyncio.sleep(0.5)
        await load.has_gone_on()
    assert load.repeated > 0
    await _exactly_what_was_acknowledged(fragile, load)
