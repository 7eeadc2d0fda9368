"""Allocation against real shelves: every order decided once, stock and decisions in step."""

import asyncio

from domain.fulfilment.accept import accept
from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.fulfilment.deliver import deliver
from domain.fulfilment.models import FulfilmentOrder
from domain.fulfilment.pack import pack
from domain.fulfilment.reject import RejectFulfilment, RejectReason, reject
from domain.fulfilment.ship import ShipFulfilment, ship
from domain.fulfilment.start_picking import start_picking
from domain.orders.entry import Placed
from domain.orders.models import Order
from domain.orders.place_orders import place_orders
from domain.shared.database import execute, fetch_value
from domain.sourcing.allocate import allocate_waiting
from domain.sourcing.models import SourcingDecision
from domain.sourcing.wake_backorders import wake_backorders
from domain.stock.models import StockLevel
from tests.databases import Database
from tests.factories import (
    HAMBURG,
    MUNICH,
    NOW,
    TESTER,
    incoming,
    make_channel,
    make_variant,
    make_warehouse,
    stock_up,
)


async def allocate() -> int:
    round_ = await allocate_waiting(orders_max=500, currency="EUR", by=TESTER, now=NOW)
    return round_.decided


async def test_an_order_goes_its_whole_way(database: Database) -> None:
    await make_channel("shop")
    variant = await make_variant("A")
    near, far = await make_warehouse("hamburg", place=HAMBURG), await make_warehouse("munich", place=MUNICH)
    await stock_up(near, {"A": 5})
    await stock_up(far, {"A": 5})
    [placed] = await place_orders([incoming("shop", {"A": 2})], by=TESTER, now=NOW)
    assert isinstance(placed, Placed)

    assert await allocate() == 1

    [parcel] = await FulfilmentOrder.filter(order_id=placed.order_id)
    decision = await SourcingDecision.get(order_id=placed.order_id)
    assert parcel.warehouse_id == near.id
    assert decision.outcome == "SOURCED"
    assert [c["warehouses"] for c in decision.detail["candidates"]] == [["hamburg"], ["munich"]]

    await accept([parcel.id], by=TESTER, now=NOW)
    await start_picking([parcel.id], by=TESTER, now=NOW)
    await pack([parcel.id], by=TESTER, now=NOW)
    await ship(
        [ShipFulfilment(fulfilment_order_id=parcel.id, carrier="DHL", tracking_number="1Z")],
        by=TESTER,
        now=NOW,
    )
    level = await StockLevel.get(variant_id=variant.id, warehouse_id=near.id)
    assert (level.on_hand, level.allocated) == (3, 0)
    await deliver([parcel.id], by=TESTER, now=NOW)

    order = await Order.get(id=placed.order_id)
    assert (order.state, order.fulfilment_status, order.version) == ("COMPLETED", "DELIVERED", 8)


async def test_a_reservation_moves_to_the_cheaper_warehouse(database: Database) -> None:
    await make_channel("shop")
    variant = await make_variant("A")
    far = await make_warehouse("a-munich", place=MUNICH)
    near = await make_warehouse("b-hamburg", place=HAMBURG)
    await stock_up(far, {"A": 1})
    await stock_up(near, {"A": 1})
    await place_orders([incoming("shop", {"A": 1}, stock_policy="REQUIRE")], by=TESTER, now=NOW)
    assert (await StockLevel.get(variant_id=variant.id, warehouse_id=far.id)).allocated == 1

    await allocate()

    assert (await StockLevel.get(variant_id=variant.id, warehouse_id=far.id)).allocated == 0
    assert (await StockLevel.get(variant_id=variant.id, warehouse_id=near.id)).allocated == 1
    assert await fetch_value("SELECT count(*) FROM reservations") == 0
    assert await fetch_value("SELECT units_allocated FROM orders") == 1


