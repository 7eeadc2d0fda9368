"""The fingerprint of what a decision depended on: same fingerprint, same decision."""

from hashlib import sha256

from domain.sourcing.planning.model import OrderToSource, SourcingPolicy
from domain.sourcing.planning.network import Network, Shelves


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
    rules = (policy.version, policy.currency, policy.exponent, policy.candidates_max)
    return sha256(repr((rules, sites)).encode()).hexdigest()


def digest_input(rules: str, order: OrderToSource, shelves: Shelves) -> str:
    """The order as the decision saw it, and the free units of its variants at its turn.

    Its number, priority and time are left out: they decide when its turn is, not what happens then.
    """
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
    return sha256(repr((rules, asked, lines, _limits(order))).encode()).hexdigest()


def _limits(order: OrderToSource) -> tuple[object, ...]:
    return (
        sorted((warehouse_id.hex, reason) for warehouse_id, reason in order.excluded.items()),
        None if order.served is None else sorted(warehouse_id.hex for warehouse_id in order.served),
        sorted((line_id.hex, place.hex, units) for (line_id, place), units in order.reserved.items()),
    )
