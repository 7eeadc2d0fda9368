"""Which warehouses may not ship an order, by which rule, and why."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from domain.sourcing.planning.model import OrderToSource, Zone
from domain.sourcing.planning.network import Dispatch, Network
from domain.sourcing.rules.definition import Promise
from domain.sourcing.rules.facts import country_of, in_regions
from domain.sourcing.rules.routing import Route
from domain.sourcing.said import Phrase, Said


class BarredBy(StrEnum):
    """What bars a warehouse besides the filters of a routing, which go by their own names."""

    EXCLUDED = "EXCLUDED"
    CHANNEL = "CHANNEL_WAREHOUSES"
    REGIONS = "REGIONS"
    ZONE = "ZONE"
    CAPACITY = "CAPACITY"
    PROMISE = "PROMISE"
    GROUP = "GROUP"


class Bar(NamedTuple):
    """The rest of a sentence that begins with the warehouse's name, and the rule that says so."""

    rule: str
    reason: Said


class Look(NamedTuple):
    """What bars are found by: an order and, per warehouse, what it comes to."""

    order: OrderToSource
    network: Network
    route: Route
    dispatch: Dispatch
    km: list[float]
    zones: list[Zone | None]
    groups: list[int | None]
    arrives_on: list[date | None]


def may_bar(look: Look) -> bool:
    """Whether anything could bar a warehouse at all; mostly nothing does."""
    order, network = look.order, look.network
    if order.excluded or order.served is not None or network.limits_regions or look.dispatch.full:
        return True
    return look.route.bars(order) or (network.ends and None in look.zones)


def bars(look: Look) -> dict[int, Bar]:
    """Per warehouse that may not ship the order: the first thing that says so."""
    found = ((site, next(_bars(look, site), None)) for site in range(look.network.size))
    return {site: bar for site, bar in found if bar}


def _bars(look: Look, at: int) -> Iterator[Bar]:
    order, site = look.order, look.network.sites[at]
    if site.warehouse_id in order.excluded:
        yield Bar(BarredBy.EXCLUDED, Said(Phrase.EXCLUDED, why=order.excluded[site.warehouse_id]))
    if order.served is not None and site.warehouse_id not in order.served:
        yield Bar(BarredBy.CHANNEL, Said(Phrase.CHANNEL_NOT_SERVED))
    if site.regions is not None and not in_regions(order, site.regions):
        yield Bar(BarredBy.REGIONS, Said(Phrase.REGION_NOT_SERVED, country=country_of(order)))
    if look.zones[at] is None:
        yield Bar(BarredBy.ZONE, Said(Phrase.BEYOND_ZONES, km=round(look.km[at])))
    if at in look.dispatch.full:
        yield Bar(BarredBy.CAPACITY, Said(Phrase.NO_ROOM))
    if refused := look.route.why_not(order, site, look.km[at]):
        yield Bar(*refused)
    if look.groups[at] is None:
        yield Bar(BarredBy.GROUP, Said(Phrase.IN_NO_GROUP))
    if look.route.routing.promise is Promise.REQUIRE and (late := too_late(order, look.arrives_on[at])):
        yield late


def too_late(order: OrderToSource, arrives_on: date | None) -> Bar | None:
    """The bar of a parcel that would arrive after the promised day."""
    promised_on = order.promised_on
    if arrives_on is None or promised_on is None or arrives_on <= promised_on:
        return None
    late = Said(Phrase.TOO_LATE, arrives=str(arrives_on), promised=str(promised_on))
    return Bar(BarredBy.PROMISE, late)
