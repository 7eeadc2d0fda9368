"""What is still there, and where an order that comes alone goes: the cheapest way, at bid prices, exactly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.sourcing.optimising import UNFILLED, Batch, Split
from domain.sourcing.optimising.bid_prices import BidPrices
from domain.sourcing.optimising.model import Flags, Ints, Reals
from domain.sourcing.optimising.patterns import patterns
from domain.sourcing.optimising.setting import LATE, Setting, lay_out

_NEVER = 1e15


@dataclass(slots=True, kw_only=True, eq=False)
class Floor:
    """The day's network while it is being emptied."""

    setting: Setting
    line_minor: Reals  # (L, W)
    units: Ints  # (R + 1,) left, the first is the shelf that has nothing
    parcels: Ints  # (W,) left
    at: Ints  # (L,) or UNFILLED

    @classmethod
    def full(cls, batch: Batch) -> "Floor":
        setting = lay_out(batch)
        lines, sites = len(setting.grams), setting.warehouses
        pairs = np.repeat(np.arange(lines), sites), np.tile(np.arange(sites), lines)
        return cls(
            setting=setting,
            line_minor=setting.line_minor(*pairs).reshape(lines, sites).astype(np.float64),
            units=setting.units.copy(),
            parcels=batch.warehouses.capacity.copy(),
            at=np.full(lines, UNFILLED, dtype=np.int64),
        )

    def place(self, order: int, prices: BidPrices) -> None:
        """All lines of the order wait; no two are of the same SKU."""
        setting = self.setting
        lines = slice(int(setting.start[order]), int(setting.start[order + 1]))
        asked = setting.batch.lines
        shelves, quantity = setting.shelf[asked.sku[lines]], asked.quantity[lines]
        price = np.concatenate([[0], prices.shelf_minor])[shelves] * quantity[:, None]
        line = np.where(self.units[shelves] < quantity[:, None], _NEVER, self.line_minor[lines] + price)
        closed = (setting.zone[order] == LATE) | (self.parcels < 1)
        parcel = np.where(closed, _NEVER, setting.base_minor[order] + prices.parcel_minor)
        found = _cheapest(setting, order, line, parcel)
        self.at[lines] = found
        self._take(shelves, quantity, found)

    def held(self, lines: Ints) -> tuple[Ints, Ints]:
        """(R + 1,) units and (W,) parcels that these lines hold; a parcel is an order's from one warehouse."""
        setting, asked = self.setting, self.setting.batch.lines
        line = lines[self.at[lines] != UNFILLED]
        shelves = setting.shelves(line, self.at[line])
        pairs = np.unique(asked.order[line] * setting.warehouses + self.at[line])
        units = np.bincount(shelves, weights=asked.quantity[line], minlength=len(self.units))
        parcels = np.bincount(pairs % setting.warehouses, minlength=setting.warehouses)
        return units.astype(np.int64), parcels

    def sent(self, picked: Flags) -> Flags:
        """(O, W) which order had a parcel from where, if these lines were picked."""
        found: Flags = np.zeros((self.setting.orders, self.setting.warehouses), dtype=np.bool_)
        found[self.setting.batch.lines.order[picked], self.at[picked]] = True
        return found

    def move(self, lines: Ints, at: Ints) -> None:
        """These lines to these warehouses, or nowhere; all lines of an order that are in one parcel come."""
        before = self.held(lines)
        self.at[lines] = at
        units, parcels = self.held(lines)
        self.units += before[0] - units
        self.parcels += before[1] - parcels
        if self.units.min() < 0 or self.parcels.min() < 0:
            raise ValueError("more was taken than there is")

    def _take(self, shelves: NDArray[np.int32], quantity: Ints, at: Ints) -> None:
        line = np.flatnonzero(at != UNFILLED)
        self.units[shelves[line, at[line]]] -= quantity[line]
        self.parcels[np.unique(at[line])] -= 1


def _cheapest(setting: Setting, order: int, line: Reals, parcel: Reals) -> Ints:
    """(n,) where the order's lines go; `line` (n, W) and `parcel` (W,) are what they cost."""
    asked, count = setting.batch.orders, len(line)
    single = asked.split[order] == Split.SINGLE_SHIPMENT
    most = 1 if single else min(int(asked.max_shipments[order]), count)
    table = patterns(count, most, whole=bool(asked.split[order] != Split.PARTIAL_ALLOWED or count == 1))
    ways = table.sets @ line + parcel
    site = ways.argmin(axis=1)
    value = np.append(ways[np.arange(len(site)), site], 0.0)
    worth = table.unfilled * float(setting.penalty_minor[order]) + value[table.parts].sum(axis=1)
    best = int(worth.argmin())
    parts = np.append(np.append(site, UNFILLED)[table.parts[best]], UNFILLED)
    places: Ints = parts[table.part_of[best]]
    return places
