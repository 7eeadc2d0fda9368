"""Simulations on a real database: they find what really happened, and touch nothing of it."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from domain.channels.models import Channel
from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.jobs.kinds import JobKind
from domain.jobs.models import Job
from domain.orders.entry import Placed
from domain.orders.place_orders import place_orders
from domain.shared.database import execute, fetch_value, records
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.sourcing.allocate import allocate_waiting
from domain.sourcing.rule_sets.refusals import UnknownRuleSet
from domain.sourcing.simulating.models import Simulation, SimulationChange
from domain.sourcing.simulating.simulate_sourcing import (
    InvalidSpan,
    SimulateSourcing,
    give_up_simulations,
    simulate_sourcing,
)
from domain.sourcing.wake_backorders import wake_backorders
from domain.stock.hold_stock import HoldStock, hold_stock
from domain.stock.receive_stock import ReceiveStock, StockQuantity, receive_stock
from domain.warehouses.models import Warehouse
from tests.databases import Database
from tests.factories import (
    HAMBURG,
    MUNICH,
    NOW,
    OUTSIDE,
    TESTER,
    incoming,
    make_channel,
    make_variant,
    make_warehouse,
)
from tests.promises import broken_promises
from workers.handling import Work
from workers.jobs.simulate import simulate
from workers.run_job import JobRunner

START = NOW - timedelta(days=2)
ACTIVE = UUID("01900000-0000-7000-8000-000000000001")
LATER = NOW + timedelta(hours=1)
NOT_HAMBURG = {
    "routings": [
        {
            "name": "Not Hamburg",
            "eligible": [{"rule": "WAREHOUSE", "values": ["hamburg"], "negated": True}],
        }
    ]
}


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


async def receive(warehouse: Warehouse, minutes: float, **units: int) -> None:
    lines = tuple(StockQuantity(sku=sku, quantity=quantity) for sku, quantity in units.items())
    await receive_stock(ReceiveStock(warehouse=warehouse.code, lines=lines), by=TESTER, now=at(minutes))


async def place(minutes: float, units: dict[str, int], **stated: Any) -> UUID:
    """Placed and sourced at that minute."""
    order = incoming("shop", units, placed_at=at(minutes).isoformat(), **stated)
    [placed] = await place_orders([order], by=TESTER, now=at(minutes))
    assert isinstance(placed, Placed)
    await source(minutes)
    return placed.order_id


async def source(minutes: float) -> None:
    await allocate_waiting(orders_max=100, currency="EUR", by=TESTER, now=at(minutes))


async def draft(definition: dict[str, Any]) -> UUID:
    rule_set_id = new_id()
    await execute(
        """INSERT INTO rule_sets (id, version, name, state, definition, created_at, created_by, updated_at)
           SELECT $1, max(version) + 1, 'Tried', 'DRAFT', $2, $3, 'tester', $3 FROM rule_sets""",
        rule_set_id,
        orjson.dumps(definition).decode(),
        NOW,
    )
    return rule_set_id


async def asked(rule_set_id: UUID, *, begin: datetime = START, end: datetime = NOW) -> UUID:
    ask = SimulateSourcing(rule_set_id=rule_set_id, from_at=begin, to_at=end)
    return await simulate_sourcing(ask, by=TESTER, now=LATER)


async def worked(*simulation_ids: UUID) -> None:
    payloads = [{"simulation_id": str(key)} for key in simulation_ids]
    await simulate(Work(payloads=payloads, settings=Settings(), outside=OUTSIDE, now=lambda: LATER))


async def simulated(rule_set_id: UUID, **span: datetime) -> Simulation:
    key = await asked(rule_set_id, **span)
    await worked(key)
    done = await Simulation.get(id=key)
    assert [done.state, done.error] == ["DONE", None]
    return done


@pytest.fixture
async def shop(database: Database) -> Channel:
    """Two days of a small shop: a backorder, a cancellation, a hold; before them two orders of another day."""
    channel = await make_channel("shop")
    variants = [await make_variant(sku) for sku in "AB"]
    near = await make_warehouse("hamburg", place=HAMBURG, daily_capacity=3)
    far = await make_warehouse("munich", place=MUNICH)
    await receive(near, -100, A=10, B=10)
    await receive(far, -100, A=20, B=20)
    await execute("INSERT INTO shipping_zones VALUES (300, 10, 0, 1), ('Infinity', 90, 0, 3)")
    await place(-50, {"A": 2})
    await place(-40, {"A": 1, "B": 1}, stock_policy="REQUIRE")

    soon = (START + timedelta(days=1)).isoformat()
    await place(10, {"A": 3}, promised_by=soon)
    cancelled = await place(20, {"A": 2, "B": 1})
    await place(30, {"A": 3, "B": 2}, stock_policy="REQUIRE")
    await place(40, {"B": 30})
    await hold_stock(HoldStock(warehouse="hamburg", sku="B", quantity=2), by=TESTER, now=at(45))
    await cancel_order(CancelOrder(order_id=cancelled, reason=CancelReason.CUSTOMER), by=TESTER, now=at(50))
    await place(60, {"A": 4}, promised_by=soon)
    await receive(far, 70, B=15)
    await wake_backorders([variant.id for variant in variants], now=at(70))
    await source(70)
    await place(80, {"A": 1, "B": 4}, promised_by=soon)
    await Job.all().delete()
    return channel


async def test_the_active_rules_do_again_what_they_did(shop: Channel) -> None:
    report = (await simulated(ACTIVE)).report
    assert report is not None
    actual, baseline = report["actual"], report["baseline"]
    assert baseline == report["candidate"] == actual
    assert (actual["orders"], actual["orders_backordered"]) == (6, 0)
    assert actual["shipments_late"] > 0
    assert await SimulationChange.all().count() == 0

    decided = await records(
        """SELECT sum(cost_minor)::bigint AS cost, sum(shipments)::int AS shipments
           FROM sourcing_decisions WHERE at >= $1""",
        START,
    )
    assert baseline["cost"] == [{"currency": "EUR", "minor": decided[0]["cost"]}]
    assert baseline["shipments"] == decided[0]["shipments"]


async def test_a_draft_shows_what_it_would_change(shop: Channel) -> None:
    done = await simulated(await draft(NOT_HAMBURG))
    report = done.report
    assert report is not None
    assert [one["warehouse"] for one in report["candidate"]["load"]] == ["munich"]
    changes = await SimulationChange.filter(simulation_id=done.id).order_by("-saved_minor")
    assert report["orders_changed"] == len(changes) > 0
    saved = sum(change.saved_minor for change in changes)
    assert report["difference"]["cost"] == [{"currency": "EUR", "minor": -saved}]
    for side in ("actual", "baseline", "candidate"):
        assert sum(one["units"] for one in report[side]["load"]) == report[side]["units_filled"]
    change = changes[-1]
    assert "hamburg" in change.was["warehouses"]
    assert set(change.would_be["warehouses"]) <= {"munich"}
    assert change.was["explanation"] != change.would_be["explanation"]


async def test_a_part_of_the_past_begins_with_the_shelves_of_its_time(shop: Channel) -> None:
    for begin, end, orders in ((15, 55, 3), (35, 75, 2), (55, 5000, 2)):
        report = (await simulated(ACTIVE, begin=at(begin), end=min(at(end), NOW))).report
        assert report is not None
        assert report["actual"]["orders"] == orders
        assert report["baseline"]["cost"] == report["actual"]["cost"]
        assert report["baseline"]["load"] == report["actual"]["load"]


async def test_nothing_real_is_touched(shop: Channel) -> None:
    tables = ("stock_entries", "sourcing_decisions", "events", "jobs", "fulfilment_orders", "dispatch_days")
    query = " UNION ALL ".join(f"SELECT count(*) FROM {table}" for table in tables)
    levels = "SELECT md5(string_agg(l::text, '' ORDER BY variant_id, warehouse_id)) FROM stock_levels l"
    before = [await records(query), await fetch_value(levels)]
    key = await asked(await draft(NOT_HAMBURG))
    await execute("DELETE FROM jobs")
    await worked(key)
    assert [await records(query), await fetch_value(levels)] == before
    assert await broken_promises() == {}


async def test_a_run_that_died_is_run_again_and_says_the_same(shop: Channel) -> None:
    first = await simulated(await draft(NOT_HAMBURG))
    changes = await SimulationChange.filter(simulation_id=first.id).values()
    await worked(first.id)  # a job may come twice
    assert (await Simulation.get(id=first.id)).ended_at == first.ended_at

    await execute("UPDATE simulations SET state = 'RUNNING', report = NULL, ended_at = NULL, done = 0.5")
    await execute(
        "DELETE FROM simulation_changes WHERE saved_minor = (SELECT max(saved_minor) FROM simulation_changes)"
    )
    await worked(first.id)
    again = await Simulation.get(id=first.id)
    assert (again.state, again.done, again.report) == ("DONE", 1.0, first.report)
    assert await SimulationChange.filter(simulation_id=first.id).values() == changes


async def test_rules_that_cannot_be_used_fail_at_once_and_alone(shop: Channel) -> None:
    wrong = {"routings": [{"name": "x", "eligible": [{"rule": "WAREHOUSE", "values": ["atlantis"]}]}]}
    unknown = {"routings": [{"name": "x", "magic": True}]}
    failing = [await asked(await draft(definition)) for definition in (wrong, unknown)]
    fine = await asked(ACTIVE)
    await worked(*failing, fine)
    for key in failing:
        failed = await Simulation.get(id=key)
        assert (failed.state, failed.ended_at) == ("FAILED", LATER)
        assert failed.error
    assert (await Simulation.get(id=fine)).state == "DONE"


async def test_more_than_one_run_can_replay_is_refused(
    shop: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.sourcing.simulating.run_simulation.RUN_MAX_S", 0)
    key = await asked(ACTIVE)
    await worked(key)
    failed = await Simulation.get(id=key)
    assert failed.state == "FAILED"
    assert "shorter span" in (failed.error or "")


async def test_what_began_too_long_ago_to_be_read_is_refused(
    shop: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.sourcing.simulating.run_simulation.READ_MAX_S", 0)
    key = await asked(ACTIVE)
    await worked(key)
    failed = await Simulation.get(id=key)
    assert (failed.state, failed.ended_at) == ("FAILED", LATER)
    assert "later span" in (failed.error or "")


async def test_one_whose_job_was_given_up_has_failed(shop: Channel) -> None:
    cut_off, waits, fine = await asked(ACTIVE), await asked(ACTIVE), await asked(ACTIVE)
    await worked(fine)
    await Simulation.filter(id=cut_off).update(state="RUNNING")
    await give_up_simulations(now=LATER)
    assert {one.state for one in await Simulation.filter(id__in=[cut_off, waits])} == {"RUNNING", "WAITING"}
    await execute("UPDATE jobs SET state = 'DEAD' WHERE payload->>'simulation_id' = $1", str(cut_off))
    await give_up_simulations(now=LATER)
    states = {one.id: (one.state, one.error) for one in await Simulation.all()}
    assert states == {
        cut_off: ("FAILED", "its worker went away"),
        waits: ("WAITING", None),
        fine: ("DONE", None),
    }


async def test_what_would_begin_too_late_gets_a_round_of_its_own(
    shop: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await asked(ACTIVE), await asked(ACTIVE)
    monkeypatch.setattr("workers.jobs.simulate.BEGIN_WITHIN_S", -1)
    await execute("DELETE FROM jobs")
    await worked(first, second)
    monkeypatch.undo()
    async with asyncio.TaskGroup() as rounds:
        await JobRunner(Settings(), OUTSIDE, rounds, now=lambda: LATER).begin(JobKind.SIMULATE)
    assert await Job.all().count() == 0
    assert {one.state for one in await Simulation.all()} == {"DONE"}


async def test_a_fault_is_tried_again_until_the_job_is_given_up(
    shop: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise ConnectionError("gone")

    monkeypatch.setattr("domain.sourcing.simulating.stage.read_opening", fails)
    key = await asked(ACTIVE)
    for attempts, state in ((1, "WAITING"), (Settings().job_attempts_max, "FAILED")):
        await execute("UPDATE jobs SET attempts = $1", attempts)
        with pytest.raises(ConnectionError):
            await worked(key)
        failed = await Simulation.get(id=key)
        assert (failed.state, failed.error) == (state, "ConnectionError('gone')")
    monkeypatch.undo()
    await worked(key)  # a dead job that somebody replays
    assert (await Simulation.get(id=key)).state == "DONE"


@pytest.mark.usefixtures("database")
async def test_a_span_is_past_and_bounded() -> None:
    for begin, end, field in (
        (START, START, "to"),
        (START, LATER + timedelta(seconds=1), "to"),
        (LATER - timedelta(days=31, seconds=1), LATER, "from"),
    ):
        with pytest.raises(InvalidSpan) as no:
            await asked(ACTIVE, begin=begin, end=end)
        assert no.value.field == field
    with pytest.raises(UnknownRuleSet):
        await asked(UUID(int=1))
    await asked(ACTIVE, begin=LATER - timedelta(days=31), end=LATER)


async def test_a_span_without_orders_reports_nothing(shop: Channel) -> None:
    report = (await simulated(ACTIVE, begin=at(100), end=at(110))).report
    assert report is not None
    assert report["actual"] == report["baseline"]
    assert report["baseline"]["orders"] == 0
