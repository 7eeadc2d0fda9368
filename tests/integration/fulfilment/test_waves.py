"""Waves: planned of what is due, released, completed by themselves; cancelled, and left."""

import asyncio
from contextvars import copy_context
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.fulfilment.accept import accept
from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.fulfilment.deliver import deliver
from domain.fulfilment.models import FulfilmentOrder
from domain.fulfilment.pack import pack
from domain.fulfilment.reject import RejectFulfilment, RejectReason, reject
from domain.fulfilment.ship import ShipFulfilment, ship
from domain.fulfilment.start_picking import start_picking
from domain.fulfilment.waves.cancel_wave import cancel_wave
from domain.fulfilment.waves.create_wave import create_wave
from domain.fulfilment.waves.dispatch_schedule import dispatch_schedule
from domain.fulfilment.waves.models import Wave, WaveMember
from domain.fulfilment.waves.pick_list import pick_list
from domain.fulfilment.waves.plan_waves import PlanWaves, plan_waves
from domain.fulfilment.waves.reading import progress_of
from domain.fulfilment.waves.refusals import (
    InvalidWave,
    NothingDue,
    NothingToPick,
    UnknownWave,
    WrongWaveState,
)
from domain.fulfilment.waves.release_wave import release_wave
from domain.fulfilment.waves.remove_from_wave import remove_from_wave
from domain.orders.entry import Placed
from domain.orders.hold_order import HoldOrder, hold_order
from domain.orders.models import HoldReason
from domain.orders.place_orders import place_orders
from domain.orders.policies import Priority
from domain.shared.database import execute, fetch_value, transaction
from domain.sourcing.allocate import allocate_waiting
from domain.stock.find import UnknownWarehouse
from tests.databases import Database
from tests.factories import (
    HAMBURG,
    NOW,
    TESTER,
    incoming,
    make_channel,
    make_variant,
    make_warehouse,
    stock_up,
)
from tests.promises import broken_promises

ALL = PlanWaves(warehouse="leipzig")


@pytest.fixture
async def leipzig(database: Database) -> Any:
    """A warehouse with 100 units of two SKUs, and a shop that sells from it."""
    await make_channel("shop")
    for sku in "AB":
        await make_variant(sku)
    warehouse = await make_warehouse("leipzig")
    await stock_up(warehouse, {"A": 100, "B": 100})
    return warehouse


async def source(*units: dict[str, int], channel: str = "shop", **fields: Any) -> list[UUID]:
    """The fulfilment orders of fresh orders, in turn."""
    parcels = []
    for lines in units:
        [placed] = await place_orders([incoming(channel, lines, **fields)], by=TESTER, now=NOW)
        assert isinstance(placed, Placed)
        await allocate_waiting(orders_max=100, currency="EUR", by=TESTER, now=NOW)
        parcels.append((await FulfilmentOrder.get(order_id=placed.order_id)).id)
    return parcels


async def members(wave_id: UUID) -> list[UUID]:
    rows = await WaveMember.filter(wave_id=wave_id, left_at=None).order_by("position")
    return [row.fulfilment_order_id for row in rows]


async def state(wave_id: UUID) -> str:
    return (await Wave.get(id=wave_id)).state


async def states(*ids: UUID) -> list[str]:
    found = {row.id: row.state for row in await FulfilmentOrder.filter(id__in=ids)}
    return [found[id_] for id_ in ids]


async def cancel(parcel: UUID) -> None:
    order_id = (await FulfilmentOrder.get(id=parcel)).order_id
    await cancel_order(CancelOrder(order_id=order_id, reason=CancelReason.CUSTOMER), by=TESTER, now=NOW)


async def leave(*ids: UUID) -> None:
    leaving = [ShipFulfilment(fulfilment_order_id=id_, carrier="DHL", tracking_number="1Z") for id_ in ids]
    await ship(leaving, by=TESTER, now=NOW)


