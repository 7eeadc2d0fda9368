"""Fill lines that get into each other's way: several of one scarce variant, or one whose reservation is spread."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.sourcing.planning.cost import weight_minor
from domain.sourcing.planning.task import Pick, Task

_LINES_MAX = 12  # longer knots are filled one by one, the smallest line first
_STATES_MAX = (
    6_000  # over all lines of a knot; up to it, and with four lines in any case, the answer is exact
)

_Price = Callable[[Pick], int]
_Shelf = tuple[int, ...]  # units left per warehouse
_State = tuple[int, int, tuple[int, ...], tuple[Pick, ...]]  # lines unfilled, cost, ranks, picks
_Option = tuple[int, int, list[Pick]]  # cost, rank of preference, picks


@dataclass(frozen=True, slots=True, kw_only=True)
class Untied:
    filled: int
    cost_minor: int
    picks: list[Pick]
    steps: int
    exact: bool


def pick_minor(task: Task, pick: Pick) -> int:
    """The weight cost of units of one line in one shipment."""
    line, site, units = pick
    return weight_minor(task.lines[line].weight_g * units, task.kg_minor[site])


def untie(
    task: Task, knot: list[int], chosen: tuple[int, ...], cost: Callable[[Pick], int] | None = None
) -> Untied:
    """The most of the knot's lines that `chosen` can fill, at the least `cost` of their picks; None: of their weight."""
    price = cost or (lambda pick: pick_minor(task, pick))
    shelf = tuple(task.rows[knot[0]][site] for site in chosen)
    if len(knot) > _LINES_MAX:
        return _one_by_one(task, knot, chosen, list(shelf), price)
    states: dict[_Shelf, _State] = {shelf: (0, 0, (), ())}
    outstanding = sum(task.lines[line].quantity for line in knot)
    steps, exact = 0, True
    for line in knot:
        steps += len(states)
        outstanding -= task.lines[line].quantity
        reached = _reached(states, _options(task, line, chosen, price), chosen, outstanding)
        states = _best_few(reached, _STATES_MAX // len(knot))
        exact = exact and len(states) == len(reached)
    unfilled, total, _, picks = min(states.values())
    return Untied(filled=len(knot) - unfilled, cost_minor=total, picks=list(picks), steps=steps, exact=exact)


def _reached(
    states: dict[_Shelf, _State], options: list[_Option], chosen: tuple[int, ...], outstanding: int
) -> dict[_Shelf, _State]:
    """The best state for each shelf one line further.

    What is left on the shelves is all that matters to the lines to come, and no more of it than they want.
    """
    after: dict[_Shelf, _State] = {}
    for left, state in states.items():
        for shelf, next_state in _steps(left, state, options, chosen):
            key = tuple([min(units, outstanding) for units in shelf])
            if key not in after or next_state < after[key]:
                after[key] = next_state
    return after


def _steps(
    left: _Shelf, state: _State, options: list[_Option], chosen: tuple[int, ...]
) -> list[tuple[list[int], _State]]:
    unfilled, cost, ranks, picks = state
    steps = [(list(left), (unfilled + 1, cost, (*ranks, len(options)), picks))]
    for option_cost, rank, option_picks in options:
        shelf = _less(left, option_picks, chosen)
        if min(shelf) >= 0:
            steps.append((shelf, (unfilled, cost + option_cost, (*ranks, rank), (*picks, *option_picks))))
    return steps


def _options(task: Task, line: int, chosen: tuple[int, ...], price: _Price) -> list[_Option]:
    """All ways to fill one line from `chosen`: whole from one of them, or as its reservation is spread."""
    quantity, row = task.lines[line].quantity, task.rows[line]
    ways = [[(line, site, quantity)] for site in chosen if row[site] >= quantity]
    parts = task.spreads.get(line)
    if parts and all(site in chosen for _, site, _ in parts):
        ways.append(parts)
    return [(sum(map(price, way)), rank, way) for rank, way in enumerate(ways)]


def _best_few(states: dict[_Shelf, _State], most: int) -> dict[_Shelf, _State]:
    if len(states) <= most:
        return states
    return dict(sorted(states.items(), key=lambda item: item[1])[:most])


def _one_by_one(
    task: Task, knot: list[int], chosen: tuple[int, ...], shelf: list[int], price: _Price
) -> Untied:
    picks: list[Pick] = []
    filled = 0
    for line in sorted(knot, key=lambda line: task.lines[line].quantity):
        for _, _, way in _options(task, line, chosen, price):
            less = _less(shelf, way, chosen)
            if min(less) >= 0:
                shelf, filled = less, filled + 1
                picks.extend(way)
                break
    cost = sum(map(price, picks))
    return Untied(filled=filled, cost_minor=cost, picks=picks, steps=len(knot) * len(chosen), exact=False)


def _less(shelf: _Shelf | list[int], picks: list[Pick], chosen: tuple[int, ...]) -> list[int]:
    left = list(shelf)
    for _, site, units in picks:
        left[chosen.index(site)] -= units
    return left
