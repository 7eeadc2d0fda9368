"""No priority pays for another: of the plans found, those in which none is worse off than served in turn."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from domain.sourcing.optimising.model import MONEY_MAX, UNFILLED, Batch, Flags, Incumbent, Ints, Plan
from domain.sourcing.optimising.replan import better_present
from domain.sourcing.optimising.work import Budget

_SEARCHES = 4  # more, each with what is worse off twice as dear as in the one before


def fair(
    batch: Batch, found: Plan, rivals: Sequence[Plan], search: Callable[[Batch], Plan], budget: Budget
) -> list[Plan]:
    """Plans that fill, of each priority, no fewer lines than the first of `rivals` does; that one among them.

    Where what was found is none of them, it is searched for again with dearer penalties. If that is no help,
    either, the rival is bettered by moves that leave no line of its unfilled.
    """
    nearest = rivals[0]
    good = _search_on(batch, found, nearest, search, budget) or _bettered(batch, nearest, budget)
    return [good, *(rival for rival in rivals if not _worse(batch, rival, nearest).any())]


def _search_on(
    batch: Batch, found: Plan, nearest: Plan, search: Callable[[Batch], Plan], budget: Budget
) -> Plan | None:
    penalty = batch.penalty_minor
    for done in range(_SEARCHES + 1):
        worse = _worse(batch, found, nearest)
        if not worse.any():
            return _at_penalties(batch, found, batch.penalty_minor - penalty)
        if done == _SEARCHES or budget.over():
            break
        penalty = np.minimum(penalty * np.where(worse, 2, 1), MONEY_MAX)
        found = search(replace(batch, penalty_minor=penalty))
    return None


def _bettered(batch: Batch, plan: Plan, budget: Budget) -> Plan:
    """From this plan on, by moves that pay; what it fills stays filled."""
    filled = plan.warehouse != UNFILLED
    return better_present(
        replace(batch, incumbent=Incumbent(warehouse=plan.warehouse, keep_filled=filled)), budget
    )


def _worse(batch: Batch, plan: Plan, nearest: Plan) -> Flags:
    """(P,) which priorities have more lines unfilled."""
    return _unfilled(batch, plan) > _unfilled(batch, nearest)


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
