"""What the batch optimiser is asked and what it answers: frozen arrays, units in their names.

O orders, L lines, W warehouses, S SKUs, R shelves with stock, Z distance zones, P priorities.
Every index is a position in the arrays; money is whole minor units.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.integer[Any]]  # of any width: what is many is kept narrow

UNFILLED = -1  # in place of a warehouse

# So that whole numbers of 64 bits hold every sum.
MONEY_MAX = 10_000_000  # minor units: a fee, a penalty, what a line costs by weight
QUANTITY_MAX = 1_000_000  # units of a line
SUPPLY_MAX = 10**9  # units of a shelf, shipments of a warehouse
ORDER_LINES_MAX = 10_000
WAREHOUSES_MAX = 4_096


class Split(IntEnum):
    """How an order may leave; the numbers are those of the instance format."""

    SINGLE_SHIPMENT = 0
    SHIP_COMPLETE = 1
    PARTIAL_ALLOWED = 2


class Policy(StrEnum):
    """CHEAPEST optimises the whole batch; the others serve one order after the other, as peers do."""

    CHEAPEST = "cheapest"
    NEAREST = "nearest"
    FIRST = "first"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Orders:
    lat: Reals  # (O,) degrees
    lon: Reals  # (O,) degrees
    priority: Ints  # (O,) position in `Batch.penalty_minor`
    split: Ints  # (O,) a Split
    max_shipments: Ints  # (O,) at least 1
    promise_days: Ints  # (O,) latest day of delivery, 0 is today


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines:
    """A line is filled whole from one warehouse, or not at all."""

    order: Ints  # (L,)
    sku: Ints  # (L,)
    quantity: Ints  # (L,) units, at least 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Warehouses:
    lat: Reals  # (W,) degrees
    lon: Reals  # (W,) degrees
    fixed_minor: Ints  # (W,) per shipment
    capacity: Ints  # (W,) shipments that can still leave today, at least 1
    cutoff_min: Ints  # (W,) minutes since midnight; earlier than now means a day later


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stock:
    """What may be promised: on hand, less safety stock. A (SKU, warehouse) stands here at most once."""

    sku: Ints  # (R,)
    warehouse: Ints  # (R,)
    units: Ints  # (R,) not negative
    price_minor: Ints | None = None  # (R,) what a unit costs beside freight, not negative; None: nothing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tariff:
    """A shipment costs its warehouse's fee, its zone's, the way (truncated) and per line the weight (half up)."""

    zone_km: Reals  # (Z - 1,) upper edges, rising
    zone_minor: Ints  # (Z,) per shipment
    zone_kg_minor: Ints  # (Z,) per kg
    zone_days: Ints  # (Z,) in transit
    km_millis: int  # 1/1000 minor units per km and shipment


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rates:
    """In place of a tariff: what each order's shipment costs from each warehouse.

    Then neither places nor `promise_days` and cut-offs bar a warehouse: `Terms.allowed` does.
    """

    base_minor: Ints  # (O, W) per shipment, before its weight
    kg_minor: Ints  # (O, W) per kg, half up per line


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Terms:
    """What rules say of each order and warehouse."""

    allowed: Flags | None = None  # (O, W) whether it may ship; None: all may
    extra_minor: Ints | None = None  # (O, W) per shipment, on top of its freight; None: nothing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Incumbent:
    """The present plan, which keeps every rule; what it takes counts as free in `Stock` and `Warehouses`.

    No answer of CHEAPEST costs more. Orders of which a line is to be kept hold all their present places until
    a better one is found, so that no plan of any policy takes a kept line's units away.
    """

    warehouse: Ints  # (L,) or UNFILLED
    keep_filled: Flags  # (L,) lines that stay filled, from wherever


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """Orders that wait, and the network that could ship them, at one moment."""

    now_min: int  # minutes since midnight
    orders: Orders
    lines: Lines
    warehouses: Warehouses
    stock: Stock
    tariff: Tariff | Rates
    weight_g: Ints  # (S,) of one unit
    penalty_minor: Ints  # (P,) per line left unfilled
    terms: Terms = Terms()
    incumbent: Incumbent | None = None

    def __post_init__(self) -> None:
        most, lines = self.line_minor_max(), np.bincount(self.lines.order).max(initial=0)
        if most > MONEY_MAX or lines > ORDER_LINES_MAX or len(self.warehouses.lat) > WAREHOUSES_MAX:
            raise ValueError("beyond what sums of 64 bits hold: see MONEY_MAX and what stands by it")
        self._require_shapes()
        for given in (self._base(), self.terms.extra_minor, self.stock.price_minor):
            if given is not None and given.size and not 0 <= given.min() <= given.max() <= MONEY_MAX:
                raise ValueError(f"costs are from 0 to {MONEY_MAX:,} minor units")

    def line_minor_max(self) -> int:
        """No line costs more by its weight and its units' price."""
        tariff = self.tariff
        per_kg = tariff.kg_minor if isinstance(tariff, Rates) else tariff.zone_kg_minor
        heaviest = int((self.weight_g[self.lines.sku] * self.lines.quantity).max(initial=0))
        price = 0 if self.stock.price_minor is None else int(self.stock.price_minor.max(initial=0))
        return int(per_kg.max(initial=0)) * heaviest // 1000 + price * int(self.lines.quantity.max(initial=0))

    def _base(self) -> Ints | None:
        return self.tariff.base_minor if isinstance(self.tariff, Rates) else None

    def _require_shapes(self) -> None:
        pairs = len(self.orders.lat), len(self.warehouses.lat)
        tariff, terms, held = self.tariff, self.terms, self.incumbent
        by_pair = [terms.allowed, terms.extra_minor]
        by_pair += [tariff.base_minor, tariff.kg_minor] if isinstance(tariff, Rates) else []
        by_line = [] if held is None else [held.warehouse, held.keep_filled]
        if any(given is not None and given.shape != pairs for given in by_pair):
            raise ValueError(f"a row an order and a column a warehouse were expected: {pairs}")
        if any(given.shape != self.lines.order.shape for given in by_line):
            raise ValueError("a present place for each line was expected")
        if held is not None and (held.keep_filled & (held.warehouse == UNFILLED)).any():
            raise ValueError("only what is filled can stay filled")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """Where every line leaves from, what that costs, and a proof of how much less it could cost at most.

    `bound_minor` is a lower bound on the cost of every plan that keeps the rules: the value of the
    Lagrangian at `prices`, in whole numbers; with `proven` it is the cost itself.
    """

    warehouse: Ints  # (L,) or UNFILLED
    order_minor: Ints  # (O,) freight, penalties and extras
    freight_minor: int
    penalty_minor: int
    extra_minor: int  # by `Terms.extra_minor` and `Stock.price_minor`
    bound_minor: int
    shipments: int
    orders_shipped: int
    orders_split: int
    work: int  # units spent; the same on every machine

    @property
    def cost_minor(self) -> int:
        return self.freight_minor + self.penalty_minor + self.extra_minor

    @property
    def proven(self) -> bool:
        return self.cost_minor == self.bound_minor

    @property
    def gap(self) -> float:
        """Cost over bound, as a fraction of the bound."""
        return (self.cost_minor - self.bound_minor) / self.bound_minor if self.bound_minor else 0.0

    @property
    def fill_rate(self) -> float:
        """Of the lines."""
        return float((self.warehouse != UNFILLED).mean()) if self.warehouse.size else 1.0

    @property
    def split_rate(self) -> float:
        """Orders in several shipments, of those that ship."""
        return self.orders_split / self.orders_shipped if self.orders_shipped else 0.0
