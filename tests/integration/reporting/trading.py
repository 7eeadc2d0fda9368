"""A company that does something at random, through its own use cases, at times that go on."""

import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from domain.catalog.save_variants import SaveVariant, save_variants
from domain.channels.adapters.contract import Message
from domain.channels.raw_order import RawLine, RawShipTo
from domain.fulfilment.accept import accept
from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.fulfilment.cancel_units import CancelUnits, cancel_units
from domain.fulfilment.deliver import deliver
from domain.fulfilment.pack import pack
from domain.fulfilment.reject import RejectFulfilment, RejectReason, reject
from domain.fulfilment.ship import ShipFulfilment, ship
from domain.fulfilment.start_picking import start_picking
from domain.intake.archive import archive
from domain.intake.arrived import arrived
from domain.intake.outcomes import Source
from domain.intake.work_off import work_off
from domain.orders.incoming import parse_order
from domain.orders.place_orders import place_orders
from domain.shared.actor import Actor
from domain.shared.database import execute, records
from domain.shared.refusal import Refusal
from domain.sourcing.allocate import allocate_waiting
from domain.sourcing.wake_backorders import wake_backorders
from domain.stock.adjust_stock import AdjustReason, AdjustStock, adjust_stock
from domain.stock.receive_transfer import receive_transfer
from domain.stock.transfer_stock import TransferStock, transfer_stock
from tests.factories import (
    HAMBURG,
    MUNICH,
    NOW,
    TESTER,
    make_channel,
    make_variant,
    make_warehouse,
    raw_order,
    unique,
)

SKUS = ("A", "B", "C")
PLACES = {"hamburg": HAMBURG, "munich": MUNICH}
_OPEN = "SELECT id FROM orders WHERE state = 'OPEN' ORDER BY number"
# of C it is not known
_COSTS = """
    UPDATE variants v SET unit_cost_minor = t.minor, unit_cost_currency = t.currency
    FROM (VALUES ('A', 300, 'EUR'), ('B', 1, 'USD')) AS t (sku, minor, currency) WHERE v.sku = t.sku
"""
_LINES = "SELECT sku FROM order_lines WHERE order_id = $1 ORDER BY position"
_PARCELS = "SELECT id, state FROM fulfilment_orders WHERE state NOT IN ('DELIVERED', 'CANCELLED', 'REJECTED') ORDER BY number"
_IN_TRANSIT = "SELECT id FROM transfers WHERE state = 'IN_TRANSIT'"


