"""A rule set made ready: which routing an order follows, and what that says about each warehouse."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from domain.orders.policies import SplitPolicy
from domain.sourcing.rules.conditions import Condition
from domain.sourcing.rules.definition import OTHERWISE, Promise, Routing, RuleSet
from domain.sourcing.rules.facts import OrderFacts, SiteFacts
from domain.sourcing.rules.filters import Filter
from domain.sourcing.rules.registry import BY_DAY, CRITERIA, Criterion, condition, site_filter
from domain.sourcing.said import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A routing with its tests built."""

    routing: Routing
    conditions: tuple[Condition, ...]
    eligible: tuple[tuple[str, Filter], ...]  # rule and test
    groups: tuple[tuple[str, tuple[Filter, ...]], ...]  # name and tests
    rank: tuple[tuple[Criterion, int], ...] = ()  # criterion and tolerance as measured; none: the cheapest

    @property
    def asks_room(self) -> bool:
        """Whether a criterion looks at the room that warehouses have left."""
        return any(criterion.name == "CAPACITY_LEFT" for criterion, _ in self.rank)

    def why_not(self, order: OrderFacts, site: SiteFacts, km: float) -> tuple[str, Said] | None:
        """The rule that keeps the warehouse from shipping the order, and its reason."""
        for rule, test in self.eligible:
            reason = test(order, site, km)
            if reason:
                return rule, reason
        return None

    def bars(self, order: OrderFacts) -> bool:
        """Whether it may keep any warehouse from shipping the order."""
        required = self.routing.promise is Promise.REQUIRE and order.promised_on is not None
        return bool(self.eligible or self.groups) or required

    def groups_of(
        self, order: OrderFacts, sites: Sequence[SiteFacts], km: Sequence[float]
    ) -> list[int | None]:
        """Per warehouse the first group it is in, None: none. Without groups all are in the first."""
        if not self.groups:
            return [0] * len(sites)
        return [self._group_of(order, site, far) for site, far in zip(sites, km, strict=True)]

    def _group_of(self, order: OrderFacts, site: SiteFacts, km: float) -> int | None:
        for at, (_, tests) in enumerate(self.groups):
            if all(test(order, site, km) is None for test in tests):
                return at
        return None

    def shipments_allowed(self, order: OrderFacts) -> int:
        """How many shipments order and routing allow together, over the order's life."""
        if order.split_policy is SplitPolicy.SINGLE_SHIPMENT:
            return 1
        return min(order.max_shipments, self.shipments_max(order) or order.max_shipments)

    def shipments_max(self, order: OrderFacts) -> int | None:
        """How many shipments its split limits allow; None: they do not say."""
        split = self.routing.split
        if order.total_minor < split.value_min_minor.get(order.currency, 0):
            return 1
        return split.shipments_max


@lru_cache(maxsize=64)
def _ready(rules: str) -> tuple[Route, ...]:
    return tuple(_route(routing) for routing in (*RuleSet.model_validate_json(rules).routings, OTHERWISE))


def routes(rules: RuleSet) -> tuple[Route, ...]:
    """All routings in turn, and the one for orders that meet the conditions of none."""
    return _ready(rules.model_dump_json())


def route(ready: tuple[Route, ...], order: OrderFacts, today: date | None) -> Route:
    """The first whose conditions the order meets."""
    return next(one for one in ready if all(test(order, today) for test in one.conditions))


def changes_on(rules: RuleSet, order: OrderFacts, today: date) -> date | None:
    """The next day on which the order may follow another routing though nothing of it changes; None: there is none."""
    promised_on = order.promised_on
    if promised_on is None:
        return None
    calls = [call for routing in rules.routings for call in routing.when if call.rule == BY_DAY]
    met_on = [promised_on - timedelta(days=int(call.values[0])) for call in calls]
    return min((day for day in met_on if day > today), default=None)


def _route(routing: Routing) -> Route:
    return Route(
        routing=routing,
        conditions=tuple(condition(call) for call in routing.when),
        eligible=tuple((call.rule, site_filter(call)) for call in routing.eligible),
        groups=tuple(
            (group.name, tuple(site_filter(call) for call in group.where)) for group in routing.groups
        ),
        rank=_rank(routing),
    )


def _rank(routing: Routing) -> tuple[tuple[Criterion, int], ...]:
    if [one.rule for one in routing.rank] == ["COST"]:  # plans of nearly the same cost tie in nothing else
        return ()
    chosen = [(CRITERIA[one.rule], one.tolerance) for one in routing.rank]
    return tuple((criterion, tolerance * criterion.step) for criterion, tolerance in chosen)
