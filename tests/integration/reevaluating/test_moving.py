"""Open orders move when something cheaper turns up, and only then."""

from datetime import datetime, timedelta

import pytest

from domain.fulfilment.accept import accept
from domain.fulfilment.start_picking import start_picking
from domain.fulfilment.waves.create_wave import create_wave
from domain.fulfilment.waves.plan_waves import PlanWaves
from domain.fulfilment.waves.refusals import NothingDue
from domain.orders.hold_order import HoldOrder, hold_order
from domain.orders.models import HoldReason
from domain.shared.database import execute, fetch_value
from domain.sourcing.reevaluating.models import Reevaluation
from domain.sourcing.said import recalled
from tests.databases import Database
from tests.factories import NOW, TESTER, make_variant, stock_up
from tests.integration.reevaluating.open_orders import (
    TODAY,
    allocate,
    build,
    last_decision,
    order_row,
    parcels_of,
    place,
    plan_anew,
    rule_by,
    ship_to,
    standing,
)
from tests.promises import broken_promises

NEAR_MUNICH = {"latitude": 48.3, "longitude": 11.9}
NEAR_HAMBURG = {"latitude": 53.4, "longitude": 10.2}
CANCEL_LATER = {"unfillable": "CANCEL", "cancelAfterDays": 2}


async def test_an_order_moves_when_cheaper_stock_arrives(database: Database) -> None:
    there = await build()
    await stock_up(there["munich"], {"A": 5})
    order = await place({"A": 2})
    await allocate()
    assert await standing(order) == {("munich", "OPEN"): 2}
    await stock_up(there["leipzig"], {"A": 5})

    done = await plan_anew()

    assert (done.considered, done.proposed, done.moved) == (1, 1, 1)
    assert await standing(order) == {("munich", "CANCELLED"): 2, ("leipzig", "OPEN"): 2}
    old, new = await parcels_of(order)
    decision = await last_decision(order)
    assert (old.moved_by, new.decision_id) == (decision.id, decision.id)
    assert decision.saved_minor == done.saved_minor == old.cost_minor - new.cost_minor == 36
    assert decision.explanation == (
        "Moved from Munich to Leipzig: 0.36 EUR cheaper (4.04 instead of 4.40), leaves 2026-11-22."
    )
    chosen, present, *others = decision.detail["candidates"]
    assert (chosen["warehouses"], chosen["chosen"]) == (["leipzig"], True)
    assert (present["warehouses"], present["reason"]) == (["munich"], None)
    assert [(one["warehouses"], str(recalled(one["reason"]))) for one in others] == [
        (["hamburg"], "lacks 2 of A")
    ]
    row = await order_row(order)
    event = await fetch_value(
        "SELECT payload::text FROM events WHERE kind = 'ORDER_MOVED' AND version = $1", row.version
    )
    assert '"savedMinor": 36' in event
    assert row.sourcing == "SOURCED"
    run = await Reevaluation.get(id=decision.reevaluation_id)
    assert (run.state, run.considered, run.moved, run.saved_minor) == ("DONE", 1, 1, 36)
    assert await broken_promises() == {}


async def test_an_order_beyond_all_bounds_keeps_no_other_from_moving(database: Database) -> None:
    there = await build()
    await make_variant("ANVIL", weight_g=100_000_000)
    await stock_up(there["munich"], {"A": 5, "ANVIL": 9})
    heavy = await place({"ANVIL": 3}, placed_at="2026-11-21T13:00:00Z")  # all that a past day foretells
    light = await place({"A": 2})
    await allocate()
    await stock_up(there["leipzig"], {"A": 5, "ANVIL": 9})
    assert (await plan_anew()).moved == 1
    assert await standing(heavy) == {("munich", "OPEN"): 3}
    assert (await standing(light))["leipzig", "OPEN"] == 2


