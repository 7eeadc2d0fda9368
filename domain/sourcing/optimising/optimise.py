"""A batch in, a plan out: prices, options, a plan at the prices, and its dearest parts planned anew."""

from dataclasses import replace

import numpy as np

from domain.sourcing.optimising.arrange import Arranged, as_given, by_content
from domain.sourcing.optimising.ascent import climb
from domain.sourcing.optimising.blocks import (
    BLOCK_WHOLE,
    LOSS_MIN,
    NEAR_MINOR,
    SEED_NEAR_MINOR,
    field_of,
    losses,
    mend,
)
from domain.sourcing.optimising.exact import ORDERS_MAX, solve_exactly
from domain.sourcing.optimising.greedy import serve_in_turn
from domain.sourcing.optimising.improve import improve
from domain.sourcing.optimising.lagrangian import Market, Priced, best_options, open_market
from domain.sourcing.optimising.ledger import Ledger
from domain.sourcing.optimising.master import START_MINOR, Mastered, master
from domain.sourcing.optimising.model import UNFILLED, Batch, Flags, Plan, Policy
from domain.sourcing.optimising.options import costs, join, takes
from domain.sourcing.optimising.place import place
from domain.sourcing.optimising.pricing import Prices
from domain.sourcing.optimising.setting import lay_out
from domain.sourcing.optimising.settle import settle
from domain.sourcing.optimising.work import Budget, Progress, limit_of, silent

_CHOICES = 12  # options an order that are looked at
_SWEEPS = 4
_WHOLE = 1e-6  # shares this near 0 or 1 are that
_GAIN_MIN = 1e-5  # of the cost: a sweep that gains less was the last


def optimise(
    batch: Batch,
    policy: Policy = Policy.CHEAPEST,
    *,
    time_limit_s: float | None = None,
    progress: Progress = silent,
) -> Plan:
    """Where every line of the batch leaves from.

    A function of batch, policy and limit alone: the limit is counted in work (`WORK_PER_S`), not by a clock.
    CHEAPEST costs at most what NEAREST and FIRST cost, and does not depend on how orders, lines and
    warehouses are numbered.
    """
    budget = Budget(limit=limit_of(time_limit_s), progress=progress)
    arranged = by_content(batch)
    market = open_market(lay_out(arranged.batch), budget)
    prices, priced = climb(market)
    given = as_given(batch)
    rivals = [_plan(given, _in_turn(given, each), priced.bound_minor, budget) for each in _rivals(policy)]
    if policy is not Policy.CHEAPEST:
        return rivals[0]
    found = _cheapest(market, arranged, _mastered(market, prices, priced))
    return _least(found, rivals)


def _rivals(policy: Policy) -> tuple[Policy, ...]:
    return (Policy.NEAREST, Policy.FIRST) if policy is Policy.CHEAPEST else (policy,)


def _in_turn(given: Arranged, policy: Policy) -> Ledger:
    return serve_in_turn(lay_out(given.batch), policy)


def _mastered(market: Market, prices: Prices, priced: Priced) -> Mastered:
    return master(market, prices, priced, best_options(market, prices, most=_CHOICES, near=START_MINOR))


def _least(found: Plan, rivals: list[Plan]) -> Plan:
    """What was found, unless serving in turn was luckier."""
    best = min([found, *rivals], key=lambda plan: plan.cost_minor)
    return replace(best, bound_minor=found.bound_minor, work=found.work)


def _cheapest(market: Market, arranged: Arranged, mastered: Mastered) -> Plan:
    ledger = place(market, mastered.prices, mastered.options, mastered.share)
    _better(market, mastered, ledger)
    bound = mastered.priced.bound_minor
    if market.setting.orders <= ORDERS_MAX and solve_exactly(
        market, mastered.prices, mastered.priced, ledger
    ):
        bound = _cost(market, ledger)
    return _plan(arranged, ledger, bound, market.budget)


def _better(market: Market, mastered: Mastered, ledger: Ledger) -> None:
    """Single orders first, then blocks, for as long as it pays."""
    seeds = _in_pieces(market, mastered)
    loss = losses(market, mastered.prices, mastered.priced, ledger)
    near = np.where(seeds | (loss > LOSS_MIN), SEED_NEAR_MINOR, NEAR_MINOR)
    fresh = best_options(market, mastered.prices, most=_CHOICES, near=near)
    options = join(market.setting, mastered.options, fresh)
    improve(market, options, ledger)
    field = field_of(market, mastered.prices, mastered.priced, options)
    for _ in range(_SWEEPS):
        before = _cost(market, ledger)
        loss = losses(market, mastered.prices, mastered.priced, ledger)
        mend(market, field, ledger, loss, seeds | (loss > LOSS_MIN))
        improve(market, options, ledger)
        seeds[:] = False
        if before - _cost(market, ledger) <= _GAIN_MIN * before or market.budget.over():
            break
    _all_at_once(market, mastered, ledger)


def _all_at_once(market: Market, mastered: Mastered, ledger: Ledger) -> None:
    """A batch that is a block itself, with more options an order."""
    if market.setting.orders > BLOCK_WHOLE or market.budget.over():
        return
    fresh = best_options(market, mastered.prices, most=2 * _CHOICES, near=SEED_NEAR_MINOR)
    options = join(market.setting, mastered.options, fresh)
    settle(market, options, ledger, np.arange(market.setting.orders))


def _in_pieces(market: Market, mastered: Mastered) -> Flags:
    """(O,) orders that the linear program serves half this way, half that."""
    pieces: Flags = np.zeros(market.setting.orders, dtype=np.bool_)
    split = (mastered.share > _WHOLE) & (mastered.share < 1 - _WHOLE)
    pieces[mastered.options.order[split]] = True
    return pieces


def _cost(market: Market, ledger: Ledger) -> int:
    return int(costs(market.setting, np.arange(market.setting.orders), ledger.at).sum())


def _plan(arranged: Arranged, ledger: Ledger, bound: int, budget: Budget) -> Plan:
    setting = ledger.setting
    orders = np.arange(setting.orders)
    minor = costs(setting, orders, ledger.at)
    parcels = np.bincount(takes(setting, orders, ledger.at).parcel_option, minlength=len(orders))
    unfilled = setting.batch.lines.order[ledger.at == UNFILLED]
    penalty = int(setting.penalty_minor[unfilled].sum())
    return Plan(
        warehouse=arranged.back(ledger.held()),
        order_minor=arranged.orders_back(minor),
        freight_minor=int(minor.sum()) - penalty,
        penalty_minor=penalty,
        bound_minor=bound,
        shipments=int(parcels.sum()),
        orders_shipped=int((parcels > 0).sum()),
        orders_split=int((parcels > 1).sum()),
        work=budget.spent,
    )
