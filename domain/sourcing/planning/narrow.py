"""The warehouses an order looks at first: those of its first groups, those that keep its promise."""

from collections.abc import Iterator

from domain.sourcing.planning.bars import Bar, BarredBy, too_late
from domain.sourcing.planning.task import Task, late_last, narrowed
from domain.sourcing.rules.definition import Promise
from domain.sourcing.said import Phrase, Said


def narrowings(task: Task) -> Iterator[Task]:
    """The same order over more and more warehouses, the last time over all it may ship from.

    With `Promise.PREFER` the groups are gone through twice: first for what arrives in time, then for all, with as
    few late shipments as can be.
    """
    if not task.route.groups and task.order.promised_on is None:
        yield task
        return
    late = _late(task) if task.route.routing.promise is Promise.PREFER else {}
    if late:
        task = late_last(task)
    steps = [{}, late] if late else [{}]
    groups = sorted({group for site in task.usable if (group := task.groups[site]) is not None})
    for barred in reversed(steps):
        for last in groups[:-1]:
            yield narrowed(task, {**_later_groups(task, last), **barred})
        yield narrowed(task, barred) if barred else task


def _late(task: Task) -> dict[int, Bar]:
    found = {site: too_late(task.order, task.arrives_on[site]) for site in task.usable}
    return {site: bar for site, bar in found.items() if bar}


def _later_groups(task: Task, last: int) -> dict[int, Bar]:
    return {
        site: Bar(BarredBy.GROUP, Said(Phrase.GROUP_NOT_NEEDED, group=task.route.groups[group][0]))
        for site in task.usable
        if (group := task.groups[site]) is not None and group > last
    }