async def test_urgent_orders_come_first_and_waves_are_of_a_size(leipzig: Any) -> None:
    plain = await source(*[{"A": 1}] * 4)
    [urgent] = await source({"A": 1}, priority="URGENT")
    planned = await plan_waves(PlanWaves(warehouse="leipzig", parcels_max=2), by=TESTER, now=NOW)
    assert not planned.more
    assert [len(await members(id_)) for id_ in planned.ids] == [2, 2, 1]
    assert (await members(planned.ids[0]))[0] == urgent
    assert [id_ for wave in planned.ids for id_ in await members(wave)] == [urgent, *plain]
    assert [w.number for w in await Wave.all().order_by("number")] == [1, 2, 3]
    assert (await plan_waves(ALL, by=TESTER, now=NOW)).ids == ()
    with pytest.raises(NothingDue):
        await create_wave(ALL, by=TESTER, now=NOW)


async def test_what_is_called_off_just_now_is_in_no_wave(leipzig: Any) -> None:
    [parcel] = await source({"A": 1})
    outside = copy_context()

    async def plan() -> tuple[UUID, ...]:
        return (await plan_waves(ALL, by=TESTER, now=NOW)).ids

    async with transaction():
        await cancel(parcel)
        assert await asyncio.create_task(plan(), context=outside) == ()


async def test_only_what_is_due_and_passes_is_taken(leipzig: Any) -> None:
    await make_channel("market")
    [late] = await source({"A": 1})
    [market] = await source({"A": 1}, channel="market", priority="HIGH")
    [tomorrows] = await source({"A": 1})
    await execute("UPDATE fulfilment_orders SET planned_ship_on = '2026-11-23' WHERE id = $1", tomorrows)
    await execute(
        "UPDATE fulfilment_orders SET created_at = $2 WHERE id = $1", late, NOW + timedelta(hours=1)
    )

    async def taken(**said: Any) -> set[UUID]:
        planned = await plan_waves(PlanWaves(warehouse="leipzig", **said), by=TESTER, now=NOW)
        found = {id_ for wave in planned.ids for id_ in await members(wave)}
        for wave in planned.ids:
            await cancel_wave(wave, by=TESTER, now=NOW)
        return found

    assert await taken() == {late, market}
    assert await taken(ship_by=date(2026, 11, 23)) == {late, market, tomorrows}
    assert await taken(sourced_before=NOW + timedelta(minutes=1)) == {market}
    assert await taken(channels=("market",)) == {market}
    assert await taken(priorities=(Priority.HIGH, Priority.URGENT)) == {market}
    assert await taken(channels=()) == set()


async def test_more_than_can_be_planned_at_once_is_told(leipzig: Any) -> None:
    await source(*[{"A": 1}] * 3)
    ask = PlanWaves(warehouse="leipzig", parcels_max=1)
    planned = await plan_waves(ask, by=TESTER, now=NOW, waves_max=2)
    assert (len(planned.ids), planned.more) == (2, True)
    planned = await plan_waves(ask, by=TESTER, now=NOW, waves_max=2)
    assert (len(planned.ids), planned.more) == (1, False)


async def test_a_released_wave_is_picked_and_ends_with_its_last_parcel(leipzig: Any) -> None:
    first, second, third = await source({"A": 1}, {"A": 2}, {"B": 1})
    await accept([second], by=TESTER, now=NOW)
    wave = await create_wave(ALL, by=TESTER, now=NOW)
    assert (await release_wave(wave, by=TESTER, now=NOW)).left_out == ()
    assert await states(first, second, third) == ["PICKING"] * 3
    told = "SELECT payload ->> 'wave' FROM events WHERE kind = 'FULFILMENT_PICKING' LIMIT 1"
    assert await fetch_value(told) == "1"

    await pack([first, second], by=TESTER, now=NOW)
    await leave(first)
    await cancel(third)
    [progress] = await progress_of([wave])
    assert {name: count for name, count in progress.items() if count and name != "wave_id"} == {
        "parcels": 3,
        "packed": 1,
        "shipped": 1,
        "cancelled": 1,
    }
    assert await state(wave) == "RELEASED"
    await leave(second)
    ended = await Wave.get(id=wave)
    assert ended.state == "COMPLETED"
    assert not ended.ended_by
    await deliver([first, second], by=TESTER, now=NOW)
    assert await state(wave) == "COMPLETED"
    assert await broken_promises() == {}


