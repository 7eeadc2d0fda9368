"""Random rules for random orders: filters, groups, promises, split limits, protection, days and regions."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

from domain.sourcing.planning import OrderToSource, Site, Snapshot, SplitPolicy
from domain.sourcing.planning.model import ShipDay
from domain.sourcing.rules.definition import Routing, RuleSet
from tests.unit.sourcing.instances import NOON, SEEDS, SKUS, batch, single_order

TODAY = date(2026, 1, 5)
CRITERIA = (
    ("COST", 300),
    ("DISTANCE", 200),
    ("WAREHOUSE_PRIORITY", 1),
    ("STOCK_DEPTH", 2),
    ("CAPACITY_LEFT", 2),
    ("EARLIEST_ARRIVAL", 1),
    ("FEWEST_SHIPMENTS", 1),
)
Ruled = tuple[Snapshot, RuleSet]


def ruled_order(seed: int, *, hold: bool = False) -> Ruled:
    made = single_order(seed, hold=hold)
    if not hold:
        made = replace(made, free={key: units + 1 for key, units in made.free.items()})
    return ruled(made, Random(~seed))


def ruled_batch(seed: int) -> Ruled:
    return ruled(batch(seed), Random(~seed))


def hurried_order(seed: int) -> Ruled:
    """An order of several lines that no warehouse has together, half of the warehouses too late for it."""
    random, made = Random(seed), single_order(seed)
    days = tuple((ShipDay(day=TODAY + timedelta(days=at)),) for at in (0, 9))
    sites = tuple(replace(site, days=random.choice(days)) for site in made.sites)
    one = replace(
        made.orders[0],
        promised_on=TODAY + timedelta(days=5),
        split_policy=SplitPolicy.PARTIAL_ALLOWED,
        excluded={},
        served=None,
    )
    free = {key: random.choice((0, 0, 4)) for key in made.free}
    rules = RuleSet(routings=(Routing(name="In time if possible"),))
    return replace(made, sites=sites, orders=(one,), free=free, now=NOON), rules


def ranked_order(seed: int, *, hold: bool = False, tolerant: bool = False) -> Ruled:
    """An order under random rules with random criteria; with little to choose by, so that they tie."""
    (made, rules), random = ruled_order(seed, hold=hold), Random(seed ^ 0x5EED)
    sites = tuple(
        replace(site, priority=random.randint(0, 2), kg_minor=random.choice((0, 50, 50, 120)))
        for site in made.sites
    )
    rank = [
        {"rule": name, "tolerance": random.choice((0, most)) if tolerant else 0}
        for name, most in random.sample(CRITERIA, random.randint(1, 4))
    ]
    routing = rules.routings[0].model_dump() | {"rank": rank}
    ranked = RuleSet.model_validate(rules.model_dump() | {"routings": [routing]})
    return replace(made, sites=sites), ranked


def ruled(made: Snapshot, random: Random) -> Ruled:
    sites = tuple(random_days(random, site) for site in made.sites)
    orders = tuple(random_facts(random, one) for one in made.orders)
    return replace(made, sites=sites, orders=orders, now=NOON), random_rules(random, sites)


def random_days(random: Random, site: Site) -> Site:
    """Mostly with room, from some day on: early and late warehouses are to meet in one order."""
    first = random.randint(0, 4)
    days = tuple(
        ShipDay(day=TODAY + timedelta(days=first + at), left=random.choice((0, 1, 2, None)))
        for at in range(random.choice((0, 2, 3, 4)))
    )
    regions = random.choice(
        (None, None, None, None, None, None, frozenset({"DE-1", "FR"}), frozenset({"DE"}))
    )
    return replace(site, days=random.choice((None, days, days, days)), regions=regions)


def random_facts(random: Random, one: OrderToSource) -> OrderToSource:
    return replace(
        one,
        channel=random.choice(("web", "pos")),
        country_code=random.choice(("DE", "DE", "DE", "DE", "FR", "")),
        postcode=random.choice(("10115", "20095")),
        total_minor=random.choice((1_000, 9_000)),
        promised_on=random.choice((None, *(TODAY + timedelta(days=at) for at in range(1, 7)))),
        excluded=one.excluded if random.random() < 0.3 else {},
        served=one.served if random.random() < 0.3 else None,
    )


def random_rules(random: Random, sites: tuple[Site, ...]) -> RuleSet:
    calls = partial(random_calls, random, sites)
    groups = [{"name": f"Group {at}", "where": calls(1)} for at in range(random.choice((0, 0, 0, 1, 2, 3)))]
    routing = {
        "name": "Random",
        "eligible": calls(random.choice((0, 0, 0, 0, 1))),
        "groups": groups,
        "split": {
            "shipments_max": random.choice((None, None, None, 1, 2)),
            "value_min_minor": random.choice(({}, {}, {}, {"EUR": 5_000}, {"USD": 5_000})),
        },
        "promise": random.choice(("PREFER", "PREFER", "REQUIRE", "IGNORE")),
    }
    return RuleSet.model_validate({"routings": [routing], "protections": random_protections(random, sites)})


def random_calls(random: Random, sites: tuple[Site, ...], count: int) -> list[dict[str, Any]]:
    codes = [site.code for site in sites]
    some = [
        {"rule": "WAREHOUSE", "values": random.sample(codes, random.randint(1, len(codes)))},
        {"rule": "WITHIN_KM", "values": [str(random.choice((300, 500, 800)))]},
        {"rule": "FOR_REGION", "values": ["DE"]},
    ]
    return [random.choice(some) | {"negated": random.random() < 0.2} for _ in range(count)]


def random_protections(random: Random, sites: tuple[Site, ...]) -> list[dict[str, Any]]:
    return [
        {
            "channel": random.choice(("web", "pos")),
            "units": random.randint(1, 3),
            "warehouses": random.choice(([], [random.choice(sites).code])),
            "skus": random.choice(([], [f"SKU-{random.randint(1, SKUS)}"])),
        }
        for _ in range(random.choice((0, 0, 0, 1, 2)))
    ]


RULED_ORDERS = SEEDS.map(ruled_order)
RULED_RESERVED_ORDERS = SEEDS.map(partial(ruled_order, hold=True))
RULED_BATCHES = SEEDS.map(ruled_batch)
HURRIED_ORDERS = SEEDS.map(hurried_order)
RANKED_ORDERS = SEEDS.map(ranked_order)
RANKED_RESERVED_ORDERS = SEEDS.map(partial(ranked_order, hold=True))
TOLERANT_ORDERS = SEEDS.map(partial(ranked_order, tolerant=True))