async def test_a_backorder_is_filled_when_stock_arrives(database: Database) -> None:
    await make_channel("shop")
    variant = await make_variant("A")
    warehouse = await make_warehouse("leipzig")
    await place_orders([incoming("shop", {"A": 2})], by=TESTER, now=NOW)
    await allocate()
    assert (await Order.first()).sourcing == "BACKORDERED"  # type: ignore[union-attr]

    await stock_up(warehouse, {"A": 2})
    assert await wake_backorders([variant.id], now=NOW) == 1
    await allocate()

    order = await Order.first()
    assert order is not None
    assert (order.sourcing, order.allocation_status) == ("SOURCED", "ALLOCATED")


async def test_a_rejected_parcel_is_sourced_elsewhere_and_the_stock_set_right(database: Database) -> None:
    await make_channel("shop")
    variant = await make_variant("A")
    near, far = await make_warehouse("hamburg", place=HAMBURG), await make_warehouse("munich", place=MUNICH)
    await stock_up(near, {"A": 1})
    await stock_up(far, {"A": 1})
    await place_orders([incoming("shop", {"A": 1})], by=TESTER, now=NOW)
    await allocate()
    [parcel] = await FulfilmentOrder.all()

    await reject(
        RejectFulfilment(fulfilment_order_id=parcel.id, reason=RejectReason.OUT_OF_STOCK), by=TESTER, now=NOW
    )
    await allocate()

    level = await StockLevel.get(variant_id=variant.id, warehouse_id=near.id)
    assert (level.on_hand, level.allocated) == (0, 0)
    assert {(p.warehouse_id, p.state) for p in await FulfilmentOrder.all()} == {
        (near.id, "REJECTED"),
        (far.id, "OPEN"),
    }


async def test_four_workers_decide_every_order_once(database: Database) -> None:
    await make_channel("shop")
    for sku in "ABCD":
        await make_variant(sku)
    for place in (HAMBURG, MUNICH):
        await stock_up(await make_warehouse(place=place), dict.fromkeys("ABCD", 40))
    orders = [incoming("shop", {"ABCD"[i % 4]: 1, "ABCD"[(i + 1 + i % 2) % 4]: 1}) for i in range(200)]
    await place_orders(orders, by=TESTER, now=NOW)

    async def work() -> None:
        while (await allocate_waiting(orders_max=20, currency="EUR", by=TESTER, now=NOW)).claimed:
            pass

    await asyncio.gather(*(work() for _ in range(4)))

    assert await fetch_value("SELECT count(*) FROM sourcing_decisions") == 200
    assert await fetch_value("SELECT count(DISTINCT order_id) FROM sourcing_decisions") == 200
    assert await fetch_value("SELECT sum(allocated) FROM stock_levels") == 260
    assert await fetch_value("SELECT sum(quantity) FROM fulfilment_order_lines") == 260


async def test_cancel_gives_back_what_was_allocated(database: Database) -> None:
    await make_channel("shop")
    variant = await make_variant("A")
    warehouse = await make_warehouse("leipzig")
    await stock_up(warehouse, {"A": 3})
    [placed] = await place_orders([incoming("shop", {"A": 2})], by=TESTER, now=NOW)
    assert isinstance(placed, Placed)
    await allocate()

    await cancel_order(
        CancelOrder(order_id=placed.order_id, reason=CancelReason.CUSTOMER), by=TESTER, now=NOW
    )

    level = await StockLevel.get(variant_id=variant.id)
    assert (level.on_hand, level.allocated) == (3, 0)
    assert (await Order.get(id=placed.order_id)).allocation_status == "NOT_NEEDED"


async def test_a_backorder_is_not_woken_for_units_it_may_not_have(database: Database) -> None:
    shop = await make_channel("shop")
    variant = await make_variant("A")
    served, other = await make_warehouse("served"), await make_warehouse("other")
    await execute("INSERT INTO channel_warehouses VALUES ($1, $2)", shop.id, served.id)
    await place_orders([incoming("shop", {"A": 1})], by=TESTER, now=NOW)
    await allocate()

    await stock_up(other, {"A": 5})
    assert await wake_backorders([variant.id], now=NOW) == 0
    await stock_up(served, {"A": 1})
    assert await wake_backorders([variant.id], now=NOW) == 1
