"""How long it takes to plan all open orders anew, and to move what becomes cheaper."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from random import Random

import asyncpg

from benchmarks.company import CHANNEL, OPERATOR, orders, take_in
from benchmarks.harness import House
from benchmarks.measuring import Result
from domain.catalog.models import Product, Variant
from domain.channels.models import Channel
from domain.shared.database import connected, execute
from domain.shared.database.migrate import migrate
from domain.shared.ids import new_id
from domain.sourcing.allocate import allocate_waiting
from domain.sourcing.reevaluating.reevaluate import ReevaluationDone, reevaluate
from domain.sourcing.reevaluating.request_reevaluation import request_reevaluation
from domain.stock.receive_stock import ReceiveStock, StockQuantity, receive_stock
from domain.warehouses.models import Warehouse

WAREHOUSES = 20
SKUS = 2_000
STOCKED_SHARE = 0.3
EFFORT_S = 2.0  # as the setting has it
# Of an online day of 10,000 orders, so many are open when each is held for six hours.
OPEN_OF_A_DAY = 2_500
ORDERS = 10_000
DAY_S_MAX = 2.0
FRESH = 24  # one of so many orders came since the last time: a quarter of six hours

Told = tuple[ReevaluationDone, float, float]  # and the seconds it took, and those of CPU


def run(house: House) -> Iterator[Result]:
    """Twice: when goods arrived for half of the orders, which never happens at once; and a quarter of an hour later."""
    for count, aim in ((OPEN_OF_A_DAY, DAY_S_MAX), (ORDERS, None)):
        size = int(count * house.scale.share)
        first, usual = asyncio.run(_measure(house.database_url, size))
        yield _result(f"{size:,} open orders after a flood of goods", first, None)
        yield _result(f"{size:,} open orders, as every 15 minutes", usual, aim)


def _result(what: str, told: Told, aim: float | None) -> Result:
    done, seconds, cpu = told
    return Result(
        what=f"a re-evaluation of {what}",
        measured=seconds,
        unit="s",
        aim=aim,
        at_most=True,
        note=f"{cpu:.1f} s of CPU; planned in {done.plan_s:.1f} s; {done.moved:,} of {done.proposed:,} moved, "
        f"{done.saved_minor / 100:,.2f} EUR saved, {done.units_filled} units filled",
    )


async def _measure(database_url: str, count: int) -> tuple[Told, Told]:
    name = f"re_evaluation_{count}"
    connection = await asyncpg.connect(database_url)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    url = f"{database_url.rpartition('/')[0]}/{name}"
    async with connected(url, pool_max=4, application="forebay benchmark"):
        codes, skus = await _furnish(count)
        first = await _run()
        random = Random(count + 1)
        await take_in(orders(f"fresh-{count}", count // FRESH, skus))
        await _allocate()
        for code in random.sample(codes, 2):
            await _deliver(code, skus[: SKUS // 4], random, count)
        return first, await _run()


async def _run() -> Told:
    now = partial(datetime.now, UTC)
    run = await request_reevaluation(by=OPERATOR, now=now())
    began, spent = time.perf_counter(), time.process_time()
    done = await reevaluate(run, currency="EUR", effort_s=EFFORT_S, by=OPERATOR, now=now)
    assert done is not None
    return done, time.perf_counter() - began, time.process_time() - spent


async def _allocate() -> None:
    now = datetime.now(UTC)
    while (await allocate_waiting(orders_max=500, currency="EUR", by=OPERATOR, now=now)).claimed:
        pass


async def _furnish(count: int) -> tuple[list[str], tuple[str, ...]]:
    random, now = Random(count), datetime.now(UTC)
    await migrate()
    await Channel.create(
        id=new_id(),
        code=CHANNEL,
        name="Web shop",
        kind="ONLINE_STORE",
        currency="EUR",
        timezone="Europe/Berlin",
        created_at=now,
    )
    skus = tuple(f"SKU-{number:04}" for number in range(SKUS))
    products = [Product(id=new_id(), code=sku, name=sku, created_at=now) for sku in skus]
    await Product.bulk_create(products)
    await Variant.bulk_create(
        Variant(
            id=new_id(),
            product_id=product.id,
            sku=product.code,
            name=product.code,
            weight_g=min(25_000, int(random.lognormvariate(6.5, 1.0))),
            created_at=now,
        )
        for product in products
    )
    codes = [await _open_warehouse(random, number, now) for number in range(WAREHOUSES)]
    for code in codes:
        await _deliver(code, skus, random, count)
    await take_in(orders(f"open-{count}", count, skus))
    await _allocate()
    for code in codes:
        await _deliver(code, skus, random, count)
    await execute("DELETE FROM jobs")
    await execute("ANALYZE")
    return codes, skus


async def _open_warehouse(random: Random, number: int, now: datetime) -> str:
    made = await Warehouse.create(
        id=new_id(),
        code=f"w{number:02}",
        name=f"Warehouse {number:02}",
        country_code="DE",
        latitude=random.uniform(36, 60),
        longitude=random.uniform(-9, 25),
        timezone="Europe/Berlin",
        cutoff_minute=900,
        shipment_minor=random.randint(450, 900),
        kg_minor=random.randint(30, 140),
        km_millis=random.randint(80, 160),
        created_at=now,
    )
    return made.code


async def _deliver(code: str, skus: tuple[str, ...], random: Random, count: int) -> None:
    """Some of the SKUs, together about as many units as half of the orders want."""
    most = max(1, round(2 * count / (SKUS * WAREHOUSES * STOCKED_SHARE)))
    lines = tuple(
        StockQuantity(sku=sku, quantity=random.randint(1, most))
        for sku in skus
        if random.random() < STOCKED_SHARE
    )
    for start in range(0, len(lines), 500):
        receipt = ReceiveStock(warehouse=code, lines=lines[start : start + 500])
        await receive_stock(receipt, by=OPERATOR, now=datetime.now(UTC))
