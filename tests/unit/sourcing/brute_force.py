"""The optimum by trying everything; shares no code with the planner."""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from math import asin, atan2, cos, radians, sin, sqrt
from uuid import UUID

from domain.sourcing.planning import LineToSource, OrderToSource, Site, Snapshot, SplitPolicy

Assignment = dict[tuple[UUID, UUID], int]  # (line, warehouse) -> units
Merit = tuple[int, int, int, list[int], list[str]]


def best_merit(snapshot: Snapshot) -> Merit:
    """The least (lines unfilled, cost, shipments, priorities, codes) of any permitted plan for the only order."""
    (order,) = snapshot.orders
    limit = 1 if order.split_policy is SplitPolicy.SINGLE_SHIPMENT else order.max_shipments
    plans = permitted(snapshot, order, open_to(snapshot, order), limit)
    return min(merit(snapshot, order, assignment) for assignment in plans)


def merit(snapshot: Snapshot, order: OrderToSource, assignment: Assignment) -> Merit:
    used = [site for site in snapshot.sites if any(site.warehouse_id == place for _, place in assignment)]
    filled = {line_id for line_id, _ in assignment}
    cost = sum(shipment_minor(snapshot, order, site, assignment) for site in used)
    return (
        len(order.lines) - len(filled),
        cost,
        len(used),
        sorted(site.priority for site in used),
        sorted(site.code for site in used),
    )


def shipment_minor(snapshot: Snapshot, order: OrderToSource, site: Site, assignment: Assignment) -> int:
    weights = [
        line.weight_g * assignment[line.line_id, site.warehouse_id]
        for line in order.lines
        if (line.line_id, site.warehouse_id) in assignment
    ]
    far = km(snapshot, order, site)
    way = int(far * site.km_millis / 1000)
    zone = min((zone for zone in snapshot.zones if zone.km_max >= far), key=lambda zone: zone.km_max)
    fee, rate = site.shipment_minor + zone.shipment_minor, site.kg_minor + zone.kg_minor
    if zone.steps:
        whole = sum(line.weight_g * line.quantity for line in order.lines)
        step = min(
            (one for one in zone.steps if one.g_max >= whole),
            key=lambda one: one.g_max,
            default=zone.steps[-1],
        )
        fee, rate = fee + step.shipment_minor, rate + step.kg_minor
    return fee + way + sum((rate * weight + 500) // 1000 for weight in weights)


def km(snapshot: Snapshot, order: OrderToSource, site: Site) -> float:
    if order.place is None:
        return unknown_km(snapshot)
    return way_km(radians(order.place.lat), radians(order.place.lon), site)


def way_km(lat: float, lon: float, site: Site) -> float:
    to_lat, to_lon = radians(site.place.lat), radians(site.place.lon)
    root = sin((to_lat - lat) / 2) ** 2 + cos(lat) * cos(to_lat) * sin((to_lon - lon) / 2) ** 2
    return 2 * 6371 * asin(sqrt(root))


def unknown_km(snapshot: Snapshot) -> float:
    """As far as warehouses lie from the middle between them, on average, but never beyond the last zone."""
    points = [
        (cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat))
        for site in snapshot.sites
        for lat, lon in [(radians(site.place.lat), radians(site.place.lon))]
    ]
    x, y, z = (sum(axis) for axis in zip(*points, strict=True))
    lat, lon = atan2(z, sqrt(x * x + y * y)), atan2(y, x)
    mean = sum(way_km(lat, lon, site) for site in snapshot.sites) / len(snapshot.sites)
    return min(mean, snapshot.zones[-1].km_max)


def open_to(snapshot: Snapshot, order: OrderToSource) -> list[Site]:
    """The warehouses that may ship the order as long as no rules say otherwise."""
    return [
        site
        for site in snapshot.sites
        if site.warehouse_id not in order.excluded
        and (order.served is None or site.warehouse_id in order.served)
        and km(snapshot, order, site) <= snapshot.zones[-1].km_max
    ]


def permitted(
    snapshot: Snapshot, order: OrderToSource, allowed: list[Site], limit: int
) -> Iterator[Assignment]:
    """Every plan from `allowed` in at most `limit` shipments; the empty one always is."""
    yield {}
    places = [site.warehouse_id for site in allowed]
    for choice in product(*(ways(order, line, places) for line in order.lines)):
        assignment = {key: units for way in choice for key, units in way.items()}
        whole = order.split_policy is SplitPolicy.PARTIAL_ALLOWED or all(choice)
        if (
            whole
            and len({place for _, place in assignment}) <= limit
            and in_stock(snapshot, order, assignment)
        ):
            yield assignment


def ways(order: OrderToSource, line: LineToSource, places: list[UUID]) -> list[Assignment]:
    """Not at all, whole from one warehouse, or as it is reserved."""
    own = {key: units for key, units in order.reserved.items() if key[0] == line.line_id and key[1] in places}
    whole: list[Assignment] = [{(line.line_id, place): line.quantity} for place in places]
    return [{}, *whole, own] if sum(own.values()) == line.quantity else [{}, *whole]


def in_stock(snapshot: Snapshot, order: OrderToSource, assignment: Assignment) -> bool:
    variants = {line.line_id: line.variant_id for line in order.lines}
    left = Counter(snapshot.free)
    for (line_id, place), units in order.reserved.items():
        left[variants[line_id], place] += units
    for (line_id, place), units in assignment.items():
        left[variants[line_id], place] -= units
    return all(units >= 0 for units in left.values())
