"""A batch in, a plan out: prices, options, a plan at the prices, and its dearest parts planned anew."""

from dataclasses import replace

import numpy as np

from domain.sourcing.optimising.arrange import Arranged, as_given, by_content
from domain.sourcing.optimising.ascent import ROUNDS, climb
from domain.sourcing.optimising.blocks import BLOCK_WHOLE, LOSS_MIN, NEAR_MAX_MINOR, Links, losses, mend
from domain.sourcing.optimising.exact import ORDERS_MAX, solve_exactly
from domain.sourcing.optimising.greedy import serve_in_turn
from domain.sourcing.optimising.improve import improve
from domain.sourcing.optimising.incumbent import as_it_is, present_options
from domain.sourcing.optimising.lagrangian import Market, Priced, best_options, open_market
from domain.sourcing.optimising.ledger import Ledger
from domain.sourcing.optimising.master import START_MINOR, Mastered, master
from domain.sourcing.optimising.model import MONEY_MAX, UNFILLED, Batch, Flags, Ints, Plan, Policy
from domain.sourcing.optimising.options import Takes, costs, join, takes
from domain.sourcing.optimising.place import place
from domain.sourcing.optimising.pricing import Prices
from domain.sourcing.optimising.setting import Setting, lay_out
from domain.sourcing.optimising.settle import settle
from domain.sourcing.optimising.work import Budget, Progress, limit_of, silent

