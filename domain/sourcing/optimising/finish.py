"""From a plan at the prices to the plan that is handed out: its dearest parts planned anew, and what it comes to."""

import numpy as np

from domain.sourcing.optimising.arrange import Arranged
from domain.sourcing.optimising.blocks import BLOCK_WHOLE, NEAR_MAX_MINOR, Care, Links, mend, stakes
from domain.sourcing.optimising.improve import improve
from domain.sourcing.optimising.lagrangian import Market, best_options
from domain.sourcing.optimising.ledger import Ledger
from domain.sourcing.optimising.master import Mastered
from domain.sourcing.optimising.model import UNFILLED, Flags, Plan
from domain.sourcing.optimising.options import Takes, costs, join, takes
from domain.sourcing.optimising.setting import Setting
from domain.sourcing.optimising.settle import settle
from domain.sourcing.optimising.work import Budget

_CHOICES = 24  # options an order that are looked at where all orders are one block
_SWEEPS = 4
_WHOLE = 1e-6  # shares this near 0 or 1 are that


def better(market: Market, mastered: Mastered, ledger: Ledger) -> None:
    """Blocks for as long as it pays."""
    care = Care.of(market.setting.orders)
    seeds, links = _in_pieces(market, mastered), Links.of(market, mastered)
    for _ in range(_SWEEPS):
        before = cost_of(market, ledger)
        stake = stakes(market, mastered, links, ledger)
        mend(market, mastered, links, ledger, seeds | (stake > care.stake_min))
        seeds[:] = False
        if before - cost_of(market, ledger) <= care.gain_min * before or market.budget.over():
            break
    _all_at_once(market, mastered, ledger)


def _all_at_once(market: Market, mastered: Mastered, ledger: Ledger) -> None:
    """A batch that is a block itself, with more options an order."""
    if market.setting.orders > BLOCK_WHOLE or market.budget.over():
        return
    fresh = best_options(market, mastered.prices, most=_CHOICES, near=NEAR_MAX_MINOR)
    options = join(market.setting, mastered.options, fresh)
    settle(market, options, ledger, np.arange(market.setting.orders))
    improve(market, options, ledger)


def _in_pieces(market: Market, mastered: Mastered) -> Flags:
    """(O,) orders that the linear program serves half this way, half that."""
    pieces: Flags = np.zeros(market.setting.orders, dtype=np.bool_)
    split = (mastered.share > _WHOLE) & (mastered.share < 1 - _WHOLE)
    pieces[mastered.options.order[split]] = True
    return pieces


def cost_of(market: Market, ledger: Ledger) -> int:
    """Freight, penalties and extras of all that is placed."""
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