@pytest.mark.parametrize(
    ("cutoff", "until"),
    [(17 * 60, NOW + timedelta(hours=2)), (14 * 60 + 30, None), (23 * 60, NOW + timedelta(hours=5))],
)
async def test_what_moves_is_held_back_no_longer_than_its_new_cut_off_allows(
    database: Database, cutoff: int, until: datetime | None
) -> None:
    there = await build(munich={"cutoff_minute": 23 * 60}, leipzig={"cutoff_minute": cutoff})
    await rule_by(reevaluation={"holdMinutes": 300})
    await stock_up(there["munich"], {"A": 5})
    order = await place({"A": 2})
    await allocate()
    await stock_up(there["leipzig"], {"A": 5})
    assert (await plan_anew()).moved == 1
    before, after = await parcels_of(order)
    assert (before.releasable_at, after.releasable_at) == (NOW + timedelta(hours=5), until)


async def test_a_second_round_finds_nothing_to_do(database: Database) -> None:
    there = await build()
    await stock_up(there["munich"], {"A": 5})
    await place({"A": 2})
    await allocate()
    await stock_up(there["leipzig"], {"A": 5})
    assert (await plan_anew()).moved == 1
    done = await plan_anew()
    assert (done.considered, done.proposed, done.moved) == (1, 0, 0)


async def test_what_saves_less_than_the_rules_ask_stays(database: Database) -> None:
    there = await build()
    await stock_up(there["munich"], {"A": 5})
    order = await place({"A": 2})
    await allocate()
    await stock_up(there["leipzig"], {"A": 5})
    await rule_by(reevaluation={"savingMinMinor": 37, "savingMinShare": 0})
    assert (await plan_anew()).proposed == 0
    await rule_by(reevaluation={"savingMinMinor": 1, "savingMinShare": 0.09})
    assert (await plan_anew()).proposed == 0
    assert await standing(order) == {("munich", "OPEN"): 2}
    await rule_by(reevaluation={"savingMinMinor": 36, "savingMinShare": 0.08})
    assert (await plan_anew()).moved == 1


async def test_two_orders_swap_what_neither_could_take_alone(database: Database) -> None:
    there = await build()
    await stock_up(there["munich"], {"A": 1})
    north = await place({"A": 1}, ship_to=ship_to(**NEAR_HAMBURG))
    await allocate()
    await stock_up(there["hamburg"], {"A": 1})
    south = await place({"A": 1}, ship_to=ship_to(**NEAR_MUNICH))
    await allocate()
    assert (await standing(north), await standing(south)) == (
        {("munich", "OPEN"): 1},
        {("hamburg", "OPEN"): 1},
    )

    done = await plan_anew()

    assert (done.moved, done.objections) == (2, ())
    assert (await standing(north))["hamburg", "OPEN"] == 1
    assert (await standing(south))["munich", "OPEN"] == 1
    number = (await order_row(south)).number
    assert (await last_decision(north)).explanation.endswith(f", together with order {number}.")
    assert await broken_promises() == {}


async def test_an_order_makes_room_for_one_that_waits(database: Database) -> None:
    there = await build()
    await stock_up(there["leipzig"], {"A": 1})
    first = await place({"A": 1})
    await allocate()
    await stock_up(there["leipzig"], {"B": 1})
    both = await place({"A": 1, "B": 1}, split_policy="SINGLE_SHIPMENT")
    await allocate()
    assert (await order_row(both)).sourcing == "BACKORDERED"
    await stock_up(there["munich"], {"A": 1})

    done = await plan_anew()

    assert (done.moved, done.units_filled) == (1, 2)
    assert (await standing(first))["munich", "OPEN"] == 1
    assert await standing(both) == {("leipzig", "OPEN"): 2}
    assert (await order_row(both)).sourcing == "SOURCED"
    assert "dearer, to make room" in (await last_decision(first)).explanation
    assert await broken_promises() == {}


