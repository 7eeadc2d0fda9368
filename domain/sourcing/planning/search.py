"""The exactly cheapest set of warehouses for one order, by branch and bound over the sets.

Lexicographic: most lines filled, least cost, fewest shipments, site priorities, site codes. Where lateness weighs,
the cost counts more for a shipment that comes late (`task.late_last`), so that fewest late ones come before it.

Bounds, from the cheapest base cost up and from small sets to large ones:
    cost  >=  base costs of the set  +  weight cost of the lines at the set's cheapest rate per kg
    lines <=  those that fit somewhere in the set, each seen alone

Source: the problem is the uncapacitated facility location problem with a limit p on open facilities
(Krarup & Pruzan, EJOR 12, 1983), small enough here to enumerate what the bounds leave.
"""

from dataclasses import dataclass
from itertools import accumulate
from operator import or_

from domain.sourcing.planning.cover import Effort, most_lines
from domain.sourcing.planning.fill import Filling, fill
from domain.sourcing.planning.task import Task

_UNBOUND = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A set of warehouses, each of which ships something."""

    sites: tuple[int, ...]
    lines_filled: int
    cost_minor: int  # as ranked
    filling: Filling

    @classmethod
    def of(cls, task: Task, filling: Filling) -> "Found":
        sites = filling.sites
        cost = filling.ranked_minor + sum([task.ranked_minor[site] for site in sites])
        return cls(sites=sites, lines_filled=filling.lines_filled, cost_minor=cost, filling=filling)

    def beats(self, other: "Found", task: Task) -> bool:
        mine = (-self.lines_filled, self.cost_minor, len(self.sites))
        theirs = (-other.lines_filled, other.cost_minor, len(other.sites))
        if mine != theirs:
            return mine < theirs
        return task.network.preference(self.sites) < task.network.preference(other.sites)


def exceeds(task: Task, found: Found) -> bool:
    """Whether the plan is worse than another by more than a tie allows."""
    picks = found.filling.picks(task)
    return any(limit.of(found.sites, picks) > limit.most for limit in task.limits)


def ranked_floors(task: Task, need: int, slack: int) -> list[int]:
    """Per warehouse, less than `need` lines cannot come to in a ranking."""
    if task.by_line is None:
        return [(sum(sorted(costs)[:need]) - slack) * task.weight_scale for costs in task.weights_minor]
    prices = task.by_line.prices
    least = sorted(
        min((prices[site][line] for site in task.usable), default=0) for line in range(len(task.lines))
    )
    return [sum(least[:need]) - slack * task.weight_scale] * task.network.size


class Search:
    """One search; `best` is its answer (None: nothing can be filled), `seen` what it compared on the way."""

    def __init__(self, task: Task, *, begin: tuple[int, ...] = (), sure: bool = True) -> None:
        """`begin` is a set that is known to be good; `sure`, whether what led here was proven."""
        self.task = task
        self._sure = sure
        self.best: Found | None = None
        self.seen: dict[tuple[int, ...], Found] = {}
        self._effort = Effort()
        self._size = 0
        self._exact = True
        self._sites = sorted(
            (site for site in task.usable if task.fits[site]), key=task.ranked_minor.__getitem__
        )
        self._reach = [*accumulate((task.fits[site] for site in reversed(self._sites)), or_, initial=0)][::-1]
        self._set_need()
        if begin:
            self._try(begin)

    def run(self) -> Found | None:
        """Look through all sets that could be best, smaller ones first."""
        if self._lines_max < self._need:
            return None
        for size in range(1, min(self.task.shipments_max, len(self._sites)) + 1):
            self._size = size
            self._grow(0, (), 0, 0, size)
        return self.best

    @property
    def proven(self) -> bool:
        """Whether nothing that could be better was left out to save work."""
        return self._sure and self._covered and self._exact and not self._effort.spent

    def _set_need(self) -> None:
        """`_lines_max` bounds what any set fills; a set that fills less than `_need` is of no interest."""
        task = self.task
        effort = Effort()
        self._lines_max, witness = most_lines(task, self._reach[0], effort)
        self._covered = not effort.spent
        if task.all_or_nothing:
            self._aim(len(task.lines))
        else:
            self._aim(max(1, self._lines_max) if self._covered and not task.knots else 1)
        if witness:
            self._try(witness)

    def _aim(self, need: int) -> None:
        """Fill at least `need` lines: what they weigh, at the least, is the floor of any set's cost."""
        task, self._need = self.task, need
        floors = task.all_minor
        if need < len(task.lines):
            floors = [sum(sorted(costs)[:need]) for costs in task.weights_minor]
        # rounded part by part, a spread line may cost less than rounded once
        slack = sum((len(parts) + 1) // 2 for parts in task.spreads.values())
        self._floors = [floor - slack for floor in floors] if slack else floors
        if task.by_line or task.weight_scale > 1:
            self._floors = ranked_floors(task, need, slack)
        self._floor = min((self._floors[site] for site in self._sites), default=0)

    @property
    def _cost_max(self) -> int:
        """Beyond it a set is worse than the best; no bound while a set may still fill more lines."""
        best = self.best
        if best is None or best.lines_filled < self._lines_max:
            return _UNBOUND
        return best.cost_minor - (self._size > len(best.sites))  # the smaller set wins a tie

    def _grow(self, start: int, chosen: tuple[int, ...], base: int, mask: int, left: int) -> None:
        """Visit every set of `chosen` and `left` more from `start` on that no bound rules out."""
        if left == 1:
            self._finish(start, chosen, base, mask)
            return
        bases, fits = self.task.ranked_minor, self.task.fits
        for at in range(start, len(self._sites) - left + 1):
            site = self._sites[at]
            if base + left * bases[site] + self._floor > self._cost_max or not self._effort.spend(1):
                return  # in order of base cost: neither this one nor any later one can do it
            if (mask | self._reach[at]).bit_count() < self._need:
                return
            self._grow(at + 1, (*chosen, site), base + bases[site], mask | fits[site], left - 1)

    def _finish(self, start: int, chosen: tuple[int, ...], base: int, mask: int) -> None:
        bases, fits, floors = self.task.ranked_minor, self.task.fits, self._floors
        floor = min([floors[site] for site in chosen], default=_UNBOUND)
        cost_max = self._cost_max
        self._effort.spend(len(self._sites) - start)
        for site in self._sites[start:]:
            cost = base + bases[site]
            if cost + self._floor > cost_max:
                return
            if (mask | fits[site]).bit_count() >= self._need and cost + min(floor, floors[site]) <= cost_max:
                self._try((*chosen, site))
                cost_max = self._cost_max

    def _try(self, chosen: tuple[int, ...]) -> None:
        task = self.task
        self._effort.spend(len(task.lines) * len(chosen) // (2 if task.by_line else 8))
        filling = fill(task, chosen)
        self._effort.spend(filling.steps)
        self._exact = self._exact and filling.exact
        if filling.lines_filled < self._need:
            return
        found = Found.of(task, filling)
        self.seen[found.sites] = found
        if task.limits and exceeds(task, found):
            return
        if self.best is None or found.beats(self.best, task):
            self.best = found
            if found.lines_filled > self._need:
                self._aim(found.lines_filled)
