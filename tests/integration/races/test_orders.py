"""Orders raced: one of each reference, one winner of each order, nothing lost and nothing stuck."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable
from typing import Any

import pytest

from domain.fulfilment.accept import accept
from domain.fulfilment.cancel_order import AlreadyShipped, CancelOrder, CancelReason, cancel_order
from domain.fulfilment.deliver import deliver
from domain.fulfilment.models import FulfilmentOrder
from domain.fulfilment.pack import pack
from domain.fulfilment.ship import ShipFulfilment, ship
from domain.fulfilment.start_picking import start_picking
from domain.fulfilment.step import WrongState
from domain.orders.entry import Placed
from domain.orders.gather import OrderIntake
from domain.orders.hold_order import HoldOrder, hold_order
from domain.orders.models import HoldReason, Order
from domain.orders.place_orders import place_orders
from domain.orders.refusals import ReferenceReused
from domain.shared.database import fetch_value, records, transaction
from domain.shared.refusal import Refusal
from domain.sourcing.allocate import allocate_waiting
from domain.sourcing.wake_backorders import wake_backorders
from domain.stock.models import StockLevel
from domain.stock.move import InsufficientStock
from domain.stock.receive_stock import ReceiveStock, StockQuantity, receive_stock
from domain.stock.transfer_stock import TransferStock, transfer_stock
from tests.databases import Database
from tests.factories import NOW, TESTER, incoming, make_channel, make_variant, make_warehouse, stock_up
from tests.promises import broken_promises


async def allocate() -> None:
    while (await allocate_waiting(orders_max=50, currency="EUR", by=TESTER, now=NOW)).claimed:
        pass


async def shaken(work: Awaitable[Any]) -> Any:
    """`work` after a moment of its own, and its refusal as an answer."""
    await asyncio.sleep(random.random() * 0.004)
    try:
        return await work
    except Refusal as refusal:
        return refusal


async def world(units: int, *, skus: str = "A", warehouses: int = 1) -> None:
    await make_channel("shop")
    for sku in skus:
        await make_variant(sku)
    for number in range(warehouses):
        await stock_up(await make_warehouse(f"w{number}"), dict.fromkeys(skus, units))


@pytest.mark.parametrize("stock_policy", ["BACKORDER", "REQUIRE"])
async def test_fifty_at_once_with_one_reference_are_one_order(database: Database, stock_policy: str) -> None:
    await world(units=1)  # enough for one: whoever comes late must not hear that it is sold out
    order = incoming("shop", {"A": 1}, external_reference="1", stock_policy=stock_policy)

    answers = await asyncio.gather(*(place_orders([order], by=TESTER, now=NOW) for _ in range(50)))

    placed = [answer for [answer] in answers if isinstance(answer, Placed)]
    assert len(placed) == 50
    assert len({(p.order_id, p.number, p.version) for p in placed}) == 1
    assert Counter(p.replayed for p in placed) == {False: 1, True: 49}
    assert await fetch_value("SELECT count(*) FROM events") == 1
    assert await broken_promises() == {}


@pytest.mark.parametrize("stock_policy", ["BACKORDER", "REQUIRE"])
async def test_fifty_callers_of_the_intakes_are_one_order(database: Database, stock_policy: str) -> None:
    await world(units=1)
    order = incoming("shop", {"A": 1}, external_reference="1", stock_policy=stock_policy)
    intakes = [OrderIntake(lambda: NOW) for _ in range(5)]

    placed = await asyncio.gather(*(intakes[i % 5].place(order, by=TESTER) for i in range(50)))

    assert len({(p.order_id, p.number, p.version) for p in placed}) == 1
    assert sum(not p.replayed for p in placed) == 1
    assert await Order.all().count() == 1
    assert await broken_promises() == {}


async def test_one_reference_with_two_contents_is_one_order_and_refusals(database: Database) -> None:
    await world(units=100)
    orders = [
        incoming("shop", {"A": 1 + i % 2}, external_reference="1", stock_policy="REQUIRE") for i in range(40)
    ]

    answers = [a for [a] in await asyncio.gather(*(place_orders([o], by=TESTER, now=NOW) for o in orders))]

    kinds = Counter(type(answer) for answer in answers)
    assert kinds == {Placed: 20, ReferenceReused: 20}
    assert await fetch_value("SELECT allocated = units FROM stock_levels, orders")


async def test_a_caller_inside_a_transaction_gets_its_order_all_the_same(database: Database) -> None:
    await world(units=5)
    intake = OrderIntake(lambda: NOW)

    async with transaction():
        inside = asyncio.create_task(intake.place(incoming("shop", {"A": 1}), by=TESTER))
        await asyncio.sleep(0)
    others = [intake.place(incoming("shop", {"A": 1}), by=TESTER) for _ in range(3)]

    assert all(isinstance(placed, Placed) for placed in await asyncio.gather(inside, *others))
    assert await Order.all().count() == 4


async def test_orders_that_share_skus_in_opposite_order_never_deadlock(database: Database) -> None:
    await world(units=200, skus="ABCDEF", warehouses=3)

    async def place(number: int) -> Any:
        skus = random.sample("ABCDEF", 4)
        orders = [
            incoming("shop", dict.fromkeys(skus, 1), stock_policy="REQUIRE") for _ in range(number % 3 + 1)
        ]
        return await place_orders(orders, by=TESTER, now=NOW)

    async def transfer() -> Any:
        there, back = random.sample(["w0", "w1", "w2"], 2)
        ask = TransferStock(sku=random.choice("ABCDEF"), quantity=3, from_warehouse=there, to_warehouse=back)
        return await transfer_stock(ask, by=TESTER, now=NOW)

    work = [shaken(place(number)) for number in range(120)] + [shaken(transfer()) for _ in range(120)]
    random.shuffle(work)
    await asyncio.gather(*work, *(allocate() for _ in range(3)))

    assert await Order.all().count() == 240
    assert await fetch_value("SELECT sum(allocated) FROM stock_levels") == 240 * 4
    assert await broken_promises() == {}


async def test_an_order_is_cancelled_or_shipped_and_never_both(database: Database) -> None:
    await world(units=1_000)
    outcomes: Counter[str] = Counter()
    for _ in range(40):
        [placed] = await place_orders([incoming("shop", {"A": 2})], by=TESTER, now=NOW)
        assert isinstance(placed, Placed)
        await allocate()
        [parcel] = await FulfilmentOrder.filter(order_id=placed.order_id)
        for step in (accept, start_picking, pack):
            await step([parcel.id], by=TESTER, now=NOW)
        leaving = ShipFulfilment(fulfilment_order_id=parcel.id, carrier="DHL", tracking_number="1Z")
        cancel = CancelOrder(order_id=placed.order_id, reason=CancelReason.CUSTOMER)

        shipped, again, cancelled, _ = await asyncio.gather(
            shaken(ship([leaving], by=TESTER, now=NOW)),
            shaken(ship([leaving], by=TESTER, now=NOW)),
            shaken(cancel_order(cancel, by=TESTER, now=NOW)),
            allocate(),
        )

        if isinstance(cancelled, AlreadyShipped):
            assert {type(shipped), type(again)} == {type(None), WrongState}
        else:
            assert {type(shipped), type(again)} == {WrongState}
        outcomes[type(cancelled).__name__] += 1
    left = await StockLevel.all().first()
    assert left is not None
    assert (left.on_hand, left.allocated) == (1_000 - 2 * outcomes["AlreadyShipped"], 0)
    assert await broken_promises() == {}


async def test_an_order_is_cancelled_while_it_is_being_allocated(database: Database) -> None:
    await world(units=3)
    for _ in range(40):
        answers = await place_orders(
            [incoming("shop", {"A": 1}, stock_policy=policy) for policy in ("REQUIRE", "BACKORDER")],
            by=TESTER,
            now=NOW,
        )
        ids = [answer.order_id for answer in answers if isinstance(answer, Placed)]
        await asyncio.gather(
            *(
                shaken(cancel_order(CancelOrder(order_id=id_, reason=CancelReason.FRAUD), by=TESTER, now=NOW))
                for id_ in ids
            ),
            *(shaken(allocate()) for _ in range(2)),
        )
    await allocate()

    assert await fetch_value("SELECT array_agg(DISTINCT state) FROM orders") == ["CANCELLED"]
    assert await fetch_value("SELECT allocated FROM stock_levels") == 0
    assert await broken_promises() == {}


async def test_a_parcel_is_shipped_and_delivered_once(database: Database) -> None:
    await world(units=100)
    await place_orders([incoming("shop", {"A": 1}) for _ in range(20)], by=TESTER, now=NOW)
    await allocate()
    parcels = await FulfilmentOrder.all()
    ids = [parcel.id for parcel in parcels]
    for step in (accept, start_picking, pack):
        await step(ids, by=TESTER, now=NOW)

    def waves(size: int) -> list[list[Any]]:
        return [random.sample(ids, size) for _ in range(30)] + [[id_] for id_ in ids]

    def leaving(wave: list[Any]) -> list[ShipFulfilment]:
        return [ShipFulfilment(fulfilment_order_id=id_, carrier="DHL", tracking_number="1Z") for id_ in wave]

    await asyncio.gather(*(shaken(ship(leaving(wave), by=TESTER, now=NOW)) for wave in waves(3)))
    await asyncio.gather(*(shaken(deliver(wave, by=TESTER, now=NOW)) for wave in waves(3)))

    assert await fetch_value("SELECT on_hand FROM stock_levels") == 80
    kinds = await records("SELECT kind, count(*) FROM events GROUP BY kind")
    assert {row["kind"]: row["count"] for row in kinds}.items() >= {
        ("FULFILMENT_SHIPPED", 20),
        ("FULFILMENT_DELIVERED", 20),
        ("ORDER_COMPLETED", 20),
    }
    assert await broken_promises() == {}


async def test_units_that_arrive_while_an_order_is_decided_reach_it(database: Database) -> None:
    await world(units=1)
    warehouse = "w0"
    for round_ in range(60):
        [taken] = await place_orders([incoming("shop", {"A": 1}, stock_policy="REQUIRE")], by=TESTER, now=NOW)
        assert not isinstance(taken, InsufficientStock)
        [placed] = await place_orders([incoming("shop", {"A": 1})], by=TESTER, now=NOW)
        assert isinstance(placed, Placed)
        level = await StockLevel.get()

        await asyncio.gather(shaken(allocate()), shaken(_receive(warehouse)), shaken(allocate()))
        await wake_backorders([level.variant_id], now=NOW)
        await allocate()

        order = await Order.get(id=placed.order_id)
        assert (round_, order.sourcing, order.allocation_status) == (round_, "SOURCED", "ALLOCATED")
        await _receive(warehouse)
    assert await broken_promises() == {}


async def _receive(code: str) -> None:
    line = StockQuantity(sku="A", quantity=1)
    await receive_stock(ReceiveStock(warehouse=code, lines=(line,)), by=TESTER, now=NOW)


async def test_an_order_held_on_its_way_is_complete_when_it_arrives(database: Database) -> None:
    await world(units=1)
    [placed] = await place_orders([incoming("shop", {"A": 1})], by=TESTER, now=NOW)
    assert isinstance(placed, Placed)
    await allocate()
    [parcel] = await FulfilmentOrder.all()
    for step in (accept, start_picking, pack):
        await step([parcel.id], by=TESTER, now=NOW)
    leaving = ShipFulfilment(fulfilment_order_id=parcel.id, carrier="DHL", tracking_number="1Z")
    await ship([leaving], by=TESTER, now=NOW)
    hold = HoldOrder(order_id=placed.order_id, reason=HoldReason.OTHER)
    await hold_order(hold, by=TESTER, now=NOW)

    await deliver([parcel.id], by=TESTER, now=NOW)

    order = await Order.get(id=placed.order_id)
    assert (order.state, order.sourcing) == ("COMPLETED", "SOURCED")
    assert await broken_promises() == {}
