"""Rules at work: what the active rule set says happens to real orders."""

import asyncio
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from asyncpg import RestrictViolationError

from domain.checks.run_checks import CheckKind
from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.fulfilment.models import FulfilmentOrder
from domain.jobs.models import Job
from domain.orders.models import Order, OrderHold
from domain.orders.place_orders import place_orders
from domain.orders.release_order import ReleaseOrder, release_order
from domain.shared.database import execute, fetch_value
from domain.shared.ids import new_id
from domain.sourcing.allocate import AllocationRound, allocate_waiting
from domain.sourcing.models import RuleSetVersion, SourcingDecision
from domain.sourcing.rule_sets.activate_rule_set import activate_rule_set
from domain.sourcing.rule_sets.change_rule_set import change_rule_set, discard_rule_set
from domain.sourcing.rule_sets.draft_rule_set import DraftRuleSet, draft_rule_set
from domain.sourcing.rule_sets.refusals import InvalidRuleSet, RuleSetNotDraft, UnknownRuleSet
from domain.sourcing.rules.definition import RuleSet
from domain.sourcing.wake_waiting import wake_waiting
from tests.databases import Database
from tests.factories import (
    HAMBURG,
    LEIPZIG,
    MUNICH,
    NOW,
    TESTER,
    incoming,
    make_channel,
    make_variant,
    make_warehouse,
    stock_up,
)
from tests.promises import broken_promises
from tests.standstill import LEVELS, begun, in_the_way, once

TODAY = date(2026, 11, 22)


async def allocate(orders_max: int = 500) -> AllocationRound:
    return await allocate_waiting(orders_max=orders_max, currency="EUR", by=TESTER, now=NOW)


def drafting(**definition: Any) -> DraftRuleSet:
    return DraftRuleSet(name="Test", note="", rules=RuleSet.model_validate(definition))


async def rule_by(*routings: dict[str, Any], **more: Any) -> None:
    drafted = await draft_rule_set(drafting(routings=routings, **more), by=TESTER, now=NOW)
    await activate_rule_set(drafted, by=TESTER, now=NOW)


async def build(**warehouses: Any) -> None:
    await make_channel("web")
    await make_channel("pos")
    for sku in "AB":
        await make_variant(sku)
    for code, place in (("hamburg", HAMBURG), ("leipzig", LEIPZIG), ("munich", MUNICH)):
        await stock_up(
            await make_warehouse(code, place=place, **warehouses.get(code, {})), {"A": 50, "B": 50}
        )


async def decision_of(channel: str) -> SourcingDecision:
    channel_id = await fetch_value("SELECT id FROM channels WHERE code = $1", channel)
    return await SourcingDecision.get(order_id=(await Order.get(channel_id=channel_id)).id)


async def ship_days() -> Counter[tuple[date, str]]:
    rows = await FulfilmentOrder.all().values("planned_ship_on", "state")
    return Counter((row["planned_ship_on"], row["state"]) for row in rows)


async def test_a_channel_is_routed_and_the_decision_says_by_what(database: Database) -> None:
    await build()
    far = {"rule": "WAREHOUSE", "values": ["munich"]}
    await rule_by(
        {"name": "Shops", "when": [{"rule": "CHANNEL", "values": ["pos"]}], "eligible": [far]},
        {"name": "Rest"},
    )
    await place_orders([incoming("web", {"A": 1}), incoming("pos", {"A": 1})], by=TESTER, now=NOW)
    await allocate()

    web, pos = await decision_of("web"), await decision_of("pos")
    assert (web.detail["routing"], pos.detail["routing"]) == ("Rest", "Shops")
    assert web.detail["shipments"][0]["warehouse"] == "leipzig"
    assert pos.detail["shipments"][0]["warehouse"] == "munich"
    rules = {one["warehouses"][0]: one["rule"] for one in pos.detail["candidates"]}
    assert rules == {"munich": None, "hamburg": "WAREHOUSE", "leipzig": "WAREHOUSE"}
    active = await RuleSetVersion.get(state="ACTIVE")
    assert (pos.rule_set_id, pos.policy) == (active.id, "Test/2")
    assert await broken_promises() == {}


