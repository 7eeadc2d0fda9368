"""What the event feed adds up to: figures by channel, by warehouse, and altogether. Pure."""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cli.event_stream import OrderEvent

LATELY_MAX: Final = 12
_STEPS: Final = {
    "FULFILMENT_ACCEPTED": "ACCEPTED",
    "FULFILMENT_PICKING": "PICKING",
    "FULFILMENT_PACKED": "PACKED",
    "FULFILMENT_SHIPPED": "SHIPPED",
    "FULFILMENT_DELIVERED": "DELIVERED",
    "FULFILMENT_REJECTED": "REJECTED",
}
GONE: Final = frozenset({"REJECTED", "CANCELLED"})
LEFT: Final = frozenset({"SHIPPED", "DELIVERED"})


@dataclass(slots=True)
class ChannelFigures:
    """Orders of a channel; each is in every column it has reached."""

    placed: int = 0
    allocated: int = 0
    shipped: int = 0
    delivered: int = 0
    waiting: int = 0  # for stock, now
    cancelled: int = 0


@dataclass(slots=True)
class WarehouseFigures:
    """Parcels of a warehouse by where they are now, and what the living ones cost."""

    states: Counter[str] = field(default_factory=Counter)
    parcels: int = 0
    cost_minor: int = 0
    km: float = 0.0

    @property
    def open(self) -> int:
        return self.states["OPEN"]

    @property
    def in_hand(self) -> int:
        return self.states["ACCEPTED"] + self.states["PICKING"] + self.states["PACKED"]

    @property
    def shipped(self) -> int:
        return self.states["SHIPPED"] + self.states["DELIVERED"]

    @property
    def average_km(self) -> float:
        return self.km / self.parcels if self.parcels else 0.0


@dataclass(slots=True)
class _Parcel:
    warehouse: str
    cost_minor: int
    km: float
    state: str = "OPEN"


