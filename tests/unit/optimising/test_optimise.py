"""What every plan keeps, and that small ones are the best there are."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sourcing.optimising import UNFILLED, Batch, Incumbent, Plan, Policy, Stock, Terms, optimise
from domain.sourcing.optimising.model import Ints
from tests.unit.optimising.making import Book, batch, shuffled, with_incumbent, with_terms

seeds = st.integers(0, 10**6)


@pytest.mark.parametrize("seed", range(200))
def test_small_batches_cost_what_brute_force_finds(seed: int) -> None:
    asked = batch(seed, orders=3 + seed % 4, sites=2 + seed % 2, skus=2 + seed % 4)
    plan = optimise(asked)
    assert plan.cost_minor == Book(asked).least()
    assert plan.proven


@pytest.mark.parametrize("seed", range(200))
def test_small_batches_under_rules_and_promises_cost_what_brute_force_finds(seed: int) -> None:
    asked = batch(seed, orders=3 + seed % 4, sites=2 + seed % 2, skus=2 + seed % 4)
    if seed % 3:
        asked = with_terms(asked, seed, rates=bool(seed % 2))
    if seed % 5:
        asked = with_incumbent(asked, seed)
    plan = optimise(asked)
    audit(asked, plan)
    assert plan.cost_minor == Book(asked).least()
    assert plan.proven


@settings(max_examples=20, deadline=None)
@given(seeds, st.sampled_from(Policy))
def test_a_plan_keeps_every_rule(seed: int, policy: Policy) -> None:
    asked = batch(seed, orders=16, sites=5, skus=6, lines=5, units=5, capacity=8)
    audit(asked, optimise(asked, policy))
    asked = with_incumbent(with_terms(asked, seed, rates=bool(seed % 2)), seed)
    audit(asked, optimise(asked, policy))


@settings(max_examples=8, deadline=None)
@given(seeds)
def test_orders_of_many_lines_keep_every_rule(seed: int) -> None:
    asked = batch(seed, orders=6, sites=4, skus=12, lines=12, units=9, capacity=6)
    audit(asked, optimise(asked, time_limit_s=0.3))
    asked = with_incumbent(with_terms(asked, seed), seed)
    audit(asked, optimise(asked, time_limit_s=0.3))
    audit(asked, optimise(asked, time_limit_s=0.0001))


@settings(max_examples=8, deadline=None)
@given(seeds)
def test_no_plan_is_worse_than_the_present_one(seed: int) -> None:
    asked = batch(seed, orders=30, sites=5, skus=8, lines=4, units=6, capacity=9)
    asked = with_incumbent(asked, seed)
    assert asked.incumbent is not None
    book = Book(asked)
    present = sum(
        book.minor(order, tuple(asked.incumbent.warehouse[mine].tolist()))
        for order, mine in enumerate(book.lines_of)
    )
    for limit in (None, 0.0001):
        plan = optimise(asked, time_limit_s=limit)
        audit(asked, plan)
        assert plan.cost_minor <= present


def test_a_present_plan_that_overdraws_is_refused() -> None:
    asked = batch(5)
    nowhere = np.full(len(asked.lines.sku), UNFILLED)
    none = np.zeros(len(nowhere), dtype=np.bool_)
    with pytest.raises(ValueError, match="present plan"):
        optimise(replace(asked, incumbent=Incumbent(warehouse=nowhere * 0, keep_filled=none)))
    with pytest.raises(ValueError, match="only what is filled"):
        replace(asked, incumbent=Incumbent(warehouse=nowhere, keep_filled=~none))


def test_terms_of_another_size_are_refused() -> None:
    asked = batch(5)
    with pytest.raises(ValueError, match="a row an order"):
        replace(asked, terms=Terms(extra_minor=np.zeros((1, 1), dtype=np.int64)))
    shape = len(asked.orders.lat), len(asked.warehouses.lat)
    with pytest.raises(ValueError, match="costs are from 0"):
        replace(asked, terms=Terms(extra_minor=np.full(shape, -1)))


@settings(max_examples=8, deadline=None)
@given(seeds)
def test_cheapest_never_costs_more_than_serving_in_turn(seed: int) -> None:
    asked = batch(seed, orders=24, sites=5, skus=8, lines=4, units=6, capacity=8)
    cheapest = optimise(asked)
    assert cheapest.cost_minor <= optimise(asked, Policy.NEAREST).cost_minor
    assert cheapest.cost_minor <= optimise(asked, Policy.FIRST).cost_minor


def scarce(seed: int, orders: int) -> Batch:
    """Half of what is asked for is there; a line more of a priority weighs as ten of the one below."""
    asked = batch(seed, orders=orders, sites=4, skus=8, lines=4, units=orders // 8, capacity=orders // 5)
    return replace(asked, penalty_minor=np.array([10_000, 100_000, 1_000_000]))


def require_fair(asked: Batch, plan: Plan) -> None:
    nearest = optimise(asked, Policy.NEAREST)
    mine, its = unfilled(asked, plan), unfilled(asked, nearest)
    if (mine > its).any():
        assert plan.proven
        assert mine[::-1].tolist() < its[::-1].tolist()
    assert plan.cost_minor <= nearest.cost_minor
    audit(asked, plan)


@settings(max_examples=60, deadline=None)
@given(seeds, st.sampled_from((0.0001, 0.001, 0.01, 0.1)))
def test_no_priority_is_worse_off_than_in_turn_however_short_the_search(seed: int, limit_s: float) -> None:
    asked = scarce(seed, 24)
    require_fair(asked, optimise(asked, time_limit_s=limit_s))


@settings(max_examples=8, deadline=None)
@given(seeds, st.sampled_from((0.5, 2.0)))
def test_no_priority_of_a_larger_batch_is_worse_off_than_in_turn(seed: int, limit_s: float) -> None:
    asked = scarce(seed, 450)
    require_fair(asked, optimise(asked, time_limit_s=limit_s))


@settings(max_examples=8, deadline=None)
@given(seeds)
def test_the_sequence_of_the_input_does_not_matter(seed: int) -> None:
    asked = batch(seed, orders=20, sites=5, skus=7, lines=4, units=4, capacity=7)
    assert optimise(asked).cost_minor == optimise(shuffled(asked, seed)).cost_minor
    asked = with_terms(asked, seed, rates=bool(seed % 2))
    assert optimise(asked).cost_minor == optimise(shuffled(asked, seed)).cost_minor


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(0, 10**6))
def test_more_stock_never_makes_a_small_batch_dearer(seed: int, which: int) -> None:
    asked = batch(seed, orders=6, sites=3)
    before = optimise(asked)
    units = asked.stock.units.copy()
    if len(units):
        units[which % len(units)] += 1
    richer = Stock(sku=asked.stock.sku, warehouse=asked.stock.warehouse, units=units)
    after = optimise(replace(asked, stock=richer))
    assert before.proven
    assert after.proven
    assert after.cost_minor <= before.cost_minor


@pytest.mark.parametrize("seed", range(30))
def test_the_bound_is_below_the_optimum_even_with_hardly_any_work(seed: int) -> None:
    asked = batch(seed, orders=5, sites=3)
    plan = optimise(asked, time_limit_s=0.0001)
    assert plan.bound_minor <= Book(asked).least() <= plan.cost_minor
    audit(asked, plan)


def test_the_same_batch_gives_the_same_plan() -> None:
    asked = batch(5, orders=300, sites=8, skus=60, lines=4, units=20, capacity=60)
    one, other = optimise(asked), optimise(asked)
    assert one.warehouse.tobytes() == other.warehouse.tobytes()
    assert (one.bound_minor, one.work) == (other.bound_minor, other.work)


def test_a_larger_batch_comes_near_its_bound_and_no_priority_pays_for_it() -> None:
    asked = batch(6, orders=600, sites=8, skus=80, lines=3, units=40, capacity=120)
    plan = optimise(asked)
    audit(asked, plan)
    assert plan.gap < 0.02
    nearest = optimise(asked, Policy.NEAREST)
    assert (unfilled(asked, plan) <= unfilled(asked, nearest)).all()


def test_nobody_asks_for_nothing() -> None:
    nobody = batch(1, orders=0)
    plan = optimise(nobody)
    assert (plan.cost_minor, plan.bound_minor, plan.shipments) == (0, 0, 0)


@pytest.mark.parametrize("lat", [-90.0, 90.0])  # wherever it stands among the others
def test_an_order_without_lines_changes_nothing(lat: float) -> None:
    asked = batch(3, orders=30, sites=4, skus=6)
    orders = asked.orders
    nobody = replace(
        orders,
        lat=np.append(orders.lat, lat),
        lon=np.append(orders.lon, 10.0),
        priority=np.append(orders.priority, 2),
        split=np.append(orders.split, 2),
        max_shipments=np.append(orders.max_shipments, 3),
        promise_days=np.append(orders.promise_days, 9),
    )
    plan, before = optimise(replace(asked, orders=nobody)), optimise(asked)
    assert (plan.cost_minor, plan.bound_minor) == (before.cost_minor, before.bound_minor)


def unfilled(asked: Batch, plan: Plan) -> Ints:
    """Lines of each priority."""
    open_lines = asked.lines.order[plan.warehouse == UNFILLED]
    return np.bincount(asked.orders.priority[open_lines], minlength=3)


def audit(asked: Batch, plan: Plan) -> None:
    """Every rule of the book, and every figure of the plan."""
    book = Book(asked)
    for order, mine in enumerate(book.lines_of):
        at = tuple(plan.warehouse[mine].tolist())
        assert book.allows(order, at)
        assert plan.order_minor[order] == book.minor(order, at)
    assert plan.cost_minor == plan.order_minor.sum()
    assert plan.bound_minor <= plan.cost_minor
    assert plan.fill_rate == np.mean(plan.warehouse != UNFILLED)
    require_supply(book, plan)


def require_supply(book: Book, plan: Plan) -> None:
    taken: dict[tuple[int, int], int] = {}
    for order, mine in enumerate(book.lines_of):
        for shelf, amount in book.takes(order, tuple(plan.warehouse[mine].tolist())).items():
            taken[shelf] = taken.get(shelf, 0) + amount
    assert all(amount <= book.limit(shelf) for shelf, amount in taken.items())
    assert plan.shipments == sum(amount for shelf, amount in taken.items() if shelf[0] < 0)
