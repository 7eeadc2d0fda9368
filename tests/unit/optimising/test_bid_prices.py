"""What bid prices promise, and that orders placed at them leave the future what it needs."""

from dataclasses import replace
from math import exp, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sourcing.optimising import UNFILLED, Batch, Incumbent, Lines, Orders, Stock, Warehouses, optimise
from domain.sourcing.optimising.bid_prices import BidPrices, at_prices, bid_prices
from tests.unit.optimising.making import TARIFF, batch
from tests.unit.optimising.test_optimise import audit

seeds = st.integers(0, 10**6)
SHAPE = {"orders": 20, "sites": 4, "skus": 6, "units": 5, "capacity": 8}


def test_who_comes_first_leaves_the_last_unit_to_whom_only_it_can_reach() -> None:
    flexible, keen = _asking(lon=9.0, promise_days=5), _asking(lon=10.0, promise_days=1)
    prices = bid_prices(keen, orders=1, units=np.array([1.0]))
    plan = optimise(at_prices(flexible, prices))
    assert optimise(flexible).warehouse.tolist() == [1]
    assert plan.warehouse.tolist() == [0]
    assert plan.extra_minor == 0


@pytest.mark.parametrize(("expected", "units"), [(0.1, 1), (1.0, 1), (1.0, 2), (4.0, 3)])
def test_a_shelf_costs_its_chance_to_run_out_times_what_is_then_lost(expected: float, units: int) -> None:
    keen = _asking(lon=10.0, promise_days=1)
    left = replace(keen.stock, units=np.array([0, units]))
    prices = bid_prices(replace(keen, stock=left), orders=expected, units=np.array([expected]))
    fewer = sum(exp(-expected) * expected**count / factorial(count) for count in range(units))
    freight = optimise(keen).freight_minor
    assert prices.shelf_minor.tolist() == [0, pytest.approx((1 - fewer) * (20_000 - freight), rel=0.01)]


def test_more_orders_than_a_warehouse_can_ship_make_its_shipments_dear() -> None:
    flexible = batch(3, orders=40, sites=4, skus=6, units=90, capacity=3)
    dear, free = (bid_prices(flexible, orders=orders, units=np.full(6, 0.0)) for orders in (40, 1))
    assert dear.parcel_minor.any()
    assert not free.parcel_minor.any()


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_what_nobody_can_exhaust_is_free(seed: int) -> None:
    like = batch(seed, **SHAPE)
    ample = replace(
        like,
        stock=replace(like.stock, units=np.full_like(like.stock.units, 1_000)),
        warehouses=replace(like.warehouses, capacity=np.full(4, 1_000)),
    )
    prices = bid_prices(ample, orders=30, units=np.full(6, 40.0))
    assert not prices.shelf_minor.any()
    assert not prices.parcel_minor.any()


@settings(max_examples=10, deadline=None)
@given(seeds, st.floats(0, 400))
def test_prices_depend_on_nothing_but_what_is_expected(seed: int, units: float) -> None:
    like = batch(seed, **SHAPE)
    found, again = (bid_prices(like, orders=units, units=np.full(6, units)) for _ in range(2))
    assert found.shelf_minor.tobytes() == again.shelf_minor.tobytes()
    assert found.parcel_minor.tobytes() == again.parcel_minor.tobytes()
    assert (found.shelf_minor >= 0).all()
    assert (found.parcel_minor >= 0).all()
    assert not found.shelf_minor[like.stock.units == 0].any()


@settings(max_examples=10, deadline=None)
@given(seeds, st.integers(0, 30))
def test_at_prices_a_plan_says_what_the_future_was_paid(seed: int, price: int) -> None:
    asked = batch(seed, **SHAPE)
    free = BidPrices.nothing(asked)
    flat = BidPrices(shelf_minor=free.shelf_minor + price, parcel_minor=free.parcel_minor + 3 * price)
    plan = optimise(at_prices(at_prices(asked, flat), free))
    units = asked.lines.quantity[plan.warehouse != UNFILLED].sum()
    assert plan.extra_minor == price * units + 3 * price * plan.shipments


@settings(max_examples=8, deadline=None)
@given(seeds)
def test_planned_anew_at_any_prices_what_was_promised_stays_so(seed: int) -> None:
    first = batch(seed, **SHAPE)
    held = optimise(first).warehouse
    waiting = replace(first, incumbent=Incumbent(warehouse=held, keep_filled=held != UNFILLED))
    coming = replace(batch(seed + 1, **SHAPE), stock=first.stock, warehouses=first.warehouses)
    prices = bid_prices(coming, orders=20, units=np.full(6, 5.0))
    asked = at_prices(waiting, prices)
    plan = optimise(asked)
    audit(asked, plan)
    assert (plan.warehouse[held != UNFILLED] != UNFILLED).all()


def _asking(*, lon: float, promise_days: int) -> Batch:
    """One order for one unit; a warehouse far in the west and one in the east have one each."""
    return Batch(
        now_min=600,
        orders=Orders(
            lat=np.array([50.0]),
            lon=np.array([lon]),
            priority=np.array([2]),
            split=np.array([2]),
            max_shipments=np.array([1]),
            promise_days=np.array([promise_days]),
        ),
        lines=Lines(order=np.array([0]), sku=np.array([0]), quantity=np.array([1])),
        warehouses=Warehouses(
            lat=np.array([50.0, 50.0]),
            lon=np.array([0.0, 10.0]),
            fixed_minor=np.array([100, 100]),
            capacity=np.array([5, 5]),
            cutoff_min=np.array([900, 900]),
        ),
        stock=Stock(sku=np.array([0, 0]), warehouse=np.array([0, 1]), units=np.array([1, 1])),
        tariff=TARIFF,
        weight_g=np.array([500]),
        penalty_minor=np.array([2_000, 6_000, 20_000]),
    )
