"""`unfillable: CANCEL`: what no warehouse can ship waits until a date, and is then cancelled, once, or ships."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.checks.run_checks import CheckKind
from domain.fulfilment.accept import accept
from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.fulfilment.deliver import deliver
from domain.fulfilment.models import FulfilmentOrder
from domain.fulfilment.pack import pack
from domain.fulfilment.ship import ShipFulfilment, ship
from domain.fulfilment.start_picking import start_picking
from domain.jobs.models import Job
from domain.orders.models import Order, OrderLine
from domain.orders.place_orders import place_orders
from domain.orders.reading import timelines_of
from domain.sourcing.allocate import allocate_waiting
from domain.sourcing.models import SourcingDecision
from domain.sourcing.wake_backorders import wake_backorders
from domain.sourcing.wake_waiting import wake_waiting
from domain.stock.models import StockLevel
from tests.databases import Database
from tests.factories import (
    MUNICH,
    NOW,
    TESTER,
    incoming,
    make_channel,
    make_variant,
    make_warehouse,
    stock_up,
)
from tests.integration.sourcing.test_rules_live import rule_by
from tests.promises import broken_promises

TWO_DAYS = {"name": "Two days", "unfillable": "CANCEL", "cancelAfterDays": 2}
LATER = NOW + timedelta(days=2)


@pytest.fixture
async def shop(database: Database) -> dict[str, Any]:
    """Ten of A in Leipzig, none of B."""
    await make_channel("web")
    for sku in "AB":
        await make_variant(sku)
    leipzig = await make_warehouse("leipzig")
    await stock_up(leipzig, {"A": 10})
    return {"leipzig": leipzig}


async def allocate(now: datetime = NOW) -> None:
    await allocate_waiting(orders_max=500, currency="EUR", by=TESTER, now=now)


async def placed(units: dict[str, int], **stated: Any) -> Order:
    await place_orders([incoming("web", units, **stated)], by=TESTER, now=NOW)
    await allocate()
    order = await Order.all().order_by("-number").first()
    assert order is not None
    return order


async def sweep(now: datetime) -> None:
    """What relay and worker do when the time has come."""
    await wake_waiting(now=now)
    await allocate(now)


async def kinds(order: Order) -> list[str]:
    [timeline] = await timelines_of([order.id])
    return [event["kind"] for event in timeline]


async def standing(order: Order) -> tuple[str, datetime | None]:
    now = await Order.get(id=order.id)
    return now.sourcing, now.cancel_unfilled_at


async def lines(order: Order) -> Sequence[tuple[str, int, int]]:
    rows = (
        await OrderLine.filter(order_id=order.id).order_by("position").values("sku", "cancelled", "allocated")
    )
    return [(row["sku"], row["cancelled"], row["allocated"]) for row in rows]


async def test_what_is_unfilled_at_the_date_is_cancelled_and_the_rest_ships(shop: dict[str, Any]) -> None:
    await rule_by(TWO_DAYS)
    order = await placed({"A": 2, "B": 3})
    assert (order.sourcing, order.cancel_unfilled_at, order.source_again_at) == ("BACKORDERED", LATER, LATER)

    await sweep(LATER - timedelta(seconds=1))
    await order.refresh_from_db()
    assert (order.sourcing, order.units_cancelled) == ("BACKORDERED", 0)
    await sweep(LATER)
    await order.refresh_from_db()
    assert (order.state, order.sourcing, order.cancel_unfilled_at) == ("OPEN", "SOURCED", None)
    assert await lines(order) == [("A", 0, 2), ("B", 3, 0)]
    [timeline] = await timelines_of([order.id])
    assert [event["kind"] for event in timeline] == ["ORDER_PLACED", "ORDER_SOURCED", "ORDER_UNITS_CANCELLED"]
    assert timeline[-1]["payload"] == {
        "reason": "OUT_OF_STOCK",
        "note": "no warehouse could ship it in time",
        "units": 3,
        "lines": [{"sku": "B", "units": 3}],
    }
    await sweep(LATER + timedelta(days=1))
    assert len(await kinds(order)) == 3
    assert await broken_promises() == {}

    [parcel] = await FulfilmentOrder.filter(order_id=order.id)
    for step in (accept, start_picking, pack):
        await step([parcel.id], by=TESTER, now=LATER)
    await ship(
        [ShipFulfilment(fulfilment_order_id=parcel.id, carrier="DHL", tracking_number="1")],
        by=TESTER,
        now=LATER,
    )
    await deliver([parcel.id], by=TESTER, now=LATER)
    await order.refresh_from_db()
    assert (order.state, order.fulfilment_status) == ("COMPLETED", "DELIVERED")
    assert await broken_promises() == {}


async def test_an_order_of_which_nothing_is_left_is_cancelled(shop: dict[str, Any]) -> None:
    await rule_by(TWO_DAYS)
    none = await placed({"B": 1})
    whole = await placed({"A": 1, "B": 1}, split_policy="SHIP_COMPLETE")
    await sweep(LATER)
    for order in (none, whole):
        await order.refresh_from_db()
        assert (order.state, order.sourcing, order.fulfilment_status) == ("CANCELLED", "NONE", "CANCELLED")
        assert await kinds(order) == ["ORDER_PLACED", "ORDER_BACKORDERED", "ORDER_CANCELLED"]
    assert await broken_promises() == {}


async def test_an_order_whose_other_units_have_arrived_is_completed(shop: dict[str, Any]) -> None:
    await rule_by(TWO_DAYS)
    order = await placed({"A": 1, "B": 1})
    [parcel] = await FulfilmentOrder.filter(order_id=order.id)
    for step in (accept, start_picking, pack):
        await step([parcel.id], by=TESTER, now=NOW)
    await ship(
        [ShipFulfilment(fulfilment_order_id=parcel.id, carrier="DHL", tracking_number="1")],
        by=TESTER,
        now=NOW,
    )
    await deliver([parcel.id], by=TESTER, now=NOW)
    await sweep(LATER)
    await order.refresh_from_db()
    assert (order.state, order.sourcing) == ("COMPLETED", "SOURCED")
    assert (await kinds(order))[-2:] == ["ORDER_UNITS_CANCELLED", "ORDER_COMPLETED"]
    assert await broken_promises() == {}


async def test_what_was_reserved_and_may_not_ship_is_given_back(shop: dict[str, Any]) -> None:
    await rule_by(TWO_DAYS | {"eligible": [{"rule": "WITHIN_KM", "values": ["1"]}]})
    order = await placed({"A": 4}, stock_policy="REQUIRE")
    assert (order.sourcing, order.units_allocated) == ("BACKORDERED", 4)
    await sweep(LATER)
    await order.refresh_from_db()
    assert (order.state, order.units_cancelled, order.units_allocated) == ("CANCELLED", 4, 0)
    level = await StockLevel.get(warehouse_id=shop["leipzig"].id)
    assert (level.on_hand, level.allocated) == (10, 0)
    assert await broken_promises() == {}


async def test_days_count_from_the_promise_where_the_routing_says_so(shop: dict[str, Any]) -> None:
    await rule_by(TWO_DAYS | {"cancelFrom": "PROMISE"})
    promised = await placed({"B": 1}, promised_by="2026-11-30T18:00:00+01:00")
    assert promised.cancel_unfilled_at is not None
    assert promised.cancel_unfilled_at.isoformat() == "2026-12-02T17:00:00+00:00"
    assert (await placed({"B": 1})).cancel_unfilled_at == LATER


async def test_the_date_stays_until_rules_without_it_decide(shop: dict[str, Any]) -> None:
    await rule_by(TWO_DAYS)
    order = await placed({"B": 1})
    await rule_by(TWO_DAYS | {"cancelAfterDays": 9})
    await allocate(NOW + timedelta(days=1))
    assert await standing(order) == ("BACKORDERED", LATER)
    await rule_by()
    await allocate(NOW + timedelta(days=1))
    assert await standing(order) == ("BACKORDERED", None)
    await rule_by(TWO_DAYS)
    await allocate()
    await cancel_order(CancelOrder(order_id=order.id, reason=CancelReason.CUSTOMER), by=TESTER, now=NOW)
    assert await standing(order) == ("NONE", None)
    assert await broken_promises(CheckKind.SAFETY, CheckKind.LIVENESS) == {}


@pytest.mark.parametrize("lead_ms", [-4, -2, -1, 0, 200])
async def test_a_delivery_at_the_same_moment_ships_or_finds_nothing_open(
    shop: dict[str, Any], lead_ms: int
) -> None:
    await rule_by(TWO_DAYS)
    munich = await make_warehouse("munich", place=MUNICH)
    await stock_up(munich, {"B": 1})  # so that its level is there
    orders = [await placed({"B": 2}) for _ in range(8)]

    async def arrival() -> None:
        await asyncio.sleep(max(0, -lead_ms) / 1000)
        await stock_up(munich, {"B": 9})
        [level] = await StockLevel.filter(warehouse_id=munich.id)
        await wake_backorders([level.variant_id], now=LATER)

    async def date() -> None:
        await asyncio.sleep(max(0, lead_ms) / 1000)
        await sweep(LATER)

    await asyncio.gather(arrival(), *(date() for _ in range(3)))
    while await Order.filter(sourcing="WAITING").exists():
        await allocate(LATER)
    level = await StockLevel.get(warehouse_id=munich.id)
    filled = await Order.filter(sourcing="SOURCED", units_allocated=2, units_cancelled=0).count()
    cancelled = await Order.filter(state="CANCELLED", units_allocated=0, units_cancelled=2).count()
    assert filled + cancelled == len(orders)
    assert filled == 5 or lead_ms < 200, "there are ten units, and eight orders for two"
    assert (level.on_hand, level.allocated) == (10, 2 * filled)
    for order in orders:
        assert len(await kinds(order)) == 3
    assert await SourcingDecision.all().count() == len(orders) + filled
    await Job.all().delete()
    assert await broken_promises() == {}
