"""A small world with something in every state, all its promises kept."""

from datetime import timedelta
from uuid import UUID

import orjson

from domain.board.count_minutes import count_minutes
from domain.channels.adapters.contract import Message
from domain.channels.models import Channel
from domain.events.feed import advance_feed
from domain.fulfilment.accept import accept
from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.fulfilment.deliver import deliver
from domain.fulfilment.models import FulfilmentOrder
from domain.fulfilment.pack import pack
from domain.fulfilment.reject import RejectFulfilment, RejectReason, reject
from domain.fulfilment.ship import ShipFulfilment, ship
from domain.fulfilment.start_picking import start_picking
from domain.fulfilment.waves.create_wave import create_wave
from domain.fulfilment.waves.plan_waves import PlanWaves
from domain.fulfilment.waves.release_wave import release_wave
from domain.imports.run_import import run_import
from domain.intake.archive import archive
from domain.intake.arrived import arrived
from domain.intake.outcomes import Source
from domain.intake.work_off import work_off
from domain.jobs.models import Job
from domain.listings.restate import restate_changed
from domain.listings.save_listings import SaveListing, save_listings
from domain.orders.hold_order import HoldOrder, hold_order
from domain.orders.models import HoldReason, Order
from domain.orders.place_orders import place_orders
from domain.sourcing.allocate import allocate_waiting
from domain.sourcing.reevaluating.reevaluate import reevaluate
from domain.sourcing.reevaluating.request_reevaluation import request_reevaluation
from domain.stock.hold_stock import HoldStock, hold_stock
from domain.stock.receive_transfer import receive_transfer
from domain.stock.release_hold import release_hold
from domain.stock.transfer_stock import TransferStock, transfer_stock
from domain.warehouses.models import Warehouse
from tests.factories import (
    HAMBURG,
    MUNICH,
    NOW,
    TESTER,
    ask_export,
    incoming,
    make_channel,
    make_variant,
    make_warehouse,
    stock_up,
    upload,
    written,
)

EVERYTHING = ("open", "packed", "shipped", "delivered", "cancelled", "rejected", "held")


async def build_world() -> None:
    """Orders named by their reference after where they stand, holds and transfers, a feed up to here."""
    channel = await make_channel("shop")
    for sku in "ABC":
        await make_variant(sku)
    for code, place in (("hamburg", HAMBURG), ("munich", MUNICH)):
        await stock_up(await make_warehouse(code, place=place), {"A": 50, "B": 50})
    await _move_stock()
    await _place(*EVERYTHING)
    await _place("backordered", lines={"A": 1, "C": 2})
    await _place("in a wave", priority="URGENT")
    await allocate_waiting(orders_max=100, currency="EUR", by=TESTER, now=NOW)
    await _fulfil(channel)
    await _move_order()
    await _wave()
    await hold_order(HoldOrder(order_id=await order("held"), reason=HoldReason.FRAUD), by=TESTER, now=NOW)
    await _tell(channel)
    await _place("waiting", stock_policy="REQUIRE")
    await Job.exclude(kind="ALLOCATE").delete()
    await save_listings("shop", [SaveListing(sku="C", external_ids={"offer": "1"})], by=TESTER, now=NOW)
    await _import()
    await _export()
    await advance_feed()
    await restate_changed(now=NOW)
    await count_minutes()


async def _import() -> None:
    import_id = await upload(b'{"external_id": "1"}\n', channel="shop")
    await Job.filter(kind="IMPORT").delete()
    assert not await run_import(import_id, within_s=60, now=lambda: NOW)


async def _export() -> None:
    for form in ("CSV", "XLSX"):
        await written(await ask_export(form))
    await Job.filter(kind="EXPORT").delete()


async def order(reference: str) -> UUID:
    return (await Order.get(external_reference=reference)).id


async def _place(*references: str, lines: dict[str, int] | None = None, **fields: str) -> None:
    orders = [
        incoming("shop", lines or {"A": 1, "B": 2}, external_reference=reference, **fields)
        for reference in references
    ]
    await place_orders(orders, by=TESTER, now=NOW)


async def _move_stock() -> None:
    for units in (3, 4):
        sent = await transfer_stock(
            TransferStock(sku="A", quantity=units, from_warehouse="hamburg", to_warehouse="munich"),
            by=TESTER,
            now=NOW,
        )
    await receive_transfer(sent.id, by=TESTER, now=NOW)
    later = NOW + timedelta(hours=1)
    for units in (1, 2):
        hold = await hold_stock(
            HoldStock(warehouse="munich", sku="A", quantity=units, expires_at=later), by=TESTER, now=NOW
        )
    await release_hold(hold.id, by=TESTER, now=NOW)


async def _wave() -> None:
    """The urgent order is picked in a wave of its own."""
    parcel = await FulfilmentOrder.get(order_id=await order("in a wave"))
    warehouse = await Warehouse.get(id=parcel.warehouse_id)
    wave_id = await create_wave(PlanWaves(warehouse=warehouse.code, parcels_max=1), by=TESTER, now=NOW)
    await release_wave(wave_id, by=TESTER, now=NOW)


async def _move_order() -> None:
    """What could only be had from far away moves when its units arrive nearer by."""
    await make_variant("M")
    await receive("munich", {"M": 5})
    await _place("moved", lines={"M": 1})
    await allocate_waiting(orders_max=100, currency="EUR", by=TESTER, now=NOW)
    await receive("hamburg", {"M": 5})
    run = await request_reevaluation(by=TESTER, now=NOW)
    await reevaluate(run, currency="EUR", effort_s=5.0, by=TESTER, now=lambda: NOW)


async def receive(warehouse: str, units: dict[str, int]) -> None:
    await stock_up(await Warehouse.get(code=warehouse), units)


async def _fulfil(channel: Channel) -> None:
    parcels = {
        name: (await FulfilmentOrder.get(order_id=await order(name))).id
        for name in ("packed", "shipped", "delivered", "rejected")
    }
    under_way = [parcels[name] for name in ("packed", "shipped", "delivered")]
    for step in (accept, start_picking, pack):
        await step(under_way, by=TESTER, now=NOW)
    leaving = [
        ShipFulfilment(fulfilment_order_id=parcel, carrier="DHL", tracking_number="1Z")
        for parcel in under_way[1:]
    ]
    await ship(leaving, by=TESTER, now=NOW)
    await deliver([parcels["delivered"]], by=TESTER, now=NOW)
    await reject(
        RejectFulfilment(fulfilment_order_id=parcels["rejected"], reason=RejectReason.DAMAGED),
        by=TESTER,
        now=NOW,
    )
    await cancel_order(
        CancelOrder(order_id=await order("cancelled"), reason=CancelReason.CUSTOMER), by=TESTER, now=NOW
    )


async def _tell(channel: Channel) -> None:
    """The channel states an order, and later one unit more of it: a change that waits."""
    for minute, units in ((0, 1), (5, 2)):
        order = {
            "external_id": "told",
            "updated_at": f"2026-11-22T11:{minute:02}:00Z",
            "placed_at": "2026-11-22T11:00:00Z",
            "currency": "EUR",
            "ship_to": {"country": "DE"},
            "lines": [{"sku": "A", "qty": units, "unit_price": "10.00"}],
        }
        body = orjson.dumps({"type": "order.updated", "data": order})
        await archive(arrived(channel.id, [Message(topic="order.updated", body=body)], Source.POLL), now=NOW)
        await work_off(channel.id, now=lambda: NOW)
    await allocate_waiting(orders_max=100, currency="EUR", by=TESTER, now=NOW)