async def test_no_day_is_filled_beyond_its_capacity_by_any_number_of_workers(database: Database) -> None:
    await build(leipzig={"daily_capacity": 7})
    await rule_by({"name": "Leipzig", "eligible": [{"rule": "WAREHOUSE", "values": ["leipzig"]}]})
    await place_orders([incoming("web", {"A": 1}) for _ in range(40)], by=TESTER, now=NOW)

    async def work() -> None:
        while (round_ := await allocate(3)).claimed or round_.again:
            pass

    await asyncio.gather(*(work() for _ in range(8)))

    days = await ship_days()
    assert days == {(TODAY + timedelta(days=at), "OPEN"): 7 for at in range(5)} | {
        (TODAY + timedelta(days=5), "OPEN"): 5
    }
    assert await broken_promises() == {}


async def test_what_is_cancelled_makes_room(database: Database) -> None:
    await build(leipzig={"daily_capacity": 1})
    await place_orders([incoming("web", {"A": 1})], by=TESTER, now=NOW)
    await allocate()
    order = await Order.get(channel_id__isnull=False)
    await cancel_order(CancelOrder(order_id=order.id, reason=CancelReason.CUSTOMER), by=TESTER, now=NOW)
    await place_orders([incoming("web", {"A": 1})], by=TESTER, now=NOW)
    await allocate()

    assert await ship_days() == {(TODAY, "CANCELLED"): 1, (TODAY, "OPEN"): 1}
    assert await broken_promises() == {}


async def test_closed_days_and_the_cut_off_are_kept(database: Database) -> None:
    await build(leipzig={"cutoff_minute": 12 * 60})  # it is 13:00 there
    leipzig = await fetch_value("SELECT id FROM warehouses WHERE code = 'leipzig'")
    await execute(
        "INSERT INTO warehouse_closures (warehouse_id, day) VALUES ($1, $2)", leipzig, date(2026, 11, 23)
    )
    await place_orders([incoming("web", {"A": 1})], by=TESTER, now=NOW)
    await allocate()
    assert await ship_days() == {(date(2026, 11, 24), "OPEN"): 1}


async def test_what_no_day_takes_is_looked_at_again_after_midnight(database: Database) -> None:
    await build(leipzig={"working_days": [1], "daily_capacity": 1})
    await rule_by({"name": "Leipzig", "eligible": [{"rule": "WAREHOUSE", "values": ["leipzig"]}]})
    await place_orders([incoming("web", {"A": 1}) for _ in range(11)], by=TESTER, now=NOW)
    await allocate()

    [late] = await Order.filter(sourcing="BACKORDERED")
    assert late.source_again_at is not None
    assert late.source_again_at.isoformat() == "2026-11-23T00:00:00+00:00"
    await Job.all().delete()
    assert not await wake_waiting(now=NOW)
    assert await wake_waiting(now=NOW + timedelta(days=1))
    assert await Order.filter(id=late.id, sourcing="WAITING", source_again_at=None).exists()


async def test_what_cannot_be_filled_is_parked_once(database: Database) -> None:
    await build()
    await rule_by({"name": "Park", "unfillable": "PARK"})
    await place_orders([incoming("web", {"A": 1, "B": 99})], by=TESTER, now=NOW)
    await allocate()

    order = await Order.get(channel_id__isnull=False)
    hold = await OrderHold.get(order_id=order.id)
    assert (order.sourcing, order.allocation_status, hold.reason) == ("ON_HOLD", "PARTLY_ALLOCATED", "STOCK")
    assert (await FulfilmentOrder.get(order_id=order.id)).state == "ON_HOLD"
    assert await broken_promises() == {}

    await release_order(ReleaseOrder(order_id=order.id), by=TESTER, now=NOW)
    await allocate()
    await order.refresh_from_db()
    assert order.sourcing == "BACKORDERED"
    assert await broken_promises() == {}


