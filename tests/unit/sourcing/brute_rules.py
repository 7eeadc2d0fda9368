"""What rules permit, and the best of it, by trying everything; shares no code with the planner or the rules."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from domain.sourcing.planning import OrderToSource, Site, Snapshot, SplitPolicy
from domain.sourcing.rules.definition import Promise, Protection, Routing, RuleCall, RuleSet
from tests.unit.sourcing.brute_force import Assignment, km, merit, open_to, permitted

RuledMerit = tuple[int, int, tuple[object, ...]]  # lines unfilled, late shipments, cost and ties
May = Callable[[Site], bool]


def best_ruled(snapshot: Snapshot, rules: RuleSet) -> RuledMerit:
    """The merit of the best plan for the only order, under the only routing of `rules`."""
    (order,), (routing,) = snapshot.orders, rules.routings
    kept = unprotected(snapshot, order, rules.protections)
    best: RuledMerit | None = None
    for allowed in looks(snapshot, order, routing):
        plans = permitted(kept, order, allowed, shipments_max(order, routing))
        found = min(ruled_merit(snapshot, order, routing, one) for one in plans)
        if best is None or found[0] < best[0]:
            best = found
        if not best[0]:
            break
    assert best is not None
    return best


def ruled_merit(snapshot: Snapshot, order: OrderToSource, routing: Routing, plan: Assignment) -> RuledMerit:
    used = {place for _, place in plan}
    late = sum(is_late(snapshot, order, site) for site in snapshot.sites if site.warehouse_id in used)
    unfilled, *rest = merit(snapshot, order, plan)
    return unfilled, late if routing.promise is Promise.PREFER else 0, tuple(rest)


def looks(snapshot: Snapshot, order: OrderToSource, routing: Routing) -> list[list[Site]]:
    """The warehouses that are tried together, one after the other: first what is in time, group by group."""
    able = may_ship(snapshot, order, routing)
    in_time = [site for site in able if not is_late(snapshot, order, site)]
    passes = [in_time, able] if routing.promise is Promise.PREFER else [able]
    groups = range(len(routing.groups) or 1)
    return [
        [site for site in sites if group_of(snapshot, order, routing, site) <= last]
        for sites in passes
        for last in groups
    ]


def may_ship(snapshot: Snapshot, order: OrderToSource, routing: Routing) -> list[Site]:
    """The warehouses that may ship the order, in whichever group."""
    required = routing.promise is Promise.REQUIRE
    tests: tuple[May, ...] = (
        lambda site: serves(order, site),
        lambda site: site.days is None or leaves_on(site) is not None,
        lambda site: all(passes(snapshot, call, order, site) for call in routing.eligible),
        lambda site: group_of(snapshot, order, routing, site) < max(1, len(routing.groups)),
        lambda site: not (required and is_late(snapshot, order, site)),
    )
    return [site for site in open_to(snapshot, order) if all(test(site) for test in tests)]


def group_of(snapshot: Snapshot, order: OrderToSource, routing: Routing, site: Site) -> int:
    """The first it is in; beyond the last: none."""
    if not routing.groups:
        return 0
    mine = [
        at
        for at, group in enumerate(routing.groups)
        if all(passes(snapshot, one, order, site) for one in group.where)
    ]
    return min(mine, default=len(routing.groups))


def passes(snapshot: Snapshot, call: RuleCall, order: OrderToSource, site: Site) -> bool:
    met = {
        "WAREHOUSE": lambda: site.code in call.values,
        "WITHIN_KM": lambda: order.place is None or km(snapshot, order, site) <= int(call.values[0]),
        "FOR_REGION": lambda: order.country_code in call.values,
    }[call.rule]()
    return met is not call.negated


def serves(order: OrderToSource, site: Site) -> bool:
    ways = {order.country_code, *(f"{order.country_code}-{order.postcode[:end]}" for end in range(1, 6))}
    return site.regions is None or not ways.isdisjoint(site.regions)


def leaves_on(site: Site) -> date | None:
    return next((day.day for day in site.days or () if day.left is None or day.left > 0), None)


def is_late(snapshot: Snapshot, order: OrderToSource, site: Site) -> bool:
    day = leaves_on(site)
    zone = next((zone for zone in snapshot.zones if km(snapshot, order, site) <= zone.km_max), None)
    if day is None or zone is None or order.promised_on is None:
        return False
    return day + timedelta(days=zone.transit_days) > order.promised_on


def shipments_max(order: OrderToSource, routing: Routing) -> int:
    asked = 1 if order.split_policy is SplitPolicy.SINGLE_SHIPMENT else order.max_shipments
    worth = order.total_minor >= routing.split.value_min_minor.get(order.currency, 0)
    return min(asked, routing.split.shipments_max or asked) if worth else 1


def unprotected(snapshot: Snapshot, order: OrderToSource, protections: tuple[Protection, ...]) -> Snapshot:
    """The snapshot without the units that are kept from the order's channel."""
    skus = {line.variant_id: line.sku for line in order.lines}
    codes = {site.warehouse_id: site.code for site in snapshot.sites}
    free = {
        (variant, place): max(
            0,
            units
            - sum(
                one.units
                for one in protections
                if one.channel != order.channel
                and (not one.skus or skus.get(variant) in one.skus)
                and (not one.warehouses or codes[place] in one.warehouses)
            ),
        )
        for (variant, place), units in snapshot.free.items()
    }
    return replace(snapshot, free=free)
