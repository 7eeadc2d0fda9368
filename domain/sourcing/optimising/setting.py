"""The batch laid out for search: every order's tariff to every warehouse, every shelf's number."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.sourcing.optimising.model import UNFILLED, Batch, Ints, Reals, Whole

EARTH_RADIUS_KM = 6371.0
SCALE = 64  # prices are whole numbers of 1/SCALE minor units
LATE = 255  # in place of a zone: the promise would be broken
_CHUNK = 8192  # orders whose distances are in memory at once


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """Lines stand grouped by order: those of order o are `start[o]` to `start[o + 1]`."""

    batch: Batch
    start: Ints  # (O + 1,)
    base_minor: NDArray[np.int32]  # (O, W) per shipment, without weight
    zone: NDArray[np.uint8]  # (O, W) or LATE
    grams: Ints  # (L,) of the whole line
    penalty_minor: Ints  # (O,) per unfilled line
    shelf: NDArray[np.int32]  # (S, W) position in `units`; 0 is the shelf that has nothing
    units: Ints  # (R + 1,) free units

    @property
    def orders(self) -> int:
        return len(self.start) - 1

    @property
    def warehouses(self) -> int:
        return len(self.batch.warehouses.capacity)

    def weight_minor(self, line: Whole, warehouse: Whole) -> Ints:
        """The weight's share of these lines from these warehouses, rounded half up per line."""
        rates = np.append(self.batch.tariff.zone_kg_minor, np.zeros(LATE + 1, dtype=np.int64))
        zone = self.zone[self.batch.lines.order[line], warehouse]
        return (rates[zone] * self.grams[line] + 500) // 1000

    def shelves(self, line: Whole, warehouse: Whole) -> Ints:
        return self.shelf[self.batch.lines.sku[line], warehouse].astype(np.int64)


def lay_out(batch: Batch) -> Setting:
    """Lines must stand grouped by order."""
    orders, lines = batch.orders, batch.lines
    base, zone = _tariffs(batch)
    shelf, units = _shelves(batch)
    return Setting(
        batch=batch,
        start=np.searchsorted(lines.order, np.arange(len(orders.lat) + 1)).astype(np.int64),
        base_minor=base,
        zone=zone,
        grams=batch.weight_g[lines.sku] * lines.quantity,
        penalty_minor=batch.penalty_minor[orders.priority],
        shelf=shelf,
        units=units,
    )


def distances_km(lat: Reals, lon: Reals, to_lat: Reals, to_lon: Reals) -> Reals:
    """From each to each, on the sphere, in km.

    Source: the haversine formula, R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984).
    """
    here, there = np.radians(lat)[:, None], np.radians(to_lat)[None, :]
    half_lat = np.sin((there - here) / 2)
    half_lon = np.sin((np.radians(to_lon)[None, :] - np.radians(lon)[:, None]) / 2)
    chord = half_lat * half_lat + np.cos(here) * np.cos(there) * half_lon * half_lon
    # rounding may take it past 1 between antipodes
    found: Reals = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    return found


def _tariffs(batch: Batch) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    size = len(batch.orders.lat), len(batch.warehouses.lat)
    base, zone = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.uint8)
    for first in range(0, size[0], _CHUNK):
        part = slice(first, first + _CHUNK)
        base[part], zone[part] = _tariffs_of(batch, part)
    return base, zone


def _tariffs_of(batch: Batch, part: slice) -> tuple[Ints, Ints]:
    orders, sites, tariff = batch.orders, batch.warehouses, batch.tariff
    km = distances_km(orders.lat[part], orders.lon[part], sites.lat, sites.lon)
    zone = np.searchsorted(tariff.zone_km, km, side="left")
    way = np.floor(km * tariff.km_millis / 1000).astype(np.int64)
    days = tariff.zone_days[zone] + (batch.now_min > sites.cutoff_min)
    late = days > orders.promise_days[part, None]
    return sites.fixed_minor + tariff.zone_minor[zone] + way, np.where(late, LATE, zone)


def _shelves(batch: Batch) -> tuple[NDArray[np.int32], Ints]:
    stock = batch.stock
    shelf = np.zeros((len(batch.weight_g), len(batch.warehouses.lat)), dtype=np.int32)
    shelf[stock.sku, stock.warehouse] = np.arange(1, len(stock.sku) + 1)
    return shelf, np.concatenate([[0], stock.units])


def filled(warehouse: Whole) -> Ints:
    """The lines that a warehouse was found for."""
    return np.flatnonzero(warehouse != UNFILLED)
