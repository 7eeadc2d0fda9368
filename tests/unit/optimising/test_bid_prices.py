"""What bid prices promise, and that orders placed at them leave the future what it needs."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sourcing.optimising import UNFILLED, Batch, Incumbent, Lines, Orders, Stock, Warehouses, optimise
from domain.sourcing.optimising.bid_prices import BidPrices, at_prices, bid_prices, with_coming
from tests.unit.optimising.making import TARIFF, batch
from tests.unit.optimising.test_optimise import audit

seeds = st.integers(0, 10**6)
SHAPE = {"orders": 20, "sites": 4, "skus": 6, "units": 5, "capacity": 8}


def test_who_comes_first_leaves_the_last_unit_to_whom_only_it_can_reach() -> None:
    flexible, keen = _asking(lon=9.0, promise_days=5), _asking(lon=10.0, promise_days=1)
    prices = bid_prices([with_coming(flexible, keen)])
    plan = optimise(at_prices(flexible, prices))
    assert optimise(flexible).warehouse.tolist() == [1]
    assert plan.warehouse.tolist() == [0]
    assert plan.extra_minor == 0


def test_what_one_future_of_four_needs_costs_a_quarter() -> None:
    flexible, keen = _asking(lon=9.0, promise_days=5), _asking(lon=10.0, promise_days=1)
    alone = bid_prices([with_coming(flexible, keen)])
    among = bid_prices([with_coming(flexible, keen), flexible, flexible, flexible])
    assert alone.shelf_minor[1] > 0
    assert among.shelf_minor[1] == pytest.approx(alone.shelf_minor[1] / 4, abs=1)


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_what_nobody_can_exhaust_is_free(seed: int) -> None:
    future = batch(seed, **SHAPE)
    asked = int(future.lines.quantity.sum())
    ample = replace(
        future,
        stock=replace(future.stock, units=np.full_like(future.stock.units, asked)),
        warehouses=replace(future.warehouses, capacity=np.full(4, len(future.orders.lat))),
    )
    prices = bid_prices([ample])
    assert not prices.shelf_minor.any()
    assert not prices.parcel_minor.any()


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_prices_depend_on_nothing_but_the_futures(seed: int) -> None:
    one = batch(seed, **SHAPE)
    other = replace(batch(seed + 1, **SHAPE), stock=one.stock, warehouses=one.warehouses)
    found, again = bid_prices([one, other]), bid_prices([other, one])
    assert found.shelf_minor.tobytes() == again.shelf_minor.tobytes()
    assert found.parcel_minor.tobytes() == again.parcel_minor.tobytes()
    assert (found.shelf_minor >= 0).all()
    assert (found.parcel_minor >= 0).all()


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
    coming = batch(seed + 1, **SHAPE)
    prices = bid_prices([with_coming(waiting, coming)])
    asked = at_prices(waiting, prices)
    plan = optimise(asked)
    audit(asked, plan)
    assert (plan.warehouse[held != UNFILLED] != UNFILLED).all()


def test_a_future_is_what_waits_and_what_comes() -> None:
    waiting, coming = batch(1, **SHAPE), batch(2, **SHAPE)
    held = Incumbent(
        warehouse=np.full(len(waiting.lines.sku), UNFILLED),
        keep_filled=np.zeros(len(waiting.lines.sku), dtype=np.bool_),
    )
    extra = np.ones((20, 4), dtype=np.int64)
    coming = replace(coming, terms=replace(coming.terms, extra_minor=extra))
    future = with_coming(replace(waiting, incumbent=held), coming)
    assert future.orders.lat.tolist() == [*waiting.orders.lat, *coming.orders.lat]
    assert future.lines.order.tolist() == [*waiting.lines.order, *(coming.lines.order + 20)]
    assert future.terms.allowed is None
    assert future.terms.extra_minor is not None
    assert future.terms.extra_minor.sum(axis=1).tolist() == [0] * 20 + [4] * 20
    assert future.incumbent is not None
    assert len(future.incumbent.warehouse) == len(future.lines.sku)


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
