"""An independent model of the shelves: plain numbers, moved by what was asked and what was answered."""

from dataclasses import dataclass, field
from uuid import UUID

Level = tuple[str, str]  # SKU, warehouse

# Where a parcel may be stepped from, written down anew instead of asked from the house.
STEPS = {
    "accept": ({"OPEN"}, "ACCEPTED"),
    "start_picking": ({"ACCEPTED"}, "PICKING"),
    "pack": ({"PICKING"}, "PACKED"),
    "ship": ({"PACKED"}, "SHIPPED"),
    "deliver": ({"SHIPPED"}, "DELIVERED"),
    "reject": ({"OPEN", "ACCEPTED", "PICKING"}, "REJECTED"),
}
DAY, MISSING, LASTS = range(3)
STRENGTHS = {"NO_CAPACITY": DAY, "OUT_OF_STOCK": MISSING, "DAMAGED": MISSING, "OTHER": LASTS}
GONE = {"SHIPPED", "DELIVERED"}
DEAD = {"REJECTED", "CANCELLED"}


@dataclass
class Shelf:
    """One level, as it should be."""

    on_hand: int = 0
    allocated: int = 0
    held: int = 0
    unsellable: int = 0
    incoming: int = 0
    safety: int = 0

    @property
    def free(self) -> int:
        return self.on_hand - self.allocated - self.held - self.unsellable

    @property
    def sellable(self) -> int:
        return self.free - self.safety


@dataclass
class Parcel:
    """One warehouse's part of a sale."""

    id: UUID
    sale: "Sale"
    warehouse: str
    units: dict[str, int]
    state: str = "OPEN"


@dataclass
class Exclusion:
    """Why a warehouse may not be asked again: it lasts, SKUs have to come in there first, or its day has to end."""

    strength: int
    missing: set[str] = field(default_factory=set[str])


@dataclass
class Sale:
    """One order. `waits`: the next allocation has to decide about it."""

    id: UUID
    lines: dict[str, int]
    partial: bool
    state: str = "OPEN"
    held: bool = False
    waits: bool = True
    reserved: dict[Level, int] = field(default_factory=dict)
    parcels: dict[UUID, Parcel] = field(default_factory=dict)
    # warehouses that rejected it -> why, by the strongest reason
    excluded: dict[str, Exclusion] = field(default_factory=dict[str, Exclusion])

    @property
    def shipped(self) -> bool:
        return any(parcel.state in GONE for parcel in self.parcels.values())

    def open_units(self, sku: str) -> int:
        """Units that nobody has promised yet."""
        if self.state == "CANCELLED":
            return 0
        promised = sum(p.units.get(sku, 0) for p in self.parcels.values() if p.state not in DEAD)
        reserved = sum(units for (of, _), units in self.reserved.items() if of == sku)
        return self.lines[sku] - promised - reserved

    def came_in(self, sku: str, warehouse: str) -> None:
        """Units that can be sold came in there, perhaps the last that were missing."""
        exclusion = self.excluded.get(warehouse)
        if exclusion and sku in exclusion.missing:
            exclusion.missing.remove(sku)
            if not exclusion.missing:
                del self.excluded[warehouse]

    def exclude(self, warehouse: str, exclusion: Exclusion) -> None:
        """The warehouse may not be asked again for this reason; a weaker one than before says nothing new."""
        before = self.excluded.setdefault(warehouse, exclusion)
        if before.strength < exclusion.strength:
            self.excluded[warehouse] = exclusion
        elif before.strength == exclusion.strength:
            before.missing |= exclusion.missing


