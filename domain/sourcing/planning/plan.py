"""Decide for every order of a snapshot which warehouses ship it, one after the other, each at its cheapest."""

from domain.sourcing.planning.candidates import candidates, shipment_terms
from domain.sourcing.planning.digest import digest_input, digest_rules
from domain.sourcing.planning.explain import explain, explain_kept
from domain.sourcing.planning.fill import as_held
from domain.sourcing.planning.model import (
    Decision,
    OrderToSource,
    Outcome,
    Plan,
    PlannedShipment,
    Snapshot,
    SourcingPolicy,
)
from domain.sourcing.planning.network import Network, Shelves
from domain.sourcing.planning.search import Found, Search
from domain.sourcing.planning.settle import settle
from domain.sourcing.planning.task import Pick, Task, lay_out
from domain.sourcing.planning.verdict import unfilled_reasons

_WEIGHED_MIN = 12  # the sentence is the same however few candidates are kept


def plan(snapshot: Snapshot, policy: SourcingPolicy) -> Plan:
    """Source every order, urgent ones first, then the oldest, from the stock that is left at its turn.

    A function of its arguments alone, and of none of their sequences' order. What an order gives back of its
    reservation is there for those whose turn is later.
    """
    network = Network(snapshot.sites)
    wanted = {line.variant_id.int for order in snapshot.orders for line in order.lines}
    shelves = Shelves(snapshot.free, network, wanted)
    rules = digest_rules(network, policy)
    turns = sorted(snapshot.orders, key=lambda order: (-order.priority, order.placed_at, order.order_id.int))
    return Plan(decisions=tuple([_decide(order, network, shelves, policy, rules) for order in turns]))


def _decide(
    order: OrderToSource, network: Network, shelves: Shelves, policy: SourcingPolicy, rules: str
) -> Decision:
    input_hash = digest_input(rules, order, shelves)
    task = lay_out(order, network, shelves)
    search = Search(task)
    found = search.run()
    kept = _kept_reservation(task, found)
    chosen = kept or found

    picks = chosen.filling.picks(task) if chosen else []

    shipments = tuple([_shipment(task, picks, site) for site in chosen.sites]) if chosen else ()
    considered = candidates(task, search, chosen, max(policy.candidates_max, _WEIGHED_MIN))
    unfilled = unfilled_reasons(task, picks)
    return Decision(
        order_id=order.order_id,
        outcome=_outcome(task, chosen),
        shipments=shipments,
        unfilled=tuple([(task.lines[line].line_id, reason) for line, reason in unfilled.items()]),
        released=settle(task, picks, shelves),
        candidates=considered[: policy.candidates_max],
        explanation=explain_kept(task, policy, shipments)
        if kept
        else explain(task, policy, shipments, considered, unfilled),
        input_hash=input_hash,
        proven=search.proven,
    )


def _kept_reservation(task: Task, found: Found | None) -> Found | None:
    """The order's own reservation, where nothing else fills it all.

    It may take more shipments than the order allows: what was promised at intake weighs more than how it travels.
    """
    if found and found.lines_filled == len(task.lines):
        return None
    reservation = task.reservation
    return Found.of(task, as_held(task, reservation)) if reservation else None


def _outcome(task: Task, chosen: Found | None) -> Outcome:
    if chosen is None:
        return Outcome.BACKORDERED
    return Outcome.SOURCED if chosen.lines_filled == len(task.lines) else Outcome.PARTLY_SOURCED


def _shipment(task: Task, picks: list[Pick], site: int) -> PlannedShipment:
    mine = sorted((line, units) for line, at, units in picks if at == site)
    return PlannedShipment(
        warehouse_id=task.network.sites[site].warehouse_id,
        distance_km=task.km[site] if task.order.place else None,
        lines=tuple([(task.lines[line].line_id, units) for line, units in mine]),
        weight_g=sum(task.lines[line].weight_g * units for line, units in mine),
        cost=shipment_terms(task, picks, site),
    )
