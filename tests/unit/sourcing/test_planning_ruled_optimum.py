"""The planner under random rules against everything that they permit, and what holds for every batch."""

from collections import Counter
from dataclasses import replace
from uuid import UUID

from hypothesis import given, settings

from domain.sourcing.planning import Decision, SourcingPolicy, plan
from domain.sourcing.rules.definition import Promise, RuleSet
from tests.unit.sourcing.brute_force import Assignment
from tests.unit.sourcing.brute_rules import best_ruled, may_ship, ruled_merit
from tests.unit.sourcing.ruled_instances import (
    HURRIED_ORDERS,
    RULED_BATCHES,
    RULED_ORDERS,
    RULED_RESERVED_ORDERS,
    Ruled,
)


def under(rules: RuleSet) -> SourcingPolicy:
    return SourcingPolicy(version="test/1", rules=rules)


def assignment(decision: Decision) -> Assignment:
    return {
        (line_id, shipment.warehouse_id): units
        for shipment in decision.shipments
        for line_id, units in shipment.lines
    }


@settings(max_examples=1_500, deadline=None)
@given(RULED_ORDERS)
def test_it_finds_the_optimum_under_rules(ruled: Ruled) -> None:
    snapshot, rules = ruled
    (order,), (decision,) = snapshot.orders, plan(snapshot, under(rules)).decisions
    found = ruled_merit(snapshot, order, rules.routings[0], assignment(decision))
    assert found == best_ruled(snapshot, rules)
    assert decision.proven


@settings(max_examples=800, deadline=None)
@given(HURRIED_ORDERS)
def test_no_more_shipments_than_must_are_late(ruled: Ruled) -> None:
    snapshot, rules = ruled
    (order,), (decision,) = snapshot.orders, plan(snapshot, under(rules)).decisions
    assert ruled_merit(snapshot, order, rules.routings[0], assignment(decision)) == best_ruled(
        snapshot, rules
    )


@settings(max_examples=800, deadline=None)
@given(RULED_RESERVED_ORDERS)
def test_it_finds_the_optimum_of_reserved_orders_under_rules(ruled: Ruled) -> None:
    snapshot, rules = ruled
    (order,), (decision,) = snapshot.orders, plan(snapshot, under(rules)).decisions
    best = best_ruled(snapshot, rules)
    allowed = {site.warehouse_id for site in may_ship(snapshot, order, rules.routings[0])}
    if best[0] and order.reserved and {place for _, place in order.reserved} <= allowed:
        assert not decision.unfilled  # kept as reserved
    else:
        assert ruled_merit(snapshot, order, rules.routings[0], assignment(decision)) == best


@settings(max_examples=400, deadline=None)
@given(RULED_BATCHES)
def test_no_shelf_is_overdrawn_under_rules(ruled: Ruled) -> None:
    snapshot, rules = ruled
    orders, left = {order.order_id: order for order in snapshot.orders}, Counter(snapshot.free)
    for decision in plan(snapshot, under(rules)).decisions:
        order = orders[decision.order_id]
        variants = {line.line_id: line.variant_id for line in order.lines}
        held = Counter(order.reserved)
        for line_id, place, units in decision.released:
            held[line_id, place] -= units
            left[variants[line_id], place] += units
        for (line_id, place), units in assignment(decision).items():
            left[variants[line_id], place] -= max(0, units - held[line_id, place])
        assert min(held.values(), default=0) >= 0
        assert min(left.values()) >= 0


@settings(max_examples=400, deadline=None)
@given(RULED_BATCHES)
def test_no_day_is_overbooked_under_rules(ruled: Ruled) -> None:
    snapshot, rules = ruled
    used: Counter[tuple[UUID, str]] = Counter()
    for decision in plan(snapshot, under(rules)).decisions:
        used.update((shipment.warehouse_id, str(shipment.ship_on)) for shipment in decision.shipments)
    for site in snapshot.sites:
        for day in site.days or ():
            assert day.left is None or used[site.warehouse_id, str(day.day)] <= day.left
        if site.days is not None:
            assert not used[site.warehouse_id, "None"]


@settings(max_examples=400, deadline=None)
@given(RULED_BATCHES)
def test_what_is_required_is_never_late(ruled: Ruled) -> None:
    snapshot, rules = ruled
    required = rules.routings[0].promise is Promise.REQUIRE
    for decision in plan(snapshot, under(rules)).decisions:
        assert not (required and any(shipment.late for shipment in decision.shipments))


@settings(max_examples=300, deadline=None)
@given(RULED_BATCHES)
def test_the_order_of_the_input_does_not_matter_under_rules(ruled: Ruled) -> None:
    snapshot, rules = ruled
    turned = replace(
        snapshot,
        orders=tuple(replace(one, lines=one.lines[::-1]) for one in snapshot.orders[::-1]),
        sites=snapshot.sites[::-1],
        free=dict(reversed(list(snapshot.free.items()))),
    )
    assert plan(turned, under(rules)) == plan(snapshot, under(rules))
