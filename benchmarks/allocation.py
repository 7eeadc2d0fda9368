"""How near its bound the batch optimiser comes, and in what time: python -m benchmarks.allocation [FILE ...].

Without files it makes its own instances. Places are drawn around thirty towns of falling size, warehouses
beside the first of them; SKUs sell by a power law and lie in warehouses picked by the towns' sizes, with so
many times the expected demand as the regime says; capacity is shared by size, too.
"""

import sys
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

import numpy as np

from cli.allocating.instance import read_instance
from domain.sourcing.optimising import (
    Batch,
    Lines,
    Orders,
    Plan,
    Policy,
    Stock,
    Tariff,
    Warehouses,
    optimise,
)

SIZES = ((100, 5, 200), (1_000, 20, 2_000), (10_000, 50, 10_000))  # orders, warehouses, SKUs
REGIMES = {"ample": (20.0, 3.0), "mixed": (5.0, 1.5), "capacity": (10.0, 1.2), "scarce": (1.4, 2.0)}
POLICIES = (Policy.FIRST, Policy.NEAREST, Policy.CHEAPEST)
TOWNS = 30


def main() -> None:
    """Print a row for each instance and policy; the bound is that of the cheapest."""
    print(f"{'instance':<30}{'policy':<10}{'over bound':>11}{'fill':>8}{'split':>8}{'seconds':>9}{'MB':>6}")
    for name, policies in _asked(sys.argv[1:]):
        rows = [_measured(name, policy) for policy in policies]
        bound = rows[-1][1].bound_minor
        for policy, (megabytes, plan, seconds) in zip(policies, rows, strict=True):
            over = plan.cost_minor / bound - 1
            print(
                f"{name.removesuffix('.json')[-29:]:<30}{policy:<10}{over:>11.3%}{plan.fill_rate:>8.2%}"
                f"{plan.split_rate:>8.2%}{seconds:>9.2f}{megabytes:>6}",
                flush=True,
            )


def _asked(files: list[str]) -> Iterator[tuple[str, tuple[Policy, ...]]]:
    made = [f"{regime}/{orders}/{sites}/{skus}" for orders, sites, skus in SIZES for regime in REGIMES]
    for name in files or made:
        yield name, POLICIES


def _measured(name: str, policy: Policy) -> tuple[int, Plan, float]:
    """In a process of its own, so that memory is its own."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_run, (name, policy))


def _run(name: str, policy: Policy) -> tuple[int, Plan, float]:
    batch = read_instance(Path(name)) if Path(name).is_file() else make_batch(name)
    begin = perf_counter()
    plan = optimise(batch, policy)
    return getrusage(RUSAGE_SELF).ru_maxrss // 1024, plan, perf_counter() - begin


def make_batch(name: str) -> Batch:
    """The batch `regime/orders/warehouses/SKUs`, the same for the same name."""
    regime, *counts = name.split("/")
    orders, sites, skus = map(int, counts)
    cover, slack = REGIMES[regime]
    random = np.random.default_rng([*map(int, counts), *regime.encode()])
    lat, lon = random.uniform(36, 58, TOWNS), random.uniform(-6, 24, TOWNS)
    size = 1 / np.arange(1, TOWNS + 1)
    town = random.choice(TOWNS, orders, p=size / size.sum())
    home = np.arange(sites) % TOWNS
    lines, stock = _demand(random, orders, skus), size[home]
    share = (stock / stock.sum() + 1 / sites) / 2
    return Batch(
        now_min=840,
        orders=_orders(random, lat[town], lon[town]),
        lines=lines,
        warehouses=Warehouses(
            lat=lat[home] + random.normal(0, 0.3, sites),
            lon=lon[home] + random.normal(0, 0.3, sites),
            fixed_minor=random.integers(150, 350, sites),
            capacity=np.maximum(
                2, (slack * orders * share * random.uniform(0.8, 1.2, sites)).astype(np.int64)
            ),
            cutoff_min=random.integers(12, 19, sites) * 60,
        ),
        stock=_stock(random, lines, share, skus, cover),
        tariff=Tariff(
            zone_km=np.array([200.0, 400.0, 800.0, 1300.0, 1900.0]),
            zone_minor=np.array([600, 660, 740, 830, 920, 1050]),
            zone_kg_minor=np.array([30, 40, 55, 75, 95, 120]),
            zone_days=np.array([1, 2, 2, 3, 4, 5]),
            km_millis=100,
        ),
        weight_g=np.clip(random.lognormal(6.5, 1.0, skus), 50, 25_000).astype(np.int64),
        penalty_minor=np.array([10_000, 100_000, 1_000_000]),
    )


def _demand(random: np.random.Generator, orders: int, skus: int) -> Lines:
    count = random.choice(np.arange(1, 6), orders, p=[0.55, 0.22, 0.12, 0.07, 0.04])
    order = np.repeat(np.arange(orders), count)
    popular = 1 / (np.arange(skus) + 3) ** 0.9
    sku = random.choice(skus, len(order), p=popular / popular.sum())
    once = np.unique(order * skus + sku)
    quantity = random.choice(np.arange(1, 5), len(once), p=[0.86, 0.09, 0.03, 0.02])
    return Lines(order=once // skus, sku=once % skus, quantity=quantity)


def _orders(random: np.random.Generator, lat: np.ndarray, lon: np.ndarray) -> Orders:
    count = len(lat)
    split = random.choice(3, count, p=[0.15, 0.25, 0.6])
    return Orders(
        lat=lat + random.normal(0, 0.35, count),
        lon=lon + random.normal(0, 0.35, count),
        priority=random.choice(3, count, p=[0.8, 0.15, 0.05]),
        split=split,
        max_shipments=np.where(split == 0, 1, 3),
        promise_days=random.choice([3, 4, 5, 7], count, p=[0.15, 0.2, 0.35, 0.3]),
    )


def _stock(random: np.random.Generator, lines: Lines, share: np.ndarray, skus: int, cover: float) -> Stock:
    wanted = np.bincount(lines.sku, weights=lines.quantity, minlength=skus)
    total = np.ceil(wanted.mean() * 0.3 + wanted * cover * random.lognormal(0, 0.4, skus)).astype(np.int64)
    sites = len(share)
    kept = max(1, sites // 3)
    weight = share * random.lognormal(0, 0.8, (skus, sites))
    weight[np.arange(skus)[:, None], np.argsort(weight, axis=1)[:, : sites - kept]] = 0
    units = random.multinomial(total, weight / weight.sum(axis=1, keepdims=True))
    sku, site = np.nonzero(units)
    return Stock(sku=sku, warehouse=site, units=units[sku, site])


if __name__ == "__main__":
    main()
