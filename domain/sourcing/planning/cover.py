"""How many lines can be filled at all, before any cost is looked at."""

from domain.sourcing.planning.task import Task

_WORK = 400_000  # steps; three of fifty warehouses are 21,000 sets, four are 250,000


class Effort:
    """The work a search may still do: a bound on time that needs no clock, so that a plan can be repeated."""

    def __init__(self) -> None:
        self.left = _WORK

    def spend(self, steps: int) -> bool:
        """Whether there was any left."""
        self.left -= steps
        return self.left > 0

    @property
    def spent(self) -> bool:
        return self.left <= 0


def most_lines(task: Task, reach: int, effort: Effort) -> tuple[int, tuple[int, ...]]:
    """A bound on the lines any permitted set fills, and a set that reaches it if one had to be looked for.

    Exact for orders without knots. `reach` are the lines that fit anywhere.
    """
    bound = _in_stock(task, reach)
    if task.shipments_max >= bound or any(task.fits[site] == reach for site in task.usable):
        return bound, ()
    cover = _Cover(_undominated(task), bound, effort)
    cover.grow(0, (), list(cover.fits), task.shipments_max)
    lines = bound if effort.spent else min(bound, cover.lines)
    return lines, cover.chosen


def _in_stock(task: Task, reach: int) -> int:
    """The lines of `reach` for which there are units, when knots share them out to small lines first."""
    count = reach.bit_count()
    for knot in task.knots:
        able = [line for line in knot if reach >> line & 1]
        units = sum(task.rows[knot[0]][site] for site in task.usable)
        count -= len(able)
        for quantity in sorted(task.lines[line].quantity for line in able):
            units -= quantity
            count += units >= 0
    return count


def _undominated(task: Task) -> dict[int, int]:
    """Line sets that are part of no other warehouse's, with the most preferred warehouse of each."""
    first: dict[int, int] = {}
    for site in task.usable:
        first.setdefault(task.fits[site], site)
    return {
        fit: site
        for fit, site in first.items()
        if not any(fit != other and fit | other == other for other in first)
    }


class _Cover:
    """Maximum coverage by branch and bound: no set gains more than its best single gains together."""

    def __init__(self, fits: dict[int, int], bound: int, effort: Effort) -> None:
        self.fits = fits
        self.lines = 0
        self.chosen: tuple[int, ...] = ()
        self._bound = bound
        self._effort = effort

    def grow(self, mask: int, chosen: tuple[int, ...], rest: list[int], left: int) -> None:
        if mask.bit_count() > self.lines:
            self.lines, self.chosen = mask.bit_count(), chosen
        if not left or self.lines >= self._bound or not self._effort.spend(1 + len(rest) // 8):
            return
        gains = sorted(((~mask & fit).bit_count(), fit) for fit in rest)[::-1]
        counts, ordered = [gain for gain, _ in gains], [fit for _, fit in gains]
        for at, fit in enumerate(ordered):
            if mask.bit_count() + sum(counts[at : at + left]) <= self.lines:
                return
            self.grow(mask | fit, (*chosen, self.fits[fit]), ordered[at + 1 :], left - 1)