async def test_a_rule_set_lives_from_draft_to_archive_and_back(database: Database) -> None:
    first = await RuleSetVersion.get(state="ACTIVE")
    drafted = await draft_rule_set(drafting(), by=TESTER, now=NOW)
    await change_rule_set(drafted, drafting(routings=[{"name": "All"}]), by=TESTER, now=NOW)
    await activate_rule_set(drafted, by=TESTER, now=NOW)
    await activate_rule_set(drafted, by=TESTER, now=NOW)
    assert {(row.version, row.state) for row in await RuleSetVersion.all()} == {
        (1, "ARCHIVED"),
        (2, "ACTIVE"),
    }
    with pytest.raises(RuleSetNotDraft):
        await change_rule_set(drafted, drafting(), by=TESTER, now=NOW)
    with pytest.raises(RuleSetNotDraft):
        await discard_rule_set(drafted, by=TESTER)
    with pytest.raises(RestrictViolationError):
        await execute("UPDATE rule_sets SET definition = '{}' WHERE id = $1", drafted)
    with pytest.raises(RestrictViolationError):
        await execute("DELETE FROM rule_sets WHERE id = $1", drafted)

    await activate_rule_set(first.id, by=TESTER, now=NOW)
    assert (await RuleSetVersion.get(state="ACTIVE")).id == first.id
    third = await draft_rule_set(drafting(), by=TESTER, now=NOW)
    await discard_rule_set(third, by=TESTER)
    with pytest.raises(UnknownRuleSet):
        await activate_rule_set(third, by=TESTER, now=NOW)


async def test_a_draft_goes_with_its_simulations(database: Database) -> None:
    drafted = await draft_rule_set(drafting(), by=TESTER, now=NOW)
    await execute(
        """INSERT INTO simulations (id, rule_set_id, from_at, to_at, state, created_at, created_by)
           VALUES ($1, $2, $3, $4, 'WAITING', $4, 'tester')""",
        new_id(),
        drafted,
        NOW - timedelta(days=1),
        NOW,
    )
    await discard_rule_set(drafted, by=TESTER)
    assert await fetch_value("SELECT count(*) FROM simulations") == 0


async def test_rules_that_do_not_fit_are_not_activated(database: Database) -> None:
    routing = {"name": "Shops", "when": [{"rule": "CHANNEL", "values": ["nowhere"]}]}
    drafted = await draft_rule_set(drafting(routings=[routing]), by=TESTER, now=NOW)
    with pytest.raises(InvalidRuleSet) as refused:
        await activate_rule_set(drafted, by=TESTER, now=NOW)
    assert refused.value.field == "routings[0].when[0].values"
    assert (await RuleSetVersion.get(state="ACTIVE")).version == 1


async def test_drafts_and_activations_at_once_leave_one_active_and_no_gap(database: Database) -> None:
    drafted = await asyncio.gather(*(draft_rule_set(drafting(), by=TESTER, now=NOW) for _ in range(8)))
    await asyncio.gather(*(activate_rule_set(one, by=TESTER, now=NOW) for one in drafted))
    rows = await RuleSetVersion.all()
    assert sorted(row.version for row in rows) == list(range(1, 10))
    assert Counter(row.state for row in rows) == {"ACTIVE": 1, "ARCHIVED": 8}


async def test_backorders_are_looked_at_under_new_rules(database: Database) -> None:
    await build()
    await rule_by({"name": "None", "eligible": [{"rule": "WITHIN_KM", "values": ["1"]}]})
    await place_orders([incoming("web", {"A": 1})], by=TESTER, now=NOW)
    await allocate()
    assert await Order.filter(sourcing="BACKORDERED").count() == 1
    await Job.all().delete()
    await Order.all().update(updated_at=NOW - timedelta(minutes=1))
    assert await broken_promises(CheckKind.LIVENESS) == {}
    await rule_by()
    await allocate()
    assert await Order.filter(sourcing="SOURCED").count() == 1


async def test_backorders_of_a_round_that_is_under_way_are_looked_at_under_new_rules(
    database: Database,
) -> None:
    await build()
    await rule_by({"name": "None", "eligible": [{"rule": "WITHIN_KM", "values": ["1"]}]})
    await place_orders([incoming("web", {"A": 1})], by=TESTER, now=NOW)
    async with in_the_way(database, LEVELS):
        work = await begun(once(allocate), once(rule_by))
    await asyncio.gather(*work)

    await allocate()
    assert await Order.filter(sourcing="SOURCED").count() == 1
    assert await broken_promises() == {}


async def test_new_rules_do_not_wait_for_rounds_that_come_after_them(database: Database) -> None:
    await build()
    await place_orders([incoming("web", {"A": 1}) for _ in range(3)], by=TESTER, now=NOW)
    async with in_the_way(database, LEVELS):
        work = await begun(allocate(1), rule_by(), allocate(1))
    await asyncio.gather(*work)

    rows = await SourcingDecision.all().order_by("at", "id")
    assert [row.policy for row in rows] == ["Cheapest/1", "Test/2"]
