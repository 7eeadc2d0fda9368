"""Count what an order's units and parcels are worth to orders to come, beside what it costs.

It counts wherever cost does: where nothing else decides, as a routing's criterion, and between plans that tie in all
its criteria. What is billed stays what the tariff says.
"""

from dataclasses import replace

from domain.sourcing.planning.model import Worth
from domain.sourcing.planning.task import Task, TaskWorth


def counting(task: Task, worth: Worth | None) -> Task:
    """The same, with what counts of `worth`; as it was where that is nothing."""
    if worth is None:
        return task
    ids = [site.warehouse_id for site in task.network.sites]
    units = [[worth.units.get((line.variant_id, at), 0) for line in task.lines] for at in ids]
    parcels = [worth.parcels.get(at, 0) for at in ids]
    if not any(parcels) and not any(map(any, units)):
        return task
    return replace(task, worth=TaskWorth(units, parcels))