@dataclass(slots=True)
class _Order:
    channel: str
    reference: str
    placed_at: datetime
    version: int = 1
    decided: bool = False
    waiting: bool = False
    reached: set[str] = field(default_factory=set)
    parcels: dict[str, _Parcel] = field(default_factory=dict)

    @property
    def living(self) -> int:
        return sum(parcel.state not in GONE for parcel in self.parcels.values())


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the recent past."""

    at: datetime
    kind: str
    channel: str
    reference: str
    told: str


class Tally:
    """Folds events in, each once: what it has seen of an order already is passed over."""

    def __init__(self, channels: Iterable[str] = (), warehouses: Iterable[str] = ()) -> None:
        self.channels = {code: ChannelFigures() for code in channels}
        self.warehouses = {code: WarehouseFigures() for code in warehouses}
        self.events = 0
        self.re_sourced = 0  # decisions after an order's first
        self.shipping_orders = 0  # with at least one living parcel
        self.split_orders = 0  # with more than one
        self.lags_s: list[float] = []  # from taken in to decided
        self.feed_lags_s: deque[float] = deque(maxlen=1_000)
        self.lately: deque[Happening] = deque(maxlen=LATELY_MAX)
        self.first_allocated_at: datetime | None = None
        self._orders: dict[str, _Order] = {}

    def take(self, event: OrderEvent, *, heard_at: datetime) -> None:
        if event.at is None:
            return
        order = self._order(event)
        if order is None or (event.version <= order.version and event.kind != "ORDER_PLACED"):
            return
        order.version = max(order.version, event.version)
        self.events += 1
        self.feed_lags_s.append((heard_at - event.at).total_seconds())
        told = self._fold(order, event)
        self.lately.append(Happening(event.at, event.kind, order.channel, order.reference, told))

    def _order(self, event: OrderEvent) -> _Order | None:
        """The order; None for one placed before we listened, or placed a second time."""
        known = self._orders.get(event.order_id)
        if event.kind != "ORDER_PLACED":
            return known
        if known is not None or event.at is None:
            return None
        order = _Order(event.payload["channel"], event.payload["externalReference"], event.at)
        self._orders[event.order_id] = order
        self._channel(order).placed += 1
        return order

    def _fold(self, order: _Order, event: OrderEvent) -> str:
        if event.kind in {"ORDER_SOURCED", "ORDER_BACKORDERED"}:
            return self._decided(order, event)
        if event.kind == "ORDER_MOVED":
            for called_off in event.payload["calledOff"]:
                if parcel := order.parcels.get(called_off["fulfilmentOrderId"]):
                    self._move(order, parcel, "CANCELLED")
            return self._decided(order, event)
        if event.kind in _STEPS:
            return self._stepped(order, event)
        if event.kind == "ORDER_CANCELLED":
            self._cancelled(order)
        elif event.kind == "ORDER_COMPLETED":
            self._reach(order, "delivered")
        return str(event.payload.get("reason") or "")

    def _decided(self, order: _Order, event: OrderEvent) -> str:
        assert event.at is not None
        if order.decided:
            self.re_sourced += 1
        else:
            order.decided = True
            self.lags_s.append((event.at - order.placed_at).total_seconds())
        before = order.living
        for shipment in event.payload["shipments"]:
            parcel = _Parcel(shipment["warehouse"], shipment["costMinor"], shipment["distanceKm"] or 0.0)
            order.parcels[shipment["fulfilmentOrderId"]] = parcel
            self._count(parcel, 1)
        self._weigh(before, order.living)
        self._wait(order, waiting=event.payload["unfilledLines"] > 0)
        if event.payload["shipments"]:
            self.first_allocated_at = self.first_allocated_at or event.at
            self._reach(order, "allocated")
            return "from " + " + ".join(s["warehouse"] for s in event.payload["shipments"])
        return "no warehouse has it all" if order.living else "no warehouse has it"

    def _stepped(self, order: _Order, event: OrderEvent) -> str:
        parcel = order.parcels.get(event.payload["fulfilmentOrderId"])
        if parcel is None:
            return ""
        self._move(order, parcel, _STEPS[event.kind])
        if parcel.state == "SHIPPED":
            self._reach(order, "shipped")
            return f"{parcel.warehouse}, {event.payload.get('carrier', '')}"
        reason = event.payload.get("reason")
        return f"{parcel.warehouse}: {reason}" if reason else parcel.warehouse

    def _move(self, order: _Order, parcel: _Parcel, state: str) -> None:
        before = order.living
        figures = self._warehouse(parcel)
        figures.states[parcel.state] -= 1
        figures.states[state] += 1
        parcel.state = state
        if state in GONE:
            figures.parcels -= 1
            figures.cost_minor -= parcel.cost_minor
            figures.km -= parcel.km
        self._weigh(before, order.living)

    def _cancelled(self, order: _Order) -> None:
        for parcel in order.parcels.values():
            if parcel.state not in GONE | LEFT:
                self._move(order, parcel, "CANCELLED")
        self._wait(order, waiting=False)
        self._reach(order, "cancelled")

    def _count(self, parcel: _Parcel, one: int) -> None:
        figures = self._warehouse(parcel)
        figures.states[parcel.state] += one
        figures.parcels += one
        figures.cost_minor += parcel.cost_minor
        figures.km += parcel.km

    def _weigh(self, before: int, after: int) -> None:
        """An order went from `before` living parcels to `after`."""
        self.shipping_orders += (after > 0) - (before > 0)
        self.split_orders += (after > 1) - (before > 1)

    def _wait(self, order: _Order, *, waiting: bool) -> None:
        self._channel(order).waiting += waiting - order.waiting
        order.waiting = waiting

    def _reach(self, order: _Order, column: str) -> None:
        if column not in order.reached:
            order.reached.add(column)
            figures = self._channel(order)
            setattr(figures, column, getattr(figures, column) + 1)

    def _channel(self, order: _Order) -> ChannelFigures:
        return self.channels.setdefault(order.channel, ChannelFigures())

    def _warehouse(self, parcel: _Parcel) -> WarehouseFigures:
        return self.warehouses.setdefault(parcel.warehouse, WarehouseFigures())

    def total(self) -> ChannelFigures:
        names = ChannelFigures.__slots__
        return ChannelFigures(
            *(sum(getattr(figures, name) for figures in self.channels.values()) for name in names)
        )

    @property
    def decided(self) -> int:
        return len(self.lags_s)

    @property
    def split_share(self) -> float:
        return self.split_orders / self.shipping_orders if self.shipping_orders else 0.0

    @property
    def parcels_underway(self) -> int:
        """Parcels that nobody has shipped yet."""
        return sum(figures.open + figures.in_hand for figures in self.warehouses.values())

    @property
    def cost_minor_per_order(self) -> float:
        cost = sum(figures.cost_minor for figures in self.warehouses.values())
        return cost / self.shipping_orders if self.shipping_orders else 0.0


def quantile(values: Sequence[float] | deque[float], share: float) -> float:
    """The smallest value that at least `share` of the values don't exceed; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))] if ordered else 0.0


class Pulse:
    """How often something happened in each of the last seconds."""

    def __init__(self, seconds: int = 60) -> None:
        self._seconds = seconds
        self._counts: Counter[int] = Counter()

    def beat(self, now_s: float, times: int = 1) -> None:
        self._counts[int(now_s)] += times

    def history(self, now_s: float) -> list[int]:
        """Counts of whole seconds, the one under way left out; oldest first."""
        return [self._counts[second] for second in range(int(now_s) - self._seconds, int(now_s))]

    def rate(self, now_s: float, over_s: int = 5) -> float:
        return sum(self.history(now_s)[-over_s:]) / over_s
