"""Small instances: a few warehouses of Germany with telling tariffs, and Hypothesis strategies for random ones."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from math import inf
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from domain.sourcing.planning import (
    Decision,
    LineToSource,
    OrderToSource,
    Place,
    Site,
    Snapshot,
    SourcingPolicy,
    SplitPolicy,
    plan,
)
from domain.sourcing.planning.model import ANYWHERE, WeightStep, Zone

POLICY = SourcingPolicy(version="2026-01")
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
BERLIN = Place(lat=52.52, lon=13.405)


def site(number: int, name: str, place: Place, **more: Any) -> Site:
    terms: dict[str, Any] = {"shipment_minor": 500, "kg_minor": 50, "km_millis": 1_000} | more
    return Site(warehouse_id=UUID(int=number), code=name[:3].upper(), name=name, place=place, **terms)


LEIPZIG = site(1, "Leipzig", Place(lat=51.34, lon=12.37))
HAMBURG = site(2, "Hamburg", Place(lat=53.55, lon=9.99), shipment_minor=350)
MUNICH = site(3, "Munich", Place(lat=48.14, lon=11.58), shipment_minor=400)
SITES = (LEIPZIG, HAMBURG, MUNICH)


def variant(number: int) -> UUID:
    return UUID(int=7_000 + number)


def line(number: int, quantity: int = 1, *, sku: int | None = None, weight_g: int = 1_000) -> LineToSource:
    at = number if sku is None else sku
    return LineToSource(
        line_id=UUID(int=100 + number),
        variant_id=variant(at),
        sku=f"SKU-{at}",
        quantity=quantity,
        weight_g=weight_g,
    )


def order(*lines: LineToSource, number: int = 1) -> OrderToSource:
    return OrderToSource(
        order_id=UUID(int=number),
        number=f"F{number}",
        place=BERLIN,
        priority=0,
        placed_at=NOON,
        split_policy=SplitPolicy.PARTIAL_ALLOWED,
        max_shipments=3,
        lines=lines,
    )


def stock(table: Mapping[Site, Mapping[int, int]]) -> dict[tuple[UUID, UUID], int]:
    return {
        (variant(sku), place.warehouse_id): units
        for place, shelf in table.items()
        for sku, units in shelf.items()
    }


def decide(
    one: OrderToSource, free: Mapping[tuple[UUID, UUID], int], sites: tuple[Site, ...] = SITES
) -> Decision:
    (decision,) = plan(Snapshot(orders=(one,), sites=sites, free=free), POLICY).decisions
    return decision


# ---------------------------------------------------------------- random ones
# Drawn by their seed: far faster than number by number, and small enough to be read unshrunk.

SKUS = 4


def random_sites(random: Random, most: int = 5) -> tuple[Site, ...]:
    return tuple(_random_site(random, number) for number in range(random.randint(1, most)))


def _random_site(random: Random, number: int) -> Site:
    return Site(
        warehouse_id=UUID(int=50 - number),
        code=f"W{number}",
        name=f"Warehouse {number}",
        place=_random_place(random),
        shipment_minor=random.randint(0, 6) * 100,
        kg_minor=random.choice((0, 40, 40, 60, 150)),
        km_millis=random.choice((0, 500, 1_000)),
        priority=random.randint(0, 2),
    )


def _random_place(random: Random) -> Place:
    return Place(lat=float(random.randint(47, 55)), lon=float(random.randint(6, 15)))


def random_order(
    random: Random, sites: tuple[Site, ...], number: int = 1, lines_max: int = 4
) -> OrderToSource:
    lines = tuple(_random_line(random, number * 10 + at) for at in range(random.randint(1, lines_max)))
    ids = [place.warehouse_id for place in sites]
    return OrderToSource(
        order_id=UUID(int=number),
        number=f"F{number}",
        place=random.choice((None, _random_place(random), _random_place(random))),
        priority=random.randint(0, 2),
        placed_at=NOON + timedelta(minutes=random.randint(0, 2)),
        split_policy=random.choice(list(SplitPolicy)),
        max_shipments=random.randint(1, 4),
        lines=lines,
        excluded={} if random.random() < 0.7 else {random.choice(ids): "it rejected the order"},
        served=None if random.random() < 0.7 else frozenset(random.sample(ids, random.randint(0, len(ids)))),
    )


def _random_line(random: Random, number: int) -> LineToSource:
    quantity, sku = random.randint(1, 4), random.randint(1, SKUS)
    return line(number, quantity, sku=sku, weight_g=random.choice((0, 250, 1_005, 3_000)))


def random_stock(random: Random, sites: tuple[Site, ...]) -> dict[tuple[UUID, UUID], int]:
    most = random.randint(1, 8)
    return {
        (variant(sku), place.warehouse_id): random.randint(0, most)
        for sku in range(1, SKUS + 1)
        for place in sites
    }


def random_reservation(random: Random, one: OrderToSource, sites: tuple[Site, ...]) -> OrderToSource:
    """The order with each line held in full, its units anywhere it may ship from; as it was if there is no such place."""
    allowed = [
        place.warehouse_id
        for place in sites
        if place.warehouse_id not in one.excluded and (one.served is None or place.warehouse_id in one.served)
    ]
    if not allowed:
        return one
    held = Counter(
        (asked.line_id, random.choice(allowed)) for asked in one.lines for _ in range(asked.quantity)
    )
    return replace(one, reserved=held)


def single_order(seed: int, *, hold: bool = False) -> Snapshot:
    random = Random(seed)
    sites = random_sites(random)
    one = random_order(random, sites)
    if hold:
        one = random_reservation(random, one, sites)
    free = random_stock(random, sites)
    return Snapshot(orders=(one,), sites=sites, free=free, zones=random_zones(random, endless=hold))


def random_zones(random: Random, *, endless: bool) -> tuple[Zone, ...]:
    if random.random() < 0.5:
        return (replace(ANYWHERE, steps=random_steps(random)),)
    edges = sorted(random.sample(range(100, 1_500, 50), random.randint(1, 3)))
    return tuple(
        Zone(
            km_max=inf if endless and edge == edges[-1] else float(edge),
            shipment_minor=random.randint(0, 4) * 100,
            kg_minor=random.choice((0, 0, 30, 90)),
            transit_days=random.randint(0, 4),
            steps=random_steps(random),
        )
        for edge in edges
    )


def random_steps(random: Random) -> tuple[WeightStep, ...]:
    """None mostly; else up to three, with or without an end."""
    if random.random() < 0.6:
        return ()
    edges = sorted(random.sample((300, 900, 2_000, 5_000, inf), random.randint(1, 3)))
    return tuple(
        WeightStep(g_max=edge, shipment_minor=random.randint(0, 3) * 50, kg_minor=random.choice((0, 20, 70)))
        for edge in edges
    )


def batch(seed: int) -> Snapshot:
    """Up to six orders after the same few units, some of them reserved."""
    random = Random(seed)
    sites = random_sites(random)
    orders = [random_order(random, sites, number, lines_max=3) for number in range(1, random.randint(2, 7))]
    held = [random_reservation(random, one, sites) if random.random() < 0.4 else one for one in orders]
    return Snapshot(orders=tuple(held), sites=sites, free=random_stock(random, sites))


SEEDS = st.integers(0, 2**48)
SINGLE_ORDERS = SEEDS.map(single_order)
RESERVED_ORDERS = SEEDS.map(partial(single_order, hold=True))
BATCHES = SEEDS.map(batch)
