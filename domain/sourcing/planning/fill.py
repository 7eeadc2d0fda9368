"""Which warehouse of a given set ships which line, at the least weight cost."""

from dataclasses import dataclass

from domain.sourcing.planning.cost import weight_minor
from domain.sourcing.planning.task import Pick, Task

_STATES = 20_000  # states a knot may keep, over all its lines; exact up to it

_Option = tuple[int, int, list[Pick]]  # cost, rank of preference, picks
_State = tuple[int, int, tuple[int, ...], tuple[Pick, ...]]  # lines unfilled, cost, ranks, picks


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    lines_filled: int
    weight_minor: int
    picks: list[Pick]


def fill(task: Task, chosen: tuple[int, ...]) -> Filling:
    """The most lines that `chosen` (most preferred first) can fill, and the cheapest way to do it."""
    picks = _fill_apart(task, chosen)
    cost = sum(task.weights_minor[site][line] for line, site, _ in picks)
    filled = len(picks)
    for knot in task.knots:
        unfilled, knot_cost, _, knot_picks = _untie(task, knot, chosen)
        filled += len(knot) - unfilled
        cost += knot_cost
        picks.extend(knot_picks)
    return Filling(lines_filled=filled, weight_minor=cost, picks=picks)


def _fill_apart(task: Task, chosen: tuple[int, ...]) -> list[Pick]:
    """Lines that cannot get into each other's way, each from where it is cheapest."""
    weights, fits = task.weights_minor, task.fits
    picks = []
    for at in task.apart:
        able = [(weights[site][at], site) for site in chosen if fits[site] >> at & 1]
        if able:
            picks.append((at, min(able)[1], task.lines[at].quantity))
    return picks


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
