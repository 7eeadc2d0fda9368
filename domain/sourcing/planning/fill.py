"""Which warehouse of a given set ships which line, at the least weight cost."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.sourcing.planning.cost import weight_minor
from domain.sourcing.planning.task import Pick, Task

_STATES = 20_000  # states a knot may keep, over all its lines; exact up to it

_Option = tuple[int, int, list[Pick]]  # cost, rank of preference, picks
_State = tuple[int, int, tuple[int, ...], tuple[Pick, ...]]  # lines unfilled, cost, ranks, picks


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What each warehouse of a set ships; the set's cheapest way to fill the most lines."""

    shares: list[tuple[int, int]]  # warehouse and, as bits, the lines it ships whole
    knotted: list[Pick]  # the lines of knots
    lines_filled: int
    weight_minor: int

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
    sites = sorted(chosen, key=task.network.rate_rank.__getitem__)
    shares = _shares(task, sites)
    weight = sum([_share_minor(task, site, mask) for site, mask in shares])
    filled = sum([mask.bit_count() for _, mask in shares])
    knotted: list[Pick] = []
    for knot in task.knots:
        unfilled, cost, _, picks = _untie(task, knot, tuple(sites))
        filled += len(knot) - unfilled
        weight += cost
        knotted.extend(picks)
    return Filling(shares=shares, knotted=knotted, lines_filled=filled, weight_minor=weight)


def as_held(task: Task, picks: list[Pick]) -> Filling:
    """Every line as the order's reservation has it."""
    weight = sum(pick_minor(task, pick) for pick in picks)
    return Filling(shares=[], knotted=picks, lines_filled=len(task.lines), weight_minor=weight)


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


def _untie(task: Task, knot: list[int], chosen: tuple[int, ...]) -> _State:
    """Fill a knot's lines exactly, by going through all they can do together.

    What is left on the shelves is all that matters to the lines to come, and no more of it than they want.
    """
    outstanding = sum(task.lines[line].quantity for line in knot)
    row = task.rows[knot[0]]
    states: dict[tuple[int, ...], _State] = {tuple(row[site] for site in chosen): (0, 0, (), ())}
    for line in knot:
        outstanding -= task.lines[line].quantity
        options = _options(task, line, chosen)
        after: dict[tuple[int, ...], _State] = {}
        for left, state in states.items():
            for shelf, reached in _steps(left, state, options, chosen):
                key = tuple([min(units, outstanding) for units in shelf])
                if key not in after or reached < after[key]:
                    after[key] = reached
        states = _best_few(after, len(knot))
    return min(states.values())


def _steps(
    left: tuple[int, ...], state: _State, options: list[_Option], chosen: tuple[int, ...]
) -> list[tuple[list[int], _State]]:
    unfilled, cost, ranks, picks = state
    steps = [(list(left), (unfilled + 1, cost, (*ranks, len(options)), picks))]
    for option_cost, rank, option_picks in options:
        shelf = list(left)
        for _, site, units in option_picks:
            shelf[chosen.index(site)] -= units
        if min(shelf) >= 0:
            steps.append((shelf, (unfilled, cost + option_cost, (*ranks, rank), (*picks, *option_picks))))
    return steps


def _options(task: Task, line: int, chosen: tuple[int, ...]) -> list[_Option]:
    """All ways to fill one line from `chosen`: whole from one of them, or as its reservation is spread."""
    quantity, row = task.lines[line].quantity, task.rows[line]
    ways = [[(line, site, quantity)] for site in chosen if row[site] >= quantity]
    parts = task.spreads.get(line)
    if parts and all(site in chosen for _, site, _ in parts):
        ways.append(parts)
    return [(sum(pick_minor(task, pick) for pick in way), rank, way) for rank, way in enumerate(ways)]


def pick_minor(task: Task, pick: Pick) -> int:
    """The weight cost of units of one line in one shipment."""
    line, site, units = pick
    return weight_minor(task.lines[line].weight_g * units, task.network.sites[site].kg_minor)


def _best_few(states: dict[tuple[int, ...], _State], lines: int) -> dict[tuple[int, ...], _State]:
    keep = max(16, _STATES // lines)
    if len(states) <= keep:
        return states
    return dict(sorted(states.items(), key=lambda item: item[1])[:keep])
