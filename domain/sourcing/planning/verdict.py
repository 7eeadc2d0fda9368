"""Why a warehouse cannot ship an order alone, and why a line waits."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from domain.orders.policies import SplitPolicy
from domain.sourcing.planning.bars import BarredBy
from domain.sourcing.planning.model import CostTerms, UnfilledReason
from domain.sourcing.planning.task import Pick, Task
from domain.sourcing.said import Phrase, Said, few

_REASONS: Mapping[str, UnfilledReason] = {
    BarredBy.EXCLUDED: UnfilledReason.EXCLUDED,
    BarredBy.CHANNEL: UnfilledReason.NOT_SERVED,
    BarredBy.PROMISE: UnfilledReason.TOO_LATE,
    BarredBy.CAPACITY: UnfilledReason.NO_CAPACITY,
}


IN_TIME = (UnfilledReason.NO_CAPACITY, UnfilledReason.TOO_LATE)


def enough_alone(task: Task, site: int) -> bool:
    """Whether one warehouse can ship all lines together: they may fit one by one only, or as they are reserved."""
    return all(demand.row[site] >= demand.units for demand in task.demands.values())


def lacking(task: Task, site: int) -> Said | None:
    """What a warehouse is short of for the whole order, as the rest of a sentence that begins with its name."""
    short = [
        (demand.units - demand.row[site], demand.sku)
        for demand in task.demands.values()
        if demand.row[site] < demand.units
    ]
    return _lacks(tuple(short)) if short else None


@lru_cache(maxsize=1_000)  # most warehouses that lack something lack the same
def _lacks(short: tuple[tuple[int, str], ...]) -> Said:
    return Said(
        Phrase.LACKS, lines=few([Said(Phrase.UNITS_OF, units=units, sku=sku) for units, sku in short])
    )


def cost_alone(task: Task, site: int) -> CostTerms:
    """What the whole order would cost from one warehouse, whether or not it can ship it."""
    fee = task.fee_minor[site]
    return CostTerms(fee, task.base_minor[site] - fee, task.all_minor[site])


def unfilled_reasons(task: Task, picks: list[Pick]) -> dict[int, UnfilledReason]:
    """Per line that waits: why."""
    filled = {line for line, _, _ in picks}
    waiting = [line for line in range(len(task.lines)) if line not in filled]
    missing = {line: reason for line in waiting if (reason := _missing(task, line))}
    return {line: missing.get(line) or _in_reach(task, line, any_missing=bool(missing)) for line in waiting}


def _missing(task: Task, line: int) -> UnfilledReason | None:
    """Why no permitted warehouse could fill the line; None if one could."""
    row, wanted = task.rows[line], task.lines[line].quantity
    units = sum(row[site] for site in task.usable)
    if any(task.fits[site] >> line & 1 for site in task.usable):
        return (
            UnfilledReason.NO_STOCK if units < task.demands[task.lines[line].variant_id.int].units else None
        )
    if any(task.unprotected[line][site] >= wanted for site in task.usable):
        return UnfilledReason.PROTECTED
    reasons = _bars_of(task, lambda site: row[site] >= wanted)
    if reasons:
        # what passes with time is what a planner can wait for
        return next((reason for reason in reasons if reason in IN_TIME), reasons[0])
    return UnfilledReason.SCATTERED if units >= wanted else UnfilledReason.NO_STOCK


def _bars_of(task: Task, has: Callable[[int], bool]) -> list[UnfilledReason]:
    """Why those of the barred warehouses may not ship that have what is asked for."""
    return [_REASONS.get(bar.rule, UnfilledReason.RULE) for site, bar in task.barred.items() if has(site)]


def _in_reach(task: Task, line: int, *, any_missing: bool) -> UnfilledReason:
    """Why a line waits that is in stock: what passes with time before what stays."""
    if task.all_or_nothing and any_missing:
        return UnfilledReason.WAITS_FOR_REST
    single = task.order.split_policy is SplitPolicy.SINGLE_SHIPMENT
    if task.shipments_max:
        row, wanted = task.rows[line], task.lines[line].quantity
        reasons = _bars_of(task, lambda site: enough_alone(task, site) if single else row[site] >= wanted)
        if later := next((reason for reason in reasons if reason in IN_TIME), None):
            return later
    return UnfilledReason.SPLIT_NOT_ALLOWED if single else UnfilledReason.SHIPMENT_LIMIT