_CHOICES = 12  # options an order that are looked at
_SWEEPS = 4
_RIVALS = Policy.NEAREST, Policy.FIRST
_DEARER = 10  # times the penalty
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
    CHEAPEST costs at most what NEAREST and FIRST cost, and its search does not depend on how orders, lines
    and warehouses are numbered. Where it is not proven the least, it also looks for a plan that fills no
    fewer lines of any priority than NEAREST does.
    """
    budget = Budget(limit=limit_of(time_limit_s), progress=progress)
    if policy is not Policy.CHEAPEST:
        return _in_turn(batch, policy, _bound(batch, budget), budget)
    found = _search(batch, budget)
    nearest, first = (_in_turn(batch, each, found.bound_minor, budget) for each in _RIVALS)
    fair = _fair(batch, found, nearest, budget)
    rivals = (fair, nearest, first, *_present(batch, found.bound_minor, budget))
    best = min(rivals, key=lambda plan: plan.cost_minor)
    return replace(best, bound_minor=found.bound_minor, work=budget.spent)


def _search(batch: Batch, budget: Budget) -> Plan:
    arranged = by_content(batch)
    market = open_market(lay_out(arranged.batch), budget)
    return _cheapest(market, arranged, _mastered(market, *climb(market)))


def _bound(batch: Batch, budget: Budget) -> int:
    _, priced = climb(open_market(lay_out(as_given(batch).batch), budget), rounds=2 * ROUNDS)
    return priced.bound_minor


def _in_turn(batch: Batch, policy: Policy, bound: int, budget: Budget) -> Plan:
    given = as_given(batch)
    return plan_of(given, serve_in_turn(lay_out(given.batch), policy), bound, budget)


def _present(batch: Batch, bound: int, budget: Budget) -> list[Plan]:
    """The incumbent, if there is one."""
    given = as_given(batch)
    ledger = as_it_is(lay_out(given.batch))
    return [] if ledger is None else [plan_of(given, ledger, bound, budget)]


def _fair(batch: Batch, found: Plan, nearest: Plan, budget: Budget) -> Plan:
    """Search once more with dearer penalties where a priority is worse off than in turn; keep it if that helps."""
    worse = _unfilled(batch, found) > _unfilled(batch, nearest)
    if found.proven or not worse.any() or budget.over():
        return found
    dearer = np.minimum(batch.penalty_minor * np.where(worse, _DEARER, 1), MONEY_MAX)
    other = _search(replace(batch, penalty_minor=dearer), budget)
    if (_unfilled(batch, other) > _unfilled(batch, nearest)).any():
        return found
    other = _at_penalties(batch, other, batch.penalty_minor - dearer)
    return found if other.cost_minor > nearest.cost_minor else other


def _unfilled(batch: Batch, plan: Plan) -> Ints:
    """(P,) lines of each priority."""
    open_lines = batch.lines.order[plan.warehouse == UNFILLED]
    return np.bincount(batch.orders.priority[open_lines], minlength=len(batch.penalty_minor))


def _at_penalties(batch: Batch, plan: Plan, change: Ints) -> Plan:
    """The same plan, where the penalty of each priority is that much more."""
    open_lines = batch.lines.order[plan.warehouse == UNFILLED]
    more = np.bincount(open_lines, minlength=len(plan.order_minor)) * change[batch.orders.priority]
    penalty = plan.penalty_minor + int(more.sum())
    return replace(plan, order_minor=plan.order_minor + more, penalty_minor=penalty)


def _mastered(market: Market, prices: Prices, priced: Priced) -> Mastered:
    pool = best_options(market, prices, most=_CHOICES, near=START_MINOR)
    if market.setting.batch.incumbent is not None:
        present = present_options(market.setting, np.arange(market.setting.orders))
        pool = join(market.setting, pool, present)
    return master(market, prices, priced, pool)


def _cheapest(market: Market, arranged: Arranged, mastered: Mastered) -> Plan:
    ledger = _start(market, mastered)
    better(market, mastered, ledger)
    bound = mastered.priced.bound_minor
    if market.setting.orders <= ORDERS_MAX and solve_exactly(
        market, mastered.prices, mastered.priced, ledger
    ):
        bound = _cost(market, ledger)
    return plan_of(arranged, ledger, bound, market.budget)


def _start(market: Market, mastered: Mastered) -> Ledger:
    """A plan at the prices, or the incumbent if that costs less."""
    placed = place(market, mastered.prices, mastered.options, mastered.share)
    present = as_it_is(market.setting)
    return placed if present is None or _cost(market, placed) <= _cost(market, present) else present


def better(market: Market, mastered: Mastered, ledger: Ledger) -> None:
    """Blocks for as long as it pays."""
    seeds, links = _in_pieces(market, mastered), Links.of(market, mastered)
    for _ in range(_SWEEPS):
        before = _cost(market, ledger)
        loss = losses(market, mastered.prices, mastered.priced, ledger)
        mend(market, mastered, links, ledger, seeds | (loss > LOSS_MIN))
        seeds[:] = False
        if before - _cost(market, ledger) <= _GAIN_MIN * before or market.budget.over():
            break
    _all_at_once(market, mastered, ledger)


def _all_at_once(market: Market, mastered: Mastered, ledger: Ledger) -> None:
    """A batch that is a block itself, with more options an order."""
    if market.setting.orders > BLOCK_WHOLE or market.budget.over():
        return
    fresh = best_options(market, mastered.prices, most=2 * _CHOICES, near=NEAR_MAX_MINOR)
    options = join(market.setting, mastered.options, fresh)
    settle(market, options, ledger, np.arange(market.setting.orders))
    improve(market, options, ledger)


def _in_pieces(market: Market, mastered: Mastered) -> Flags:
    """(O,) orders that the linear program serves half this way, half that."""
    pieces: Flags = np.zeros(market.setting.orders, dtype=np.bool_)
    split = (mastered.share > _WHOLE) & (mastered.share < 1 - _WHOLE)
    pieces[mastered.options.order[split]] = True
    return pieces


def _cost(market: Market, ledger: Ledger) -> int:
    return int(costs(market.setting, np.arange(market.setting.orders), ledger.at).sum())


def plan_of(arranged: Arranged, ledger: Ledger, bound: int, budget: Budget) -> Plan:
    setting = ledger.setting
    orders = np.arange(setting.orders)
    minor = costs(setting, orders, ledger.at)
    taken = takes(setting, orders, ledger.at)
    parcels = np.bincount(taken.parcel_option, minlength=len(orders))
    unfilled = setting.batch.lines.order[ledger.at == UNFILLED]
    penalty = int(setting.penalty_minor[unfilled].sum())
    extra = _extra(setting, taken)
    return Plan(
        warehouse=arranged.back(ledger.held()),
        order_minor=arranged.orders_back(minor),
        freight_minor=int(minor.sum()) - penalty - extra,
        penalty_minor=penalty,
        extra_minor=extra,
        bound_minor=bound,
        shipments=int(parcels.sum()),
        orders_shipped=int((parcels > 0).sum()),
        orders_split=int((parcels > 1).sum()),
        work=budget.spent,
    )


def _extra(setting: Setting, taken: Takes) -> int:
    """What is paid beside freight."""
    extra, price = setting.batch.terms.extra_minor, setting.price_minor
    by_parcel = 0 if extra is None else int(extra[taken.parcel_option, taken.parcel].sum())
    return by_parcel + (0 if price is None else int((price[taken.shelf] * taken.units).sum()))
