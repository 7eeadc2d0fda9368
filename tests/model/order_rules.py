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
from domain.orders.entry import Placed
from domain.orders.hold_order import HoldOrder, hold_order
from domain.orders.models import HoldReason
from domain.orders.place_orders import place_orders
from domain.orders.refusals import OrderClosed
from domain.orders.release_order import ReleaseOrder, release_order
from domain.shared.database import records
from domain.sourcing.allocate import allocate_waiting
from domain.sourcing.wake_backorders import wake_backorders
from domain.stock.move import InsufficientStock
from tests.factories import TESTER, incoming
from tests.model.auditor import DEAD, STEPS, Parcel, Sale
from tests.model.house import take_note
from tests.model.stock_rules import Action, StockRules, actions, any_of, which

afterwards = st.sampled_from(["nothing", "allocate", "hold_sale", "release_sale", "cancel"])
WAY = ["accept", "start_picking", "pack", "ship", "deliver"]


class OrderRules(StockRules):
    """Orders on top of the shelves."""

    @rule(
        lines=st.dictionaries(which, st.integers(1, 4), min_size=1),
        stock_policy=st.sampled_from(["REQUIRE", "BACKORDER"]),
        split_policy=st.sampled_from(["SINGLE_SHIPMENT", "SHIP_COMPLETE", "PARTIAL_ALLOWED"]),
        then=afterwards,
    )
    def order(self, lines: dict[int, int], stock_policy: str, split_policy: str, then: str) -> None:
        placed = self.place(lines, stock_policy, split_policy)
        if placed:
            self.change(self.auditor.sales[-1], then)

    @precondition(lambda self: self.auditor.sales)
    @rule(
        action=actions(
            cancel={"pick": any_of},
            hold_sale={"pick": any_of},
            release_sale={"pick": any_of},
            place_again={"pick": any_of},
            allocate={"wake": st.booleans()},
        )
    )
    def change_an_order(self, action: Action) -> None:
        self.do(action)

    @precondition(lambda self: any(sale.parcels for sale in self.auditor.sales))
    @rule(
        action=actions(
            step={
                "pick": any_of,
                "step": st.sampled_from(sorted(STEPS)),
                "reason": st.sampled_from(RejectReason),
            },
            send_off={"pick": any_of, "steps": st.integers(1, 5), "then": afterwards},
            reject_and_source_anew={
                "pick": any_of,
                "reason": st.sampled_from(RejectReason),
                "wake": st.booleans(),
            },
        )
    )
    def move_a_parcel(self, action: Action) -> None:
        self.do(action)

    def place(self, lines: dict[int, int], stock_policy: str, split_policy: str) -> bool:
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
        return isinstance(answer, Placed)

    def place_again(self, pick: int) -> None:
        order, sale = self.orders[-1 - pick % len(self.orders)]
        [answer] = self.ask(place_orders([order], by=TESTER, now=self.now))
        assert (answer.order_id, answer.replayed) == (sale.id, True)

    def allocate(self, *, wake: bool) -> None:
        if wake:
            self.ask(self._wake())
        waiting = [sale for sale in self.auditor.sales if sale.waits]
        while self.ask(allocate_waiting(orders_max=100, currency="EUR", by=TESTER, now=self.now)).claimed:
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
        return self.auditor.sales[-1 - pick % len(self.auditor.sales)]  # mostly a young one

    def cancel(self, pick: int) -> None:
        sale = self._sale(pick)
        ask = CancelOrder(order_id=sale.id, reason=CancelReason.CUSTOMER)
        refused = AlreadyShipped if sale.shipped else None
        self.ask(cancel_order(ask, by=TESTER, now=self.now), refused=refused)
        if refused is None:
            self.auditor.cancel(sale)

    def hold_sale(self, pick: int) -> None:
        sale = self._sale(pick)
        refused = None if sale.state == "OPEN" else OrderClosed
        ask = HoldOrder(order_id=sale.id, reason=HoldReason.FRAUD)
        self.ask(hold_order(ask, by=TESTER, now=self.now), refused=refused)
        if refused is None:
            self.auditor.hold_sale(sale)

    def release_sale(self, pick: int) -> None:
        sale = self._sale(pick)
        self.ask(release_order(ReleaseOrder(order_id=sale.id), by=TESTER, now=self.now))
        if sale.held:
            self.auditor.release_sale(sale)

    def step(self, pick: int, step: str, reason: RejectReason) -> None:
        self._step(self._parcel(pick), step, reason)

    def send_off(self, pick: int, steps: int, then: str) -> None:
        parcel = self._parcel(pick)
        begun = WAY.index(next((step for step in WAY if parcel.state in STEPS[step][0]), WAY[0]))
        for step in WAY[begun : begun + steps]:
            self._step(parcel, step, RejectReason.OTHER)
        self.change(parcel.sale, then)

    def change(self, sale: Sale, how: str) -> None:
        if how == "allocate":
            self.allocate(wake=False)
        elif how != "nothing":
            self.do((how, {"pick": self.auditor.sales[::-1].index(sale)}))

    def reject_and_source_anew(self, pick: int, reason: RejectReason, *, wake: bool) -> None:
        self._step(self._parcel(pick), "reject", reason)
        self.allocate(wake=wake)

    def _parcel(self, pick: int) -> Parcel:
        parcels = [parcel for sale in self.auditor.sales for parcel in sale.parcels.values()]
        lively = [parcel for parcel in parcels if parcel.state not in DEAD | {"DELIVERED"}]
        return (lively or parcels)[pick % len(lively or parcels)]

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
