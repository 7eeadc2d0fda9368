"""The last steps: every order, alone, to the cheapest place that is left."""

import numpy as np

from domain.sourcing.optimising.lagrangian import Market
from domain.sourcing.optimising.ledger import Ledger
from domain.sourcing.optimising.model import Flags, Ints
from domain.sourcing.optimising.options import Options, costs, select, takes
from domain.sourcing.optimising.program import columns_of

_PASSES = 12
_CHUNK = 1 << 16  # options whose needs are in memory at once


def improve(market: Market, options: Options, ledger: Ledger) -> None:
    """Until nothing moves; an order's options are tried the cheapest first."""
    setting = market.setting
    held = costs(setting, np.arange(setting.orders), ledger.at)
    for _ in range(_PASSES):
        could = _could_move(options, ledger, held)
        turns = np.lexsort((could.minor, could.order)).tolist()
        needs = ledger.needs(could)
        moved = False
        for option in turns:
            moved |= _move(ledger, could, option, needs.of(option), held)
        if not moved:
            return


def _could_move(options: Options, ledger: Ledger, held: Ints) -> Options:
    """Those that are cheaper and fit into what is left and what their order gives back."""
    cheaper = np.flatnonzero(options.minor < held[options.order])
    own, amount = _held(ledger)
    parts = [cheaper[first : first + _CHUNK] for first in range(0, len(cheaper), _CHUNK)]
    found = [part[_fits(select(options, part), ledger, own, amount)] for part in parts]
    return select(options, np.concatenate([cheaper[:0], *found]))


def _held(ledger: Ledger) -> tuple[Ints, Ints]:
    """(order, row) as one number each, rising, and what the order holds of it."""
    setting, rows = ledger.setting, ledger.rows
    taken = takes(setting, np.arange(setting.orders), ledger.at)
    order = np.concatenate([taken.option, taken.parcel_option])
    row = np.concatenate([rows.shelf[taken.shelf], rows.site[taken.parcel]])
    amount = np.concatenate([taken.units, np.ones(len(taken.parcel), dtype=np.int64)])
    own, where = np.unique(order * rows.count + row, return_inverse=True)
    return own, np.bincount(where, weights=amount, minlength=len(own)).astype(np.int64)


def _fits(options: Options, ledger: Ledger, own: Ints, amount: Ints) -> Flags:
    """(M,) by what every order holds now."""
    wanted = columns_of(ledger.setting, options, ledger.rows)
    option = np.repeat(np.arange(len(options)), np.diff(wanted.start))
    left = np.array(ledger.left, dtype=np.int64)[wanted.index]
    code = options.order[option] * ledger.rows.count + wanted.index
    place = np.minimum(np.searchsorted(own, code), len(own) - 1)
    if len(own):
        left += np.where(own[place] == code, amount[place], 0)
    short = np.bincount(option[left < wanted.value], minlength=len(options))
    fits: Flags = short == 0
    return fits


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
