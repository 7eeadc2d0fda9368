"""A level takes so many units that every sum of them can be counted, and whoever brings more is told."""

from collections.abc import Awaitable
from datetime import datetime, timedelta

import pytest

from domain.events.feed import advance_feed
from domain.reporting.blocks import DAYS
from domain.reporting.counting.build import begin_build, build_step
from domain.reporting.counting.follow import follow_feed
from domain.shared.database import fetch_value
from domain.stock.adjust_stock import AdjustStock, adjust_stock
from domain.stock.models import StockLevel
from domain.stock.quantity import UNITS_MAX, InvalidQuantity
from domain.stock.receive_stock import ReceiveStock, StockQuantity, receive_stock
from domain.stock.receive_transfer import receive_transfer
from domain.stock.set_stock import SetStock, set_stock
from domain.stock.transfer_stock import TransferStock, transfer_stock
from tests.databases import Database
from tests.factories import NOW, TESTER, make_variant, make_warehouse, stock_up
from tests.integration.reporting.recomputed import EPOCH
from tests.promises import broken_promises


def receive(units: int, *, warehouse: str = "leipzig", now: datetime = NOW) -> Awaitable[object]:
    ask = ReceiveStock(warehouse=warehouse, lines=(StockQuantity(sku="A", quantity=units),))
    return receive_stock(ask, by=TESTER, now=now)


async def test_the_largest_quantities_are_counted(database: Database) -> None:
    """For a whole block of the longest there are, in two warehouses; built anew, too."""
    longest = timedelta(minutes=max(DAYS))
    start = EPOCH + (NOW - EPOCH) // longest * longest
    await make_variant("A")
    for warehouse in ("leipzig", "munich"):
        await make_warehouse(warehouse)
        await receive(UNITS_MAX, warehouse=warehouse, now=start)
    await advance_feed()
    while await follow_feed():
        pass
    counted = "SELECT max(unit_seconds) FROM reports.stock_moves"
    assert await fetch_value(counted) == 2 * UNITS_MAX * longest.total_seconds()
    await begin_build()
    while await build_step():
        pass
    assert await fetch_value(counted) == 2 * UNITS_MAX * longest.total_seconds()


async def test_what_is_on_its_way_has_its_room(database: Database) -> None:
    await make_variant("A")
    leipzig = await make_warehouse("leipzig")
    await stock_up(leipzig, {"A": UNITS_MAX - 5})
    await stock_up(await make_warehouse("munich"), {"A": 10})
    to_leipzig = {"sku": "A", "from_warehouse": "munich", "to_warehouse": "leipzig"}
    sent = await transfer_stock(TransferStock(quantity=4, **to_leipzig), by=TESTER, now=NOW)
    with pytest.raises(InvalidQuantity):
        await receive(2)
    with pytest.raises(InvalidQuantity):
        await adjust_stock(AdjustStock(warehouse="leipzig", sku="A", delta=2), by=TESTER, now=NOW)
    with pytest.raises(InvalidQuantity):
        await set_stock(SetStock(warehouse="leipzig", sku="A", quantity=UNITS_MAX), by=TESTER, now=NOW)
    with pytest.raises(InvalidQuantity):
        await transfer_stock(TransferStock(quantity=2, **to_leipzig), by=TESTER, now=NOW)
    await receive(1)
    await receive_transfer(sent.id, by=TESTER, now=NOW)
    assert (await StockLevel.get(warehouse_id=leipzig.id)).on_hand == UNITS_MAX
    assert await fetch_value("SELECT sum(on_hand) FROM stock_entries") == UNITS_MAX + 6
    assert await broken_promises() == {}
