"""Which warehouse of a given set ships which line, at the least weight cost."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.sourcing.planning.knot import pick_minor, untie
from domain.sourcing.planning.task import LineRank, Pick, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What each warehouse of a set ships; the set's cheapest way to fill the most lines."""

    shares: list[tuple[int, int]]  # warehouse and, as bits, the lines it ships whole
    knotted: list[Pick]  # the lines of knots
    lines_filled: int
    ranked_minor: int  # what the lines come to as the search counts it: mostly their weight cost
    steps: int = 0  # what untying took
    exact: bool = True

    @property
    def sites(self) -> tuple[int, ...]:
        """The warehouses that ship something."""
        return tuple(sorted({site for site, _ in self.shares} | {site for _, site, _ in self.knotted}))

    def picks(self, task: Task) -> list[Pick]:
        """Line by line: from where, how many."""
        whole = [(line, site, task.lines[line].quantity) for site, mask in self.shares for line in bits(mask)]
        return whole + self.knotted


def fill(task: Task, chosen: Iterable[int]) -> Filling:
    """The most lines that the warehouses `chosen` can fill, and the cheapest way to do it.

    Where costs tie, a line ships at the lower rate per kg, then from the preferred warehouse.
    """
    sites = sorted(chosen, key=task.rate_rank.__getitem__)
    if task.by_line:
        return _fill_by_line(task, sites, task.by_line)
    shares = _shares(task, sites)
    weight = sum([_share_minor(task, site, mask) for site, mask in shares])
    filled = sum([mask.bit_count() for _, mask in shares])
    untied = [untie(task, knot, tuple(sites)) for knot in task.knots]
    return Filling(
        shares=shares,
        knotted=[pick for one in untied for pick in one.picks],
        lines_filled=filled + sum(one.filled for one in untied),
        ranked_minor=(weight + sum(one.cost_minor for one in untied)) * task.weight_scale,
        steps=sum(one.steps for one in untied),
        exact=all(one.exact for one in untied),
    )


def _fill_by_line(task: Task, sites: list[int], by: LineRank) -> Filling:
    """The same where each line has its own order of warehouses."""
    shares: dict[int, int] = {}
    for line in bits(task.apart):
        ranks = by.choice[line]
        able = [site for site in sites if site in ranks]
        if able:
            site = min(able, key=ranks.__getitem__)
            shares[site] = shares.get(site, 0) | 1 << line
    untied = [untie(task, knot, tuple(sites), by.wish) for knot in task.knots]
    knotted = [pick for one in untied for pick in one.picks]
    whole = sum(by.prices[site][line] for site, mask in shares.items() for line in bits(mask))
    return Filling(
        shares=list(shares.items()),
        knotted=knotted,
        lines_filled=sum(mask.bit_count() for mask in shares.values()) + sum(one.filled for one in untied),
        ranked_minor=whole + sum(map(by.price, knotted)),
        steps=sum(one.steps for one in untied),
        exact=all(one.exact for one in untied),
    )


def as_held(task: Task, picks: list[Pick]) -> Filling:
    """Every line as the order's reservation has it."""
    weight = sum(pick_minor(task, pick) for pick in picks)
    return Filling(shares=[], knotted=picks, lines_filled=len(task.lines), ranked_minor=weight)


def bits(mask: int) -> Iterator[int]:
    """The positions of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _shares(task: Task, sites: list[int]) -> list[tuple[int, int]]:
    """Lines that cannot get into each other's way, each at the lowest rate: every line is cheapest there."""
    left, shares = task.apart, []
    for site in sites:
        mask = task.fits[site] & left
        if mask:
            shares.append((site, mask))
            left ^= mask
    return shares


def _share_minor(task: Task, site: int, mask: int) -> int:
    """The weight cost of a share, counted from whichever end is nearer: no line or all of them."""
    costs, rest = task.weights_minor[site], task.everything ^ mask
    if rest.bit_count() < mask.bit_count():
        return task.all_minor[site] - sum([costs[line] for line in bits(rest)])
    return sum([costs[line] for line in bits(mask)])
