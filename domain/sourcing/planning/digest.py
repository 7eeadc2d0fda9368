"""The fingerprint of what a decision depended on: same fingerprint, same decision."""

from hashlib import sha256

from domain.sourcing.planning.model import OrderToSource, SourcingPolicy
from domain.sourcing.planning.network import Network, Shelves
from domain.sourcing.planning.task import Task


def digest_rules(network: Network, policy: SourcingPolicy) -> str:
    """What all decisions of a plan depend on: the policy and the tariffs."""
    sites = [
        (
            site.warehouse_id.hex,
            site.code,
            site.name,
            (site.place.lat, site.place.lon),
            (site.shipment_minor, site.kg_minor, site.km_millis, site.priority),
        )
        for site in network.sites
    ]
    zones = [
        (zone.km_max, zone.shipment_minor, zone.kg_minor, zone.transit_days, *map(repr, zone.steps))
        for zone in network.zones
    ]
    rules = (policy.version, policy.currency, policy.exponent, policy.candidates_max)
    # a re-evaluation decides nothing here, and of bid prices it is the prices that do
    definition = policy.rules.model_dump_json(exclude={"reevaluation", "bid_prices"})
    return sha256(repr((rules, sites, zones, definition)).encode()).hexdigest()


def digest_input(rules: str, task: Task, shelves: Shelves) -> str:
    """The order as the decision saw it, and the free units of its variants at its turn.

    Its number, priority and time are left out: they decide when its turn is, not what happens then.
    """
    order = task.order
    lines = sorted(
        (
            line.line_id.hex,
            line.sku,
            line.quantity,
            line.weight_g,
            shelves.row(line.variant_id),
            line.variant_id.hex,
        )
        for line in order.lines
    )
    place = (order.place.lat, order.place.lon) if order.place else None
    asked = (order.order_id.hex, place, order.split_policy.value, order.max_shipments)
    return sha256(repr((rules, asked, lines, _limits(order), _route(task))).encode()).hexdigest()


def _route(task: Task) -> tuple[object, ...]:
    """What the rules made of the order, and when each warehouse ships at its turn."""
    order, sites = task.order, task.network.sites
    days = [(sites[at].warehouse_id.hex, day.toordinal()) for at, day in enumerate(task.ship_on) if day]
    barred = sorted(
        (sites[at].warehouse_id.hex, bar.rule, str(bar.reason)) for at, bar in task.barred.items()
    )
    routing, promised_on = task.route.routing.name, order.promised_on
    limits = (routing, task.route.shipments_max(order), promised_on and promised_on.toordinal())
    ranked_by = [one for one in (task.room, task.worth) if one]
    return (limits, order.channel, barred, days, task.groups if task.route.groups else [], *ranked_by)


def _limits(order: OrderToSource) -> tuple[object, ...]:
    return (
        sorted((warehouse_id.hex, str(reason)) for warehouse_id, reason in order.excluded.items()),
        None if order.served is None else sorted(warehouse_id.hex for warehouse_id in order.served),
        sorted((line_id.hex, place.hex, units) for (line_id, place), units in order.reserved.items()),
        *((order.parcels_before,) if order.parcels_before else ()),
    )
