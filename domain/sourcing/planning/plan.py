"""Decide for every order of a snapshot which warehouses ship it, one after the other, each at its cheapest."""

from dataclasses import replace
from uuid import UUID

from domain.sourcing.planning.bars import BarredBy
from domain.sourcing.planning.candidates import candidates, shipment_terms
from domain.sourcing.planning.digest import digest_input, digest_rules
from domain.sourcing.planning.explain import explain, explain_kept
from domain.sourcing.planning.fill import as_held
from domain.sourcing.planning.given_up import beside, given_up
from domain.sourcing.planning.look import look
from domain.sourcing.planning.model import (
    Candidate,
    Decision,
    Outcome,
    Plan,
    PlannedShipment,
    Snapshot,
    SourcingPolicy,
    UnfilledReason,
)
from domain.sourcing.planning.narrow import narrowings
from domain.sourcing.planning.network import Dispatch, Network, Shelves
from domain.sourcing.planning.search import Found, Search
from domain.sourcing.planning.settle import settle
from domain.sourcing.planning.task import Pick, Task, TaskWorth, lay_out
from domain.sourcing.planning.turn import Turn
from domain.sourcing.planning.verdict import unfilled_reasons
from domain.sourcing.planning.worth import counting

_WEIGHED_MIN = 12  # the sentence is the same however few candidates are kept


def plan(snapshot: Snapshot, policy: SourcingPolicy) -> Plan:
    """Source every order, urgent ones first, then the oldest, from the stock that is left at its turn.

    A function of its arguments alone, and of none of their sequences' order. What an order gives back of its
    reservation is there for those whose turn is later.
    """
    network, turn = Network(snapshot.sites, snapshot.zones), Turn(policy.rules, snapshot.now)
    dispatch = Dispatch(network)
    wanted = {line.variant_id.int for order in snapshot.orders for line in order.lines}
    shelves = Shelves(snapshot.free, network, wanted)
    rules = digest_rules(network, policy)
    turns = sorted(snapshot.orders, key=lambda order: (-order.priority, order.placed_at, order.order_id.int))
    decisions = [
        # the task is handed over, not kept: the next one finds its memory free
        _decide(
            counting(lay_out(order, network, shelves, dispatch, turn), snapshot.worth),
            rules,
            shelves,
            dispatch,
            policy,
        )
        for order in turns
    ]
    return Plan(decisions=tuple(decisions))


def _decide(
    whole: Task, rules: str, shelves: Shelves, dispatch: Dispatch, policy: SourcingPolicy
) -> Decision:
    input_hash = digest_input(rules, whole, shelves)
    search = _search(whole)
    task, found = search.task, search.best
    kept = _kept_reservation(whole, found)
    chosen = kept or found

    picks = chosen.filling.picks(task) if chosen else []

    shipments = tuple([planned_shipment(task, picks, site) for site in chosen.sites]) if chosen else ()
    for site in chosen.sites if chosen else ():
        dispatch.take(site)
    considered = candidates(task, search, chosen, policy, max(policy.candidates_max, _WEIGHED_MIN))
    if whole.worth and found and not kept:
        considered = beside(considered, _given_up(whole, whole.worth, found, policy))
    unfilled = unfilled_reasons(whole, picks)
    routing = whole.route.routing
    return Decision(
        order_id=whole.order.order_id,
        outcome=_outcome(task, chosen),
        shipments=shipments,
        unfilled=tuple([(task.lines[line].line_id, reason) for line, reason in unfilled.items()]),
        released=settle(task, picks, shelves),
        candidates=considered[: policy.candidates_max],
        said=explain_kept(task, policy, shipments)
        if kept
        else explain(task, policy, shipments, considered, unfilled),
        input_hash=input_hash,
        proven=search.proven,
        routing=routing.name,
        unfillable=routing.unfillable,
        cancel_after_days=routing.cancel_after_days,
        cancel_from=routing.cancel_from,
        no_room=_full(whole) if UnfilledReason.NO_CAPACITY in unfilled.values() else (),
    )


def _full(task: Task) -> tuple[UUID, ...]:
    full = [site for site, bar in task.barred.items() if bar.rule == BarredBy.CAPACITY]
    return tuple([task.network.sites[site].warehouse_id for site in full])


def _search(whole: Task) -> Search:
    """The first look at more and more warehouses that fills everything, else the first that fills most."""
    best: Search | None = None
    for task in narrowings(whole):
        search = look(task)
        if best is None or _lines_filled(search) > _lines_filled(best):
            best = search
        if _lines_filled(best) == len(whole.lines):
            break
    assert best is not None
    return best


def _given_up(whole: Task, worth: TaskWorth, chosen: Found, policy: SourcingPolicy) -> Candidate | None:
    """The plan that would be the choice if only what is billed counted; None: it costs no less."""
    cheapest = _search(replace(whole, worth=None)).best
    return given_up(whole, worth, chosen, cheapest, policy) if cheapest else None


def _lines_filled(search: Search) -> int:
    return search.best.lines_filled if search.best else 0


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


def planned_shipment(task: Task, picks: list[Pick], site: int) -> PlannedShipment:
    """What leaves `site`, at which cost and on which day."""
    mine = sorted((line, units) for line, at, units in picks if at == site)
    return PlannedShipment(
        warehouse_id=task.network.sites[site].warehouse_id,
        distance_km=task.km[site] if task.order.place else None,
        lines=tuple([(task.lines[line].line_id, units) for line, units in mine]),
        weight_g=sum(task.lines[line].weight_g * units for line, units in mine),
        cost=shipment_terms(task, picks, site),
        ship_on=task.ship_on[site],
        arrives_on=task.arrives_on[site],
        late=task.is_late(site),
    )
