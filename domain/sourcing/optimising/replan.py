"""What waits, planned anew from where it is: quicker than `optimise`, and never dearer than the present plan."""

import numpy as np

from domain.sourcing.optimising.arrange import by_content
from domain.sourcing.optimising.ascent import climb
from domain.sourcing.optimising.finish import better, plan_of
from domain.sourcing.optimising.incumbent import as_it_is, present_options
from domain.sourcing.optimising.lagrangian import Market, best_options, open_market
from domain.sourcing.optimising.master import POOL_MINOR, Mastered
from domain.sourcing.optimising.model import Batch, Plan
from domain.sourcing.optimising.options import join
from domain.sourcing.optimising.setting import lay_out
from domain.sourcing.optimising.work import Budget, limit_of

ROUNDS = 45  # of the ascent


def replan(batch: Batch, *, time_limit_s: float | None = None) -> Plan:
    """The incumbent, bettered by moves that pay: of orders alone, then of blocks of orders together.

    Every move keeps every rule, `Incumbent.keep_filled` among them, so wherever the search stops no order has
    lost what it was promised. It is for plans that are good already, some hundreds or thousands of orders, many
    times a day. A function of its arguments alone: the limit is counted in work.

    Raises:
        ValueError: there is no incumbent, it breaks a rule, or it overdraws stock or capacity.
    """
    return better_present(batch, Budget(limit=limit_of(time_limit_s)))


def better_present(batch: Batch, budget: Budget) -> Plan:
    """The same within a budget that others share."""
    arranged = by_content(batch)
    market = open_market(lay_out(arranged.batch), budget)
    ledger = as_it_is(market.setting)
    if ledger is None:
        raise ValueError("planning anew begins from a present plan")
    mastered = _priced(market)
    better(market, mastered, ledger)
    return plan_of(arranged, ledger, mastered.priced.bound_minor, budget)


def _priced(market: Market) -> Mastered:
    """The ascent's prices, without the linear program behind them."""
    prices, priced = climb(market, rounds=ROUNDS)
    near = best_options(market, prices, most=1, near=POOL_MINOR)
    present = present_options(market.setting, np.arange(market.setting.orders))
    options = join(market.setting, near, present)
    return Mastered(prices=prices, priced=priced, options=options, share=np.zeros(len(options)))
