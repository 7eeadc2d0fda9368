"""The planner under random criteria against the best of everything that is permitted."""

from hypothesis import given, settings

from domain.sourcing.planning import plan
from tests.unit.sourcing.brute_ranks import best_ranked, ranked_merit
from tests.unit.sourcing.brute_rules import may_ship
from tests.unit.sourcing.ruled_instances import (
    RANKED_ORDERS,
    RANKED_RESERVED_ORDERS,
    TOLERANT_ORDERS,
    Ruled,
)
from tests.unit.sourcing.test_planning_ruled_optimum import assignment, under


def assert_best(ruled: Ruled) -> None:
    snapshot, rules = ruled
    (decision,) = plan(snapshot, under(rules)).decisions
    assert ranked_merit(snapshot, rules, assignment(decision)) == best_ranked(snapshot, rules)
    assert decision.proven


@settings(max_examples=600, deadline=None)
@given(RANKED_ORDERS)
def test_it_finds_the_best_by_criteria_in_turn(ruled: Ruled) -> None:
    assert_best(ruled)


@settings(max_examples=600, deadline=None)
@given(TOLERANT_ORDERS)
def test_it_finds_the_best_among_what_ties_within_tolerance(ruled: Ruled) -> None:
    assert_best(ruled)


@settings(max_examples=300, deadline=None)
@given(RANKED_RESERVED_ORDERS)
def test_it_finds_the_best_for_reserved_orders(ruled: Ruled) -> None:
    snapshot, rules = ruled
    (order,), (decision,) = snapshot.orders, plan(snapshot, under(rules)).decisions
    allowed = {site.warehouse_id for site in may_ship(snapshot, order, rules.routings[0])}
    if (
        decision.unfilled
        or not {place for _, place in order.reserved} <= allowed
        or "kept as reserved" not in decision.explanation
    ):
        assert_best(ruled)
