"""Days: a network, its orders with the minutes they arrive at, and other days of the same network as a past.

Places are drawn around thirty towns of falling size, warehouses beside the first of them; SKUs sell by a power
law and lie in warehouses picked by the towns' sizes, with so many times the expected demand as the kind of day
says; capacity is shared by size, too. A shop sells only what is in stock somewhere and promises only what its
stock can reach in time. The past was drawn independently: it knows the network, and nothing of the day.

The calm day is made so that, with seed 1, hindsight saves 16 % of what nearest costs. A few urgent lines more or less
weigh as much as its parameters do, so that other seeds differ by some points.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from cli.allocating.instance import read_instance
from domain.sourcing.optimising import Batch, Lines, Orders, Split, Stock, Tariff, Warehouses
from domain.sourcing.optimising.arrange import as_given
from domain.sourcing.optimising.model import Flags, Ints, Reals
from domain.sourcing.optimising.setting import distances_km

TOWNS = 30
SITES = 20
DAY_MIN = 24 * 60
# orders an hour, relative: a trough at night, a plateau over the working day, a peak in the evening
HOURS = (2, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 5, 5, 5, 6, 7, 8, 8, 6, 4, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    cover: float  # stock, as a multiple of the day's expected demand
    spread: float  # of the cover from SKU to SKU, as the sigma of its logarithm
    slack: float  # shipments that can leave, as a multiple of the orders


KINDS = {"tight": Kind(cover=5.5, spread=0.5, slack=1.6), "calm": Kind(cover=7.5, spread=0.55, slack=1.8)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Day:
    """Orders stand as they arrive, lines grouped by order."""

    batch: Batch
    arrival_min: Ints  # (O,) rising, minutes since midnight

    def between(self, first_min: int, last_min: int) -> Ints:
        """The orders that arrive from this minute on, before that one."""
        return np.arange(*np.searchsorted(self.arrival_min, [first_min, last_min]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """A day that is to come, and days that were."""

    name: str
    today: Day
    past: Sequence[Day]  # one at least


def make_days(kind: str, orders: int, seed: int, past: int) -> Asked:
    """The same for the same arguments."""
    network = _Network.drawn(np.random.default_rng([seed, *kind.encode()]), KINDS[kind], orders)
    first, *others = (np.random.default_rng([seed, number]) for number in range(past + 1))
    today = _promised(_sold(network.batch(first, orders * 11 // 10), orders))
    return Asked(
        name=kind,
        today=_timed(today, first),
        past=[_timed(network.batch(random, orders), random) for random in others],
    )


def read_days(file: Path, past: Sequence[Path], seed: int) -> Asked:
    """Orders arrive in the sequence in which they stand; the other files lend their orders only."""
    today = _timed(read_instance(file), np.random.default_rng([seed, 0]))
    return Asked(
        name=file.stem,
        today=today,
        past=[
            _timed(_in_network(today.batch, read_instance(other)), np.random.default_rng([seed, number]))
            for number, other in enumerate(past, start=1)
        ],
    )


def one_day(days: Sequence[Day]) -> Day:
    """All their orders, as if they had come on one day."""
    first = np.cumsum([0, *(len(day.arrival_min) for day in days)])
    arrival = np.concatenate([day.arrival_min for day in days])
    by_arrival = np.argsort(arrival, kind="stable")
    place = np.empty_like(by_arrival)
    place[by_arrival] = np.arange(len(by_arrival))
    tables = [_taken(day.batch.orders, np.arange(len(day.arrival_min))) for day in days]
    orders = {name: np.concatenate([table[name] for table in tables])[by_arrival] for name in tables[0]}
    lines = [day.batch.lines for day in days]
    batch = replace(
        days[0].batch,
        orders=Orders(**orders),
        lines=Lines(
            order=place[np.concatenate([own.order + at for own, at in zip(lines, first, strict=False)])],
            sku=np.concatenate([own.sku for own in lines]),
            quantity=np.concatenate([own.quantity for own in lines]),
        ),
    )
    return Day(batch=as_given(batch).batch, arrival_min=arrival[by_arrival])


def _in_network(network: Batch, other: Batch) -> Batch:
    return replace(network, orders=other.orders, lines=other.lines)


def _timed(batch: Batch, random: np.random.Generator) -> Day:
    hour = random.choice(24, len(batch.orders.lat), p=np.array(HOURS) / sum(HOURS))
    return Day(
        batch=as_given(batch).batch, arrival_min=np.sort(hour * 60 + random.integers(0, 60, len(hour)))
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Network:
    town: tuple[Reals, Reals]  # degrees
    size: Reals  # of the towns
    popular: Reals  # of the SKUs
    warehouses: Warehouses
    stock: Stock
    weight_g: Ints

    @classmethod
    def drawn(cls, random: np.random.Generator, kind: Kind, orders: int) -> "_Network":
        lat, lon = random.uniform(36, 58, TOWNS), random.uniform(-6, 24, TOWNS)
        size = 1 / np.arange(1, TOWNS + 1)
        home = np.arange(SITES) % TOWNS
        share = (size[home] / size[home].sum() + 1 / SITES) / 2
        popular = 1 / (np.arange(orders) + 3) ** 0.9
        popular /= popular.sum()
        return cls(
            town=(lat, lon),
            size=size / size.sum(),
            popular=popular,
            warehouses=Warehouses(
                lat=lat[home] + random.normal(0, 0.3, SITES),
                lon=lon[home] + random.normal(0, 0.3, SITES),
                fixed_minor=random.integers(150, 350, SITES),
                capacity=np.ceil(kind.slack * orders * share * random.uniform(0.8, 1.2, SITES)).astype(int),
                cutoff_min=random.integers(12, 19, SITES) * 60,
            ),
            stock=_stock(random, kind, popular * orders * 2.2, share),
            weight_g=np.clip(random.lognormal(6.5, 1.0, orders), 50, 25_000).astype(np.int64),
        )

    def batch(self, random: np.random.Generator, orders: int) -> Batch:
        return Batch(
            now_min=840,
            orders=self._orders(random, orders),
            lines=_lines(random, orders, self.popular),
            warehouses=self.warehouses,
            stock=self.stock,
            tariff=Tariff(
                zone_km=np.array([200.0, 400.0, 800.0, 1300.0, 1900.0]),
                zone_minor=np.array([600, 660, 740, 830, 920, 1050]),
                zone_kg_minor=np.array([30, 40, 55, 75, 95, 120]),
                zone_days=np.array([1, 2, 2, 3, 4, 5]),
                km_millis=100,
            ),
            weight_g=self.weight_g,
            penalty_minor=np.array([10_000, 30_000, 90_000]),
        )

    def _orders(self, random: np.random.Generator, count: int) -> Orders:
        town = random.choice(TOWNS, count, p=self.size)
        split = random.choice(3, count, p=[0.15, 0.25, 0.6])
        return Orders(
            lat=self.town[0][town] + random.normal(0, 0.35, count),
            lon=self.town[1][town] + random.normal(0, 0.35, count),
            priority=random.choice(3, count, p=[0.8, 0.15, 0.05]),
            split=split,
            max_shipments=np.where(split == Split.SINGLE_SHIPMENT, 1, 3),
            promise_days=random.choice([2, 3, 5, 7], count, p=[0.12, 0.18, 0.4, 0.3]),
        )


def _stock(random: np.random.Generator, kind: Kind, wanted: Reals, share: Reals) -> Stock:
    """Popular SKUs lie in many warehouses, the others in a few."""
    total = np.ceil(wanted * kind.cover * random.lognormal(0, kind.spread, len(wanted)) + np.sqrt(wanted))
    rank = np.arange(len(wanted)) / len(wanted)
    kept = np.rint(SITES * np.select([rank < 0.05, rank < 0.25], [0.8, 0.5], 0.25)).astype(np.int64)
    weight = share * random.lognormal(0, 0.9, (len(wanted), SITES))
    place = np.argsort(np.argsort(-weight, axis=1), axis=1)
    weight = np.where(place < kept[:, None], weight, 0)
    units = random.multinomial(total.astype(np.int64), weight / weight.sum(axis=1, keepdims=True))
    sku, site = np.nonzero(units)
    return Stock(sku=sku, warehouse=site, units=units[sku, site])


def _lines(random: np.random.Generator, orders: int, popular: Reals) -> Lines:
    count = random.choice(np.arange(1, 6), orders, p=[0.55, 0.22, 0.12, 0.07, 0.04])
    order = np.repeat(np.arange(orders), count)
    once = np.unique(order * len(popular) + random.choice(len(popular), len(order), p=popular))
    quantity = random.choice(np.arange(1, 5), len(once), p=[0.86, 0.09, 0.03, 0.02])
    return Lines(order=once // len(popular), sku=once % len(popular), quantity=quantity)


def _sold(batch: Batch, most: int) -> Batch:
    """The first `most` orders, without the lines that the shop could not have sold."""
    lines = batch.lines
    stock, largest = batch.stock, np.zeros(len(batch.weight_g), dtype=np.int64)
    there = np.bincount(stock.sku, weights=stock.units, minlength=len(largest))
    np.maximum.at(largest, stock.sku, stock.units)
    by_sku = np.argsort(lines.sku, kind="stable")
    total = np.cumsum(lines.quantity[by_sku])
    first = np.searchsorted(lines.sku[by_sku], lines.sku[by_sku])
    before = (total - lines.quantity[by_sku])[first]
    sold = np.empty(len(by_sku), dtype=np.bool_)
    sold[by_sku] = total - before <= there[lines.sku[by_sku]]
    sold &= lines.quantity <= largest[lines.sku]
    orders = np.unique(lines.order[sold])[:most]
    return some_orders(batch, orders, np.flatnonzero(sold & np.isin(lines.order, orders)))


def _promised(batch: Batch) -> Batch:
    """Promises that the network could keep with full shelves; what no warehouse has together may be parted."""
    orders, lines, sites, tariff = batch.orders, batch.lines, batch.warehouses, batch.tariff
    assert isinstance(tariff, Tariff)
    has = np.zeros((len(batch.weight_g), SITES), dtype=np.bool_)
    has[batch.stock.sku, batch.stock.warehouse] = batch.stock.units > 0
    km = distances_km(orders.lat, orders.lon, sites.lat, sites.lon)
    days = tariff.zone_days[np.searchsorted(tariff.zone_km, km)] + (batch.now_min > sites.cutoff_min)
    soonest = np.where(has[lines.sku], days[lines.order], 0 * days[lines.order] + 99).min(axis=1)
    needed = np.zeros(len(orders.lat), dtype=np.int64)
    np.maximum.at(needed, lines.order, np.where(soonest < 99, soonest, 0))
    promise = np.maximum(orders.promise_days, needed)
    together = _together(lines, has, days <= promise[:, None])
    parted = (orders.split == Split.SINGLE_SHIPMENT) & ~together
    return replace(
        batch,
        orders=replace(
            orders,
            promise_days=promise,
            split=np.where(parted, Split.PARTIAL_ALLOWED, orders.split),
            max_shipments=np.where(parted, 3, orders.max_shipments),
        ),
    )


def _together(lines: Lines, has: Flags, in_time: Flags) -> Flags:
    """(O,) whether some warehouse has all of the order, in time."""
    able = in_time.copy()
    np.logical_and.at(able, lines.order, has[lines.sku])
    return np.asarray(able.any(axis=1))


def some_orders(batch: Batch, orders: Ints, lines: Ints) -> Batch:
    """These orders, which rise, with these lines, which are theirs."""
    asked = batch.lines
    return replace(
        batch,
        orders=Orders(**_taken(batch.orders, orders)),
        lines=Lines(
            order=np.searchsorted(orders, asked.order[lines]),
            sku=asked.sku[lines],
            quantity=asked.quantity[lines],
        ),
    )


def _taken(orders: Orders, which: Ints) -> dict[str, Any]:
    return {one.name: getattr(orders, one.name)[which] for one in fields(Orders)}
