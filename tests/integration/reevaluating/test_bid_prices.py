"""What past days asked for prices what is on the shelves, and a rule set that says so counts it."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from domain.shared.database import execute, fetch_value, records
from domain.sourcing.said import recalled
from domain.warehouses.models import Warehouse
from tests.databases import Database
from tests.factories import NOW, stock_up
from tests.integration.reevaluating.open_orders import (
    allocate,
    build,
    last_decision,
    place,
    plan_anew,
    rule_by,
    ship_to,
    standing,
)
from tests.promises import broken_promises

NEAR_HAMBURG = ship_to(53.4, 10.2)
BETWEEN = ship_to(52.5, 11.1)  # a little nearer to Hamburg than to Leipzig


async def _yesterday(orders: int) -> None:
    """Orders of one A each from beside Hamburg, an hour later in the day than now."""
    for _ in range(orders):
        order = await place({"A": 1}, ship_to=NEAR_HAMBURG)
        await _placed_at(order, days_ago=1)
    await allocate()


async def _placed_at(order: UUID, *, days_ago: int) -> None:
    at = NOW - timedelta(days=days_ago) + timedelta(hours=1)
    await execute("UPDATE orders SET placed_at = $2 WHERE id = $1", order, at)


async def _scarce() -> Mapping[str, Warehouse]:
    """One A is left in Hamburg, and five in Leipzig; yesterday Hamburg would have needed two."""
    there = await build()
    await stock_up(there["hamburg"], {"A": 3})
    await stock_up(there["leipzig"], {"A": 5})
    await _yesterday(2)
    return there


async def _prices() -> dict[tuple[str, str], int]:
    rows = await records(
        "SELECT v.sku, w.code, b.minor FROM bid_prices b JOIN variants v ON v.id = b.variant_id"
        " JOIN warehouses w ON w.id = b.warehouse_id WHERE b.computed_at = $1",
        NOW,
    )
    return {(row["sku"], row["code"]): row["minor"] for row in rows}


async def test_what_is_left_has_the_price_of_the_way_from_elsewhere(database: Database) -> None:
    await _scarce()
    await plan_anew()
    prices = await _prices()
    assert prices.keys() == {("A", "hamburg")}
    assert 20 <= prices["A", "hamburg"] <= 30  # 260 km further, at 0.1 a km


async def test_without_a_past_there_are_no_prices(database: Database) -> None:
    there = await build()
    await stock_up(there["hamburg"], {"A": 1})
    await _placed_at(await place({"A": 1}, ship_to=NEAR_HAMBURG), days_ago=0)
    await allocate()
    await plan_anew()
    assert await _prices() == {}


async def test_each_run_replaces_the_prices_before(database: Database) -> None:
    there = await _scarce()
    await plan_anew()
    await stock_up(there["hamburg"], {"A": 50})
    await plan_anew()
    assert await fetch_value("SELECT count(*) FROM bid_prices") == 0


async def test_the_choice_leaves_what_is_worth_more_to_orders_to_come(database: Database) -> None:
    await _scarce()
    await rule_by(bid_prices="ON")
    await plan_anew()
    order = await place({"A": 1}, ship_to=BETWEEN)
    await allocate()

    assert await standing(order) == {("leipzig", "OPEN"): 1}
    decision = await last_decision(order)
    assert "Hamburg is " in decision.explanation
    assert "cheaper but what it has of A is worth " in decision.explanation
    assert decision.explanation.endswith(" more to orders to come.")
    chosen, given_up, *_ = decision.detail["candidates"]
    assert str(recalled(given_up["behind"])) in decision.explanation
    assert chosen["cost"]["total"] == decision.cost_minor > given_up["cost"]["total"]

    assert (await plan_anew()).moved == 0  # which would be cheaper, and is still not worth it
    assert await standing(order) == {("leipzig", "OPEN"): 1}
    assert await broken_promises() == {}


async def test_off_the_cheapest_is_chosen_whatever_has_a_price(database: Database) -> None:
    await _scarce()
    await plan_anew()
    assert await _prices()
    order = await place({"A": 1}, ship_to=BETWEEN)
    await allocate()
    assert await standing(order) == {("hamburg", "OPEN"): 1}
    assert "orders to come" not in (await last_decision(order)).explanation


async def test_old_prices_do_not_count(database: Database) -> None:
    await _scarce()
    await rule_by(bid_prices="ON")
    await plan_anew()
    old = NOW - timedelta(hours=2, minutes=1)
    await execute("UPDATE bid_prices SET computed_at = $1", old)
    order = await place({"A": 1}, ship_to=BETWEEN)
    await allocate()
    assert await standing(order) == {("hamburg", "OPEN"): 1}
