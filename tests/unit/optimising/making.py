"""Small random batches, and all their plans."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product
from random import Random
from typing import Any

import numpy as np

from domain.sourcing.optimising import (
    UNFILLED,
    Batch,
    Incumbent,
    Lines,
    Orders,
    Rates,
    Split,
    Stock,
    Tariff,
    Terms,
    Warehouses,
)

TARIFF = Tariff(
    zone_km=np.array([200.0, 600.0, 1500.0]),
    zone_minor=np.array([300, 420, 610, 900]),
    zone_kg_minor=np.array([25, 45, 80, 120]),
    zone_days=np.array([1, 2, 3, 5]),
    km_millis=150,
)


def batch(
    seed: int,
    *,
    orders: int = 5,
    sites: int = 3,
    skus: int = 4,
    lines: int = 3,
    units: int = 3,
    capacity: int = 4,
) -> Batch:
    """At most `lines` lines an order, `units` units a shelf, `capacity` shipments a warehouse."""
    random = Random(seed)
    owner = [order for order in range(orders) for _ in range(random.randint(1, lines))]
    shelves = [(sku, site) for sku in range(skus) for site in range(sites) if random.random() < 0.7]
    return Batch(
        now_min=720,
        orders=Orders(
            lat=np.array([random.uniform(45, 55) for _ in range(orders)]),
            lon=np.array([random.uniform(0, 20) for _ in range(orders)]),
            priority=np.array([random.choice((0, 0, 1, 2)) for _ in range(orders)], dtype=np.int64),
            split=np.array([random.choice((0, 1, 2, 2)) for _ in range(orders)], dtype=np.int64),
            max_shipments=np.array([random.randint(1, 3) for _ in range(orders)], dtype=np.int64),
            promise_days=np.array([random.choice((2, 3, 4, 7)) for _ in range(orders)], dtype=np.int64),
        ),
        lines=Lines(
            order=np.array(owner, dtype=np.int64),
            sku=np.array([random.randrange(skus) for _ in owner], dtype=np.int64),
            quantity=np.array([random.choice((1, 1, 2)) for _ in owner], dtype=np.int64),
        ),
        warehouses=Warehouses(
            lat=np.array([random.uniform(45, 55) for _ in range(sites)]),
            lon=np.array([random.uniform(0, 20) for _ in range(sites)]),
            fixed_minor=np.array([random.randint(50, 400) for _ in range(sites)], dtype=np.int64),
            capacity=np.array([random.randint(1, capacity) for _ in range(sites)], dtype=np.int64),
            cutoff_min=np.array([random.choice((600, 900)) for _ in range(sites)], dtype=np.int64),
        ),
        stock=Stock(
            sku=np.array([sku for sku, _ in shelves], dtype=np.int64),
            warehouse=np.array([site for _, site in shelves], dtype=np.int64),
            units=np.array([random.randint(0, units) for _ in shelves], dtype=np.int64),
        ),
        tariff=TARIFF,
        weight_g=np.array([random.randint(50, 9000) for _ in range(skus)], dtype=np.int64),
        penalty_minor=np.array([2_000, 6_000, 20_000]),
    )


def with_terms(given: Batch, seed: int, *, rates: bool = False) -> Batch:
    """The same, where rules bar some warehouses and put a price on pairs and shelves; `rates` replace the tariff."""
    random = np.random.default_rng([seed, 1])
    pairs = len(given.orders.lat), len(given.warehouses.lat)
    return replace(
        given,
        terms=Terms(allowed=random.random(pairs) < 0.8, extra_minor=random.integers(0, 900, pairs)),
        stock=replace(given.stock, price_minor=random.integers(0, 300, len(given.stock.sku))),
        tariff=Rates(base_minor=random.integers(200, 1500, pairs), kg_minor=random.integers(0, 150, pairs))
        if rates
        else given.tariff,
    )


def with_incumbent(given: Batch, seed: int) -> Batch:
    """The same, where a plan stands that keeps every rule, but is no good one; most of what it fills stays filled."""
    random, book = np.random.default_rng([seed, 2]), Book(given)
    at, taken = np.full(len(given.lines.sku), UNFILLED), dict[tuple[int, int], int]()
    for order in random.permutation(len(given.orders.lat)).tolist():
        way = _any_way(book, order, random)
        needs = book.takes(order, way)
        if book.allows(order, way) and all(
            taken.get(shelf, 0) + amount <= book.limit(shelf) for shelf, amount in needs.items()
        ):
            at[book.lines_of[order]] = way
            taken |= {shelf: taken.get(shelf, 0) + amount for shelf, amount in needs.items()}
    keep = (at != UNFILLED) & (random.random(len(at)) < 0.8)
    return replace(given, incumbent=Incumbent(warehouse=at, keep_filled=keep))


def _any_way(book: "Book", order: int, random: np.random.Generator) -> tuple[int, ...]:
    """From one or two warehouses, what they have; not all ways are allowed."""
    sites = random.integers(len(book.batch.warehouses.lat), size=2).tolist()
    skus = book.batch.lines.sku[book.lines_of[order]].tolist()
    return tuple(next((site for site in sites if book.limit((sku, site)) > 0), UNFILLED) for sku in skus)


def shuffled(given: Batch, seed: int) -> Batch:
    """The same batch, its orders, lines, warehouses and stock in another sequence."""
    tariff, terms = given.tariff, given.terms
    random = np.random.default_rng(seed)
    orders, lines = random.permutation(len(given.orders.lat)), random.permutation(len(given.lines.sku))
    sites, stock = random.permutation(len(given.warehouses.lat)), random.permutation(len(given.stock.sku))
    order_now, site_now = np.argsort(orders), np.argsort(sites)
    return replace(
        given,
        orders=Orders(**{name: getattr(given.orders, name)[orders] for name in Orders.__slots__}),
        warehouses=Warehouses(
            **{name: getattr(given.warehouses, name)[sites] for name in Warehouses.__slots__}
        ),
        lines=Lines(
            order=order_now[given.lines.order[lines]],
            sku=given.lines.sku[lines],
            quantity=given.lines.quantity[lines],
        ),
        stock=Stock(
            sku=given.stock.sku[stock],
            warehouse=site_now[given.stock.warehouse[stock]],
            units=given.stock.units[stock],
            price_minor=_taken(given.stock.price_minor, stock),
        ),
        tariff=Rates(
            base_minor=tariff.base_minor[orders][:, sites], kg_minor=tariff.kg_minor[orders][:, sites]
        )
        if isinstance(tariff, Rates)
        else tariff,
        terms=Terms(
            allowed=_taken(terms.allowed, np.ix_(orders, sites)),
            extra_minor=_taken(terms.extra_minor, np.ix_(orders, sites)),
        ),
    )


def _taken(values: Any, which: Any) -> Any:
    return None if values is None else values[which]


def ways(book: "Book", order: int) -> Iterator[tuple[int, ...]]:
    """Every way to serve one order that its own rules allow."""
    sites = range(UNFILLED, len(book.batch.warehouses.lat))
    return (at for at in product(sites, repeat=len(book.lines_of[order])) if book.allows(order, at))


class Book:
    """The rules and the tariff once more, in plain Python: an auditor of its own."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.lines_of: list[list[int]] = [[] for _ in batch.orders.lat]
        for line, order in enumerate(batch.lines.order.tolist()):
            self.lines_of[order].append(line)
        stock = batch.stock
        shelves = list(zip(stock.sku.tolist(), stock.warehouse.tolist(), strict=True))
        price = np.zeros_like(stock.units) if stock.price_minor is None else stock.price_minor
        self.units = dict(zip(shelves, stock.units.tolist(), strict=True))
        self.price = dict(zip(shelves, price.tolist(), strict=True))
        held = batch.incumbent
        self.kept = set() if held is None else set(np.flatnonzero(held.keep_filled).tolist())

    def allows(self, order: int, at: tuple[int, ...]) -> bool:
        """By what the order itself asks for; stock and capacity apart."""
        split, most = int(self.batch.orders.split[order]), int(self.batch.orders.max_shipments[order])
        used = {site for site in at if site != UNFILLED}
        if len(used) > (1 if split == Split.SINGLE_SHIPMENT else most):
            return False
        if used and UNFILLED in at and split != Split.PARTIAL_ALLOWED:
            return False
        if any(
            line in self.kept and site == UNFILLED
            for line, site in zip(self.lines_of[order], at, strict=True)
        ):
            return False
        allowed = self.batch.terms.allowed
        barred = set() if allowed is None else {site for site in used if not allowed[order, site]}
        return not barred and not any(self.late(order, site) for site in used)

    @cache  # noqa: B019 -- books live as long as one test
    def km(self, order: int, site: int) -> float:
        here = _vector(self.batch.orders.lat[order], self.batch.orders.lon[order])
        there = _vector(self.batch.warehouses.lat[site], self.batch.warehouses.lon[site])
        return 2 * 6371.0 * float(np.arcsin(np.linalg.norm(here - there) / 2))

    def zone(self, order: int, site: int) -> int:
        assert isinstance(self.batch.tariff, Tariff)
        return int((self.km(order, site) > self.batch.tariff.zone_km).sum())

    def late(self, order: int, site: int) -> bool:
        tariff = self.batch.tariff
        if isinstance(tariff, Rates):
            return False
        after = self.batch.now_min > self.batch.warehouses.cutoff_min[site]
        days = tariff.zone_days[self.zone(order, site)] + after
        return bool(days > self.batch.orders.promise_days[order])

    def rates(self, order: int, site: int) -> tuple[int, int]:
        """What a shipment costs before its weight, and a kg."""
        batch, tariff = self.batch, self.batch.tariff
        if isinstance(tariff, Rates):
            return int(tariff.base_minor[order, site]), int(tariff.kg_minor[order, site])
        zone, way = self.zone(order, site), int(self.km(order, site) * tariff.km_millis / 1000)
        base = int(batch.warehouses.fixed_minor[site] + tariff.zone_minor[zone]) + way
        return base, int(tariff.zone_kg_minor[zone])

    def minor(self, order: int, at: tuple[int, ...]) -> int:
        batch, extra = self.batch, self.batch.terms.extra_minor
        cost = at.count(UNFILLED) * int(batch.penalty_minor[batch.orders.priority[order]])
        for site in set(at) - {UNFILLED}:
            cost += self.rates(order, site)[0] + (0 if extra is None else int(extra[order, site]))
        for line, site in zip(self.lines_of[order], at, strict=True):
            if site != UNFILLED:
                sku, units = int(batch.lines.sku[line]), int(batch.lines.quantity[line])
                grams = int(batch.weight_g[sku]) * units
                cost += (self.rates(order, site)[1] * grams + 500) // 1000
                cost += self.price.get((sku, site), 0) * units
        return cost

    def takes(self, order: int, at: tuple[int, ...]) -> dict[tuple[int, int], int]:
        """Units by (SKU, warehouse), shipments by (-1, warehouse)."""
        found = {(-1, site): 1 for site in at if site != UNFILLED}
        for line, site in zip(self.lines_of[order], at, strict=True):
            if site != UNFILLED:
                shelf = int(self.batch.lines.sku[line]), site
                found[shelf] = found.get(shelf, 0) + int(self.batch.lines.quantity[line])
        return found

    def limit(self, shelf: tuple[int, int]) -> int:
        return int(self.batch.warehouses.capacity[shelf[1]]) if shelf[0] < 0 else self.units.get(shelf, 0)

    def least(self) -> int:
        """The optimum, by looking at all plans that could still beat the best."""
        return _Enumeration(self).best


class _Enumeration:
    """Order by order, the cheapest ways first, while the others' cheapest still fit below the best."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._ways = [
            sorted((book.minor(order, at), tuple(book.takes(order, at).items())) for at in ways(book, order))
            for order in range(len(book.lines_of))
        ]
        self._rest = [sum(way[0][0] for way in self._ways[order:]) for order in range(len(self._ways) + 1)]
        self.best = 1 << 60
        self._look(0, 0, {})

    def _look(self, order: int, cost: int, taken: dict[tuple[int, int], int]) -> None:
        if order == len(self._ways):
            self.best = min(self.best, cost)
            return
        for minor, needs in self._ways[order]:
            if cost + minor + self._rest[order + 1] >= self.best:
                return
            after = taken | {shelf: taken.get(shelf, 0) + amount for shelf, amount in needs}
            if all(after[shelf] <= self._book.limit(shelf) for shelf, _ in needs):
                self._look(order + 1, cost + minor, after)


def _vector(lat: float, lon: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    phi, lam = np.radians(lat), np.radians(lon)
    return np.array([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
