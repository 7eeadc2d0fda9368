"""Taking orders in: each once, refusals that change nothing, races with exact counts."""

import asyncio

from domain.orders.entry import Placed
from domain.orders.gather import OrderIntake
from domain.orders.place_orders import place_orders
from domain.orders.refusals import ReferenceReused
from domain.shared.database import fetch_value
from domain.stock.move import InsufficientStock
from tests.databases import Database
from tests.factories import NOW, TESTER, incoming, make_channel, make_variant, make_warehouse, stock_up


async def test_an_order_is_placed_once_whatever_arrives_twice(database: Database) -> None:
    await make_channel("shop")
    await make_variant("A")
    order = incoming("shop", {"A": 2}, external_reference="1")

    [first] = await place_orders([order], by=TESTER, now=NOW)
    [again] = await place_orders([order], by=TESTER, now=NOW)

    assert isinstance(first, Placed)
    assert isinstance(again, Placed)
    assert (first.replayed, again.replayed) == (False, True)
    assert first.order_id == again.order_id
    assert await fetch_value("SELECT count(*) FROM orders") == 1
    assert await fetch_value("SELECT count(*) FROM events") == 1


async def test_the_same_reference_with_other_content_is_refused(database: Database) -> None:
    await make_channel("shop")
    await make_variant("A")

    answers = await place_orders(
        [
            incoming("shop", {"A": 2}, external_reference="1"),
            incoming("shop", {"A": 3}, external_reference="1"),
            incoming("shop", {"A": 2}, external_reference="1"),
        ],
        by=TESTER,
        now=NOW,
    )

    assert [type(answer) for answer in answers] == [Placed, ReferenceReused, Placed]
    assert await fetch_value("SELECT sum(quantity) FROM order_lines") == 2


async def test_two_hundred_callers_for_fifty_units(database: Database) -> None:
    await make_channel("shop")
    variant = await make_variant("HOT")
    warehouse = await make_warehouse("leipzig")
    await stock_up(warehouse, {"HOT": 50})
    intake = OrderIntake(lambda: NOW)

    answers = await asyncio.gather(
        *(intake.place(incoming("shop", {"HOT": 1}, stock_policy="REQUIRE"), by=TESTER) for _ in range(200)),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, Placed) for answer in answers) == 50
    assert sum(isinstance(answer, InsufficientStock) for answer in answers) == 150
    assert await fetch_value("SELECT allocated FROM stock_levels WHERE variant_id = $1", variant.id) == 50
    assert await fetch_value("SELECT count(*) FROM orders") == 50
