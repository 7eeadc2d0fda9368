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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tariff:
    """A shipment costs its warehouse's fee, its zone's, the way (truncated) and per line the weight (half up)."""

    zone_km: Reals  # (Z - 1,) upper edges, rising
    zone_minor: Ints  # (Z,) per shipment
    zone_kg_minor: Ints  # (Z,) per kg
    zone_days: Ints  # (Z,) in transit
    km_millis: int  # 1/1000 minor units per km and shipment


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """Orders that wait, and the network that could ship them, at one moment."""

    now_min: int  # minutes since midnight
    orders: Orders
    lines: Lines
    warehouses: Warehouses
    stock: Stock
    tariff: Tariff
    weight_g: Ints  # (S,) of one unit
    penalty_minor: Ints  # (P,) per line left unfilled

    def __post_init__(self) -> None:
        most, lines = self.weight_minor_max(), np.bincount(self.lines.order).max(initial=0)
        if most > MONEY_MAX or lines > ORDER_LINES_MAX or len(self.warehouses.lat) > WAREHOUSES_MAX:
            raise ValueError("beyond what sums of 64 bits hold: see MONEY_MAX and what stands by it")

    def weight_minor_max(self) -> int:
        """No line costs more by its weight."""
        heaviest = int((self.weight_g[self.lines.sku] * self.lines.quantity).max(initial=0))
        return int(self.tariff.zone_kg_minor.max(initial=0)) * heaviest // 1000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """Where every line leaves from, what that costs, and a proof of how much less it could cost at most.

    `bound_minor` is a lower bound on the cost of every plan that keeps the rules: the value of the
    Lagrangian at `prices`, in whole numbers; with `proven` it is the cost itself.
    """

    warehouse: Ints  # (L,) or UNFILLED
    order_minor: Ints  # (O,) freight and penalties
    freight_minor: int
    penalty_minor: int
    bound_minor: int
    shipments: int
    orders_shipped: int
    orders_split: int
    work: int  # units spent; the same on every machine

    @property
    def cost_minor(self) -> int:
        return self.freight_minor + self.penalty_minor

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
