"""Lay out a choice that somebody else made for an order: what it costs, when it leaves, and what speaks against it.

The planner chooses for one order after the other. Whoever plans many together (see `optimising`) knows better
where each should leave from, but neither rules nor words; here its choice meets them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.sourcing.planning.candidates import shipment_terms
from domain.sourcing.planning.cost import together
from domain.sourcing.planning.digest import digest_input, digest_rules
from domain.sourcing.planning.fill import as_held
from domain.sourcing.planning.model import (
    Candidate,
    OrderToSource,
    PlannedShipment,
    Site,
    SourcingPolicy,
    Zone,
)
from domain.sourcing.planning.network import Dispatch, Network, Shelves
from domain.sourcing.planning.plan import planned_shipment
from domain.sourcing.planning.search import Found
from domain.sourcing.planning.task import Pick, Task, lay_out
from domain.sourcing.planning.turn import Turn
from domain.sourcing.planning.verdict import cost_alone, lacking

Places = Mapping[tuple[UUID, UUID], int]  # (line, warehouse) -> units


class NotPossible(Exception):
    """A rule, the stock or the calendar says no; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A choice as it would be carried out, beside where the units are now."""

    shipments: tuple[PlannedShipment, ...]
    present_minor: int  # what the same units cost from where they are, at today's tariff
    candidates: tuple[Candidate, ...]
    input_hash: str
    routing: str

    @property
    def cost_minor(self) -> int:
        return sum(shipment.cost.total_minor for shipment in self.shipments)


class Layout:
    """Warehouses, days and shelves, from which one choice after the other takes its part."""

    def __init__(
        self,
        *,
        sites: Iterable[Site],
        zones: tuple[Zone, ...],
        free: Mapping[tuple[UUID, UUID], int],
        variants: Iterable[UUID],
        turn: Turn,
        policy: SourcingPolicy,
    ) -> None:
        self._network = Network(sites, zones)
        self._dispatch = Dispatch(self._network)
        self._shelves = Shelves(free, self._network, {variant_id.int for variant_id in variants})
        self._turn = turn
        self._most = policy.candidates_max
        self._rules = digest_rules(self._network, policy)

    def lay(self, order: OrderToSource, chosen: Places, present: Places) -> Laid:
        """Take what `chosen` says. `present` is where the units are now: it is on the shelves, given back.

        Raises:
            NotPossible: something speaks against it; nothing was taken.
        """
        task = lay_out(order, self._network, self._shelves, self._dispatch, self._turn)
        picks, now = _picks(task, chosen), _picks(task, present)
        input_hash = digest_input(self._rules, task, self._shelves)
        self._require_permission(task, picks, {site for _, site, _ in now})
        self._require_stock(task, picks, now)
        found = Found.of(task, as_held(task, picks))
        laid = Laid(
            shipments=tuple(planned_shipment(task, picks, site) for site in found.sites),
            present_minor=_cost_minor(task, now),
            candidates=self._candidates(task, picks, now),
            input_hash=input_hash,
            routing=task.route.routing.name,
        )
        for line, site, units in picks:
            self._shelves.row(task.lines[line].variant_id)[site] -= units
        for site in found.sites:
            self._dispatch.take(site)
        return laid

    def _require_permission(self, task: Task, picks: list[Pick], present: set[int]) -> None:
        for site in {site for _, site, _ in picks}:
            bar = task.barred.get(site)
            if bar and site not in present:
                raise NotPossible(f"{self._network.sites[site].name} {bar.reason}")
            if self._dispatch.has_calendars and task.ship_on[site] is None:
                raise NotPossible(f"{self._network.sites[site].name} has no room for another parcel")

    def _require_stock(self, task: Task, picks: list[Pick], present: list[Pick]) -> None:
        """What the order has now, it may keep, whoever it is protected for meanwhile."""
        wanted: Counter[tuple[UUID, int]] = Counter()
        own: Counter[tuple[UUID, int]] = Counter()
        for line, site, units in picks:
            wanted[task.lines[line].variant_id, site] += units
        for line, site, units in present:
            own[task.lines[line].variant_id, site] += units
        for line, site, _ in picks:
            variant_id = task.lines[line].variant_id
            there = max(task.rows[line][site], min(own[variant_id, site], task.unprotected[line][site]))
            if wanted[variant_id, site] > there:
                raise NotPossible(
                    f"{self._network.sites[site].name} has {there} of {task.lines[line].sku} left"
                )

    def _candidates(self, task: Task, picks: list[Pick], present: list[Pick]) -> tuple[Candidate, ...]:
        """The choice, what is now, and what speaks for or against each warehouse alone."""
        told = [self._candidate(task, picks, chosen=True)]
        if present and {site for _, site, _ in present} != {site for _, site, _ in picks}:
            told.append(self._candidate(task, present, chosen=False))
        shown = {one.warehouse_ids for one in told}
        alone = sorted(range(self._network.size), key=lambda site: cost_alone(task, site).total_minor)
        told += [self._alone(task, site) for site in alone if self._network.alone[site] not in shown]
        return tuple(told[: self._most])

    def _candidate(self, task: Task, picks: list[Pick], *, chosen: bool) -> Candidate:
        sites = sorted({site for _, site, _ in picks})
        return Candidate(
            warehouse_ids=tuple(self._network.sites[site].warehouse_id for site in sites),
            cost=together(shipment_terms(task, picks, site) for site in sites),
            chosen=chosen,
        )

    def _alone(self, task: Task, site: int) -> Candidate:
        bar = task.barred.get(site)
        return Candidate(
            warehouse_ids=self._network.alone[site],
            cost=cost_alone(task, site),
            reason=bar.reason if bar else lacking(task, site),
            rule=bar.rule if bar else None,
        )


def _picks(task: Task, places: Places) -> list[Pick]:
    position = {line.line_id: at for at, line in enumerate(task.lines)}
    index = task.network.index
    return sorted(
        (position[line_id], index[warehouse_id.int], units)
        for (line_id, warehouse_id), units in places.items()
    )


def _cost_minor(task: Task, picks: list[Pick]) -> int:
    return Found.of(task, as_held(task, picks)).cost_minor if picks else 0
