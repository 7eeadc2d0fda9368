"""What can be asked of the shelves, and what has to come of it."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from domain.orders.incoming import IncomingOrder
from domain.shared.refusal import Refusal
from domain.stock.adjust_stock import AdjustStock, Bucket, adjust_stock
from domain.stock.expire_holds import expire_holds
from domain.stock.hold_stock import HoldStock, hold_stock
from domain.stock.move import InsufficientStock
from domain.stock.receive_stock import ReceiveStock, StockQuantity, receive_stock
from domain.stock.receive_transfer import receive_transfer
from domain.stock.release_hold import release_hold
from domain.stock.set_stock import SetStock, StockChanged, set_stock
from domain.stock.transfer_stock import TransferStock, transfer_stock
from tests.databases import SharedDatabase
from tests.factories import NOW, TESTER
from tests.model.auditor import Auditor, Sale
from tests.model.house import open_world

which = st.integers(0, 1)
few = st.integers(1, 5)
any_of = st.integers(0, 4)  # one of the youngest, modulo how many there are


Action = tuple[str, dict[str, Any]]


def actions(**table: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Action]:
    """One of these methods with its arguments. A few rules of many actions meet more often than many rules."""
    return st.one_of(*(st.tuples(st.just(name), st.fixed_dictionaries(args)) for name, args in table.items()))


async def _awaited(work: Awaitable[Any]) -> Any:
    return await work


class StockRules(RuleBasedStateMachine):
    """Every rule asks the house, expects what the auditor's books say, and books what was answered."""

    runner: asyncio.Runner
    shared: SharedDatabase  # swept for each example, so that a failing one can be shrunk

    def __init__(self) -> None:
        super().__init__()
        self.minute = 0
        self.orders: list[tuple[IncomingOrder, Sale]] = []

    def teardown(self) -> None:
        self.runner.run(self.shared.sweep())

    @initialize()
    def open(self) -> None:
        self.channel, self.skus, self.warehouses = self.runner.run(open_world())
        self.auditor = Auditor(self.skus, self.warehouses)
        for sku, at, units in ((0, 0, 8), (0, 1, 4), (1, 0, 6)):
            self.receive(sku, at, units)

    @property
    def now(self) -> datetime:
        return NOW + timedelta(minutes=self.minute)

    def ask(self, work: Awaitable[Any], *, refused: type[Refusal] | None = None) -> Any:
        """What the house answers, or the refusal that it has to answer."""
        if refused is None:
            return self.runner.run(_awaited(work))
        with pytest.raises(refused):
            self.runner.run(_awaited(work))
        return None

    @rule(
        action=actions(
            receive={"sku": which, "at": which, "units": few},
            adjust={
                "sku": which,
                "at": which,
                "delta": st.integers(-4, 4).filter(bool),
                "bucket": st.sampled_from(Bucket),
            },
            count={
                "sku": which,
                "at": which,
                "units": st.integers(0, 8),
                "believed": st.none() | st.integers(0, 8),
                "safety": st.none() | st.integers(0, 2),
            },
            send={"sku": which, "origin": which, "units": few},
            arrive={"pick": any_of, "times": st.integers(1, 2)},
            hold={"sku": which, "at": which, "units": few, "minutes": st.integers(1, 3)},
            release_units={"pick": any_of},
            pass_a_minute={},
        )
    )
    def stock(self, action: Action) -> None:
        self.do(action)

    def do(self, action: Action) -> None:
        name, arguments = action
        getattr(self, name)(**arguments)

    def receive(self, sku: int, at: int, units: int) -> None:
        line = StockQuantity(sku=self.skus[sku], quantity=units)
        self.ask(
            receive_stock(ReceiveStock(warehouse=self.warehouses[at], lines=(line,)), by=TESTER, now=self.now)
        )
        self.auditor.put((self.skus[sku], self.warehouses[at]), units)

    def adjust(self, sku: int, at: int, delta: int, bucket: Bucket) -> None:
        shelf = self.auditor.shelves[self.skus[sku], self.warehouses[at]]
        on_hand = bucket is Bucket.ON_HAND
        fits = shelf.free + (delta if on_hand else -delta) >= 0 and (on_hand or shelf.unsellable + delta >= 0)
        ask = AdjustStock(warehouse=self.warehouses[at], sku=self.skus[sku], delta=delta, bucket=bucket)
        self.ask(adjust_stock(ask, by=TESTER, now=self.now), refused=None if fits else InsufficientStock)
        if fits:
            level = self.skus[sku], self.warehouses[at]
            self.auditor.put(level, *((delta, 0) if on_hand else (0, delta)))

    def count(self, sku: int, at: int, units: int, believed: int | None, safety: int | None) -> None:
        shelf = self.auditor.shelves[self.skus[sku], self.warehouses[at]]
        ask = SetStock(
            warehouse=self.warehouses[at],
            sku=self.skus[sku],
            quantity=units,
            change_from_quantity=believed,
            safety=safety,
        )
        refused: type[Refusal] | None = None
        if believed not in (None, shelf.on_hand):
            refused = StockChanged
        elif units < shelf.on_hand - shelf.free:
            refused = InsufficientStock
        self.ask(set_stock(ask, by=TESTER, now=self.now), refused=refused)
        if refused is None:
            self.auditor.put((self.skus[sku], self.warehouses[at]), units - shelf.on_hand)
            shelf.safety = shelf.safety if safety is None else safety

    def send(self, sku: int, origin: int, units: int) -> None:
        there, here = self.warehouses[1 - origin], self.warehouses[origin]
        shelf = self.auditor.shelves[self.skus[sku], here]
        ask = TransferStock(sku=self.skus[sku], quantity=units, from_warehouse=here, to_warehouse=there)
        refused = None if shelf.free >= units else InsufficientStock
        sent = self.ask(transfer_stock(ask, by=TESTER, now=self.now), refused=refused)
        if sent:
            shelf.on_hand -= units
            self.auditor.shelves[self.skus[sku], there].incoming += units
            self.auditor.transfers[sent.id] = ((self.skus[sku], there), units)

    def arrive(self, pick: int, times: int) -> None:
        if not self.auditor.transfers:
            return
        transfer_id = sorted(self.auditor.transfers)[-1 - pick % len(self.auditor.transfers)]
        level, units = self.auditor.transfers.pop(transfer_id)
        for _ in range(times):
            self.ask(receive_transfer(transfer_id, by=TESTER, now=self.now))
        self.auditor.shelves[level].incoming -= units
        self.auditor.put(level, units)

    def hold(self, sku: int, at: int, units: int, minutes: int) -> None:
        level = self.skus[sku], self.warehouses[at]
        shelf = self.auditor.shelves[level]
        ends = self.now + timedelta(minutes=minutes)
        ask = HoldStock(warehouse=level[1], sku=level[0], quantity=units, expires_at=ends)
        refused = None if shelf.free >= units else InsufficientStock
        held = self.ask(hold_stock(ask, by=TESTER, now=self.now), refused=refused)
        if held:
            shelf.held += units
            self.auditor.holds[held.id] = (level, units, self.minute + minutes)

    def release_units(self, pick: int) -> None:
        if not self.auditor.holds:
            return
        hold_id = sorted(self.auditor.holds)[-1 - pick % len(self.auditor.holds)]
        level, units, _ = self.auditor.holds.pop(hold_id)
        self.ask(release_hold(hold_id, by=TESTER, now=self.now))
        self.auditor.shelves[level].held -= units

    def pass_a_minute(self) -> None:
        self.minute += 1
        self.ask(expire_holds(now=self.now))
        for hold_id, (level, units, minute) in list(self.auditor.holds.items()):
            if minute <= self.minute:
                self.auditor.shelves[level].held -= units
                del self.auditor.holds[hold_id]
