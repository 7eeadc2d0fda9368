"""Say in one sentence why an order ships from where it ships."""

from domain.sourcing.planning.cost import money
from domain.sourcing.planning.model import Candidate, PlannedShipment, SourcingPolicy, UnfilledReason
from domain.sourcing.planning.task import Task
from domain.sourcing.said import Phrase, Said, Words, few


def explain(
    task: Task,
    policy: SourcingPolicy,
    shipments: tuple[PlannedShipment, ...],
    candidates: tuple[Candidate, ...],
    unfilled: dict[int, UnfilledReason],
) -> Said:
    """One readable sentence: from where, how far, for how much, and what the alternative was."""
    waiting = _waiting(task, unfilled)
    if not shipments:
        return Said(Phrase.BACKORDERED, lines=waiting)
    against = Said(Phrase.WAITING, lines=waiting) if waiting else _against(task, policy, candidates)
    return Said(Phrase.DECIDED, parcels=_from(task, policy, shipments), against=against)


def explain_kept(task: Task, policy: SourcingPolicy, shipments: tuple[PlannedShipment, ...]) -> Said:
    """The same for an order that only its own reservation can fill, whatever its split policy."""
    return Said(Phrase.KEPT, parcels=_from(task, policy, shipments))


def _from(task: Task, policy: SourcingPolicy, shipments: tuple[PlannedShipment, ...]) -> Said:
    total = sum(shipment.cost.total_minor for shipment in shipments)
    cost: Words = f"{money(total, policy.exponent)} {policy.currency}"
    if task.order.place is None:
        parcels = [_unplaced(task, shipment) for shipment in shipments]
        return Said(Phrase.PARCELS_UNPLACED, parcels=parcels, km=round(task.network.unknown_km), cost=cost)
    if task.order.located_by:
        by = Phrase[f"LOCATED_BY_{task.order.located_by}"]
        cost = Said(by, what=cost, part=task.order.located_part)
    if len(shipments) == 1:
        (only,) = shipments
        name = _name(task, only.warehouse_id.int)
        return Said(Phrase.PARCEL, warehouse=name, km=_km(only), cost=_with_days(task, only, cost))
    among = [
        Said(
            Phrase.PARCEL_AMONG,
            warehouse=_name(task, one.warehouse_id.int),
            way=_with_days(task, one, Said(Phrase.KM, km=_km(one))),
        )
        for one in shipments
    ]
    return Said(Phrase.PARCELS, parcels=among, cost=cost)


def _km(shipment: PlannedShipment) -> int:
    return round(shipment.distance_km or 0)


def _unplaced(task: Task, shipment: PlannedShipment) -> Words:
    name = _name(task, shipment.warehouse_id.int)
    if not shipment.ship_on:
        return name
    leaves = Said(Phrase.LEAVES_ON, day=str(shipment.ship_on))
    return Said(Phrase.PARCEL_AMONG, warehouse=name, way=_if_late(task, shipment, leaves))


def _with_days(task: Task, shipment: PlannedShipment, what: Words) -> Words:
    """When it leaves, and when it arrives if that is too late."""
    if shipment.ship_on:
        what = Said(Phrase.LEAVES, what=what, day=str(shipment.ship_on))
    return _if_late(task, shipment, what)


def _if_late(task: Task, shipment: PlannedShipment, what: Words) -> Words:
    if not shipment.late:
        return what
    arrives, promised = str(shipment.arrives_on), str(task.order.promised_on)
    return Said(Phrase.ARRIVES_LATE, what=what, arrives=arrives, promised=promised)


def _against(task: Task, policy: SourcingPolicy, candidates: tuple[Candidate, ...]) -> Said:
    """What spoke against the cheapest that couldn't, else the cheapest that could."""
    chosen = next(candidate for candidate in candidates if candidate.chosen)

    def cheaper_but(other: Candidate, why: Words) -> Said:
        less = chosen.cost.total_minor - other.cost.total_minor
        names = _names(task, other, chosen)
        if less <= 0:
            return Said(Phrase.SPOKEN_AGAINST, warehouses=names, why=why)
        return Said(Phrase.CHEAPER_BUT, warehouses=names, amount=money(less, policy.exponent), why=why)

    for other in candidates:
        if other.behind:
            return cheaper_but(other, other.behind)
    barred = min((other for other in candidates if other.reason), key=_total_minor, default=None)
    if barred and barred.reason and barred.cost.total_minor < chosen.cost.total_minor:
        return cheaper_but(barred, barred.reason)
    able = [other for other in candidates if not other.reason and not other.chosen]
    if not able:
        alone = len(chosen.warehouse_ids) == 1
        return Said(Phrase.NO_OTHER_HAS_ALL if alone else Phrase.NO_SINGLE_HAS_ALL)
    rival = min(able, key=_total_minor)
    more = rival.cost.total_minor - chosen.cost.total_minor
    names = _names(task, rival, chosen)
    if not more:
        return Said(Phrase.SAME_BUT_LATER, warehouses=names)
    dearer = Said(Phrase.DEARER, amount=money(more, policy.exponent))
    return Said(Phrase.SPOKEN_AGAINST, warehouses=names, why=dearer)


def _total_minor(candidate: Candidate) -> int:
    return candidate.cost.total_minor


def _names(task: Task, candidate: Candidate, chosen: Candidate) -> Words:
    first, *others = (_name(task, warehouse_id.int) for warehouse_id in candidate.warehouse_ids)
    names = Said(Phrase.WITH, warehouse=first, others=others) if others else first
    if len(candidate.warehouse_ids) < len(chosen.warehouse_ids):
        return Said(Phrase.ALONE, warehouses=names)
    return names


def _name(task: Task, warehouse: int) -> str:
    return task.network.sites[task.network.index[warehouse]].name


def _waiting(task: Task, unfilled: dict[int, UnfilledReason]) -> list[Words]:
    lines = [
        Said(
            Phrase.UNITS_WAIT,
            units=task.lines[line].quantity,
            sku=task.lines[line].sku,
            why=Said(Phrase[f"WAITS_{reason}"]),
        )
        for line, reason in unfilled.items()
    ]
    return few(lines)
