"""Rank plans by several criteria in turn, as one sum, so that the search for the cheapest plan finds the best one.

Each criterion is measured in whole numbers and weighed so heavily that the least difference in it outweighs all
that stand below it together: the sum is least exactly where the criteria, one after the other, are. Where the
worst parcel counts, it is the number of parcels at each measure that is added, the worst weighing most.

Source: lexicographic goal programming by weights (Sherali, EJOR 10, 1982); integers in Python are as long as it takes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.sourcing.planning.knot import pick_minor
from domain.sourcing.planning.task import Limit, LineRank, Pick, Task
from domain.sourcing.rules.criteria import LineFacts, ParcelFacts
from domain.sourcing.rules.registry import COST, Criterion


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A criterion, with what each warehouse's parcel and each line in it come to."""

    criterion: Criterion
    tolerance: int
    parcels: list[int]  # per warehouse
    lines: list[list[int]] | None  # per warehouse and line
    unit_minor: list[list[int]] | None = None  # of COST: what a unit counts on top of its weight

    def pick(self, task: Task, pick: Pick) -> int:
        """What units of one line in one parcel come to."""
        if self.criterion is COST:
            line, site, units = pick
            return pick_minor(task, pick) + (self.unit_minor[site][line] * units if self.unit_minor else 0)
        return self.lines[pick[1]][pick[0]] if self.lines else 0

    def of(self, task: Task, sites: Sequence[int], picks: Sequence[Pick]) -> int:
        """What a plan comes to."""
        parcels = [self.parcels[site] for site in sites]
        if not self.criterion.adds:
            return max(parcels, default=0)
        return sum(parcels) + (sum(self.pick(task, pick) for pick in picks) if self.lines else 0)

    def weights(self, task: Task) -> list[int]:
        """The parcels' measures as they are added."""
        if self.criterion.adds:
            return self.parcels
        ranks = {
            measure: rank for rank, measure in enumerate(sorted({self.parcels[at] for at in task.usable}))
        }
        base = task.network.size + 1
        codes = [0, *(base**rank for rank in range(len(ranks)))]
        return [codes[ranks.get(measure, 0)] for measure in self.parcels]

    def most(self, task: Task, weights: list[int]) -> int:
        """No plan comes to more."""
        most = sum(weights[site] for site in task.usable)
        if self.lines and task.usable:
            dearest = [
                max(measures) for measures in zip(*(self.lines[site] for site in task.usable), strict=True)
            ]
            most += sum(measure * len(task.spreads.get(at, (0,))) for at, measure in enumerate(dearest))
        return most + len(task.held)  # a reservation in several parts is rounded part by part


def by_cost(task: Task, tolerance: int = 0) -> Measured:
    """What is billed, and what units and parcels are worth to orders to come where that counts."""
    if task.worth is None:
        return Measured(
            criterion=COST, tolerance=tolerance, parcels=task.base_minor, lines=task.weights_minor
        )
    parcels, units = task.worth.parcel_minor, task.worth.unit_minor
    quantities = [line.quantity for line in task.lines]
    return Measured(
        criterion=COST,
        tolerance=tolerance,
        parcels=[base + more for base, more in zip(task.base_minor, parcels, strict=True)],
        lines=[
            [weight + price * count for weight, price, count in zip(weights, prices, quantities, strict=True)]
            for weights, prices in zip(task.weights_minor, units, strict=True)
        ],
        unit_minor=units,
    )


def measured(task: Task) -> list[Measured]:
    """What the routing's criteria say of each parcel, in turn; lateness first where it weighs."""
    room = task.room or [None] * task.network.size
    parcels = [
        ParcelFacts(task.base_minor[at], task.km[at], site.priority, room[at], task.arrives_on[at])
        for at, site in enumerate(task.network.sites)
    ]
    return [
        by_cost(task, tolerance) if criterion is COST else _measured(task, parcels, criterion, tolerance)
        for criterion, tolerance in task.route.rank
    ]


def _measured(task: Task, parcels: list[ParcelFacts], criterion: Criterion, tolerance: int) -> Measured:
    lines = None
    if criterion.line:
        most = [max((row[site] for site in task.usable), default=0) for row in task.rows]
        lines = [
            [
                criterion.line(LineFacts(weight_minor, most[at] - task.rows[at][site]))
                for at, weight_minor in enumerate(task.weights_minor[site])
            ]
            for site in range(task.network.size)
        ]
    measures = [criterion.parcel(parcel) for parcel in parcels]
    return Measured(criterion=criterion, tolerance=tolerance, parcels=measures, lines=lines)


def ranked(
    task: Task, rank: Sequence[Measured], *, fill_by: Sequence[Measured], limits: Sequence[Limit]
) -> Task:
    """The same, with the best plan by `rank` the cheapest as ranked, within `limits`.

    A set of warehouses ships each line from where `fill_by` is best.
    """
    weights, scale = [0] * task.network.size, 1
    terms: list[tuple[int, Measured]] = []
    for one in reversed(rank):
        own = one.weights(task)
        weights = [weight + scale * mine for weight, mine in zip(weights, own, strict=True)]
        if one.lines:
            terms.append((scale, one))
        scale *= 1 + one.most(task, own)
    if task.late_weighs:
        weights = [weight + scale * task.is_late(site) for site, weight in enumerate(weights)]
    by_weight = all(one.criterion is COST and one.unit_minor is None for one in fill_by if one.lines)
    return replace(
        task,
        ranked_minor=weights,
        weight_scale=sum(scale for scale, one in terms if one.criterion is COST),
        by_line=None if by_weight else _line_rank(task, terms, fill_by),
        limits=tuple(limits),
    )


def _line_rank(task: Task, terms: Sequence[tuple[int, Measured]], fill_by: Sequence[Measured]) -> LineRank:
    choosing: list[tuple[int, Measured]] = []
    scale = 1
    for one in reversed([one for one in fill_by if one.lines]):
        choosing.append((scale, one))
        scale *= 1 + one.most(task, [0] * task.network.size)
    lines = range(len(task.lines))
    able = [[site for site in task.usable if task.fits[site] >> line & 1] for line in lines]
    wishes = _table(task, choosing)
    return LineRank(
        choice=[_ranks(sites, [row[line] for row in wishes], task) for line, sites in enumerate(able)],
        wish=lambda pick: sum(scale * one.pick(task, pick) for scale, one in choosing),
        price=lambda pick: sum(scale * one.pick(task, pick) for scale, one in terms),
        prices=_table(task, terms),
    )


def _ranks(sites: list[int], wishes: list[int], task: Task) -> dict[int, int]:
    best_first = sorted(sites, key=lambda site: (wishes[site], task.rate_rank[site]))
    return {site: rank for rank, site in enumerate(best_first)}


def _table(task: Task, terms: Sequence[tuple[int, Measured]]) -> list[list[int]]:
    """Per warehouse and line, what a line that is shipped whole comes to."""
    table = [[0] * len(task.lines) for _ in range(task.network.size)]
    for scale, one in terms:
        assert one.lines is not None
        for row, mine in zip(table, one.lines, strict=True):
            row[:] = [known + scale * measure for known, measure in zip(row, mine, strict=True)]
    return table
