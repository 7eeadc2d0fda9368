"""Count what an order's units and parcels are worth to orders to come, beside what it costs.

Only where cost alone decides: a routing that ranks by criteria of its own goes by these. What is billed stays
what the tariff says.
"""

from dataclasses import replace

from domain.sourcing.planning.model import Worth
from domain.sourcing.planning.ranking import Measured, ranked
from domain.sourcing.planning.task import Task, TaskWorth
from domain.sourcing.rules.registry import COST


def counting(task: Task, worth: Worth | None) -> Task:
    """The same, with what counts of `worth`; as it was where that is nothing."""
    if worth is None or task.route.rank:
        return task
    ids = [site.warehouse_id for site in task.network.sites]
    units = [[worth.units.get((line.variant_id, at), 0) for line in task.lines] for at in ids]
    parcels = [worth.parcels.get(at, 0) for at in ids]
    if not any(parcels) and not any(map(any, units)):
        return task
    return replace(task, worth=TaskWorth(units, parcels))


def at_worth(task: Task, worth: TaskWorth) -> Task:
    """The same, with the plan the cheapest as ranked that costs and takes least together."""
    quantities = [line.quantity for line in task.lines]
    both = Measured(
        criterion=COST,
        tolerance=0,
        parcels=[base + more for base, more in zip(task.base_minor, worth.parcel_minor, strict=True)],
        lines=[
            [weight + price * units for weight, price, units in zip(weights, prices, quantities, strict=True)]
            for weights, prices in zip(task.weights_minor, worth.unit_minor, strict=True)
        ],
        unit_minor=worth.unit_minor,
    )
    return ranked(task, [both], fill_by=[both], limits=())
