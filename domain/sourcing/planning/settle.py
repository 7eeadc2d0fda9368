"""Take a decision's units off the shelves and put back what the order gives up of its reservation."""

from collections import Counter
from uuid import UUID

from domain.sourcing.planning.network import Shelves
from domain.sourcing.planning.task import Pick, Task


def settle(task: Task, picks: list[Pick], shelves: Shelves) -> tuple[tuple[UUID, UUID, int], ...]:
    """Move the units, and return what is released as (line, warehouse, units).

    A line that stays unfilled keeps what it holds, unless a line of the same order and variant ships it.
    """
    rows = [shelves.row(line.variant_id) for line in task.lines]
    for line, site, units in task.held:
        rows[line][site] += units
    for line, site, units in picks:
        rows[line][site] -= units
    if not task.order.reserved:
        return ()
    return _released(task, Counter({(line, site): units for line, site, units in picks}), rows)


def _released(
    task: Task, picked: Counter[tuple[int, int]], rows: list[list[int]]
) -> tuple[tuple[UUID, UUID, int], ...]:
    filled = {line for line, _ in picked}
    released = _elsewhere(task, filled)
    for line, site, units in task.held:
        kept = picked[line, site]
        if line not in filled:
            kept = min(units, rows[line][site])
            rows[line][site] -= kept
        if units > kept:
            released.append((task.lines[line].line_id, task.network.sites[site].warehouse_id, units - kept))
    return tuple(released)


def _elsewhere(task: Task, filled: set[int]) -> list[tuple[UUID, UUID, int]]:
    """What filled lines hold in warehouses that are no longer in the network."""
    ids = {task.lines[line].line_id for line in filled}
    return sorted(
        (line_id, warehouse_id, units)
        for (line_id, warehouse_id), units in task.order.reserved.items()
        if line_id in ids and units > 0 and warehouse_id.int not in task.network.index
    )
