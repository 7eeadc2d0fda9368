"""A batch in, a plan out: prices, options, a plan at the prices, and its dearest parts planned anew."""

from dataclasses import replace

import numpy as np

from domain.sourcing.optimising.arrange import Arranged, as_given, by_content
from domain.sourcing.optimising.ascent import ROUNDS, climb
from domain.sourcing.optimising.exact import ORDERS_MAX, solve_exactly
from domain.sourcing.optimising.fairness import fair, lift, unfilled
from domain.sourcing.optimising.finish import better, cost_of, plan_of
from domain.sourcing.optimising.greedy import serve_in_turn
from domain.sourcing.optimising.incumbent import as_it_is, present_options
from domain.sourcing.optimising.lagrangian import Market, Priced, best_options, open_market
from domain.sourcing.optimising.ledger import Ledger
from domain.sourcing.optimising.master import POOL_MINOR, Mastered, master
from domain.sourcing.optimising.memory import give_back
from domain.sourcing.optimising.model import Batch, Ints, Plan, Policy
from domain.sourcing.optimising.options import join
from domain.sourcing.optimising.place import place
from domain.sourcing.optimising.pricing import Prices
from domain.sourcing.optimising.setting import lay_out
from domain.sourcing.optimising.work import Budget, Progress, limit_of, silent

_CHOICES = 12  # options an order that are looked at


def optimise(
    batch: Batch,
    policy: Policy = Policy.CHEAPEST,
    *,
    time_limit_s: float | None = None,
    progress: Progress = silent,
) -> Plan:
    """Where every line of the batch leaves from.

    A function of batch, policy and limit alone: the limit is counted in work (`WORK_PER_S`), not by a clock.
    CHEAPEST costs at most what NEAREST and FIRST cost, and its search does not depend on how orders, lines
    and warehouses are numbered. No priority has fewer lines filled than under NEAREST, unless there is no cheaper
    plan: what is proven the least may give up some for a higher priority's sake. FIRST is no yardstick where it fills
    fewer; with an incumbent, that one is in place of NEAREST.
    """
    budget = Budget(limit=limit_of(time_limit_s), progress=progress)
    if policy is not Policy.CHEAPEST:
        return _in_turn(batch, policy, _bound(batch, budget), budget)
    rivals = [_in_turn(batch, each, 0, budget) for each in (Policy.NEAREST, Policy.FIRST)]
    found = _search(batch, rivals[0], budget)
    if found.proven or batch.incumbent is not None:
        plans = [found, *rivals, *_present(batch, budget)]
    else:
        plans = fair(batch, found, rivals, budget)
    best = min(plans, key=lambda plan: plan.cost_minor)
    return replace(best, bound_minor=found.bound_minor, work=budget.spent)


def _search(batch: Batch, nearest: Plan, budget: Budget) -> Plan:
    arranged = by_content(batch)
    market = open_market(lay_out(arranged.batch), budget)
    return _cheapest(market, arranged, _mastered(market, *climb(market)), unfilled(batch, nearest.warehouse))


def _bound(batch: Batch, budget: Budget) -> int:
    _, priced = climb(open_market(lay_out(as_given(batch).batch), budget), rounds=2 * ROUNDS)
    return priced.bound_minor


def _in_turn(batch: Batch, policy: Policy, bound: int, budget: Budget) -> Plan:
    given = as_given(batch)
    return plan_of(given, serve_in_turn(lay_out(given.batch), policy), bound, budget)


def _present(batch: Batch, budget: Budget) -> list[Plan]:
    """The incumbent, if there is one."""
    given = as_given(batch)
    ledger = as_it_is(lay_out(given.batch))
    return [] if ledger is None else [plan_of(given, ledger, 0, budget)]


def _mastered(market: Market, prices: Prices, priced: Priced) -> Mastered:
    pool = best_options(market, prices, most=_CHOICES, near=POOL_MINOR)
    if market.setting.batch.incumbent is not None:
        present = present_options(market.setting, np.arange(market.setting.orders))
        pool = join(market.setting, pool, present)
    give_back()
    mastered = master(market, prices, priced, pool)
    give_back()
    return mastered


def _cheapest(market: Market, arranged: Arranged, mastered: Mastered, most: Ints) -> Plan:
    """`most`: lines of each priority, (P,), that may stay unfilled; what is proven the least does not mind."""
    ledger = _start(market, mastered)
    better(market, mastered, ledger)
    bound = mastered.priced.bound_minor
    if market.setting.orders <= ORDERS_MAX and solve_exactly(
        market, mastered.prices, mastered.priced, ledger
    ):
        bound = cost_of(market, ledger)
    elif market.setting.batch.incumbent is None:
        lift(market, mastered, ledger, most)
    return plan_of(arranged, ledger, bound, market.budget)


def _start(market: Market, mastered: Mastered) -> Ledger:
    """A plan at the prices, or the incumbent if that costs less."""
    placed = place(market, mastered.prices, mastered.options, mastered.share)
    present = as_it_is(market.setting)
    return placed if present is None or cost_of(market, placed) <= cost_of(market, present) else present
