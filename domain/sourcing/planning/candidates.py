"""The alternatives of a decision, for whoever asks what each would have cost."""

from domain.sourcing.planning.cost import money, together
from domain.sourcing.planning.fill import fill
from domain.sourcing.planning.knot import pick_minor
from domain.sourcing.planning.look import behind
from domain.sourcing.planning.model import Candidate, CostTerms, SourcingPolicy
from domain.sourcing.planning.search import Found, Search
from domain.sourcing.planning.task import Pick, Task
from domain.sourcing.planning.verdict import cost_alone, enough_alone, lacking
from domain.sourcing.rules.registry import COST
from domain.sourcing.said import Phrase, Said

_RUNNERS_UP = 4


def shipment_terms(task: Task, picks: list[Pick], site: int) -> CostTerms:
    """What one of the shipments costs."""
    fee = task.fee_minor[site]
    weight = sum(pick_minor(task, pick) for pick in picks if pick[1] == site)
    return CostTerms(shipment_minor=fee, km_minor=task.base_minor[site] - fee, weight_minor=weight)


def candidates(
    task: Task, search: Search, chosen: Found | None, policy: SourcingPolicy, most: int
) -> tuple[Candidate, ...]:
    """The chosen set, the best few others that fill as much, and then what speaks for or against each warehouse."""
    rivals = _runners_up(task, search, chosen) if chosen else []
    told = [_candidate(task, chosen, chosen=True)] if chosen else []
    told += [_rival(task, search, chosen, sites, policy) for sites in rivals]
    totals = [base + weight for base, weight in zip(task.base_minor, task.all_minor, strict=True)]
    told_alone = {sites[0] for sites in ((chosen.sites, *rivals) if chosen else ()) if len(sites) == 1}
    alone = [site for site in sorted(range(len(totals)), key=totals.__getitem__) if site not in told_alone]
    return (*told[:most], *[_verdict(task, site) for site in alone[: max(0, most - len(told))]])


def _runners_up(task: Task, search: Search, chosen: Found) -> list[tuple[int, ...]]:
    """The best sets that fill as many lines, among those the search compared and the single warehouses."""
    rivals = {
        sites: found.cost_minor
        for sites, found in search.seen.items()
        if found.lines_filled == chosen.lines_filled
    }
    if chosen.lines_filled == len(task.lines):
        able = [site for site in task.usable if task.fits[site] == task.everything]
        if task.knots:  # else what fits line by line fits together
            able = [site for site in able if enough_alone(task, site)]
        for site in able:
            rivals[site,] = task.ranked_minor[site] + task.all_ranked(site)
    rivals.pop(chosen.sites, None)
    return [
        sites
        for _, _, sites in sorted((cost, len(sites), sites) for sites, cost in rivals.items())[:_RUNNERS_UP]
    ]


def _candidate(task: Task, found: Found, *, chosen: bool = False) -> Candidate:
    picks = found.filling.picks(task)
    terms = [shipment_terms(task, picks, site) for site in found.sites]
    ids = tuple([task.network.sites[site].warehouse_id for site in found.sites])
    return Candidate(warehouse_ids=ids, cost=together(terms), chosen=chosen)


def _rival(
    task: Task, search: Search, chosen: Found | None, sites: tuple[int, ...], policy: SourcingPolicy
) -> Candidate:
    """With what it is behind in, where it is not cost alone that decides."""
    found = search.seen.get(sites)
    if not task.route.rank or chosen is None:
        return _candidate(task, found) if found else _verdict(task, sites[0])
    found = found or Found.of(task, fill(task, sites))
    candidate, worse = _candidate(task, found), behind(task, chosen, found)
    if worse is None:
        return candidate
    one, more = worse
    much = money(more, policy.exponent) if one.criterion is COST else round(more / one.criterion.step)
    said = Said(one.criterion.behind, **({one.criterion.by: much} if one.criterion.by else {}))
    return candidate._replace(behind=Said(Phrase.WITH_WORTH, behind=said) if one.unit_minor else said)


def _verdict(task: Task, site: int) -> Candidate:
    ids, cost = task.network.alone[site], cost_alone(task, site)
    if site in task.barred:
        rule, reason = task.barred[site]
        return Candidate(warehouse_ids=ids, cost=cost, reason=reason, rule=rule)
    return Candidate(warehouse_ids=ids, cost=cost, reason=lacking(task, site))
