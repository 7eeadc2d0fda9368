"""What can be asked of orders and their parcels, and what has to come of it."""

from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from domain.fulfilment.accept import accept
from domain.fulfilment.cancel_order import AlreadyShipped, CancelOrder, CancelReason, cancel_order
from domain.fulfilment.deliver import deliver
from domain.fulfilment.pack import pack
from domain.fulfilment.reject import RejectFulfilment, RejectReason, reject
from domain.fulfilment.ship import ShipFulfilment, ship
from domain.fulfilment.start_picking import start_picking
from domain.fulfilment.step import WrongState
from domain.orders.hold_order import HoldOrder, hold_order
from domain.orders.models import HoldReason
from domain.orders.place_orders import Placed, place_orders
from domain.orders.refusals import OrderClosed
from domain.orders.release_order import ReleaseOrder, release_order
from domain.shared.database import records
from domain.sourcing.allocate import allocate_waiting, policy_for
from domain.sourcing.wake_backorders import wake_backorders
from domain.stock.move import InsufficientStock
from tests.factories import TESTER, incoming
from tests.model.auditor import STEPS, Parcel, Sale
from tests.model.house import take_note
from tests.model.stock_rules import StockRules, any_of, few, which


class OrderRules(StockRules):
    """Orders on top of the shelves."""

    @rule(
        lines=st.dictionaries(which, few, min_size=1),
        stock_policy=st.sampled_from(["REQUIRE", "BACKORDER"]),
        split_policy=st.sampled_from(["SINGLE_SHIPMENT", "SHIP_COMPLETE", "PARTIAL_ALLOWED"]),
    )
    def place(self, lines: dict[int, int], stock_policy: str, split_policy: str) -> None:
        wanted = {self.skus[sku]: units for sku, units in lines.items()}
        order = incoming(self.channel, wanted, stock_policy=stock_policy, split_policy=split_policy)
        [answer] = self.ask(place_orders([order], by=TESTER, now=self.now))
        if split_policy != "SINGLE_SHIPMENT" and stock_policy == "REQUIRE":
            assert isinstance(answer, Placed) == self.auditor.could_reserve(wanted)
        if isinstance(answer, Placed):
            sale = Sale(answer.order_id, wanted, partial=split_policy == "PARTIAL_ALLOWED")
            self.auditor.sales.append(sale)
            self.orders.append((order, sale))
            self.ask(take_note(self.auditor, sale))
            reserved = sum(sale.reserved.values())
            assert reserved == (sum(wanted.values()) if stock_policy == "REQUIRE" else 0)
        else:
            assert isinstance(answer, InsufficientStock)

    @precondition(lambda self: self.orders)
    @rule(pick=any_of)
    def place_again(self, pick: int) -> None:
        order, sale = self.orders[pick % len(self.orders)]
        [answer] = self.ask(place_orders([order], by=TESTER, now=self.now))
        assert (answer.order_id, answer.replayed) == (sale.id, True)

    @rule(wake=st.booleans())
    def allocate(self, wake: bool) -> None:  # noqa: FBT001
        if wake:
            self.ask(self._wake())
        waiting = [sale for sale in self.auditor.sales if sale.waits]
        while self.ask(
            allocate_waiting(orders_max=100, policy=policy_for("EUR"), by=TESTER, now=self.now)
        ).claimed:
            pass
        for sale in self.auditor.sales:
            self.ask(take_note(self.auditor, sale))
        for sale in waiting:
            sale.waits = False
            if sale.partial:
                self._require_filled(sale)

    async def _wake(self) -> None:
        rows = await records("SELECT id FROM variants WHERE sku = ANY($1)", self.skus)
        await wake_backorders([row["id"] for row in rows], now=self.now)

    def _require_filled(self, sale: Sale) -> None:
        for (sku, warehouse), shelf in self.auditor.shelves.items():
            lacking = sale.open_units(sku) if sku in sale.lines else 0
            if lacking and warehouse not in sale.excluded:
                assert shelf.sellable < lacking, "a line was left open that a warehouse could fill"

    def _sale(self, pick: int) -> Sale:
        return self.auditor.sales[pick % len(self.auditor.sales)]

    @precondition(lambda self: self.auditor.sales)
    @rule(pick=any_of)
    def cancel(self, pick: int) -> None:
        sale = self._sale(pick)
        ask = CancelOrder(order_id=sale.id, reason=CancelReason.CUSTOMER)
        refused = AlreadyShipped if sale.shipped else None
        self.ask(cancel_order(ask, by=TESTER, now=self.now), refused=refused)
        if refused is None:
            self.auditor.cancel(sale)

    @precondition(lambda self: self.auditor.sales)
    @rule(pick=any_of)
    def hold_sale(self, pick: int) -> None:
        sale = self._sale(pick)
        refused = None if sale.state == "OPEN" else OrderClosed
        ask = HoldOrder(order_id=sale.id, reason=HoldReason.FRAUD)
        self.ask(hold_order(ask, by=TESTER, now=self.now), refused=refused)
        if refused is None:
            self.auditor.hold_sale(sale)

    @precondition(lambda self: self.auditor.sales)
    @rule(pick=any_of)
    def release_sale(self, pick: int) -> None:
        sale = self._sale(pick)
        self.ask(release_order(ReleaseOrder(order_id=sale.id), by=TESTER, now=self.now))
        if sale.held:
            self.auditor.release_sale(sale)

    @precondition(lambda self: any(sale.parcels for sale in self.auditor.sales))
    @rule(pick=any_of, step=st.sampled_from(sorted(STEPS)), reason=st.sampled_from(RejectReason))
    def step(self, pick: int, step: str, reason: RejectReason) -> None:
        self._step(self._parcel(pick), step, reason)

    @precondition(lambda self: any(sale.parcels for sale in self.auditor.sales))
    @rule(pick=any_of)
    def send_off(self, pick: int) -> None:
        parcel = self._parcel(pick)
        for step in ("accept", "start_picking", "pack", "ship", "deliver"):
            self._step(parcel, step, RejectReason.OTHER)

    def _parcel(self, pick: int) -> Parcel:
        parcels = [parcel for sale in self.auditor.sales for parcel in sale.parcels.values()]
        return parcels[pick % len(parcels)]

    def _step(self, parcel: Parcel, step: str, reason: RejectReason) -> None:
        refused = None if parcel.state in STEPS[step][0] else WrongState
        self.ask(_asked(parcel, step, reason, self.now), refused=refused)
        if refused is None:
            self.auditor.step(parcel, step, reason)


async def _asked(parcel: Parcel, step: str, reason: RejectReason, now: datetime) -> None:
    if step == "ship":
        leaving = ShipFulfilment(fulfilment_order_id=parcel.id, carrier="DHL", tracking_number="1Z")
        await ship([leaving], by=TESTER, now=now)
    elif step == "reject":
        ask = RejectFulfilment(fulfilment_order_id=parcel.id, reason=reason)
        await reject(ask, by=TESTER, now=now)
    else:
        steps = {"accept": accept, "start_picking": start_picking, "pack": pack, "deliver": deliver}
        await steps[step]([parcel.id], by=TESTER, now=now)
