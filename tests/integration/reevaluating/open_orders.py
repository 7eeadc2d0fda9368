"""Open orders to plan anew, and what became of them."""

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

from domain.channels.raw_order import RawShipTo
from domain.fulfilment.models import FulfilmentOrder
from domain.orders.entry import Placed
from domain.orders.models import Order
from domain.orders.place_orders import place_orders
from domain.shared.database import records
from domain.sourcing.allocate import allocate_waiting
from domain.sourcing.models import SourcingDecision
from domain.sourcing.reevaluating.reevaluate import ReevaluationDone, reevaluate
from domain.sourcing.reevaluating.request_reevaluation import request_reevaluation
from domain.sourcing.rule_sets.activate_rule_set import activate_rule_set
from domain.sourcing.rule_sets.draft_rule_set import DraftRuleSet, draft_rule_set
from domain.sourcing.rules.definition import RuleSet
from domain.warehouses.models import Warehouse
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
)

PLACES = {"hamburg": HAMBURG, "leipzig": LEIPZIG, "munich": MUNICH}
EFFORT_S = 5.0
TODAY = date(2026, 11, 22)


async def build(skus: str = "AB", **warehouses: Any) -> dict[str, Warehouse]:
    """A channel, variants of one letter each, and three warehouses without stock."""
    await make_channel("web")
    for sku in skus:
        await make_variant(sku)
    return {
        code: await make_warehouse(code, place=place, **warehouses.get(code, {}))
        for code, place in PLACES.items()
    }


async def place(lines: dict[str, int], **fields: Any) -> UUID:
    [placed] = await place_orders([incoming("web", lines, **fields)], by=TESTER, now=NOW)
    assert isinstance(placed, Placed)
    return placed.order_id


def ship_to(latitude: float, longitude: float) -> RawShipTo:
    return RawShipTo(country_code="DE", city="Somewhere", latitude=latitude, longitude=longitude)


async def allocate() -> None:
    while (await allocate_waiting(orders_max=500, currency="EUR", by=TESTER, now=NOW)).claimed:
        pass


async def plan_anew() -> ReevaluationDone:
    run = await request_reevaluation(by=TESTER, now=NOW)
    done = await reevaluate(run, currency="EUR", effort_s=EFFORT_S, by=TESTER, now=lambda: NOW)
    assert done is not None
    return done


async def rule_by(**definition: Any) -> None:
    drafted = await draft_rule_set(
        DraftRuleSet(name="Test", note="", rules=RuleSet.model_validate(definition)), by=TESTER, now=NOW
    )
    await activate_rule_set(drafted, by=TESTER, now=NOW)


async def standing(order_id: UUID) -> Counter[tuple[str, str]]:
    """The order's parcels: (warehouse, state) -> units."""
    rows = await records(
        """
        SELECT w.code, f.state, sum(l.quantity)::int AS units
        FROM fulfilment_orders f JOIN warehouses w ON w.id = f.warehouse_id
        JOIN fulfilment_order_lines l ON l.fulfilment_order_id = f.id WHERE f.order_id = $1 GROUP BY f.id, w.code
        """,
        order_id,
    )
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        found[row["code"], row["state"]] += row["units"]
    return found


async def parcels_of(order_id: UUID) -> list[FulfilmentOrder]:
    return await FulfilmentOrder.filter(order_id=order_id).order_by("created_at", "id")


async def last_decision(order_id: UUID) -> SourcingDecision:
    decisions = await SourcingDecision.filter(order_id=order_id).order_by("-at", "-id")
    return decisions[0]


async def order_row(order_id: UUID) -> Order:
    return await Order.get(id=order_id)
