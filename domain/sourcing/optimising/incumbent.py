"""The present plan in the ledger, so that what was promised cannot be taken by others."""

import numpy as np

from domain.sourcing.optimising.ledger import Ledger
from domain.sourcing.optimising.model import UNFILLED, Flags, Ints, Split
from domain.sourcing.optimising.options import Options, collect, spread
from domain.sourcing.optimising.setting import LATE, Setting


def with_promises(setting: Setting) -> Ledger:
    """Only orders with a line to keep hold their present places; nobody else was asked yet."""
    ledger = Ledger.open(setting)
    kept = np.unique(setting.batch.lines.order[setting.keep])
    if len(kept):
        _hold(ledger, present_options(setting, kept))
    return ledger


def as_it_is(setting: Setting) -> Ledger | None:
    """All orders where they are; None without an incumbent.

    Raises:
        ValueError: the incumbent breaks a rule, or overdraws stock or capacity.
    """
    if setting.batch.incumbent is None:
        return None
    options = present_options(setting, np.arange(setting.orders))
    _require_rules(setting, options)
    ledger = Ledger.open(setting)
    _hold(ledger, options)
    return ledger


def present_options(setting: Setting, orders: Ints) -> Options:
    """What each of these orders has now; they must rise."""
    assert setting.batch.incumbent is not None
    lines, _ = spread(setting.start, orders)
    return collect(setting, orders, setting.batch.incumbent.warehouse[lines])


def _hold(ledger: Ledger, options: Options) -> None:
    needs = ledger.needs(options)
    for place, order in enumerate(options.order.tolist()):
        wanted = needs.of(place)
        if not ledger.fits(wanted):
            raise ValueError("the present plan takes more than there is")
        ledger.give(order, wanted, options.at[int(options.start[place]) : int(options.start[place + 1])])


def _require_rules(setting: Setting, options: Options) -> None:
    asked, at = setting.batch.orders, options.at
    line_order, filled = setting.batch.lines.order, at != UNFILLED
    late = setting.zone[line_order[filled], at[filled]] == LATE
    pairs = np.unique(line_order[filled] * setting.warehouses + at[filled]) // setting.warehouses
    shipments = np.bincount(pairs, minlength=setting.orders)
    most = np.where(asked.split == Split.SINGLE_SHIPMENT, 1, asked.max_shipments)
    partly = (shipments > 0) & _any(setting, ~filled) & (asked.split != Split.PARTIAL_ALLOWED)
    if late.any() or (shipments > most).any() or partly.any():
        raise ValueError("the present plan breaks a rule")


def _any(setting: Setting, lines: Flags) -> Flags:
    found: Flags = np.bincount(setting.batch.lines.order[lines], minlength=setting.orders) > 0
    return found
