"""What the rules say that is the same for every order of a plan, and for each when its turn comes."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.sourcing.planning.model import LineToSource, OrderToSource
from domain.sourcing.planning.network import Network
from domain.sourcing.rules.definition import Protection, RuleSet
from domain.sourcing.rules.routing import Route, route, routes


class Turn:
    """A rule set at work on one plan."""

    def __init__(self, rules: RuleSet, now: datetime | None) -> None:
        self._routes = routes(rules)
        self._protections = rules.protections
        self._now = now
        self._days: dict[str, date] = {}  # by time zone: which day it is there

    def route(self, order: OrderToSource) -> Route:
        """The routing the order follows."""
        return route(self._routes, order, self._today(order.timezone))

    def _today(self, timezone: str) -> date | None:
        if self._now is None:
            return None
        if timezone not in self._days:
            self._days[timezone] = self._now.astimezone(ZoneInfo(timezone)).date()
        return self._days[timezone]

    def less_protected(
        self, order: OrderToSource, lines: Sequence[LineToSource], rows: list[list[int]], network: Network
    ) -> list[list[int]]:
        """`rows`, units per line and warehouse, without those that other channels' orders alone may take."""
        others = kept_from(order, self._protections)
        if not others:
            return rows
        codes = [site.code for site in network.sites]
        return [
            [max(0, units - less) for units, less in zip(row, kept(line.sku, codes, others), strict=True)]
            for line, row in zip(lines, rows, strict=True)
        ]


def kept_from(order: OrderToSource, protections: Iterable[Protection]) -> list[Protection]:
    """The protections of other channels' units."""
    return [one for one in protections if one.channel != order.channel]


def kept(sku: str, warehouses: Iterable[str], protections: Iterable[Protection]) -> list[int]:
    """Units of the SKU that are kept at each of these warehouses."""
    mine = [one for one in protections if not one.skus or sku in one.skus]
    return [
        sum(one.units for one in mine if not one.warehouses or code in one.warehouses) for code in warehouses
    ]
