"""The batch laid out for search: every order's tariff to every warehouse, every shelf's number."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.sourcing.optimising.model import UNFILLED, Batch, Flags, Ints, Rates, Reals, Split, Tariff, Whole

EARTH_RADIUS_KM = 6371.0
SCALE = 64  # prices are whole numbers of 1/SCALE minor units
LATE = 255  # in place of a zone: the promise would be broken, or a rule says no
_CHUNK = 8192  # orders whose distances are in memory at once


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """Lines stand grouped by order: those of order o are `start[o]` to `start[o + 1]`."""

    batch: Batch
    start: Ints  # (O + 1,)
    base_minor: NDArray[np.int32]  # (O, W) per shipment, extras included, without weight
    zone: NDArray[np.uint8]  # (O, W) or LATE
    grams: Ints  # (L,) of the whole line
    penalty_minor: Ints  # (O,) per unfilled line
    shelf: NDArray[np.int32]  # (S, W) position in `units`; 0 is the shelf that has nothing
    units: Ints  # (R + 1,) free units
    price_minor: Ints | None  # (R + 1,) of a unit, beside freight
    keep: Flags  # (L,) lines that must be filled

    @property
    def orders(self) -> int:
        return len(self.start) - 1

    @property
    def warehouses(self) -> int:
        return len(self.batch.warehouses.capacity)

    def line_minor(self, line: Whole, warehouse: Whole) -> Ints:
        """What these lines cost from these warehouses: weight, rounded half up per line, and units' price."""
        minor = (self.kg_minor(line, warehouse) * self.grams[line] + 500) // 1000
        if self.price_minor is None:
            return minor
        return minor + self.price_minor[self.shelves(line, warehouse)] * self.batch.lines.quantity[line]

    def kg_minor(self, line: Whole, warehouse: Whole) -> Ints:
        """What a kilogram of these lines costs from these warehouses."""
        order, tariff = self.batch.lines.order[line], self.batch.tariff
        if isinstance(tariff, Rates):
            return tariff.kg_minor[order, warehouse]
        rates = np.append(tariff.zone_kg_minor, np.zeros(LATE + 1, dtype=np.int64))
        return rates[self.zone[order, warehouse]]

    def shelves(self, line: Whole, warehouse: Whole) -> Ints:
        return self.shelf[self.batch.lines.sku[line], warehouse].astype(np.int64)


def lay_out(batch: Batch) -> Setting:
    """Lines must stand grouped by order."""
    orders, lines = batch.orders, batch.lines
    base, zone = _tariffs(batch)
    shelf, units = _shelves(batch)
    price = batch.stock.price_minor
    return Setting(
        batch=batch,
        start=np.searchsorted(lines.order, np.arange(len(orders.lat) + 1)).astype(np.int64),
        base_minor=base,
        zone=zone,
        grams=batch.weight_g[lines.sku] * lines.quantity,
        penalty_minor=batch.penalty_minor[orders.priority],
        shelf=shelf,
        units=units,
        price_minor=None if price is None else np.concatenate([[0], price]),
        keep=_kept(batch),
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
        base[part], zone[part] = _tariffs_of(batch, batch.tariff, part)
    if batch.terms.extra_minor is not None:
        base += batch.terms.extra_minor.astype(np.int32)
    if batch.terms.allowed is not None:
        zone[~batch.terms.allowed] = LATE
    return base, zone


def _tariffs_of(batch: Batch, tariff: Tariff | Rates, part: slice) -> tuple[Ints, Ints | int]:
    if isinstance(tariff, Rates):
        return tariff.base_minor[part], 0
    orders, sites = batch.orders, batch.warehouses
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


def _kept(batch: Batch) -> Flags:
    """What ships whole or not at all is kept whole."""
    lines, held = batch.lines, batch.incumbent
    if held is None:
        return np.zeros(len(lines.order), dtype=np.bool_)
    kept = np.zeros(len(batch.orders.lat), dtype=np.bool_)
    kept[lines.order[held.keep_filled]] = True
    whole = kept & (batch.orders.split != Split.PARTIAL_ALLOWED)
    keep: Flags = held.keep_filled | whole[lines.order]
    return keep


def filled(warehouse: Whole) -> Ints:
    """The lines that a warehouse was found for."""
    return np.flatnonzero(warehouse != UNFILLED)
