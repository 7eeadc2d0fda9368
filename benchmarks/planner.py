"""How many orders a second the planner sources: python -m benchmarks.planner."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from time import perf_counter
from uuid import UUID

from benchmarks.harness import House
from benchmarks.measuring import Result
from domain.sourcing.planning import (
    LineToSource,
    OrderToSource,
    Outcome,
    Place,
    Plan,
    Site,
    Snapshot,
    SourcingPolicy,
    SplitPolicy,
    plan,
)

SKUS = 2_000
ORDERS = 3_000
LINES_MANY = 1_100
LINE_COUNTS = (1, 2, 3, 4), (55, 25, 12, 8)
SPLITS = tuple(SplitPolicy), (15, 25, 60)
START = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    """Print one row for each size of network, and one for the largest orders."""
    print(f"{'instance':<44}{'orders/s':>10}{'ms/order':>10}{'sourced':>9}{'shipments':>11}")
    for warehouses in (20, 50):
        name = f"{ORDERS} orders, {warehouses} warehouses"
        report(name, snapshot(ORDERS, warehouses))
        report(f"{name}, reserved", snapshot(ORDERS, warehouses, reserved=True))
        report(f"{name}, scarce", snapshot(ORDERS, warehouses, stocked=0.15))
        report(f"5 of {LINES_MANY} lines, {warehouses} warehouses", snapshot(5, warehouses, lines=LINES_MANY))
        name = f"5 of {LINES_MANY} lines, {warehouses} well stocked"
        report(name, snapshot(5, warehouses, lines=LINES_MANY, stocked=0.99))


def run(house: House) -> Iterator[Result]:
    """The sizes of network that the aims speak of; `python -m benchmarks.planner` tells more."""
    policy = SourcingPolicy(version="benchmark")
    for warehouses in (20, 50):
        instance = snapshot(int(ORDERS * house.scale.share), warehouses)
        made = plan(instance, policy)
        seconds = min(timed(instance, policy) for _ in range(2))
        yield Result(
            what=f"the planner alone, {warehouses} warehouses",
            measured=len(instance.orders) / seconds,
            unit="orders/s",
            note=f"{sourced(made):.0%} sourced in {shipments(made):.2f} shipments",
        )


def report(name: str, instance: Snapshot) -> None:
    """Plan once to warm up and three times for the best time."""
    policy = SourcingPolicy(version="benchmark")
    made = plan(instance, policy)
    seconds = min(timed(instance, policy) for _ in range(3))
    rate = len(instance.orders) / seconds
    print(f"{name:<44}{rate:>10,.0f}{1000 / rate:>10.3f}{sourced(made):>9.1%}{shipments(made):>11.2f}")


def timed(instance: Snapshot, policy: SourcingPolicy) -> float:
    begin = perf_counter()
    plan(instance, policy)
    return perf_counter() - begin


def sourced(made: Plan) -> float:
    return sum(decision.outcome is Outcome.SOURCED for decision in made.decisions) / len(made.decisions)


def shipments(made: Plan) -> float:
    """Per order that ships at all."""
    sizes = [len(decision.shipments) for decision in made.decisions if decision.shipments]
    return sum(sizes) / len(sizes)


def snapshot(
    orders: int, warehouses: int, *, lines: int | None = None, stocked: float = 0.5, reserved: bool = False
) -> Snapshot:
    """A random instance, the same on every machine."""
    random = Random(f"{orders}/{warehouses}/{lines}")
    sites = tuple(site(random, number) for number in range(warehouses))
    variants = [UUID(int=random.getrandbits(128)) for _ in range(SKUS)]
    weights = [min(25_000, int(random.lognormvariate(6.5, 1.0))) for _ in range(SKUS)]
    free = {
        (variant, place.warehouse_id): random.randint(0, 40)
        for variant in variants
        for place in sites
        if random.random() < stocked
    }
    asked = []
    for number in range(orders):
        count = lines or random.choices(*LINE_COUNTS)[0]
        picked = [(variants[at], weights[at]) for at in random.sample(range(SKUS), count)]
        asked.append(order(random, number, picked))
    if reserved:
        asked = [hold(random, one, sites, free) for one in asked]
    return Snapshot(orders=tuple(asked), sites=sites, free=free)


def site(random: Random, number: int) -> Site:
    return Site(
        warehouse_id=UUID(int=random.getrandbits(128)),
        code=f"W{number:02}",
        name=f"Warehouse {number:02}",
        place=place(random),
        shipment_minor=random.randint(450, 900),
        kg_minor=random.randint(30, 140),
        km_millis=random.randint(80, 160),
        priority=random.randint(0, 3),
    )


def place(random: Random) -> Place:
    return Place(lat=round(random.uniform(36, 60), 4), lon=round(random.uniform(-9, 25), 4))


def order(random: Random, number: int, picked: list[tuple[UUID, int]]) -> OrderToSource:
    return OrderToSource(
        order_id=UUID(int=random.getrandbits(128)),
        number=f"F{number:06}",
        place=place(random),
        priority=random.choices((0, 1, 2), (80, 15, 5))[0],
        placed_at=START + timedelta(seconds=number),
        split_policy=random.choices(*SPLITS)[0],
        max_shipments=3,
        lines=tuple(
            LineToSource(
                line_id=UUID(int=random.getrandbits(128)),
                variant_id=variant,
                sku=f"SKU-{at}",
                quantity=random.choices((1, 2, 3, 4), (86, 9, 3, 2))[0],
                weight_g=weight_g,
            )
            for at, (variant, weight_g) in enumerate(picked)
        ),
    )


def hold(
    random: Random, asked: OrderToSource, sites: tuple[Site, ...], free: dict[tuple[UUID, UUID], int]
) -> OrderToSource:
    """The order as intake leaves it: each line reserved where there was stock."""
    reserved: dict[tuple[UUID, UUID], int] = {}
    for line in asked.lines:
        shelves = [(line.variant_id, place.warehouse_id) for place in sites]
        enough = [shelf for shelf in shelves if free.get(shelf, 0) >= line.quantity]
        if enough:
            shelf = random.choice(enough)
            free[shelf] -= line.quantity
            reserved[line.line_id, shelf[1]] = line.quantity
    return replace(asked, reserved=reserved)


if __name__ == "__main__":
    main()
