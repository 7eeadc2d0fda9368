"""Stock raced: the last units go to as many as there are, and nothing is counted twice."""

import asyncio
from collections import Counter
from datetime import timedelta

from domain.access.once import once
from domain.jobs.models import Job
from domain.shared.database import fetch_value, transactional
from domain.stock.adjust_stock import AdjustStock, adjust_stock
from domain.stock.expire_holds import expire_holds
from domain.stock.hold_stock import HoldStock, hold_stock
from domain.stock.models import Hold, StockLevel
from domain.stock.move import InsufficientStock
from domain.stock.receive_stock import ReceiveStock, StockQuantity, receive_stock
from domain.stock.receive_transfer import receive_transfer
from domain.stock.release_hold import release_hold
from domain.stock.set_stock import SetStock, StockChanged, set_stock
from domain.stock.transfer_stock import TransferStock, transfer_stock
from tests.databases import Database
from tests.factories import NOW, TESTER, make_variant, make_warehouse, stock_up
from tests.promises import broken_promises


async def world(units: int) -> None:
    await make_variant("A")
    await stock_up(await make_warehouse("leipzig"), {"A": units})


async def test_the_last_units_are_held_as_often_as_there_are(database: Database) -> None:
    await world(units=10)
    ask = HoldStock(warehouse="leipzig", sku="A", quantity=3)

    answers = await asyncio.gather(
        *(hold_stock(ask, by=TESTER, now=NOW) for _ in range(60)), return_exceptions=True
    )

    assert Counter(type(answer) for answer in answers) == {Hold: 3, InsufficientStock: 57}
    assert (await StockLevel.get()).held == 9
    assert await broken_promises() == {}


async def test_of_many_who_compare_and_set_one_wins(database: Database) -> None:
    await world(units=10)
    for before in range(10, 30):
        ask = SetStock(warehouse="leipzig", sku="A", quantity=before + 1, change_from_quantity=before)

        answers = await asyncio.gather(
            *(set_stock(ask, by=TESTER, now=NOW) for _ in range(12)), return_exceptions=True
        )

        assert sum(isinstance(answer, StockChanged) for answer in answers) == 11
    assert (await StockLevel.get()).on_hand == 30
    assert await broken_promises() == {}


async def test_the_first_units_of_a_level_arrive_from_everywhere_at_once(database: Database) -> None:
    await world(units=1)
    await make_warehouse("munich")
    arriving = ReceiveStock(warehouse="munich", lines=(StockQuantity(sku="A", quantity=2),))
    counted = SetStock(warehouse="munich", sku="A", quantity=0)
    moved = TransferStock(sku="A", quantity=1, from_warehouse="leipzig", to_warehouse="munich")
    found = AdjustStock(warehouse="munich", sku="A", delta=1)

    await asyncio.gather(
        set_stock(counted, by=TESTER, now=NOW),
        *(receive_stock(arriving, by=TESTER, now=NOW) for _ in range(10)),
        transfer_stock(moved, by=TESTER, now=NOW),
        *(adjust_stock(found, by=TESTER, now=NOW) for _ in range(10)),
    )

    entries = await fetch_value("SELECT sum(on_hand) FROM stock_entries")
    assert await fetch_value("SELECT sum(on_hand) FROM stock_levels") == entries
    assert await broken_promises() == {}


async def test_a_hold_ends_once_by_release_or_by_expiry(database: Database) -> None:
    await world(units=100)
    soon = NOW + timedelta(seconds=1)
    ask = HoldStock(warehouse="leipzig", sku="A", quantity=2, expires_at=soon)
    holds = [await hold_stock(ask, by=TESTER, now=NOW) for _ in range(40)]

    await asyncio.gather(
        *(release_hold(hold.id, by=TESTER, now=soon) for hold in holds for _ in range(2)),
        *(expire_holds(now=soon) for _ in range(10)),
    )

    assert await Hold.filter(state="ACTIVE").count() == 0
    assert (await StockLevel.get()).held == 0
    assert await fetch_value("SELECT count(*) FROM stock_entries WHERE held < 0") == 40
    assert await broken_promises() == {}


async def test_a_transfer_arrives_once(database: Database) -> None:
    await world(units=50)
    await make_warehouse("munich")
    ask = TransferStock(sku="A", quantity=2, from_warehouse="leipzig", to_warehouse="munich")
    sent = [await transfer_stock(ask, by=TESTER, now=NOW) for _ in range(10)]

    await asyncio.gather(
        *(receive_transfer(transfer.id, by=TESTER, now=NOW) for transfer in sent for _ in range(4))
    )

    assert await fetch_value("SELECT array_agg(on_hand ORDER BY on_hand) FROM stock_levels") == [20, 30]
    assert await fetch_value("SELECT sum(incoming) FROM stock_levels") == 0
    assert await broken_promises() == {}


async def test_one_idempotency_key_receives_once(database: Database) -> None:
    await world(units=1)
    arriving = ReceiveStock(warehouse="leipzig", lines=(StockQuantity(sku="A", quantity=5),))

    @transactional
    async def receive(key: str) -> dict[str, int]:
        async def run() -> dict[str, int]:
            await receive_stock(arriving, by=TESTER, now=NOW)
            return {"on_hand": (await StockLevel.get()).on_hand}

        return await once("receiveStock", key, {"quantity": 5}, by=TESTER, now=NOW, run=run)

    answers = await asyncio.gather(*(receive(f"key-{i % 4}") for i in range(60)))

    assert Counter(answer["on_hand"] for answer in answers) == {6: 15, 11: 15, 16: 15, 21: 15}
    assert (await StockLevel.get()).on_hand == 21


async def test_units_that_a_smaller_safety_stock_frees_are_offered_to_backorders(database: Database) -> None:
    await world(units=5)
    for safety, jobs in ((3, 0), (3, 0), (1, 1), (4, 0)):
        await Job.all().delete()
        await set_stock(SetStock(warehouse="leipzig", sku="A", quantity=5, safety=safety), by=TESTER, now=NOW)
        assert await Job.filter(kind="FILL_BACKORDERS").count() == jobs