class Auditor:
    """Keeps its own books."""

    def __init__(self, skus: list[str], warehouses: list[str]) -> None:
        self.shelves = {(sku, warehouse): Shelf() for sku in skus for warehouse in warehouses}
        self.sales: list[Sale] = []
        self.holds: dict[UUID, tuple[Level, int, int]] = {}  # level, units, minute of its end
        self.transfers: dict[UUID, tuple[Level, int]] = {}

    def put(self, level: Level, units: int, unsellable: int = 0) -> None:
        """So many more units are on hand, and so many more cannot be sold."""
        self.shelves[level].on_hand += units
        self.shelves[level].unsellable += unsellable
        if units > unsellable:
            for sale in self.sales:
                sale.came_in(*level)

    def could_reserve(self, lines: dict[str, int]) -> bool:
        """Whether each line fits whole into some warehouse."""
        return all(
            any(shelf.sellable >= units for (of, _), shelf in self.shelves.items() if of == sku)
            for sku, units in lines.items()
        )

    def reserve(self, sale: Sale, reserved: dict[Level, int]) -> None:
        """The house says that these units are reserved for the sale, instead of what was before."""
        for sign, units in ((-1, sale.reserved), (1, reserved)):
            for level, count in units.items():
                self.shelves[level].allocated += sign * count
        sale.reserved = reserved

    def promise(self, sale: Sale, parcel: Parcel) -> None:
        """The house says that it made this parcel."""
        assert parcel.warehouse not in sale.excluded, "a warehouse that rejected it was asked again"
        assert sale.state == "OPEN", "a closed order was sourced"
        assert not sale.held, "an order on hold was sourced"
        sale.parcels[parcel.id] = parcel
        for sku, units in parcel.units.items():
            self.shelves[sku, parcel.warehouse].allocated += units

    def drop(self, parcel: Parcel, state: str) -> None:
        """The parcel's units are free again."""
        parcel.state = state
        for sku, units in parcel.units.items():
            self.shelves[sku, parcel.warehouse].allocated -= units

    def step(self, parcel: Parcel, step: str, reason: str) -> None:
        """The parcel moves on, and its units with it."""
        state = STEPS[step][1]
        if step == "reject":
            self._reject(parcel, reason)
        elif step == "ship":
            for sku, units in parcel.units.items():
                self.shelves[sku, parcel.warehouse].on_hand -= units
                self.shelves[sku, parcel.warehouse].allocated -= units
        parcel.state = state
        sale = parcel.sale
        if step == "deliver" and all(self._delivered(sale, sku) for sku in sale.lines):
            sale.state, sale.held = "COMPLETED", False

    def _delivered(self, sale: Sale, sku: str) -> bool:
        parcels = sale.parcels.values()
        return sum(p.units.get(sku, 0) for p in parcels if p.state == "DELIVERED") == sale.lines[sku]

    def _reject(self, parcel: Parcel, reason: str) -> None:
        self.drop(parcel, "REJECTED")
        for sku, units in parcel.units.items():
            shelf = self.shelves[sku, parcel.warehouse]
            shelf.on_hand -= units if reason == "OUT_OF_STOCK" else 0
            shelf.unsellable += units if reason == "DAMAGED" else 0
        missing = set(parcel.units) if STRENGTHS[reason] == MISSING else set[str]()
        parcel.sale.exclude(parcel.warehouse, Exclusion(STRENGTHS[reason], missing))
        parcel.sale.waits = not parcel.sale.held

    def cancel(self, sale: Sale) -> None:
        """Everything the sale was promised is free again."""
        self.reserve(sale, {})
        for parcel in sale.parcels.values():
            if parcel.state not in DEAD:
                self.drop(parcel, "CANCELLED")
        sale.state, sale.held, sale.waits = "CANCELLED", False, False

    def hold_sale(self, sale: Sale) -> None:
        sale.held, sale.waits = True, False
        for parcel in sale.parcels.values():
            parcel.state = "ON_HOLD" if parcel.state == "OPEN" else parcel.state

    def release_sale(self, sale: Sale) -> None:
        sale.held, sale.waits = False, True
        for parcel in sale.parcels.values():
            parcel.state = "OPEN" if parcel.state == "ON_HOLD" else parcel.state
