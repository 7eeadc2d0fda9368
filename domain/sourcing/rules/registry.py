"""The rules there are. A new one is a function in `conditions`, `filters` or `criteria` and a line here."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.sourcing.rules import conditions, criteria, filters
from domain.sourcing.rules.conditions import Condition
from domain.sourcing.rules.criteria import LineMeasure, ParcelMeasure
from domain.sourcing.rules.definition import Rank, RuleCall, RuleSet, Unfillable
from domain.sourcing.rules.filters import Filter
from domain.sourcing.rules.values import Values
from domain.sourcing.said import Phrase, Said


class Stage(StrEnum):
    """Where a rule may stand."""

    CONDITION = "CONDITION"  # in a routing's `when`
    FILTER = "FILTER"  # in its `eligible`, and in the `where` of its groups
    CRITERION = "CRITERION"  # in its `rank`


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the registry, and what its values are."""

    build: Callable[[Values], Any]
    values: str

    @property
    def description(self) -> str:
        return (self.build.__doc__ or "").strip()


BY_DAY = "PROMISED_WITHIN_DAYS"  # the condition that an order comes to meet as days go by
CONDITIONS: Mapping[str, Rule] = {
    "CHANNEL": Rule(conditions.channel, "codes of channels"),
    "PRIORITY": Rule(conditions.priority, "NORMAL, HIGH, URGENT"),
    "REGION": Rule(conditions.region, "countries such as DE, or DE-04"),
    "TAG": Rule(conditions.tag, "tags"),
    "VALUE_AT_LEAST": Rule(conditions.value_at_least, "a currency and an amount"),
    BY_DAY: Rule(conditions.promised_within_days, "a number of days"),
}
FILTERS: Mapping[str, Rule] = {
    "WAREHOUSE": Rule(filters.warehouse, "codes of warehouses"),
    "WITHIN_KM": Rule(filters.within_km, "a number of kilometres"),
    "FOR_REGION": Rule(filters.for_region, "countries such as DE, or DE-04"),
}
STAGES: Mapping[Stage, Mapping[str, Rule]] = {Stage.CONDITION: CONDITIONS, Stage.FILTER: FILTERS}


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion of the registry. Its measures over a plan's parcels are added, or else the worst counts first."""

    name: str
    parcel: ParcelMeasure
    unit: str  # of a tolerance
    behind: Phrase  # what is said of a plan that is worse by it
    by: str | None = None  # what in it is filled by how much
    line: LineMeasure | None = None
    adds: bool = True
    step: int = 1  # measured units in a unit of tolerance

    @property
    def description(self) -> str:
        return ((self.line if self.parcel is criteria.nothing else self.parcel).__doc__ or "").strip()


COST = Criterion("COST", criteria.cost, "minor units", Phrase.DEARER, by="amount", line=criteria.weight_cost)
CRITERIA: Mapping[str, Criterion] = {
    one.name: one
    for one in (
        COST,
        Criterion("DISTANCE", criteria.distance, "km", Phrase.FURTHER, by="km", step=1000),
        Criterion(
            "WAREHOUSE_PRIORITY", criteria.warehouse_priority, "steps", Phrase.LESS_PREFERRED, adds=False
        ),
        Criterion("STOCK_DEPTH", criteria.nothing, "units", Phrase.LESS_STOCK, line=criteria.stock_depth),
        Criterion("CAPACITY_LEFT", criteria.capacity_left, "parcels", Phrase.LESS_ROOM, adds=False),
        Criterion("EARLIEST_ARRIVAL", criteria.earliest_arrival, "days", Phrase.LATER, adds=False),
        Criterion("FEWEST_SHIPMENTS", criteria.shipments, "parcels", Phrase.MORE_PARCELS),
    )
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule set cannot say, and where: a path such as `routings[2].when[0].values`."""

    path: str
    message: str


def condition(call: RuleCall) -> Condition:
    """The test that a call stands for.

    Raises:
        ValueError: the values are not what the rule takes.
    """
    test: Condition = CONDITIONS[call.rule].build(call.values)
    return (lambda order, today: not test(order, today)) if call.negated else test


def site_filter(call: RuleCall) -> Filter:
    """The test that a call stands for.

    Raises:
        ValueError: the values are not what the rule takes.
    """
    test: Filter = FILTERS[call.rule].build(call.values)
    if not call.negated:
        return test
    return lambda order, site, km: Said(Phrase.LEFT_OUT) if test(order, site, km) is None else None


def problems(
    rules: RuleSet, *, channels: Collection[str], warehouses: Collection[str]
) -> tuple[Problem, ...]:
    """Everything that keeps `rules` from being used in a house with these channels and warehouses."""
    known = {"CHANNEL": channels, "WAREHOUSE": warehouses}
    found = [
        problem for path, stage, call in _calls(rules) for problem in _call_problems(path, stage, call, known)
    ]
    found += [
        problem for at, routing in enumerate(rules.routings) for problem in _rank_problems(at, routing.rank)
    ]
    found += [
        Problem(
            f"routings[{at}].cancelAfterDays", "CANCEL needs a number of days, and nothing else takes one."
        )
        for at, routing in enumerate(rules.routings)
        if (routing.unfillable is Unfillable.CANCEL) != (routing.cancel_after_days is not None)
    ]
    names = [routing.name for routing in rules.routings]
    found += [
        Problem(f"routings[{at}].name", f"{name!r} stands further up already.")
        for at, name in enumerate(names)
        if name in names[:at]
    ]
    for at, protection in enumerate(rules.protections):
        path = f"protections[{at}]"
        found += _unknown(f"{path}.channel", (protection.channel,), channels, "channel")
        found += _unknown(f"{path}.warehouses", protection.warehouses, warehouses, "warehouse")
    return tuple(found)


def _rank_problems(routing: int, rank: tuple[Rank, ...]) -> list[Problem]:
    found = []
    for at, one in enumerate(rank):
        path = f"routings[{routing}].rank[{at}].rule"
        if one.rule not in CRITERIA:
            found.append(Problem(path, f"There is no {one.rule!r} here; there are {', '.join(CRITERIA)}."))
        elif one.rule in [other.rule for other in rank[:at]]:
            found.append(Problem(path, f"{one.rule!r} stands further up already."))
    return found


def _calls(rules: RuleSet) -> Iterator[tuple[str, Stage, RuleCall]]:
    for at, routing in enumerate(rules.routings):
        path = f"routings[{at}]"
        for place, call in enumerate(routing.when):
            yield f"{path}.when[{place}]", Stage.CONDITION, call
        for place, call in enumerate(routing.eligible):
            yield f"{path}.eligible[{place}]", Stage.FILTER, call
        for number, group in enumerate(routing.groups):
            for place, call in enumerate(group.where):
                yield f"{path}.groups[{number}].where[{place}]", Stage.FILTER, call


def _call_problems(
    path: str, stage: Stage, call: RuleCall, known: Mapping[str, Collection[str]]
) -> list[Problem]:
    rule = STAGES[stage].get(call.rule)
    if rule is None:
        names = ", ".join(STAGES[stage])
        return [Problem(f"{path}.rule", f"There is no {call.rule!r} here; there are {names}.")]
    try:
        rule.build(call.values)
    except ValueError as wrong:
        return [Problem(f"{path}.values", str(wrong))]
    if call.rule in known:
        return _unknown(f"{path}.values", call.values, known[call.rule], call.rule.lower())
    return []


def _unknown(path: str, codes: Values, known: Collection[str], what: str) -> list[Problem]:
    return [Problem(path, f"There is no {what} {code!r}.") for code in codes if code not in known]
