"""Planning anew keeps what was promised, keeps every rule, and never makes the present plan dearer."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sourcing.optimising import UNFILLED, Batch, Incumbent, Policy, optimise
from domain.sourcing.optimising.bid_prices import BidPrices, at_prices
from domain.sourcing.optimising.replan import replan
from tests.unit.optimising.making import Book, batch, with_incumbent, with_terms
from tests.unit.optimising.test_optimise import audit

seeds = st.integers(0, 10**6)
SHAPE = {"orders": 20, "sites": 4, "skus": 6, "units": 5, "capacity": 8}


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_what_was_promised_stays_so_at_whatever_prices(seed: int) -> None:
    waiting = _held(batch(seed, **SHAPE), Policy.NEAREST)
    random = np.random.default_rng(seed)
    prices = BidPrices(
        shelf_minor=random.integers(0, 9_000, len(waiting.stock.sku)), parcel_minor=random.integers(0, 900, 4)
    )
    asked = at_prices(waiting, prices)
    plan = replan(asked)
    audit(asked, plan)
    assert waiting.incumbent is not None
    assert (plan.warehouse[waiting.incumbent.keep_filled] != UNFILLED).all()


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_no_plan_is_dearer_than_the_present_one_and_none_below_the_bound(seed: int) -> None:
    asked = with_incumbent(with_terms(batch(seed, **SHAPE), seed, rates=bool(seed % 2)), seed)
    assert asked.incumbent is not None
    book, at = Book(asked), asked.incumbent.warehouse
    present = sum(book.minor(order, tuple(at[mine].tolist())) for order, mine in enumerate(book.lines_of))
    best = optimise(asked).cost_minor
    for limit_s in (None, 0.0):
        plan = replan(asked, time_limit_s=limit_s)
        audit(asked, plan)
        assert plan.cost_minor <= present
        assert plan.bound_minor <= best


def test_whoever_waits_gets_what_others_can_spare() -> None:
    """Nearest sends single orders; together they fill more."""
    waiting = _held(batch(7, orders=120, sites=6, skus=20, lines=4, units=12, capacity=40), Policy.NEAREST)
    assert waiting.incumbent is not None
    plan = replan(waiting)
    before = waiting.incumbent.warehouse != UNFILLED
    assert (plan.warehouse != UNFILLED).sum() > before.sum()
    assert plan.cost_minor <= optimise(waiting).cost_minor * 1.01


def test_the_same_batch_gives_the_same_plan() -> None:
    waiting = _held(batch(8, orders=120, sites=6, skus=20, lines=4, units=12, capacity=40), Policy.NEAREST)
    one, other = replan(waiting), replan(waiting)
    assert one.warehouse.tobytes() == other.warehouse.tobytes()
    assert (one.bound_minor, one.work) == (other.bound_minor, other.work)


def test_without_a_present_plan_there_is_nothing_to_better() -> None:
    with pytest.raises(ValueError, match="present plan"):
        replan(batch(1))


def test_nobody_waits() -> None:
    assert replan(_held(batch(1, orders=0), Policy.NEAREST)).cost_minor == 0


def _held(asked: Batch, policy: Policy) -> Batch:
    """What the policy gave is promised."""
    at = optimise(asked, policy).warehouse
    return replace(asked, incumbent=Incumbent(warehouse=at, keep_filled=np.asarray(at != UNFILLED)))
