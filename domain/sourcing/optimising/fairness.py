"""No priority pays for another: none has fewer lines filled than under orders served in turn."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from domain.sourcing.optimising.blocks import Links, mend
from domain.sourcing.optimising.lagrangian import Market, price
from domain.sourcing.optimising.ledger import Ledger
from domain.sourcing.optimising.master import Mastered
from domain.sourcing.optimising.model import MONEY_MAX, UNFILLED, Batch, Incumbent, Ints, Plan, Whole
from domain.sourcing.optimising.replan import better_present
from domain.sourcing.optimising.work import Budget

_LIFTS = 4  # each with what is worse off twice as dear as in the one before


def unfilled(batch: Batch, warehouse: Whole) -> Ints:
    """(P,) lines of each priority that have no warehouse."""
    open_lines = batch.lines.order[warehouse == UNFILLED]
    return np.bincount(batch.orders.priority[open_lines], minlength=len(batch.penalty_minor))


def lift(market: Market, mastered: Mastered, ledger: Ledger, most: Ints) -> None:
    """Where a priority has more lines unfilled than these, (P,), plan its orders anew with dearer penalties."""
    batch = market.setting.batch
    penalty, done = batch.penalty_minor, 0
    while (worse := unfilled(batch, ledger.at) > most).any() and done < _LIFTS and not market.budget.over():
        penalty, done = np.minimum(penalty * np.where(worse, 2, 1), MONEY_MAX), done + 1
        dearer = replace(
            market, setting=replace(market.setting, penalty_minor=penalty[batch.orders.priority])
        )
        anew = replace(mastered, priced=price(dearer, mastered.prices))
        seeds = worse[batch.orders.priority] & ledger.waiting()
        mend(dearer, anew, Links.of(dearer, anew), ledger, seeds)


def fair(batch: Batch, found: Plan, rivals: Sequence[Plan], budget: Budget) -> list[Plan]:
    """Plans that fill, of each priority, no fewer lines than the first of `rivals` does; that one among them.

    Where what was found is none of them, the rival is bettered by moves that leave no line of its unfilled.
    """
    most = unfilled(batch, rivals[0].warehouse)
    good = [plan for plan in (found, *rivals) if (unfilled(batch, plan.warehouse) <= most).all()]
    return good if found in good else [_bettered(batch, rivals[0], budget), *good]


def _bettered(batch: Batch, plan: Plan, budget: Budget) -> Plan:
    """From this plan on, by moves that pay; what it fills stays filled."""
    filled = plan.warehouse != UNFILLED
    return better_present(
        replace(batch, incumbent=Incumbent(warehouse=plan.warehouse, keep_filled=filled)), budget
    )
