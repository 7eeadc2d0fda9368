"""Blocks find moves of several orders together: who has what a dearer one lacks gives it up."""

from dataclasses import replace

import numpy as np
import pytest

from domain.sourcing.optimising import UNFILLED, Batch, Lines, Orders, Split, Stock, Tariff, Warehouses
from domain.sourcing.optimising.ascent import climb
from domain.sourcing.optimising.blocks import Links, losses, mend, stakes
from domain.sourcing.optimising.lagrangian import Market, best_options, open_market, price
from domain.sourcing.optimising.ledger import Ledger
from domain.sourcing.optimising.master import POOL_MINOR, Mastered, master
from domain.sourcing.optimising.options import collect
from domain.sourcing.optimising.setting import SCALE, lay_out
from domain.sourcing.optimising.work import Budget

CROWD = 60  # more than one order brings in
SITES = 8  # so many that among an order's best ways none leaves a line


def crowd(wanted: int, *, split: Split) -> Batch:
    """All want a bestseller that every warehouse has; the first order holds a unit of what only the second warehouse
    has, and the last, urgent order wants all its `wanted` units.
    """
    orders = CROWD + 2
    owner = [*range(orders), 0, orders - 1]
    return Batch(
        now_min=0,
        orders=Orders(
            lat=np.full(orders, 50.0),
            lon=np.linspace(8, 9, orders),
            priority=np.array([1] + [0] * CROWD + [2]),
            split=np.full(orders, split),
            max_shipments=np.full(orders, 2),
            promise_days=np.full(orders, 9),
        ),
        lines=Lines(
            order=np.sort(np.array(owner)),
            sku=np.array([0, 1, *[0] * CROWD, 0, 1]),
            quantity=np.array([1, 1, *[1] * CROWD, 1, wanted]),
        ),
        warehouses=Warehouses(
            lat=np.full(SITES, 50.0),
            lon=np.linspace(8, 9, SITES),
            fixed_minor=np.full(SITES, 200),
            capacity=np.full(SITES, orders),
            cutoff_min=np.full(SITES, 900),
        ),
        stock=Stock(
            sku=np.array([0] * SITES + [1]),
            warehouse=np.array([*range(SITES), 1]),
            units=np.array([orders] * SITES + [wanted]),
        ),
        tariff=Tariff(
            zone_km=np.array([500.0]),
            zone_minor=np.array([300, 600]),
            zone_kg_minor=np.array([20, 40]),
            zone_days=np.array([1, 2]),
            km_millis=100,
        ),
        weight_g=np.array([500, 500]),
        penalty_minor=np.array([10_000, 30_000, 90_000]),
    )


def market_of(batch: Batch) -> tuple[Market, Mastered]:
    market = open_market(lay_out(batch), Budget(limit=None))
    prices, priced = climb(market)
    return market, master(market, prices, priced, best_options(market, prices, most=6, near=POOL_MINOR))


def held(market: Market, places: dict[int, list[int]]) -> Ledger:
    """All orders with their bestseller from the first warehouse, but for these."""
    ledger = Ledger.open(market.setting)
    for order in range(market.setting.orders):
        at = np.array(places.get(order, [0]), dtype=np.int16)
        ledger.give(order, ledger.needs(collect(market.setting, np.array([order]), at)).of(0), at)
    return ledger


@pytest.mark.parametrize("split", [Split.PARTIAL_ALLOWED, Split.SHIP_COMPLETE])
def test_a_line_is_given_up_for_an_urgent_one(split: Split) -> None:
    batch = crowd(4, split=split)
    market, mastered = market_of(batch)
    last = CROWD + 1
    whole = split == Split.SHIP_COMPLETE
    ledger = held(market, {0: [0, 1], last: [UNFILLED, UNFILLED] if whole else [0, UNFILLED]})
    links = Links.of(market, mastered)
    seeds = np.arange(market.setting.orders) == last

    mend(market, mastered, links, ledger, seeds)

    first_line, last_line = 1, len(batch.lines.order) - 1
    assert ledger.at[last_line] == 1
    assert ledger.at[first_line] == UNFILLED
    assert (ledger.at[0] == UNFILLED) is np.bool_(whole)


def test_units_that_lie_idle_are_at_stake_for_who_waits_for_more_of_them() -> None:
    batch = crowd(4, split=Split.PARTIAL_ALLOWED)
    market, mastered = market_of(batch)
    last = CROWD + 1
    prices = replace(mastered.prices, shelf=np.where(np.arange(SITES + 2) == SITES + 1, 22_000 * SCALE, 0))
    mastered = replace(mastered, prices=prices, priced=price(market, prices))
    ledger = held(market, {0: [0, 1], last: [0, UNFILLED]})

    stake = stakes(market, mastered, Links.of(market, mastered), ledger)

    loses = losses(market, mastered.prices, mastered.priced, ledger)
    assert stake[last] == loses[last] + 3 * 22_000
    assert stake[:last].tolist() == loses[:last].tolist()
