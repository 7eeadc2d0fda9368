"""Criteria: what makes one plan better than another. Each measures a parcel: the less, the better, never below 0.

What measures of several parcels come to says the criterion's line in the registry: their sum, or the worst
of them. `cost` and `stock_depth` also measure each line of a parcel.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

ROOM_MAX = 1_000_000_000  # parcels; a warehouse that takes any number
_NO_DAY = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class ParcelFacts:
    """A parcel from one warehouse; amounts in minor units."""

    cost_minor: int  # before its weight
    km: float
    priority: int  # of the warehouse
    room: int | None  # parcels the warehouse can take in the days planned ahead; None: any number
    arrives_on: date | None


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line of a parcel."""

    weight_minor: int
    units_less: int  # of its SKU there than where most are


ParcelMeasure = Callable[[ParcelFacts], int]
LineMeasure = Callable[[LineFacts], int]


def cost(parcel: ParcelFacts) -> int:
    """The cheapest plan."""
    return parcel.cost_minor


def weight_cost(line: LineFacts) -> int:
    """What a line adds to the cost."""
    return line.weight_minor


def distance(parcel: ParcelFacts) -> int:
    """The least kilometres, of all parcels together."""
    return round(parcel.km * 1000)


def warehouse_priority(parcel: ParcelFacts) -> int:
    """The fewest parcels from the warehouses preferred least, by the priority that each has."""
    return parcel.priority + 32_768  # a smallint


def stock_depth(line: LineFacts) -> int:
    """Each line from where most units of its SKU are free."""
    return line.units_less


def capacity_left(parcel: ParcelFacts) -> int:
    """The fewest parcels from the warehouses with the least room left in the days planned ahead."""
    return ROOM_MAX - min(ROOM_MAX, ROOM_MAX if parcel.room is None else parcel.room)


def earliest_arrival(parcel: ParcelFacts) -> int:
    """The fewest parcels on the latest days of arrival."""
    return _NO_DAY if parcel.arrives_on is None else parcel.arrives_on.toordinal()


def shipments(_: ParcelFacts) -> int:
    """The fewest parcels."""
    return 1


def nothing(_: ParcelFacts) -> int:
    """What a parcel itself does not matter to."""
    return 0