async def test_what_cannot_be_picked_any_more_is_left_out(leipzig: Any) -> None:
    fine, held, cancelled, rejected, begun = await source(*[{"A": 1}] * 5)
    wave = await create_wave(ALL, by=TESTER, now=NOW)
    order_id = (await FulfilmentOrder.get(id=held)).order_id
    await hold_order(HoldOrder(order_id=order_id, reason=HoldReason.FRAUD), by=TESTER, now=NOW)
    await cancel(cancelled)
    no = RejectFulfilment(fulfilment_order_id=rejected, reason=RejectReason.OTHER)
    await reject(no, by=TESTER, now=NOW)
    await accept([begun], by=TESTER, now=NOW)
    await start_picking([begun], by=TESTER, now=NOW)

    released = await release_wave(wave, by=TESTER, now=NOW)
    assert set(released.left_out) == {held, cancelled, rejected}
    assert await members(wave) == [fine, begun]
    assert await states(fine, begun, held) == ["PICKING", "PICKING", "ON_HOLD"]
    assert await broken_promises() == {}


async def test_a_wave_of_nothing_but_cancelled_orders_ends_by_itself(leipzig: Any) -> None:
    ids = await source({"A": 1}, {"A": 1})
    wave = await create_wave(ALL, by=TESTER, now=NOW)
    await cancel(ids[0])
    assert await state(wave) == "OPEN"
    await cancel(ids[1])
    assert await state(wave) == "CANCELLED"
    with pytest.raises(WrongWaveState):
        await release_wave(wave, by=TESTER, now=NOW)


async def test_a_wave_that_is_all_on_hold_is_not_released(leipzig: Any) -> None:
    [held] = await source({"A": 1})
    wave = await create_wave(ALL, by=TESTER, now=NOW)
    order_id = (await FulfilmentOrder.get(id=held)).order_id
    await hold_order(HoldOrder(order_id=order_id, reason=HoldReason.FRAUD), by=TESTER, now=NOW)
    with pytest.raises(NothingToPick):
        await release_wave(wave, by=TESTER, now=NOW)
    assert (await state(wave), await members(wave)) == ("OPEN", [held])


async def test_a_wave_that_was_shipped_piece_by_piece_is_completed(leipzig: Any) -> None:
    [parcel] = await source({"A": 1})
    wave = await create_wave(ALL, by=TESTER, now=NOW)
    for take in (accept, start_picking, pack):
        await take([parcel], by=TESTER, now=NOW)
    await leave(parcel)
    assert await state(wave) == "COMPLETED"
    assert await broken_promises() == {}


async def test_a_cancelled_wave_frees_what_was_in_it(leipzig: Any) -> None:
    ids = await source({"A": 1}, {"A": 1})
    wave = await create_wave(ALL, by=TESTER, now=NOW)
    for _ in range(2):
        await cancel_wave(wave, by=TESTER, now=NOW)
    ended = await Wave.get(id=wave)
    assert (ended.state, ended.ended_by, await members(wave)) == ("CANCELLED", "tester", [])
    again = await create_wave(ALL, by=TESTER, now=NOW)
    assert await members(again) == ids
    await release_wave(again, by=TESTER, now=NOW)
    with pytest.raises(WrongWaveState):
        await cancel_wave(again, by=TESTER, now=NOW)
    assert await state(again) == "RELEASED"


async def test_what_is_removed_may_go_into_another_wave(leipzig: Any) -> None:
    first, second = await source({"A": 1}, {"A": 1})
    wave = await create_wave(ALL, by=TESTER, now=NOW)
    assert await remove_from_wave(wave, [second, second, leipzig.id], by=TESTER, now=NOW) == 1
    assert await remove_from_wave(wave, [second], by=TESTER, now=NOW) == 0
    other = await create_wave(ALL, by=TESTER, now=NOW)
    assert (await members(wave), await members(other)) == ([first], [second])
    await remove_from_wave(other, [second], by=TESTER, now=NOW)
    assert await state(other) == "CANCELLED"  # nothing is left in it

    await release_wave(wave, by=TESTER, now=NOW)
    await remove_from_wave(wave, [first], by=TESTER, now=NOW)
    assert (await state(wave), await states(first)) == ("CANCELLED", ["PICKING"])
    with pytest.raises(WrongWaveState):
        await remove_from_wave(wave, [first], by=TESTER, now=NOW)
    assert await broken_promises() == {}


