"""What units and parcels are worth to orders to come decides as it should, and only where it is asked for."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings

from domain.sourcing.planning import Snapshot, SourcingPolicy, SplitPolicy, plan
from domain.sourcing.planning.model import Worth
from domain.sourcing.rules.definition import BidPricing, Rank, Routing, RuleSet
from tests.unit.sourcing.brute_force import Assignment, Merit, merit, open_to, permitted
from tests.unit.sourcing.brute_ranks import best_ranked, ranked_merit, worth_of
from tests.unit.sourcing.instances import (
    HAMBURG,
    LEIPZIG,
    MUNICH,
    POLICY,
    RESERVED_ORDERS,
    SEEDS,
    SINGLE_ORDERS,
    SITES,
    SKUS,
    decide,
    line,
    order,
    stock,
    variant,
)
from tests.unit.sourcing.ruled_instances import RANKED_ORDERS, TOLERANT_ORDERS, Ruled
from tests.unit.sourcing.test_planning_optimum import assignment
from tests.unit.sourcing.test_planning_ruled_optimum import under

EVERYWHERE = stock({LEIPZIG: {7: 3}, HAMBURG: {7: 3}, MUNICH: {7: 3}})
ONE = Snapshot(orders=(order(line(7)),), sites=SITES, free=EVERYWHERE)


def random_worth(random: Random, snapshot: Snapshot) -> Worth:
    return Worth(
        units={
            (variant(sku), site.warehouse_id): random.choice((1, 60, 150, 400))
            for sku in range(1, SKUS + 1)
            for site in snapshot.sites
            if random.random() < 0.6
        },
        parcels={site.warehouse_id: random.choice((0, 0, 30, 250)) for site in snapshot.sites},
    )


def merit_at_worth(snapshot: Snapshot, plan: Assignment) -> Merit:
    unfilled, cost, *rest = merit(snapshot, snapshot.orders[0], plan)
    return (unfilled, cost + worth_of(snapshot, plan), *rest)  # type: ignore[return-value]


def best_at_worth(snapshot: Snapshot) -> Merit:
    (asked,) = snapshot.orders
    limit = 1 if asked.split_policy is SplitPolicy.SINGLE_SHIPMENT else asked.max_shipments
    plans = permitted(snapshot, asked, open_to(snapshot, asked), limit)
    return min(merit_at_worth(snapshot, one) for one in plans)


@settings(max_examples=500, deadline=None)
@given(SINGLE_ORDERS, SEEDS)
def test_it_finds_what_costs_and_takes_least_together(snapshot: Snapshot, seed: int) -> None:
    snapshot = replace(snapshot, worth=random_worth(Random(seed), snapshot))
    (decision,) = plan(snapshot, POLICY).decisions
    assert merit_at_worth(snapshot, assignment(decision)) == best_at_worth(snapshot)
    assert decision.proven


@settings(max_examples=300, deadline=None)
@given(RESERVED_ORDERS, SEEDS)
def test_it_finds_the_best_for_reserved_orders(snapshot: Snapshot, seed: int) -> None:
    snapshot = replace(snapshot, worth=random_worth(Random(seed), snapshot))
    (decision,) = plan(snapshot, POLICY).decisions
    if "kept as reserved" not in decision.explanation:
        assert merit_at_worth(snapshot, assignment(decision)) == best_at_worth(snapshot)


@settings(max_examples=200, deadline=None)
@given(SINGLE_ORDERS, SEEDS)
def test_what_is_cheaper_and_was_given_up_is_said(snapshot: Snapshot, seed: int) -> None:
    (cheapest,) = plan(snapshot, POLICY).decisions
    (decision,) = plan(replace(snapshot, worth=random_worth(Random(seed), snapshot)), POLICY).decisions
    told = [one for one in decision.candidates if one.behind and "to orders to come" in str(one.behind)]
    if cheapest.total_minor < decision.total_minor:
        assert [one.cost.total_minor for one in told] == [cheapest.total_minor]
    else:
        assert not told


@settings(max_examples=200, deadline=None)
@given(SINGLE_ORDERS)
def test_where_nothing_has_a_price_everything_is_as_without(snapshot: Snapshot) -> None:
    nothing = Worth(units={(variant(99), LEIPZIG.warehouse_id): 5}, parcels={})
    on = replace(POLICY, rules=RuleSet(bid_prices=BidPricing.ON))
    assert plan(replace(snapshot, worth=nothing), on) == plan(snapshot, on) == plan(snapshot, POLICY)


def decided(worth: Worth, policy: SourcingPolicy = POLICY) -> tuple[str, str]:
    (decision,) = plan(replace(ONE, worth=worth), policy).decisions
    return decision.explanation, decision.input_hash


def test_an_explanation_says_what_a_unit_is_worth() -> None:
    plain = decide(ONE.orders[0], EVERYWHERE)
    told, _ = decided(Worth(units={(variant(7), HAMBURG.warehouse_id): 190}, parcels={}))
    assert plain.explanation.startswith("From Hamburg")
    assert told == (
        "From Leipzig: 149 km, 6.99 EUR; Hamburg is 0.44 cheaper but what it has of SKU-7 is worth 1.90 more to "
        "orders to come."
    )


def test_an_explanation_says_what_a_parcel_is_worth() -> None:
    told, _ = decided(Worth(units={}, parcels={HAMBURG.warehouse_id: 190}))
    assert "cheaper but its room for parcels is worth 1.90 more to orders to come" in told


def test_the_hash_covers_what_has_a_price() -> None:
    hashes = {
        decided(Worth(units={(variant(7), HAMBURG.warehouse_id): minor}, parcels={}))[1]
        for minor in (0, 190, 191)
    }
    assert len(hashes) == 3


@settings(max_examples=500, deadline=None)
@given(RANKED_ORDERS | TOLERANT_ORDERS, SEEDS)
def test_it_counts_wherever_a_criterion_is_cost(ruled: Ruled, seed: int) -> None:
    snapshot, rules = ruled
    snapshot = replace(snapshot, worth=random_worth(Random(seed), snapshot))
    (decision,) = plan(snapshot, under(rules)).decisions
    assert ranked_merit(snapshot, rules, assignment(decision)) == best_ranked(snapshot, rules)


def ranked_by(*rules: str) -> SourcingPolicy:
    routing = Routing(name="own", rank=tuple(Rank(rule=rule) for rule in rules))
    return replace(POLICY, rules=RuleSet(routings=(routing,)))


def test_a_criterion_that_comes_first_decides_whatever_has_a_price() -> None:
    worth = Worth(units={(variant(7), HAMBURG.warehouse_id): 190}, parcels={})
    (without,) = plan(ONE, ranked_by("DISTANCE")).decisions
    told, _ = decided(worth, ranked_by("DISTANCE"))
    assert told == without.explanation


def test_between_plans_that_tie_in_all_criteria_it_counts() -> None:
    worth = Worth(units={(variant(7), HAMBURG.warehouse_id): 190}, parcels={})
    (without,) = plan(ONE, ranked_by("FEWEST_SHIPMENTS")).decisions
    told, _ = decided(worth, ranked_by("FEWEST_SHIPMENTS"))
    assert without.explanation.startswith("From Hamburg")
    assert told.startswith("From Leipzig")
    assert "cheaper but what it has of SKU-7 is worth 1.90 more to orders to come" in told