class Company:
    """Two channels, one of which states its orders by messages; two warehouses; three SKUs that run out."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.now: datetime = NOW
        self.told: list[dict[str, Any]] = []
        self.channel: UUID | None = None

    async def open(self) -> None:
        await make_channel("web", timezone="Asia/Kathmandu")
        self.channel = (await make_channel("shop")).id
        for sku in SKUS:
            await make_variant(sku)
        await execute(_COSTS)
        for code, place in PLACES.items():
            await make_warehouse(code, place=place, cutoff_minute=60)
        for sku in SKUS:
            await self.adjust(sku, 8)

    async def do_something(self) -> None:
        """One thing; what is refused is refused."""
        self.now += timedelta(minutes=self.dice.choice([0, 7, 50, 700, 4000]))
        doings: list[Callable[[], Awaitable[object]]] = [
            self.place, self.place, self.tell, self.change, self.allocate, self.allocate, self.step, self.step,
            self.step, self.step, self.cancel, self.cancel_units, self.restock, self.transfer, self.reject, self.sort,
        ]  # fmt: skip
        with suppress(Refusal):
            await self.dice.choice(doings)()

    async def place(self) -> None:
        lines = [
            RawLine(
                sku=sku,
                quantity=self.dice.randint(1, 3),
                unit_price=self.dice.choice(["9.99", "20.00"]),
                merchant_discount=self.dice.choice(["0", "1.01"]),
                platform_discount=self.dice.choice(["0", "0.50"]),
            )
            for sku in self.dice.sample(SKUS, self.dice.randint(1, 3))
        ]
        where = RawShipTo(
            country_code="DE",
            region=self.dice.choice(["", "Sachsen"]),
            postcode=self.dice.choice(["04109", "20095"]),
            latitude=52.5,
            longitude=13.4,
        )
        order = raw_order(
            "web",
            lines,
            ship_to=where,
            placed_at=(self.now - timedelta(minutes=self.dice.choice([0, 1, 600]))).isoformat(),
            promised_by=self.dice.choice([None, (self.now + timedelta(days=1)).isoformat()]),
            shipping="3.90",
        )
        await place_orders([parse_order(order, now=self.now)], by=TESTER, now=self.now)

    async def tell(self) -> None:
        self.told.append(
            {"external_id": unique("told"), "placed_at": self.now.isoformat(), "currency": "EUR"}
        )
        await self.change()

    async def change(self) -> None:
        """State an order of the other channel, the first time or anew."""
        if not self.told:
            return
        order = self.dice.choice(self.told)
        order["updated_at"] = self.now.isoformat()
        order["ship_to"] = {"country": self.dice.choice(["DE", "AT"])}
        order["placed_at"] = self.dice.choice(
            [order["placed_at"], (self.now - timedelta(days=2)).isoformat()]
        )
        order["lines"] = [
            {"sku": sku, "qty": self.dice.randint(1, 4), "unit_price": self.dice.choice(["5.00", "7.77"])}
            for sku in self.dice.sample(SKUS, self.dice.randint(1, 2))
        ]
        body = orjson.dumps({"type": "order.updated", "data": order})
        assert self.channel
        messages = arrived(self.channel, [Message(topic="order.updated", body=body)], Source.POLL)
        await archive(messages, now=self.now)
        await work_off(self.channel, now=lambda: self.now)

    async def allocate(self) -> None:
        variants = [row["id"] for row in await records("SELECT id FROM variants")]
        await wake_backorders(variants, now=self.now)
        await allocate_waiting(orders_max=100, currency="EUR", by=TESTER, now=self.now)

    async def step(self) -> None:
        """Some parcels go on by some steps."""
        steps = {
            "OPEN": accept,
            "ACCEPTED": start_picking,
            "PICKING": pack,
            "PACKED": self._ship,
            "SHIPPED": deliver,
        }
        for parcel in await self._some(_PARCELS):
            ahead = list(steps)[list(steps).index(parcel["state"]) :] if parcel["state"] in steps else []
            for state in ahead[: self.dice.randint(1, 5)]:
                await steps[state]([parcel["id"]], by=TESTER, now=self.now)

    async def _ship(self, parcels: Sequence[UUID], *, by: Actor, now: datetime) -> None:
        leaving = [
            ShipFulfilment(fulfilment_order_id=id_, carrier="DHL", tracking_number="1Z") for id_ in parcels
        ]
        await ship(leaving, by=by, now=now)

    async def reject(self) -> None:
        for parcel in (await self._some(_PARCELS))[:1]:
            reason = self.dice.choice(list(RejectReason))
            await reject(
                RejectFulfilment(fulfilment_order_id=parcel["id"], reason=reason), by=TESTER, now=self.now
            )

    async def cancel(self) -> None:
        for order in (await self._some(_OPEN))[:1]:
            reason = self.dice.choice([CancelReason.CUSTOMER, CancelReason.OUT_OF_STOCK])
            await cancel_order(CancelOrder(order_id=order["id"], reason=reason), by=TESTER, now=self.now)

    async def cancel_units(self) -> None:
        for order in (await self._some(_OPEN))[:2]:
            sku = self.dice.choice(await records(_LINES, order["id"]))["sku"]
            ask = CancelUnits(
                order_id=order["id"], units={sku: 1}, reason=CancelReason.OUT_OF_STOCK, also_picked=True
            )
            await cancel_units(ask, by=TESTER, now=self.now)

    async def restock(self) -> None:
        await self.adjust(self.dice.choice(SKUS), self.dice.choice([6, 3, -2]))

    async def sort(self) -> None:
        """Put a SKU to a product, with one or by itself, of this category or that."""
        sku = self.dice.choice(SKUS)
        code = self.dice.choice(["shared", f"P-{sku}"])
        category = self.dice.choice(["", "Cups", "Pots"])
        ask = SaveVariant(sku=sku, name=sku, weight_g=500, product_code=code, category=category)
        await save_variants([ask], by=TESTER, now=self.now)

    async def adjust(self, sku: str, units: int) -> None:
        reason = self.dice.choice([AdjustReason.RETURNED, AdjustReason.COUNTED])
        ask = AdjustStock(warehouse=self.dice.choice(list(PLACES)), sku=sku, delta=units, reason=reason)
        await adjust_stock(ask, by=TESTER, now=self.now)

    async def transfer(self) -> None:
        for sent in await records(_IN_TRANSIT):
            await receive_transfer(sent["id"], by=TESTER, now=self.now)
        ask = TransferStock(
            sku=self.dice.choice(SKUS), quantity=1, from_warehouse="hamburg", to_warehouse="munich"
        )
        await transfer_stock(ask, by=TESTER, now=self.now)

    async def _some(self, query: str) -> list[Any]:
        rows = await records(query)
        return self.dice.sample(rows, min(len(rows), self.dice.randint(1, 4)))
