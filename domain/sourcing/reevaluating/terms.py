"""What each warehouse would cost an open order, and whether the order may move there. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.sourcing.planning.bars import Look, bars, may_bar
from domain.sourcing.planning.cost import bases_minor
from domain.sourcing.planning.network import Dispatch, Network
from domain.sourcing.planning.turn import Turn
from domain.sourcing.reevaluating.standing import Standing
from domain.sourcing.rules.definition import Promise, Reevaluation
from domain.sourcing.rules.registry import COST
from domain.sourcing.rules.routing import Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Per warehouse of the network."""

    base_minor: Sequence[int]  # of a shipment, before its weight
    kg_minor: Sequence[int]
    allowed: Sequence[bool]
    shipments_max: int  # 0: as many have left as may
    tolerance_minor: int  # what it may cost more than the cheapest


def terms_of(standing: Standing, network: Network, dispatch: Dispatch, turn: Turn) -> Terms:
    """A place of now is always allowed; another one if no rule bars it and nothing comes later by it."""
    order = standing.order
    km = network.distances_km(order.place)
    zones = network.zones_of(km)
    weight_g = sum(line.weight_g * line.quantity for line in order.lines)
    fees, rates = network.tariffs(zones, weight_g)
    route = turn.route(order)
    _, arrives_on = dispatch.days(zones)
    groups = route.groups_of(order, network.sites, km)
    look = Look(order, network, route, dispatch, km, zones, groups, arrives_on)
    barred = bars(look) if may_bar(look) else {}
    present = {network.index[parcel.warehouse_id.int] for parcel in standing.parcels.values()}
    group_max = max((groups[site] or 0 for site in present), default=0)
    latest = _latest(standing, route)
    tolerance = cost_tolerance(route)
    shipments_max = standing.shipments_max(route.shipments_allowed(order))
    allowed = [
        site in present
        or (
            tolerance is not None
            and shipments_max > 0
            and site not in barred
            and _in_group(groups[site], group_max)
            and (latest is None or _arrives_by(arrives_on[site], latest))
        )
        for site in range(network.size)
    ]
    return Terms(
        base_minor=bases_minor(fees, km, network.km_millis),
        kg_minor=rates,
        allowed=allowed,
        shipments_max=shipments_max,
        tolerance_minor=tolerance or 0,
    )


def cost_tolerance(route: Route) -> int | None:
    """How much more than the cheapest plan of an order may cost, in minor units; None: cost does not come first."""
    if not route.rank:
        return 0
    criterion, tolerance = route.rank[0]
    return tolerance if criterion is COST else None


def _latest(standing: Standing, route: Route) -> date | None:
    if not standing.holds and route.routing.promise is Promise.IGNORE:
        return None
    return standing.latest_arrival


def _arrives_by(arrives_on: date | None, latest: date) -> bool:
    return arrives_on is None or arrives_on <= latest


def _in_group(group: int | None, group_max: int) -> bool:
    return group is not None and group <= group_max


def least_saving(rule: Reevaluation, present_minor: int, tolerance_minor: int) -> int:
    """What moving an order must save if it costs so much now; what other criteria were worth is not taken back."""
    share = round(rule.saving_min_share * present_minor)
    return max(rule.saving_min_minor, share, tolerance_minor + 1 if tolerance_minor else 0)


def shipments_allowed(standing: Standing, turn: Turn) -> int:
    """How many parcels the parts of it that may move can be."""
    return standing.shipments_max(turn.route(standing.order).shipments_allowed(standing.order))
