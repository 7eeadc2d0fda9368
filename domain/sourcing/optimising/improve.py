"""The last steps: every order, alone, to the cheapest place that is left."""

import numpy as np

from domain.sourcing.optimising.lagrangian import Market
from domain.sourcing.optimising.ledger import Ledger
from domain.sourcing.optimising.options import Options, costs

_PASSES = 3


def improve(market: Market, options: Options, ledger: Ledger) -> None:
    """Until nothing moves; options are tried the cheapest first."""
    setting = market.setting
    held = costs(setting, np.arange(setting.orders), ledger.at)
    cheaper = np.flatnonzero(options.minor < held[options.order])
    turns = cheaper[np.lexsort((options.minor[cheaper], options.order[cheaper]))].tolist()
    needs = ledger.needs(options)
    for _ in range(_PASSES):
        moved = False
        for option in turns:
            moved |= _move(ledger, options, option, needs.of(option), held)
        if not moved:
            return


def _move(
    ledger: Ledger, options: Options, option: int, wanted: list[tuple[int, int]], held: np.ndarray
) -> bool:
    order = int(options.order[option])
    if options.minor[option] >= held[order]:
        return False
    places = options.at[int(options.start[option]) : int(options.start[option + 1])]
    if not ledger.swap(order, wanted, places):
        return False
    held[order] = options.minor[option]
    return True
