"""One order's choice, laid out for the search: lines and warehouses as small integers, line sets as bits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

from domain.orders.policies import SplitPolicy
from domain.sourcing.planning.bars import Bar, Look, bars, may_bar
from domain.sourcing.planning.cost import bases_minor, weights_minor
from domain.sourcing.planning.model import LineToSource, OrderToSource
from domain.sourcing.planning.network import Dispatch, Network, Shelves
from domain.sourcing.planning.turn import Turn
from domain.sourcing.rules.routing import Route

Pick = tuple[int, int, int]  # line, warehouse, units


class Demand(NamedTuple):
    """What an order wants of one variant."""

    sku: str
    units: int
    row: list[int]  # units per warehouse
    lines: list[int]


class Limit(NamedTuple):
    """What a plan's measure may be at most: `of` takes its warehouses and picks."""

    of: Callable[[Sequence[int], Sequence[Pick]], int]
    most: int


class LineRank(NamedTuple):
    """How lines weigh in a ranking where it is not their weight cost alone that counts."""

    choice: list[dict[int, int]]  # per line: the warehouses that can ship it, each with its rank
    wish: Callable[[Pick], int]  # what units of a line in one parcel are chosen by
    price: Callable[[Pick], int]  # what they come to in the plan's sum
    prices: list[list[int]]  # per warehouse and line


class TaskWorth(NamedTuple):
    """What the order's units and parcels are worth to orders to come."""

    unit_minor: list[list[int]]  # per warehouse and line, a unit
    parcel_minor: list[int]  # per warehouse


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
    unprotected: list[list[int]]  # the same, with what is kept for other channels
    route: Route
    groups: list[int | None]  # per warehouse: its group, None: none
    ship_on: list[date | None]  # per warehouse: the day a parcel leaves
    arrives_on: list[date | None]
    barred: dict[int, Bar]  # warehouses that may not ship, and why
    usable: list[int]  # the others, most preferred first
    held: list[Pick]  # the order's reservation
    own: dict[int, list[Pick]]  # per line that is reserved in full where it may ship: from where
    km: list[float]
    fee_minor: list[int]  # per warehouse: what a shipment costs before its way and its weight
    kg_minor: list[int]
    rate_rank: Sequence[int] | Mapping[int, int]  # the lower, the less a kg costs
    base_minor: list[int]  # per warehouse: what a shipment costs before its weight
    ranked_minor: list[int]  # the same as the search counts it: one that comes late may weigh more
    late_weighs: bool = False  # fewer shipments that come late are better, before any other criterion
    weight_scale: int = 1  # what a minor unit of weight cost counts in the search
    by_line: LineRank | None = None
    limits: tuple[Limit, ...] = ()
    worth: TaskWorth | None = None  # what a choice counts on top of what it costs
    room: list[int | None] | None = (
        None  # per warehouse, parcels it can take in the days ahead; if it is asked for
    )
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
        left = max(0, self.route.shipments_allowed(self.order) - self.order.parcels_before)
        parts = len(self.lines) + sum(len(parts) - 1 for parts in self.spreads.values())
        return min(left, parts, len(self.usable))

    def all_ranked(self, site: int) -> int:
        """What every line from one warehouse comes to as the search counts it."""
        if self.by_line:
            return sum(self.by_line.prices[site])
        return self.all_minor[site] * self.weight_scale

    def is_late(self, site: int) -> bool:
        """Whether a parcel from there would arrive after the promised day."""
        arrives_on, promised_on = self.arrives_on[site], self.order.promised_on
        return arrives_on is not None and promised_on is not None and arrives_on > promised_on

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


def lay_out(order: OrderToSource, network: Network, shelves: Shelves, dispatch: Dispatch, turn: Turn) -> Task:
    """Everything the search needs to know about `order`, given what is on the shelves now."""
    lines = sorted(order.lines, key=lambda line: line.line_id.int)
    km = network.distances_km(order.place)
    zones = network.zones_of(km)
    route = turn.route(order)
    ship_on, arrives_on = dispatch.days(zones)
    groups = route.groups_of(order, network.sites, km)
    look = Look(order, network, route, dispatch, km, zones, groups, arrives_on)
    barred = bars(look) if may_bar(look) else {}
    usable = [site for site in range(network.size) if site not in barred]
    grams = [line.weight_g * line.quantity for line in lines]
    unprotected = [shelves.row(line.variant_id) for line in lines]
    rows = turn.less_protected(order, lines, unprotected, network)
    held = _held(order, lines, network) if order.reserved else []
    if held:
        rows = _with_reservation(lines, rows, held)
    own = _own(lines, held, usable) if held else {}
    fees, rates = network.tariffs(zones, sum(grams))
    bases = bases_minor(fees, km, network.km_millis)
    weights = [weights_minor(grams, rate) for rate in rates]
    return Task(
        order=order,
        network=network,
        lines=lines,
        rows=rows,
        unprotected=unprotected,
        route=route,
        groups=groups,
        ship_on=ship_on,
        arrives_on=arrives_on,
        barred=barred,
        usable=usable,
        held=held,
        own=own,
        km=km,
        fee_minor=fees,
        kg_minor=rates,
        rate_rank=_ranked(rates) if network.rates_vary else network.rate_rank,
        base_minor=bases,
        ranked_minor=bases,
        weights_minor=weights,
        all_minor=[sum(costs) for costs in weights],
        fits=_fits(lines, rows, usable, own, network.size),
        everything=(1 << len(lines)) - 1,
        room=dispatch.room() if route.asks_room else None,
    )


def narrowed(task: Task, bar: Mapping[int, Bar]) -> Task:
    """The same, with more warehouses barred."""
    usable = [site for site in task.usable if site not in bar]
    own = _own(task.lines, task.held, usable) if task.held else {}
    return replace(
        task,
        barred={**task.barred, **bar},
        usable=usable,
        own=own,
        fits=_fits(task.lines, task.rows, usable, own, task.network.size),
    )


def late_last(task: Task) -> Task:
    """The same, with a shipment that comes late dearer than any plan, so that fewer of them always win."""
    # a reservation in several parts is rounded part by part, each up by one at most
    dearest = 1 + sum(task.base_minor) + sum(task.all_minor) + len(task.held)
    ranked = [base + dearest * task.is_late(site) for site, base in enumerate(task.base_minor)]
    return replace(task, ranked_minor=ranked, late_weighs=True)


def _ranked(rates: list[int]) -> list[int]:
    ranks = [0] * len(rates)
    for rank, site in enumerate(sorted(range(len(rates)), key=lambda at: (rates[at], at))):
        ranks[site] = rank
    return ranks


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
