"""An order that cannot be planned keeps no other waiting."""

import asyncio
from contextlib import suppress
from uuid import UUID

import pytest

from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.orders.models import Order, OrderHold
from domain.orders.place_orders import place_orders
from domain.orders.refusals import TooHeavy
from domain.shared.database import execute, transaction
from domain.sourcing.allocate import NOT_THEIR_FAULT_MIN, AllocationRound, allocate_waiting
from tests.databases import Database, somebody_waits
from tests.factories import NOW, TESTER, incoming, make_variant, stock_up
from tests.integration.reevaluating.open_orders import build, order_row, place
from tests.promises import broken_promises

MANY = 1_000_000


ACTIVATE = """
    INSERT INTO rule_sets (id, version, name, state, definition, created_at, created_by, updated_at, activated_at)
    VALUES (gen_random_uuid(), 2, 'Newer', 'ACTIVE', $1::jsonb, now(), 'house', now(), now())
"""


async def source(*, orders_max: int = 500) -> AllocationRound:
    return await allocate_waiting(orders_max=orders_max, currency="EUR", by=TESTER, now=NOW)


async def costly(database: Database, *, orders: int) -> list[UUID]:
    """Orders of a million anvils, which have become so heavy since that their cost is beyond 64 bits."""
    there = await build("A", leipzig={"kg_minor": 10**9})
    anvil = await make_variant("ANVIL")
    await stock_up(there["leipzig"], {"A": 9, "ANVIL": orders * MANY})
    ids = [await place({"ANVIL": MANY}) for _ in range(orders)]
    await execute("UPDATE variants SET weight_g = 100000000 WHERE id = $1", anvil.id)
    return ids


async def test_an_order_that_faults_is_put_on_hold_and_the_others_are_sourced(database: Database) -> None:
    first = await costly(database, orders=2)
    others = [await place({"A": 1}) for _ in range(3)]
    done = await source()
    assert (done.claimed, done.decided, done.again) == (5, 3, 0)
    assert {(await order_row(one)).sourcing for one in others} == {"SOURCED"}
    for one in first:
        assert (await order_row(one)).sourcing == "ON_HOLD"
        hold = await OrderHold.get(order_id=one)
        assert hold.reason == "OTHER"
        assert hold.note.startswith("It could not be sourced: ")
    assert (await source()).claimed == 0
    assert await broken_promises() == {}


async def test_where_all_fault_it_is_not_the_orders(database: Database) -> None:
    await costly(database, orders=NOT_THEIR_FAULT_MIN)
    with pytest.raises((TypeError, ValueError)):
        await source()
    assert await Order.filter(sourcing="WAITING").count() == NOT_THEIR_FAULT_MIN
    await place({"A": 1})
    assert (await source()).decided == 1
    assert await Order.filter(sourcing="ON_HOLD").count() == NOT_THEIR_FAULT_MIN


async def test_where_all_fault_in_rounds_that_run_at_once_it_is_not_the_orders(database: Database) -> None:
    await costly(database, orders=NOT_THEIR_FAULT_MIN + 2)

    async def often() -> None:
        for _ in range(4):
            with suppress(TypeError, ValueError):
                await source()

    await asyncio.gather(*(often() for _ in range(3)))
    assert await Order.filter(sourcing="WAITING").count() == NOT_THEIR_FAULT_MIN + 2


async def test_orders_that_fault_one_after_the_other_are_not_held_for_ever(database: Database) -> None:
    await costly(database, orders=NOT_THEIR_FAULT_MIN + 2)
    for _ in range(NOT_THEIR_FAULT_MIN - 1):
        await source(orders_max=1)
    for _ in range(2):
        with pytest.raises((TypeError, ValueError)):
            await source(orders_max=1)
    assert await Order.filter(sourcing="ON_HOLD").count() == NOT_THEIR_FAULT_MIN - 1
    await place({"A": 1})
    assert (await source()).decided == 1
    assert await Order.filter(sourcing="WAITING").count() == 0


@pytest.mark.parametrize(
    "definition",
    [
        '{"routings": [], "newer": true}',
        '{"routings": [{"name": "Newer", "when": [{"rule": "NEWER"}]}]}',
    ],
)
async def test_rules_that_cannot_be_read_are_nobodys_fault(database: Database, definition: str) -> None:
    await build("A")
    order = await place({"A": 1})
    await execute("UPDATE rule_sets SET state = 'ARCHIVED', archived_at = now() WHERE state = 'ACTIVE'")
    await execute(ACTIVATE, definition)
    with pytest.raises((LookupError, ValueError)):
        await source()
    assert (await order_row(order)).sourcing == "WAITING"


async def test_a_warehouse_that_cannot_be_read_is_nobodys_fault(database: Database) -> None:
    there = await build("A")
    order = await place({"A": 1})
    await execute("UPDATE warehouses SET timezone = 'Europe/Newer' WHERE id = $1", there["munich"].id)
    with pytest.raises(LookupError):
        await source()
    assert (await order_row(order)).sourcing == "WAITING"


async def test_what_somebody_else_did_to_an_order_that_faulted_stays(database: Database) -> None:
    held, cancelled, decided = await costly(database, orders=3)
    begun = asyncio.Event()

    async def source_then() -> AllocationRound:
        await begun.wait()
        return await source()

    round_ = asyncio.create_task(source_then())  # outside of the transaction below
    async with transaction():
        await execute("LOCK TABLE order_holds IN SHARE MODE")
        begun.set()
        await somebody_waits()  # to hold the first
        await cancel_order(CancelOrder(order_id=cancelled, reason=CancelReason.CUSTOMER), by=TESTER, now=NOW)
        await execute("UPDATE variants SET weight_g = 1")
        await source()
    await round_
    assert [(await order_row(one)).sourcing for one in (held, cancelled, decided)] == [
        "ON_HOLD",
        "NONE",
        "SOURCED",
    ]
    assert await broken_promises() == {}


@pytest.mark.parametrize("policy", ["BACKORDER", "REQUIRE"])
async def test_what_weighs_too_much_is_not_taken_in(database: Database, policy: str) -> None:
    there = await build("A")
    await make_variant("ANVIL", weight_g=10_000_000)
    await stock_up(there["leipzig"], {"A": 9, "ANVIL": MANY})
    heavy, light, most = await place_orders(
        [
            incoming("web", {"A": 1, "ANVIL": 100_000}, stock_policy=policy),
            incoming("web", {"A": 1}, stock_policy=policy),
            incoming("web", {"ANVIL": 100_000}, stock_policy=policy),
        ],
        by=TESTER,
        now=NOW,
    )
    assert isinstance(heavy, TooHeavy)
    assert heavy.field == "lines"
    assert not isinstance(light, TooHeavy)
    assert not isinstance(most, TooHeavy)
    assert (await source()).decided == 2
