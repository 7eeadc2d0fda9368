"""What a simulation found: each side's sums, and how they differ. Pure; stored as JSON."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.sourcing.simulating.happenings import Sourced

ASSUMPTIONS = (
    "Warehouses, calendars, tariffs, zones, safety stock, weights, tags and what a channel sells from are as now.",
    "Replayed are the orders taken in and first sourced within the span; earlier ones keep what they really got.",
    "An order comes to be sourced when it really was for the first time; units reserved before do not bind.",
    (
        "Bid prices, where rules count them, are worked out every two hours from the shelves, what waited, and the orders "
        "of the day and the week before, as ordered and as far as known then."
    ),
    "Re-evaluations are not replayed.",
    "Warehouses keep every promise: nothing is rejected. What rules cancel after a date waits on.",
    "`actual` is what was really decided within the span; sourcing anew after a rejection is left out.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Minor units of a currency."""

    currency: str
    minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one warehouse ships."""

    warehouse: str  # its code
    parcels: int
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What sourcing all orders of the span came to."""

    orders: int
    lines: int
    units: int
    lines_filled: int
    units_filled: int
    orders_sourced: int  # at least in part
    orders_split: int  # in more than one shipment
    orders_backordered: int  # at least in part, when the span ended or the order was called off
    shipments: int
    shipments_late: int
    shipments_located: int  # whose distance is known
    distance_km: float
    cost: tuple[Amount, ...]
    load: tuple[Load, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What would have been, and what was."""

    actual: Side
    baseline: Side  # the active rules, replayed under the same assumptions as the candidate
    candidate: Side
    difference: Side  # candidate - baseline, field by field
    orders_changed: int
    assumptions: tuple[str, ...] = ASSUMPTIONS


class Tally:
    """Adds up one side."""

    def __init__(self, codes: Mapping[UUID, str]) -> None:
        self._codes = codes
        self._counts: Counter[str] = Counter()
        self._km = 0.0
        self._cost: Counter[str] = Counter()
        self._parcels: Counter[UUID] = Counter()
        self._units: Counter[UUID] = Counter()

    def add(self, orders: Iterable[Sourced]) -> None:
        for order in orders:
            self._add(order)

    def _add(self, order: Sourced) -> None:
        located = [parcel.distance_km for parcel in order.parcels if parcel.distance_km is not None]
        self._counts.update(
            orders=1,
            lines=order.lines,
            units=order.units,
            lines_filled=order.lines_filled,
            units_filled=order.units_filled,
            orders_sourced=bool(order.parcels),
            orders_split=len(order.parcels) > 1,
            orders_backordered=not order.is_filled,
            shipments=len(order.parcels),
            shipments_late=sum(parcel.late for parcel in order.parcels),
            shipments_located=len(located),
        )
        self._km += sum(located)
        if order.parcels:
            self._cost[order.currency] += order.cost_minor
        for parcel in order.parcels:
            self._parcels[parcel.warehouse_id] += 1
            self._units[parcel.warehouse_id] += parcel.units

    def side(self) -> Side:
        """The sums so far."""
        load = (
            Load(warehouse=self._codes[key], parcels=parcels, units=self._units[key])
            for key, parcels in self._parcels.items()
        )
        counts = self._counts
        return Side(
            orders=counts["orders"],
            lines=counts["lines"],
            units=counts["units"],
            lines_filled=counts["lines_filled"],
            units_filled=counts["units_filled"],
            orders_sourced=counts["orders_sourced"],
            orders_split=counts["orders_split"],
            orders_backordered=counts["orders_backordered"],
            shipments=counts["shipments"],
            shipments_late=counts["shipments_late"],
            shipments_located=counts["shipments_located"],
            distance_km=round(self._km, 3),
            cost=_amounts(self._cost),
            load=tuple(sorted(load, key=lambda one: one.warehouse)),
        )


def difference(candidate: Side, baseline: Side) -> Side:
    """`candidate` less `baseline`, field by field."""
    return Side(
        orders=candidate.orders - baseline.orders,
        lines=candidate.lines - baseline.lines,
        units=candidate.units - baseline.units,
        lines_filled=candidate.lines_filled - baseline.lines_filled,
        units_filled=candidate.units_filled - baseline.units_filled,
        orders_sourced=candidate.orders_sourced - baseline.orders_sourced,
        orders_split=candidate.orders_split - baseline.orders_split,
        orders_backordered=candidate.orders_backordered - baseline.orders_backordered,
        shipments=candidate.shipments - baseline.shipments,
        shipments_late=candidate.shipments_late - baseline.shipments_late,
        shipments_located=candidate.shipments_located - baseline.shipments_located,
        distance_km=round(candidate.distance_km - baseline.distance_km, 3),
        cost=_less(candidate.cost, baseline.cost),
        load=_less_load(candidate.load, baseline.load),
    )


def _amounts(minor: Mapping[str, int]) -> tuple[Amount, ...]:
    return tuple(Amount(currency=currency, minor=minor[currency]) for currency in sorted(minor))


def _less(candidate: Iterable[Amount], baseline: Iterable[Amount]) -> tuple[Amount, ...]:
    minor: Counter[str] = Counter()
    for one in candidate:
        minor[one.currency] += one.minor
    for one in baseline:
        minor[one.currency] -= one.minor
    return _amounts(minor)


def _less_load(candidate: Iterable[Load], baseline: Iterable[Load]) -> tuple[Load, ...]:
    there, here = ({one.warehouse: one for one in side} for side in (candidate, baseline))
    return tuple(
        Load(
            warehouse=code,
            parcels=_parcels(there.get(code)) - _parcels(here.get(code)),
            units=_units(there.get(code)) - _units(here.get(code)),
        )
        for code in sorted(there.keys() | here.keys())
    )


def _parcels(load: Load | None) -> int:
    return load.parcels if load else 0


def _units(load: Load | None) -> int:
    return load.units if load else 0
