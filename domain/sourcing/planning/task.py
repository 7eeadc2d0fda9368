"""One order's choice, laid out for the search: lines and warehouses as small integers, line sets as bits."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from domain.orders.policies import SplitPolicy
from domain.sourcing.planning.cost import km_minor, weight_minor
from domain.sourcing.planning.model import LineToSource, OrderToSource
from domain.sourcing.planning.network import Network, Shelves

Pick = tuple[int, int, int]  # line, warehouse, units


class Demand(NamedTuple):
    """What an order wants of one variant."""

    sku: str
    units: int
    row: list[int]  # units per warehouse
    lines: list[int]


@dataclass(kw_only=True)
class Task:
    """An order and the stock left at its turn.

    `fits[w]` has bit l set where warehouse w may fill line l whole, seen alone. It is optimistic in two cases,
    which `knots` lists line by line: lines that share a variant too scarce for all of them, and lines whose
    reservation is spread over several warehouses (`spreads`), which set their bit at each of these.
    """

    order: OrderToSource
    network: Network
    lines: list[LineToSource]  # by line id
    rows: list[list[int]]  # per line: units per warehouse; lines of one variant share the list
    barred: dict[int, str]  # warehouses that may not ship, and why
    usable: list[int]  # the others, most preferred first
    held: list[Pick]  # the order's reservation
    own: dict[int, list[Pick]]  # per line that is reserved in full where it may ship: from where
    km: list[float]
    base_minor: list[int]  # per warehouse: what a shipment costs before its weight
    weights_minor: list[list[int]]  # per warehouse and line
    all_minor: list[int]  # per warehouse: the weight cost, should it ship every line
    fits: list[int]
    everything: int  # all lines, as bits

    @property
    def all_or_nothing(self) -> bool:
        return self.order.split_policy is not SplitPolicy.PARTIAL_ALLOWED

    @cached_property
    def shipments_max(self) -> int:
        """More shipments than lines (or than parts of their reservations) are of no use."""
        if self.order.split_policy is SplitPolicy.SINGLE_SHIPMENT:
            return 1
        parts = len(self.lines) + sum(len(parts) - 1 for parts in self.spreads.values())
        return min(self.order.max_shipments, parts, len(self.usable))

    @cached_property
    def demands(self) -> dict[int, Demand]:
        """Per variant, what its lines want together."""
        demands: dict[int, Demand] = {}
        for at, (line, row) in enumerate(zip(self.lines, self.rows, strict=True)):
            variant = line.variant_id.int
            known = demands.get(variant)
            if known is None:
                demands[variant] = Demand(line.sku, line.quantity, row, [at])
            else:
                known.lines.append(at)
                demands[variant] = known._replace(units=known.units + line.quantity)
        return demands

    @cached_property
    def knots(self) -> list[list[int]]:
        """Lines that have to be looked at together, because one's gain may be another's loss."""
        if not self.spreads and len(self.demands) == len(self.lines):
            return []
        return [demand.lines for demand in self.demands.values() if self._is_knotted(demand)]

    @cached_property
    def apart(self) -> int:
        """The lines that are in no knot, as bits."""
        return self.everything ^ sum([1 << line for knot in self.knots for line in knot])

    def _is_knotted(self, demand: Demand) -> bool:
        if not self.spreads.keys().isdisjoint(demand.lines):
            return True
        least = min(self.lines[line].quantity for line in demand.lines)
        return len(demand.lines) > 1 and any(least <= demand.row[site] < demand.units for site in self.usable)

    @cached_property
    def spreads(self) -> dict[int, list[Pick]]:
        """The lines whose reservation is in several warehouses, and how."""
        return {line: parts for line, parts in self.own.items() if len(parts) > 1}

    @property
    def reservation(self) -> list[Pick] | None:
        """The picks that ship every line as it was reserved; None unless all of it may still ship."""
        if len(self.own) < len(self.lines):
            return None
        return [pick for line in sorted(self.own) for pick in self.own[line]]


def lay_out(order: OrderToSource, network: Network, shelves: Shelves) -> Task:
    """Everything the search needs to know about `order`, given what is on the shelves now."""
    lines = sorted(order.lines, key=lambda line: line.line_id.int)
    barred = _barred(order, network)
    usable = [site for site in range(network.size) if site not in barred]
    km = network.distances_km(order.place)
    grams = [line.weight_g * line.quantity for line in lines]
    rows = [shelves.row(line.variant_id) for line in lines]
    held = _held(order, lines, network) if order.reserved else []
    if held:
        rows = _with_reservation(lines, rows, held)
    own = _own(lines, held, usable) if held else {}
    weights = [[weight_minor(weight, site.kg_minor) for weight in grams] for site in network.sites]
    return Task(
        order=order,
        network=network,
        lines=lines,
        rows=rows,
        barred=barred,
        usable=usable,
        held=held,
        own=own,
        km=km,
        base_minor=[
            site.shipment_minor + km_minor(far, site.km_millis)
            for site, far in zip(network.sites, km, strict=True)
        ],
        weights_minor=weights,
        all_minor=[sum(costs) for costs in weights],
        fits=_fits(lines, rows, usable, own, network.size),
        everything=(1 << len(lines)) - 1,
    )


def _barred(order: OrderToSource, network: Network) -> dict[int, str]:
    if order.served is None and not order.excluded:
        return {}
    barred = {}
    for at, site in enumerate(network.sites):
        if site.warehouse_id in order.excluded:
            barred[at] = f"is excluded: {order.excluded[site.warehouse_id]}"
        elif order.served is not None and site.warehouse_id not in order.served:
            barred[at] = "does not serve the channel"
    return barred


def _held(order: OrderToSource, lines: list[LineToSource], network: Network) -> list[Pick]:
    position = {line.line_id: at for at, line in enumerate(lines)}
    return sorted(
        (position[line_id], site, units)
        for (line_id, warehouse_id), units in order.reserved.items()
        if line_id in position and units > 0 and (site := network.index.get(warehouse_id.int)) is not None
    )


def _with_reservation(lines: list[LineToSource], rows: list[list[int]], held: list[Pick]) -> list[list[int]]:
    own = {line.variant_id.int: row.copy() for line, row in zip(lines, rows, strict=True)}
    for line, site, units in held:
        own[lines[line].variant_id.int][site] += units
    return [own[line.variant_id.int] for line in lines]


def _own(lines: list[LineToSource], held: list[Pick], usable: list[int]) -> dict[int, list[Pick]]:
    mine: dict[int, list[Pick]] = {}
    allowed = set(usable)
    for pick in held:
        if pick[1] in allowed:
            mine.setdefault(pick[0], []).append(pick)
    return {line: parts for line, picks in mine.items() if (parts := _cut(picks, lines[line].quantity))}


def _cut(picks: list[Pick], quantity: int) -> list[Pick]:
    """A line's reservation down to its quantity, the largest parts first; empty unless it is enough."""
    parts: list[Pick] = []
    for line, site, units in sorted(picks, key=lambda pick: (-pick[2], pick[1])):
        if quantity:
            parts.append((line, site, min(units, quantity)))
            quantity -= parts[-1][2]
    return parts if not quantity else []


def _fits(
    lines: list[LineToSource],
    rows: list[list[int]],
    usable: list[int],
    own: dict[int, list[Pick]],
    size: int,
) -> list[int]:
    fits = [0] * size
    for at, (line, row) in enumerate(zip(lines, rows, strict=True)):
        bit, wanted = 1 << at, line.quantity
        for site in usable:
            if row[site] >= wanted:
                fits[site] |= bit
    for parts in own.values():
        for line_at, site, _ in parts:
            fits[site] |= 1 << line_at
    return fits
