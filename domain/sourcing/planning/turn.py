"""What the rules say that is the same for every order of a plan, and for each when its turn comes."""

from collections.abc import Sequence
from datetime import date

from domain.sourcing.planning.model import LineToSource, OrderToSource
from domain.sourcing.planning.network import Network
from domain.sourcing.rules.definition import Protection, RuleSet
from domain.sourcing.rules.routing import Route, route, routes


class Turn:
    """A rule set at work on one plan."""

    def __init__(self, rules: RuleSet, today: date | None) -> None:
        self._routes = routes(rules)
        self._protections = rules.protections
        self._today = today

    def route(self, order: OrderToSource) -> Route:
        """The routing the order follows."""
        return route(self._routes, order, self._today)

    def less_protected(
        self, order: OrderToSource, lines: Sequence[LineToSource], rows: list[list[int]], network: Network
    ) -> list[list[int]]:
        """`rows`, units per line and warehouse, without those that other channels' orders alone may take."""
        others = [one for one in self._protections if one.channel != order.channel]
        if not others:
            return rows
        return [_less(line.sku, row, others, network) for line, row in zip(lines, rows, strict=True)]


def _less(sku: str, row: list[int], others: Sequence[Protection], network: Network) -> list[int]:
    mine = [one for one in others if not one.skus or sku in one.skus]
    return [
        max(0, units - sum(one.units for one in mine if not one.warehouses or site.code in one.warehouses))
        for units, site in zip(row, network.sites, strict=True)
    ]
