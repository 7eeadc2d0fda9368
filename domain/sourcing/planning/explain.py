"""Say in one sentence why an order ships from where it ships."""

from domain.sourcing.planning.cost import money
from domain.sourcing.planning.model import Candidate, PlannedShipment, SourcingPolicy, UnfilledReason
from domain.sourcing.planning.task import Task
from domain.sourcing.planning.verdict import listed

_WAITING = {
    UnfilledReason.NO_STOCK: "no stock",
    UnfilledReason.SCATTERED: "no warehouse has the whole line",
    UnfilledReason.EXCLUDED: "only an excluded warehouse has it",
    UnfilledReason.NOT_SERVED: "only a warehouse outside the channel has it",
    UnfilledReason.SPLIT_NOT_ALLOWED: "no warehouse has the whole order",
    UnfilledReason.SHIPMENT_LIMIT: "it would take one shipment too many",
    UnfilledReason.TOO_LATE: "would come too late",
    UnfilledReason.NO_CAPACITY: "no warehouse that has it has room for another parcel",
    UnfilledReason.RULE: "the rules keep it from every warehouse that has it",
    UnfilledReason.PROTECTED: "kept for another channel",
    UnfilledReason.WAITS_FOR_REST: "waits for the rest of the order",
}


def explain(
    task: Task,
    policy: SourcingPolicy,
    shipments: tuple[PlannedShipment, ...],
    candidates: tuple[Candidate, ...],
    unfilled: dict[int, UnfilledReason],
) -> str:
    """One readable sentence: from where, how far, for how much, and what the alternative was."""
    waiting = _waiting(task, unfilled)
    if not shipments:
        return f"Backordered: {waiting}."
    against = f"waiting: {waiting}" if waiting else _against(task, policy, candidates)
    return f"From {_from(task, policy, shipments)}; {against}."


def explain_kept(task: Task, policy: SourcingPolicy, shipments: tuple[PlannedShipment, ...]) -> str:
    """The same for an order that only its own reservation can fill, whatever its split policy."""
    return f"From {_from(task, policy, shipments)}; kept as reserved, since nothing within its split policy fills it."


def _from(task: Task, policy: SourcingPolicy, shipments: tuple[PlannedShipment, ...]) -> str:
    names = [_name(task, shipment.warehouse_id.int) for shipment in shipments]
    total = sum(shipment.cost.total_minor for shipment in shipments)
    price = f"{money(total, policy.exponent)} {policy.currency}"
    if task.order.place is None:
        told = [name + _named_days(task, one) for name, one in zip(names, shipments, strict=True)]
        return f"{' and '.join(told)}: distance unknown and counted as 0 km, {price}"
    if len(names) == 1:
        (only,) = shipments
        return f"{names[0]}: {only.distance_km or 0:.0f} km, {price}{_days(task, only)}"
    ways = [f"{one.distance_km or 0:.0f} km{_days(task, one)}" for one in shipments]
    return " and ".join(f"{name} ({way})" for name, way in zip(names, ways, strict=True)) + f": {price}"


def _named_days(task: Task, shipment: PlannedShipment) -> str:
    days = _days(task, shipment).removeprefix(", ")
    return f" ({days})" if days else ""


def _days(task: Task, shipment: PlannedShipment) -> str:
    """When it leaves, and when it arrives if that is too late."""
    leaves = f", leaves {shipment.ship_on}" if shipment.ship_on else ""
    if not shipment.late:
        return leaves
    return f"{leaves}, arrives late on {shipment.arrives_on}, promised for {task.order.promised_on}"


def _against(task: Task, policy: SourcingPolicy, candidates: tuple[Candidate, ...]) -> str:
    """What spoke against the cheapest that couldn't, else the cheapest that could."""
    chosen, *others = sorted(
        candidates, key=lambda candidate: (not candidate.chosen, candidate.cost.total_minor)
    )
    paid = chosen.cost.total_minor
    if rival := next((other for other in candidates if other.behind), None):
        less = paid - rival.cost.total_minor
        cheaper = f"is {money(less, policy.exponent)} cheaper but " if less > 0 else ""
        return f"{_names(task, rival, chosen)} {cheaper}{rival.behind}"
    barred = [other for other in others if other.reason and other.cost.total_minor < paid]
    if barred:
        saved = money(paid - barred[0].cost.total_minor, policy.exponent)
        return f"{_names(task, barred[0], chosen)} is {saved} cheaper but {barred[0].reason}"
    able = [other for other in others if not other.reason]
    if not able:
        return f"no {'other' if len(chosen.warehouse_ids) == 1 else 'single'} warehouse has it all"
    more = able[0].cost.total_minor - paid
    name = _names(task, able[0], chosen)
    return (
        f"{name} is {money(more, policy.exponent)} dearer"
        if more
        else f"{name} costs the same but comes later"
    )


def _names(task: Task, candidate: Candidate, chosen: Candidate) -> str:
    names = " with ".join(_name(task, warehouse_id.int) for warehouse_id in candidate.warehouse_ids)
    return f"{names} alone" if len(candidate.warehouse_ids) < len(chosen.warehouse_ids) else names


def _name(task: Task, warehouse: int) -> str:
    return task.network.sites[task.network.index[warehouse]].name


def _waiting(task: Task, unfilled: dict[int, UnfilledReason]) -> str:
    lines = [
        f"{task.lines[line].quantity} of {task.lines[line].sku} ({_WAITING[reason]})"
        for line, reason in unfilled.items()
    ]
    return listed(lines)
