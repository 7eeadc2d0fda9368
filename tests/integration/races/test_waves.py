"""Waves raced: nobody is in two, and the last parcel ends its wave, whoever ships it."""

import asyncio
import random
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.fulfilment.models import FulfilmentOrder
from domain.fulfilment.pack import pack
from domain.fulfilment.ship import ShipFulfilment, ship_each
from domain.fulfilment.waves.cancel_wave import cancel_wave
from domain.fulfilment.waves.create_wave import create_wave
from domain.fulfilment.waves.models import Wave, WaveMember
from domain.fulfilment.waves.plan_waves import PlanWaves, plan_waves
from domain.fulfilment.waves.release_wave import ReleasedWave, release_wave
from domain.fulfilment.waves.remove_from_wave import remove_from_wave
from domain.orders.entry import Placed
from domain.orders.place_orders import place_orders
from domain.shared.database import fetch_value
from domain.shared.refusal import Refusal
from domain.sourcing.allocate import allocate_waiting
from tests.databases import Database
from tests.factories import NOW, TESTER, incoming, make_channel, make_variant, make_warehouse, stock_up
from tests.promises import broken_promises

CUSTOMER = CancelReason.CUSTOMER


async def shaken(work: Awaitable[Any]) -> Any:
    """`work` after a moment of its own, and its refusal as an answer."""
    await asyncio.sleep(random.random() * 0.004)
    try:
        return await work
    except Refusal as refusal:
        return refusal


async def world() -> None:
    await make_channel("shop")
    await make_variant("A")
    await stock_up(await make_warehouse("leipzig"), {"A": 10_000})


async def sourced(orders: int) -> list[UUID]:
    """Fresh orders, sourced; their ids."""
    placed = await place_orders([incoming("shop", {"A": 1}) for _ in range(orders)], by=TESTER, now=NOW)
    while (await allocate_waiting(orders_max=50, currency="EUR", by=TESTER, now=NOW)).claimed:
        pass
    return [one.order_id for one in placed if isinstance(one, Placed)]


def called_off(order_id: UUID) -> Awaitable[Any]:
    return shaken(cancel_order(CancelOrder(order_id=order_id, reason=CUSTOMER), by=TESTER, now=NOW))


async def test_two_planners_never_take_the_same_parcel(database: Database) -> None:
    await world()
    for size in (3, 10):
        await sourced(40)
        ask = PlanWaves(warehouse="leipzig", parcels_max=size)
        await asyncio.gather(
            *(shaken(plan_waves(ask, by=TESTER, now=NOW, waves_max=4)) for _ in range(6)),
            *(shaken(create_wave(ask, by=TESTER, now=NOW)) for _ in range(10)),
        )
    planned = await fetch_value("SELECT count(*) FROM wave_members WHERE left_at IS NULL")
    assert planned == 80
    assert await fetch_value("SELECT count(DISTINCT fulfilment_order_id) FROM wave_members") == 80
    assert (
        await fetch_value("SELECT min(count) FROM (SELECT count(*) FROM wave_members GROUP BY wave_id) s")
        >= 1
    )
    assert await broken_promises() == {}


async def test_a_wave_is_released_or_cancelled_and_never_both(database: Database) -> None:
    await world()
    outcomes = set()
    for _ in range(15):
        await sourced(3)
        wave = await create_wave(PlanWaves(warehouse="leipzig"), by=TESTER, now=NOW)
        answers = await asyncio.gather(
            *(shaken(release_wave(wave, by=TESTER, now=NOW)) for _ in range(2)),
            shaken(cancel_wave(wave, by=TESTER, now=NOW)),
        )
        released = sum(isinstance(answer, ReleasedWave) for answer in answers)
        state = (await Wave.get(id=wave)).state
        assert (released, state) in {(1, "RELEASED"), (0, "CANCELLED")}
        outcomes.add(state)
        picking = await fetch_value("SELECT count(*) FROM fulfilment_orders WHERE state = 'PICKING'")
        assert picking % 3 == 0
        if state == "CANCELLED":
            await release_wave(
                await create_wave(PlanWaves(warehouse="leipzig"), by=TESTER, now=NOW), by=TESTER, now=NOW
            )
    assert await broken_promises() == {}


async def test_orders_are_called_off_while_their_wave_is_planned_and_released(database: Database) -> None:
    await world()
    for _ in range(12):
        orders = await sourced(6)

        async def work() -> None:
            wave = await create_wave(PlanWaves(warehouse="leipzig", parcels_max=6), by=TESTER, now=NOW)
            await asyncio.sleep(random.random() * 0.01)
            await release_wave(wave, by=TESTER, now=NOW)

        leaving = random.sample(orders, 4)
        await asyncio.gather(shaken(work()), *(called_off(order_id) for order_id in leaving))
        assert await fetch_value("SELECT count(*) FROM fulfilment_orders WHERE state = 'OPEN'") in {0, 2}
        assert await broken_promises() == {}
        await asyncio.gather(*(called_off(order_id) for order_id in orders))
        assert not await Wave.filter(state__in=["OPEN", "RELEASED"]).exists()
    assert await broken_promises() == {}


async def test_the_last_parcel_ends_its_wave_whoever_ships_it(database: Database) -> None:
    await world()
    for _ in range(10):
        orders = await sourced(8)
        wave = await create_wave(PlanWaves(warehouse="leipzig", parcels_max=8), by=TESTER, now=NOW)
        await release_wave(wave, by=TESTER, now=NOW)
        parcels = [row.id for row in await FulfilmentOrder.filter(order_id__in=orders[:6])]
        await pack(parcels, by=TESTER, now=NOW)
        random.shuffle(parcels)
        removed = (await FulfilmentOrder.get(order_id=orders[7])).id
        await asyncio.gather(
            *(
                shaken(ship_each(list(map(leaving, part)), by=TESTER, now=NOW))
                for part in (parcels[:1], parcels[1:4])
            ),
            *(shaken(ship_each(list(map(leaving, parcels[at:])), by=TESTER, now=NOW)) for at in (3, 4)),
            called_off(orders[6]),
            shaken(remove_from_wave(wave, [removed], by=TESTER, now=NOW)),
        )
        assert (await Wave.get(id=wave)).state == "COMPLETED"
        assert await WaveMember.filter(wave_id=wave, left_at=None).count() == 7
    assert await broken_promises() == {}


def leaving(parcel: UUID) -> ShipFulfilment:
    return ShipFulfilment(fulfilment_order_id=parcel, carrier="DHL", tracking_number="1Z")