async def test_two_parcels_become_one(database: Database) -> None:
    there = await build()
    await stock_up(there["leipzig"], {"A": 3})
    await stock_up(there["munich"], {"B": 3})
    order = await place({"A": 1, "B": 1})
    await allocate()
    await stock_up(there["leipzig"], {"B": 3})
    assert (await plan_anew()).moved == 1
    assert await standing(order) == {
        ("leipzig", "CANCELLED"): 1,
        ("munich", "CANCELLED"): 1,
        ("leipzig", "OPEN"): 2,
    }
    assert await broken_promises() == {}


async def test_a_parcel_whose_content_stays_is_left_alone(database: Database) -> None:
    there = await build()
    await stock_up(there["leipzig"], {"A": 3})
    await stock_up(there["munich"], {"B": 3})
    order = await place({"A": 1, "B": 1})
    await allocate()
    [kept] = [one for one in await parcels_of(order) if one.warehouse_id == there["leipzig"].id]
    await accept([kept.id], by=TESTER, now=NOW)
    await rule_by(reevaluation={"savingMinMinor": 1, "savingMinShare": 0})
    await stock_up(there["hamburg"], {"B": 3})
    assert (await plan_anew()).moved == 1
    await kept.refresh_from_db()
    assert kept.state == "ACCEPTED"
    assert (await standing(order))["hamburg", "OPEN"] == 1
    assert (await last_decision(order)).shipments == 1
    assert await broken_promises() == {}


async def test_who_has_begun_to_pick_is_not_disturbed_and_neither_is_who_is_on_hold(
    database: Database,
) -> None:
    there = await build()
    await stock_up(there["munich"], {"A": 5})
    picked, held, accepted = await place({"A": 1}), await place({"A": 1}), await place({"A": 1})
    await allocate()
    for order in (picked, accepted):
        await accept([one.id for one in await parcels_of(order)], by=TESTER, now=NOW)
    await start_picking([one.id for one in await parcels_of(picked)], by=TESTER, now=NOW)
    await hold_order(HoldOrder(order_id=held, reason=HoldReason.ADDRESS), by=TESTER, now=NOW)
    await stock_up(there["leipzig"], {"A": 5})
    done = await plan_anew()
    assert (done.considered, done.moved) == (1, 1)
    assert (await standing(accepted))["leipzig", "OPEN"] == 1
    assert await broken_promises() == {}


async def test_nothing_moves_where_it_would_come_too_late(database: Database) -> None:
    there = await build(leipzig={"working_days": [2]})
    await stock_up(there["munich"], {"A": 5})
    order = await place({"A": 1}, promised_by="2026-11-23T20:00:00Z")
    relaxed = await place({"A": 1})
    await allocate()
    await stock_up(there["leipzig"], {"A": 5})
    assert (await plan_anew()).moved == 1
    assert await standing(order) == {("munich", "OPEN"): 1}
    assert (await standing(relaxed))["leipzig", "OPEN"] == 1


async def test_a_rule_that_bars_a_warehouse_holds_here_too(database: Database) -> None:
    there = await build()
    await stock_up(there["munich"], {"A": 5})
    order = await place({"A": 1})
    await allocate()
    await stock_up(there["leipzig"], {"A": 5})
    barred = {"rule": "WAREHOUSE", "values": ["leipzig"], "negated": True}
    await rule_by(routings=[{"name": "Not Leipzig", "eligible": [barred]}])
    assert (await plan_anew()).moved == 0
    assert await standing(order) == {("munich", "OPEN"): 1}


async def test_who_ranks_by_something_else_than_cost_is_left_alone(database: Database) -> None:
    there = await build()
    await stock_up(there["munich"], {"A": 5})
    order = await place({"A": 1})
    await allocate()
    await stock_up(there["leipzig"], {"A": 5})
    await rule_by(routings=[{"name": "Near", "rank": [{"rule": "DISTANCE"}, {"rule": "COST"}]}])
    assert (await plan_anew()).proposed == 0
    by_cost = [{"rule": "COST", "tolerance": 36}, {"rule": "DISTANCE"}]
    await rule_by(routings=[{"name": "Nearly cheapest", "rank": by_cost}])
    assert (await plan_anew()).proposed == 0
    assert await standing(order) == {("munich", "OPEN"): 1}


