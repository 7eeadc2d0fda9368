"""The plan that would have been the cheapest, where what its units are worth to orders to come decided against it."""

from collections import Counter
from collections.abc import Sequence

from domain.sourcing.planning.candidates import shipment_terms
from domain.sourcing.planning.cost import money, together
from domain.sourcing.planning.model import Candidate, SourcingPolicy
from domain.sourcing.planning.search import Found
from domain.sourcing.planning.task import Task, TaskWorth
from domain.sourcing.said import Phrase, Said

_Values = tuple[int, Counter[str]]  # of the parcels, and of the units by SKU


def given_up(
    task: Task, worth: TaskWorth, chosen: Found, cheapest: Found, policy: SourcingPolicy
) -> Candidate | None:
    """The cheapest plan with what spoke against it; None: it costs no less than the chosen one, or takes no more."""
    paid, cost = (
        together(shipment_terms(task, found.filling.picks(task), site) for site in found.sites)
        for found in (chosen, cheapest)
    )
    if cost.total_minor >= paid.total_minor:
        return None
    more = _more(_values(task, worth, cheapest), _values(task, worth, chosen))
    if more[0] + more[1].total() <= 0:  # a criterion decided
        return None
    return Candidate(
        warehouse_ids=tuple(task.network.sites[site].warehouse_id for site in cheapest.sites),
        cost=cost,
        behind=_behind(more, policy),
    )


def beside(candidates: Sequence[Candidate], given_up: Candidate | None) -> tuple[Candidate, ...]:
    """The chosen one, what was given up for it, and the others."""
    if given_up is None:
        return tuple(candidates)
    chosen, *others = candidates
    rest = [one for one in others if one.warehouse_ids != given_up.warehouse_ids]
    return chosen, given_up, *rest


def _values(task: Task, worth: TaskWorth, found: Found) -> _Values:
    units: Counter[str] = Counter()
    for line, site, count in found.filling.picks(task):
        units[task.lines[line].sku] += worth.unit_minor[site][line] * count
    return sum(worth.parcel_minor[site] for site in found.sites), units


def _more(one: _Values, other: _Values) -> _Values:
    units = Counter(one[1])
    units.subtract(other[1])
    return one[0] - other[0], units


def _behind(more: _Values, policy: SourcingPolicy) -> Said:
    parcels, units = more
    differing = [sku for sku, minor in units.items() if minor]
    amount = money(parcels + units.total(), policy.exponent)
    if not parcels and len(differing) == 1:
        return Said(Phrase.WORTH_MORE_UNITS, sku=differing[0], amount=amount)
    if parcels and not differing:
        return Said(Phrase.WORTH_MORE_ROOM, amount=amount)
    return Said(Phrase.WORTH_MORE, amount=amount)
