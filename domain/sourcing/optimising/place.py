"""From shares and prices to a plan: orders choose one after the other, those first that would lose most."""

import numpy as np

from domain.sourcing.optimising.incumbent import with_promises
from domain.sourcing.optimising.lagrangian import Market, best_options, reduced
from domain.sourcing.optimising.ledger import Ledger
from domain.sourcing.optimising.model import Ints, Reals
from domain.sourcing.optimising.options import Options
from domain.sourcing.optimising.pricing import Prices

_WAVES = 8
_CHOICES = 6


def place(market: Market, prices: Prices, options: Options, share: Reals) -> Ledger:
    """A plan that keeps every rule; orders that no wave could serve wait."""
    ledger = with_promises(market.setting)
    _wave(ledger, options, reduced(market.setting, options, prices), share)
    for done in range(_WAVES):
        waiting = ~np.array(ledger.placed, dtype=np.bool_)
        if not waiting.any():
            break
        found = best_options(market, prices, most=_CHOICES, left=ledger.snapshot(), among=waiting)
        _wave(ledger, found, reduced(market.setting, found, prices), np.zeros(len(found)))
        market.budget.progress("placing", (done + 1) / _WAVES)
    return ledger


def _wave(ledger: Ledger, options: Options, value: Reals, share: Reals) -> None:
    """Each order takes the best of its options that is still there, if any is."""
    first, last = _runs(options.order)
    by_preference = np.lexsort((value, -np.round(share, 6), options.order))
    turns = _turns(value[by_preference], share[by_preference], first, last)
    preference, needs = by_preference.tolist(), ledger.needs(options)
    orders, first_of, last_of = options.order.tolist(), first.tolist(), last.tolist()
    for run in turns.tolist():
        for option in preference[first_of[run] : last_of[run]]:
            places = options.at[int(options.start[option]) : int(options.start[option + 1])]
            if ledger.swap(orders[option], needs.of(option), places):
                break


def _runs(order: Ints) -> tuple[Ints, Ints]:
    """Where each order's options begin and end."""
    first = np.flatnonzero(np.diff(order, prepend=-1))
    return first, np.append(first[1:], len(order))


def _turns(value: Reals, share: Reals, first: Ints, last: Ints) -> Ints:
    """Runs in turn: those the program left in one piece, then by what the second best costs more."""
    second = np.minimum(first + 1, last - 1)
    regret = np.where(second > first, value[second] - value[first], np.inf)
    return np.lexsort((-regret, -np.round(share[first], 6)))