async def test_a_wave_waits_for_what_may_still_move(database: Database) -> None:
    there = await build(leipzig={"cutoff_minute": 18 * 60})
    await rule_by(reevaluation={"holdMinutes": 30})
    await stock_up(there["leipzig"], {"A": 5})
    await place({"A": 1})
    await allocate()
    with pytest.raises(NothingDue):
        await create_wave(PlanWaves(warehouse="leipzig"), by=TESTER, now=NOW + timedelta(minutes=29))
    assert await create_wave(PlanWaves(warehouse="leipzig"), by=TESTER, now=NOW + timedelta(minutes=30))


async def test_what_is_protected_for_another_channel_is_not_taken(database: Database) -> None:
    there = await build()
    await stock_up(there["munich"], {"A": 5})
    await place({"A": 1})
    await place({"A": 1})
    await allocate()
    await execute(
        "INSERT INTO channels SELECT gen_random_uuid(), 'pos', 'POS', 'POS', 'generic', 'EUR', timezone, 0, 10000, 0, true, created_at FROM channels LIMIT 1"
    )
    await rule_by(protections=[{"channel": "pos", "units": 4, "warehouses": ["leipzig"]}])
    await stock_up(there["leipzig"], {"A": 5})
    assert (await plan_anew()).moved == 1
    assert await broken_promises() == {}


async def test_no_day_is_overbooked_by_moves(database: Database) -> None:
    there = await build(leipzig={"daily_capacity": 2})
    await stock_up(there["munich"], {"A": 9})
    orders = [await place({"A": 1}) for _ in range(5)]
    await allocate()
    await stock_up(there["leipzig"], {"A": 9})
    assert (await plan_anew()).moved == 2
    assert (await plan_anew()).moved == 2
    leipzig = [one for order in orders for one in await parcels_of(order) if one.state == "OPEN"]
    days = sorted(
        one.planned_ship_on
        for one in leipzig
        if one.warehouse_id == there["leipzig"].id and one.planned_ship_on
    )
    assert days == [TODAY, TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=1)]
    assert await broken_promises() == {}


async def test_an_order_that_waits_to_be_allocated_is_left_to_allocation(database: Database) -> None:
    there = await build()
    await stock_up(there["leipzig"], {"A": 5})
    order = await place({"A": 1})
    done = await plan_anew()
    assert (done.considered, done.proposed) == (1, 0)
    assert (await order_row(order)).sourcing == "WAITING"


async def test_what_is_only_reserved_keeps_its_order_waiting(database: Database) -> None:
    there = await build()
    await stock_up(there["munich"], {"A": 1, "B": 1})
    order = await place({"A": 1, "B": 1}, ship_to=ship_to(**NEAR_HAMBURG), stock_policy="REQUIRE")
    barred = {"rule": "WAREHOUSE", "values": ["munich"], "negated": True}
    await rule_by(routings=[{"name": "Not Munich", "eligible": [barred]} | CANCEL_LATER])
    await stock_up(there["leipzig"], {"A": 1})
    await allocate()
    before = await order_row(order)
    assert before.sourcing == "BACKORDERED"
    assert before.source_again_at == before.cancel_unfilled_at is not None

    await stock_up(there["hamburg"], {"A": 1})
    assert (await plan_anew()).moved == 1

    row = await order_row(order)
    assert await standing(order) == {("leipzig", "CANCELLED"): 1, ("hamburg", "OPEN"): 1}
    assert (row.sourcing, row.source_again_at, row.cancel_unfilled_at) == (
        "BACKORDERED",
        before.source_again_at,
        before.cancel_unfilled_at,
    )
    assert (await last_decision(order)).outcome == "PARTLY_SOURCED"
    assert '"unfilledLines": 1' in await fetch_value(
        "SELECT payload::text FROM events WHERE kind = 'ORDER_MOVED'"
    )
    assert await broken_promises() == {}
