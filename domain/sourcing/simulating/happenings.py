"""What a replay is told, in the order in which it happened, and what it tells of each order. Pure values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from domain.sourcing.planning.model import OrderToSource, Site, Zone
from domain.sourcing.said import Words
from domain.warehouses.ship_days import Calendar

# ---------------------------------------------------------------- told to a replay


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """When a warehouse hands parcels over, and how many a day; None: any number."""

    calendar: Calendar
    daily_capacity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Warehouses and tariffs; they are not kept by date, so they are as they are now."""

    sites: tuple[Site, ...]  # without their days
    zones: tuple[Zone, ...]
    gates: Mapping[UUID, Gate] = field(default_factory=dict[UUID, Gate])  # without one: no ship days
    # (warehouse, day) -> parcels of orders that are not replayed
    taken: Mapping[tuple[UUID, date], int] = field(default_factory=dict[tuple[UUID, date], int])


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An order comes to be sourced for the first time, with its lines as ordered."""

    at: datetime
    order: OrderToSource
    cancelled_at: datetime | None = None  # within the span


@dataclass(frozen=True, slots=True, kw_only=True)
class StockChange:
    """Free units of a level change for a reason that is not the sourcing of a replayed order."""

    at: datetime
    variant_id: UUID
    warehouse_id: UUID
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """A replayed order is called off; what it was promised is free again."""

    at: datetime
    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """The past days that orders to come are expected to be like, as known at that moment: bid prices are due."""

    at: datetime
    days: tuple[tuple[OrderToSource, ...], ...]  # whole, promised as if they came now; none is empty


Happening = Arrival | StockChange | Cancellation | Foresight


def in_turn(happenings: Iterable[Happening]) -> list[Happening]:
    """By time; what changes shelves and prices comes before the orders of the same moment, urgent orders first."""
    return sorted(happenings, key=_turn)


def _turn(happening: Happening) -> tuple[datetime, int, int, datetime, int, int]:
    at = happening.at
    match happening:
        case StockChange():
            return at, 0, 0, at, happening.variant_id.int, happening.warehouse_id.int
        case Cancellation():
            return at, 1, 0, at, happening.order_id.int, 0
        case Foresight():
            return at, 2, 0, at, 0, 0
        case Arrival(order=order):
            return at, 3, -order.priority, order.placed_at, order.order_id.int, 0


# ---------------------------------------------------------------- told by a replay


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One warehouse's part of an order."""

    warehouse_id: UUID
    lines: tuple[tuple[UUID, int], ...]  # (line, units)
    cost_minor: int
    distance_km: float | None
    ship_on: date | None = None
    late: bool = False

    @property
    def units(self) -> int:
        return sum(units for _, units in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """What became of one order by the end of the span."""

    order_id: UUID
    lines: int
    units: int
    lines_filled: int
    parcels: tuple[Parcel, ...]
    currency: str
    explanation: Words

    @property
    def units_filled(self) -> int:
        return sum(parcel.units for parcel in self.parcels)

    @property
    def cost_minor(self) -> int:
        return sum(parcel.cost_minor for parcel in self.parcels)

    @property
    def is_filled(self) -> bool:
        return self.lines_filled == self.lines

    @property
    def places(self) -> frozenset[tuple[UUID, UUID, int]]:
        """Which units leave from where."""
        return frozenset(
            (parcel.warehouse_id, line, units) for parcel in self.parcels for line, units in parcel.lines
        )
