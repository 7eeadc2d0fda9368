"""The best plan by several criteria in turn, by trying everything; shares no code with the planner or the rules."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from domain.sourcing.planning import OrderToSource, Site, Snapshot
from domain.sourcing.rules.definition import Promise, Routing, RuleSet
from tests.unit.sourcing.brute_force import Assignment, km, permitted, shipment_minor
from tests.unit.sourcing.brute_rules import is_late, leaves_on, looks, shipments_max, unprotected

Merit = tuple[Any, ...]
FAR = 10**9


def worth_of(snapshot: Snapshot, plan: Assignment) -> int:
    """What the plan takes from orders to come."""
    (asked,), worth = snapshot.orders, snapshot.worth
    assert worth is not None
    variants = {one.line_id: one.variant_id for one in asked.lines}
    units = sum(worth.units.get((variants[at], place), 0) * count for (at, place), count in plan.items())
    return units + sum(worth.parcels.get(place, 0) for place in {place for _, place in plan})


def ranked_merit(snapshot: Snapshot, rules: RuleSet, plan: Assignment) -> tuple[Any, ...]:
    """What a plan for the only order comes to, whichever of the looks it is of: all but what the order of looks says."""
    (order,), (routing,) = snapshot.orders, rules.routings
    measures = _Measures(
        unprotected(snapshot, order, rules.protections), order, routing, list(snapshot.sites)
    )
    by_stock = any(rank.rule == "STOCK_DEPTH" for rank in routing.rank)
    return measures.filled(plan), measures.ends(plan), measures.depth(plan) if by_stock else None


def best_ranked(snapshot: Snapshot, rules: RuleSet) -> tuple[Any, ...]:
    """`ranked_merit` of the best plan for the only order, under the only routing of `rules`."""
    (order,), (routing,) = snapshot.orders, rules.routings
    kept = unprotected(snapshot, order, rules.protections)
    best: tuple[int, Assignment] | None = None
    for allowed in looks(snapshot, order, routing):
        measures = _Measures(kept, order, routing, allowed)
        found = measures.best(list(permitted(kept, order, allowed, shipments_max(order, routing))))
        if best is None or measures.filled(found) > best[0]:
            best = measures.filled(found), found
        if best[0] == len(order.lines):
            break
    assert best is not None
    return ranked_merit(snapshot, rules, best[1])


class _Measures:
    def __init__(
        self, snapshot: Snapshot, order: OrderToSource, routing: Routing, allowed: list[Site]
    ) -> None:
        self.snapshot, self.order, self.routing, self.allowed = snapshot, order, routing, allowed
        self.sites = {site.warehouse_id: site for site in snapshot.sites}
        self.variants = {line.line_id: line.variant_id for line in order.lines}
        self.by: dict[str, Callable[[Assignment], Any]] = {
            "COST": self.cost,
            "DISTANCE": lambda plan: sum(round(km(snapshot, order, site) * 1000) for site in self.used(plan)),
            "WAREHOUSE_PRIORITY": lambda plan: self.worst(plan, lambda site: site.priority),
            "STOCK_DEPTH": self.depth,
            "CAPACITY_LEFT": lambda plan: self.worst(plan, self.fullness),
            "EARLIEST_ARRIVAL": lambda plan: self.worst(plan, self.arrival),
            "FEWEST_SHIPMENTS": lambda plan: len(self.used(plan)),
        }

    def best(self, plans: list[Assignment]) -> Assignment:
        most = max(map(self.filled, plans))
        left = self.one_a_set([plan for plan in plans if self.filled(plan) == most])
        if self.routing.promise is Promise.PREFER:
            left = self.least(left, self.late)
        for rank in self.routing.rank:
            step = 1000 if rank.rule == "DISTANCE" else 1
            measure = self.by[rank.rule]
            if rank.tolerance:
                left = self.near(left, measure, rank.tolerance * step)
            else:
                left = self.least(left, measure)
        return min(left, key=self.ends)

    def least(self, plans: list[Assignment], measure: Callable[[Assignment], Any]) -> list[Assignment]:
        least = min(map(measure, plans))
        return [plan for plan in plans if measure(plan) == least]

    def near(
        self, plans: list[Assignment], measure: Callable[[Assignment], Any], tolerance: int
    ) -> list[Assignment]:
        def number(measured: Any) -> int:
            return (measured[0] if measured else -FAR * 10) if isinstance(measured, list) else measured

        least = min(plans, key=measure)
        return [
            plan
            for plan in plans
            if number(self.raw(measure, plan)) <= number(self.raw(measure, least)) + tolerance
        ]

    def raw(self, measure: Callable[[Assignment], Any], plan: Assignment) -> Any:
        """Of criteria that go by the worst parcel: the worst itself, even if none is better."""
        measured = measure(plan)
        if not isinstance(measured, list) or not plan:
            return measured
        return [max(self.worst_of(measure)(site) for site in self.used(plan))]

    def worst_of(self, measure: Callable[[Assignment], Any]) -> Callable[[Site], int]:
        names = {id(by): name for name, by in self.by.items()}
        return {
            "WAREHOUSE_PRIORITY": lambda site: site.priority,
            "CAPACITY_LEFT": self.fullness,
            "EARLIEST_ARRIVAL": self.arrival,
        }[names[id(measure)]]

    def one_a_set(self, plans: list[Assignment]) -> list[Assignment]:
        """Of each set of warehouses the plans that fill it best, by what the criteria say of lines."""
        by_set: dict[frozenset[Any], list[Assignment]] = {}
        for plan in plans:
            by_set.setdefault(frozenset(place for _, place in plan), []).append(plan)
        names = [rank.rule for rank in self.routing.rank if rank.rule in ("COST", "STOCK_DEPTH")]

        def wish(plan: Assignment) -> Merit:
            return tuple(self.by[name](plan) for name in (*names, "COST"))

        return [plan for same in by_set.values() for plan in self.least(same, wish)]

    def used(self, plan: Assignment) -> list[Site]:
        return [self.sites[place] for place in {place for _, place in plan}]

    def filled(self, plan: Assignment) -> int:
        return len({line for line, _ in plan})

    def late(self, plan: Assignment) -> int:
        return sum(is_late(self.snapshot, self.order, site) for site in self.used(plan))

    def cost(self, plan: Assignment) -> int:
        billed = sum(shipment_minor(self.snapshot, self.order, site, plan) for site in self.used(plan))
        return billed + (worth_of(self.snapshot, plan) if self.snapshot.worth else 0)

    def depth(self, plan: Assignment) -> int:
        return sum(
            max(self.free(self.variants[line], site) for site in self.allowed)
            - self.free(self.variants[line], self.sites[place])
            for line, place in plan
        )

    def free(self, variant: Any, site: Site) -> int:
        mine = sum(
            units
            for (line, place), units in self.order.reserved.items()
            if place == site.warehouse_id and self.variants.get(line) == variant
        )
        return max(0, self.snapshot.free.get((variant, site.warehouse_id), 0)) + mine

    def worst(self, plan: Assignment, measure: Callable[[Site], int]) -> list[int]:
        """Its parcels' measures, the worst first, but for those that no warehouse could be better than."""
        least = min((measure(site) for site in self.allowed), default=0)
        return sorted((found for found in map(measure, self.used(plan)) if found > least), reverse=True)

    def fullness(self, site: Site) -> int:
        lefts = [FAR] if site.days is None else [FAR if day.left is None else day.left for day in site.days]
        return FAR - min(FAR, sum(lefts))

    def arrival(self, site: Site) -> int:
        day = leaves_on(site)
        zone = next(
            (zone for zone in self.snapshot.zones if km(self.snapshot, self.order, site) <= zone.km_max), None
        )
        return FAR if day is None or zone is None else (day + timedelta(days=zone.transit_days)).toordinal()

    def ends(self, plan: Assignment) -> Merit:
        used = self.used(plan)
        return (
            self.cost(plan),
            len(used),
            sorted(site.priority for site in used),
            sorted(site.code for site in used),
        )
