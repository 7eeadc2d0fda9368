"""Look for the best plan for one order, by the criteria of its routing."""

from domain.sourcing.planning.ranking import Measured, by_cost, measured, ranked
from domain.sourcing.planning.search import Found, Search
from domain.sourcing.planning.task import Limit, Task


def look(task: Task) -> Search:
    """A search that has found the best plan: the cheapest, or by the criteria, what ties in all of them by cost.

    A criterion with a tolerance takes a search of its own: what is nearly as good as the best by it goes on to
    the criteria below. Plans compared are those of the sets of warehouses, each filled by the criteria in turn.
    """
    if task.route.rank:
        return _ranked(task, measured(task))
    if task.worth:
        cost = by_cost(task)
        task = ranked(task, [cost], fill_by=[cost], limits=())
    search = Search(task)
    search.run()
    return search


def behind(task: Task, chosen: Found, other: Found) -> tuple[Measured, int] | None:
    """The first criterion by which another plan is worse than the chosen one, and by how much."""
    mine, its = chosen.filling.picks(task), other.filling.picks(task)
    for one in measured(task):
        more = one.of(task, other.sites, its) - one.of(task, chosen.sites, mine)
        if more > one.tolerance:
            return one, more
    return None


def _ranked(task: Task, criteria: list[Measured]) -> Search:
    last = by_cost(task)
    rank, limits = [*criteria, last], list[Limit]()
    search = Search(ranked(task, rank, fill_by=[*criteria, last], limits=()))
    search.run()
    for one in criteria:
        if not one.tolerance or search.best is None:
            continue
        best = search.best
        limits.append(_within(task, one, best))
        rank.remove(one)
        search = Search(
            ranked(task, rank, fill_by=[*criteria, last], limits=limits), begin=best.sites, sure=search.proven
        )
        search.run()
    return search


def _within(task: Task, one: Measured, best: Found) -> Limit:
    return Limit(
        lambda sites, picks: one.of(task, sites, picks),
        one.of(task, best.sites, best.filling.picks(task)) + one.tolerance,
    )
