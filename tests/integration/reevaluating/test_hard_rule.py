"""No order that was promised loses by a re-evaluation, over many rounds of a random house."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

import pytest

from domain.fulfilment.accept import accept
from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.fulfilment.models import FulfilmentOrder
from domain.fulfilment.reject import RejectFulfilment, RejectReason, reject
from domain.fulfilment.start_picking import start_picking
from domain.orders.models import Order
from domain.shared.database import execute, fetch
from tests.databases import Database
from tests.factories import NOW, TESTER, stock_up
from tests.integration.reevaluating.open_orders import (
    allocate,
    build,
    place,
    plan_anew,
    rule_by,
    ship_to,
)
from tests.promises import broken_promises

SKUS = "ABCD"
_PROMISED = """
    SELECT f.order_id, l.order_line_id, f.id AS parcel_id, l.quantity AS units, f.arrives_on,
           (o.promised_by AT TIME ZONE 'Europe/Berlin')::date AS promised_on, o.max_shipments, o.split_policy
    FROM fulfilment_orders f JOIN fulfilment_order_lines l ON l.fulfilment_order_id = f.id
    JOIN orders o ON o.id = f.order_id
    WHERE f.state NOT IN ('REJECTED', 'CANCELLED')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    order_id: UUID
    order_line_id: UUID
    parcel_id: UUID
    units: int
    arrives_on: date
    promised_on: date | None
    max_shipments: int
    split_policy: str

    @property
    def in_time(self) -> bool:
        return self.promised_on is None or self.arrives_on <= self.promised_on

    @property
    def shipments_max(self) -> int:
        return 1 if self.split_policy == "SINGLE_SHIPMENT" else self.max_shipments


@dataclass(frozen=True, slots=True)
class House:
    """What is promised: units by line, those that come in time, the latest day, parcels by order."""

    units: Counter[UUID]
    in_time: Counter[UUID]
    latest: dict[UUID, date]
    parcels: Counter[UUID]
    shipments_max: dict[UUID, int]


async def promised() -> House:
    rows = await fetch(_PROMISED, Promised)
    units, in_time = Counter[UUID](), Counter[UUID]()
    latest: dict[UUID, date] = {}
    for row in rows:
        units[row.order_line_id] += row.units
        in_time[row.order_line_id] += row.units * row.in_time
        if not row.in_time:
            latest[row.order_line_id] = max(row.arrives_on, latest.get(row.order_line_id, row.arrives_on))
    orders = {row.parcel_id: row.order_id for row in rows}
    return House(
        units, in_time, latest, Counter(orders.values()), {row.order_id: row.shipments_max for row in rows}
    )


def assert_nothing_lost(before: House, after: House) -> None:
    for line, units in before.units.items():
        assert after.units[line] >= units
        assert after.in_time[line] >= before.in_time[line]
    for line, day in before.latest.items():
        assert after.latest.get(line, day) <= day
    for order, parcels in before.parcels.items():
        assert after.parcels[order] <= max(parcels, before.shipments_max[order])


@pytest.mark.parametrize("seed", range(4))
async def test_over_many_rounds_nobody_loses(database: Database, seed: int) -> None:
    random = Random(seed)
    there = await build(
        SKUS,
        leipzig={"daily_capacity": 4},
        hamburg={"working_days": [1, 3, 5]},
        munich={"shipment_minor": 500, "cutoff_minute": 600},
    )
    await execute(
        "INSERT INTO shipping_zones VALUES (300, 0, 0, 1), (700, 80, 10, 2), ('Infinity', 300, 40, 4)"
    )
    protection = [{"channel": "web", "units": 1, "skus": ["A"]}]
    groups = [
        {
            "name": "g",
            "groups": [
                {"name": "near", "where": [{"rule": "WITHIN_KM", "values": ["400"]}]},
                {"name": "all"},
            ],
        }
    ]
    rules = {"routings": groups if seed % 2 else [], "protections": protection if seed > 1 else []}
    await rule_by(**rules, reevaluation={"savingMinMinor": 5, "savingMinShare": 0})
    moved = filled = 0
    for number in range(6):
        for _ in range(8):
            await place(_lines(random), **_wishes(random))
        await allocate()
        await _staff(random)
        for warehouse in random.sample(list(there.values()), 2):
            await stock_up(warehouse, {sku: random.randint(1, 5) for sku in random.sample(SKUS, 3)})
        before = await promised()
        done = await plan_anew()
        assert_nothing_lost(before, await promised())
        moved, filled = moved + done.moved, filled + done.units_filled
        await execute(
            "UPDATE orders SET sourcing = 'WAITING' WHERE sourcing = 'BACKORDERED' AND $1", number % 2 == 0
        )
    assert await broken_promises() == {}
    assert moved > 5, "there was something to do"
    assert filled > 0, "room was made for some that waited"


def _lines(random: Random) -> dict[str, int]:
    return {sku: random.choice((1, 1, 2)) for sku in random.sample(SKUS, random.choice((1, 1, 2, 3)))}


def _wishes(random: Random) -> dict[str, Any]:
    return {
        "ship_to": ship_to(random.uniform(47.5, 54.5), random.uniform(7, 14.5)),
        "split_policy": random.choice(("SINGLE_SHIPMENT", "SHIP_COMPLETE", "PARTIAL_ALLOWED")),
        "max_shipments": random.choice((1, 2, 3)),
        "promised_by": random.choice((None, "2026-11-24T18:00:00Z", "2026-11-27T18:00:00Z")),
    }


async def _staff(random: Random) -> None:
    """Some of the parcels are taken on, some of these are begun, some rejected, an order is cancelled."""
    parcels = await FulfilmentOrder.filter(state="OPEN").order_by("id")
    for parcel in random.sample(parcels, min(3, len(parcels))):
        await accept([parcel.id], by=TESTER, now=NOW)
        if random.random() < 0.5:
            await start_picking([parcel.id], by=TESTER, now=NOW)
        elif random.random() < 0.4:
            why = random.choice((RejectReason.NO_CAPACITY, RejectReason.DAMAGED))
            await reject(RejectFulfilment(fulfilment_order_id=parcel.id, reason=why), by=TESTER, now=NOW)
    order = random.choice(await Order.filter(state="OPEN", units_shipped=0).order_by("id"))
    await cancel_order(CancelOrder(order_id=order.id, reason=CancelReason.CUSTOMER), by=TESTER, now=NOW)