async def test_the_last_one_removed_completes_what_was_shipped(leipzig: Any) -> None:
    first, second = await source({"A": 1}, {"A": 1})
    wave = await create_wave(ALL, by=TESTER, now=NOW)
    await release_wave(wave, by=TESTER, now=NOW)
    await pack([first], by=TESTER, now=NOW)
    await leave(first)
    await remove_from_wave(wave, [second], by=TESTER, now=NOW)
    assert await state(wave) == "COMPLETED"


async def test_the_database_keeps_a_parcel_in_one_wave(leipzig: Any) -> None:
    [parcel] = await source({"A": 1})
    await create_wave(ALL, by=TESTER, now=NOW)
    other = await make_warehouse("other")
    second = """WITH w AS (INSERT INTO waves (id, warehouse_id, state, ship_by, created_at, created_by)
        VALUES ($1, $1, 'OPEN', now(), now(), 'vandal') RETURNING id)
        INSERT INTO wave_members (wave_id, fulfilment_order_id, position) SELECT id, $2, 1 FROM w"""
    with pytest.raises(asyncpg.UniqueViolationError, match="wave_members_one_wave_at_a_time"):
        await execute(second, other.id, parcel)


async def test_unknown_things_and_sizes_are_refused(leipzig: Any) -> None:
    for size in (0, 501, 10**30):
        with pytest.raises(InvalidWave):
            await plan_waves(PlanWaves(warehouse="leipzig", parcels_max=size), by=TESTER, now=NOW)
    with pytest.raises(UnknownWarehouse):
        await plan_waves(PlanWaves(warehouse="mars"), by=TESTER, now=NOW)
    for doing in (release_wave, cancel_wave):
        with pytest.raises(UnknownWave):
            await doing(leipzig.id, by=TESTER, now=NOW)
    with pytest.raises(UnknownWave):
        await pick_list(leipzig.id)


async def test_the_pick_list_sums_units_and_lists_parcels(leipzig: Any) -> None:
    first, second, gone = await source({"A": 1, "B": 2}, {"B": 3}, {"A": 7})
    wave = await create_wave(ALL, by=TESTER, now=NOW)
    await cancel(gone)
    listed = await pick_list(wave)
    assert [(row.sku, row.units, row.parcels) for row in listed.rows] == [("A", 1, 1), ("B", 5, 2)]
    assert listed.units == 6
    assert [[(line.sku, line.quantity) for line in parcel] for parcel in listed.parcels] == [
        [("A", 1), ("B", 2)],
        [("B", 3)],
    ]
    numbers = {row.id: row.number for row in await FulfilmentOrder.all()}
    assert [parcel[0].parcel for parcel in listed.parcels] == [numbers[first], numbers[second]]
    assert (listed.wave.warehouse, listed.wave.number) == ("leipzig", 1)


async def test_the_schedule_says_what_each_day_has_room_for(leipzig: Any) -> None:
    north = await make_warehouse(
        "north", place=HAMBURG, daily_capacity=3, working_days=[1, 2, 3, 4, 5, 6], shipment_minor=1
    )
    await stock_up(north, {"A": 100})
    # a Sunday: all of it leaves on Monday, as far as it has room
    ids = await source(*[{"A": 1}] * 2)
    assert set(await states(*ids)) == {"OPEN"}
    await create_wave(
        PlanWaves(warehouse="north", ship_by=date(2026, 11, 23), parcels_max=1), by=TESTER, now=NOW
    )
    await execute("INSERT INTO warehouse_closures (warehouse_id, day) VALUES ($1, '2026-11-24')", north.id)
    days = await dispatch_schedule("north", date(2026, 11, 22), date(2026, 11, 25))
    told = [(d.day.day, d.works, d.planned, d.capacity, d.room, d.to_leave, d.in_waves) for d in days]
    assert told == [
        (22, False, 0, 3, 0, 0, 0),
        (23, True, 2, 3, 1, 2, 1),
        (24, False, 0, 3, 0, 0, 0),
        (25, True, 0, 3, 3, 0, 0),
    ]
    [unlimited] = await dispatch_schedule("leipzig", date(2026, 11, 23), date(2026, 11, 23))
    assert (unlimited.capacity, unlimited.room) == (None, None)
    for span in ((date(2026, 11, 23), date(2026, 11, 22)), (date(2026, 1, 1), date(2026, 12, 1))):
        with pytest.raises(InvalidWave):
            await dispatch_schedule("north", *span)
