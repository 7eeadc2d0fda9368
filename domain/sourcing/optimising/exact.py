"""Small batches to the optimum: every option that the bound leaves possible, in one integer program.

An option that costs more than its order's cheapest by more than the gap between the plan at hand and the
bound is in no better plan, so what is left decides.
"""

from dataclasses import dataclass

import numpy as np

from domain.sourcing.optimising.lagrangian import Market, Priced
from domain.sourcing.optimising.ledger import Ledger
from domain.sourcing.optimising.model import UNFILLED, Ints, Split
from domain.sourcing.optimising.options import collect, costs
from domain.sourcing.optimising.pricing import CLOSED, Prices
from domain.sourcing.optimising.setting import LATE, SCALE
from domain.sourcing.optimising.settle import settle
from domain.sourcing.optimising.work import SIMPLEX

ORDERS_MAX = 400
_OPTIONS_MAX = 30_000
_OPTION, _NODE = 2 * SIMPLEX, 20 * SIMPLEX  # work units, about, that one makes the integer program dearer by
_STEPS_MAX = 60_000  # of the search for one order's options
_NODES = 20_000


def solve_exactly(market: Market, prices: Prices, priced: Priced, ledger: Ledger) -> bool:
    """Better the plan to the optimum; whether it is proven to be that."""
    setting = market.setting
    if setting.orders == 0:
        return True
    cost = int(costs(setting, np.arange(setting.orders), ledger.at).sum())
    slack = (cost - 1) * SCALE - priced.value
    if slack < 0:
        return True
    rows: list[tuple[int, list[list[int]]]] = []
    count, most = 0, market.budget.affords(_OPTION, _OPTIONS_MAX)
    for order in range(setting.orders):
        found = _options(market, prices, order, int(priced.order_value[order]) + slack)
        count += 0 if found is None else len(found)
        if found is None or count > most:
            return False
        rows.append((order, found))
    orders = np.array([order for order, found in rows for _ in found], dtype=np.int64)
    places = [site for _, found in rows for at in found for site in at]
    market.budget.spend(count * SIMPLEX // 100)
    options = collect(setting, orders, np.array(places, dtype=np.int16))
    nodes = market.budget.affords(_NODE, _NODES)
    return settle(market, options, ledger, np.arange(setting.orders), nodes=nodes)


def _options(market: Market, prices: Prices, order: int, most: int) -> list[list[int]] | None:
    """All ways to serve the order whose value at the prices is at most this; None: too many."""
    search = _Search.of(market, prices, order, most)
    return search.found if search.run(0, 0, ()) else None


@dataclass(slots=True, kw_only=True, eq=False)
class _Search:
    """Depth first, line by line, while what is sure to come still fits."""

    most: int
    whole: bool
    keep: list[bool]  # (n,) lines that must not be left
    shipments: int
    unfilled: int  # value of leaving a line
    base: list[int]  # (W,) value of a shipment
    offers: list[list[tuple[int, int]]]  # (n,) value and warehouse, rising
    rest: list[int]  # (n + 1,) at least, for this line and all after it
    at: list[int]
    found: list[list[int]]
    steps: int

    @classmethod
    def of(cls, market: Market, prices: Prices, order: int, most: int) -> "_Search":
        setting = market.setting
        asked = setting.batch.orders
        lines = np.arange(int(setting.start[order]), int(setting.start[order + 1]))
        sites = np.flatnonzero(setting.zone[order] != LATE)
        offers = [_offers(market, prices, np.full(len(sites), line), sites) for line in lines]
        single = asked.split[order] == Split.SINGLE_SHIPMENT
        unfilled = int(setting.penalty_minor[order]) * SCALE
        keep = setting.keep[lines].tolist()
        cheapest = [
            min([*([] if kept else [unfilled]), *(value for value, _ in found)], default=CLOSED)
            for kept, found in zip(keep, offers, strict=True)
        ]
        return cls(
            most=most,
            whole=bool(asked.split[order] != Split.PARTIAL_ALLOWED),
            keep=keep,
            shipments=1 if single else int(asked.max_shipments[order]),
            unfilled=unfilled,
            base=(setting.base_minor[order] * np.int64(SCALE) + prices.capacity).tolist(),
            offers=offers,
            rest=[sum(cheapest[line:]) for line in range(len(lines) + 1)],
            at=[UNFILLED] * len(lines),
            found=[],
            steps=0,
        )

    def run(self, line: int, value: int, used: tuple[int, ...]) -> bool:
        """False: given up."""
        self.steps += 1
        if self.steps > _STEPS_MAX:
            return False
        if value + self.rest[line] > self.most:
            return True
        if line == len(self.at):
            if not (self.whole and used and UNFILLED in self.at):
                self.found.append(list(self.at))
            return True
        return self._serve(line, value, used) and self._leave(line, value, used)

    def _serve(self, line: int, value: int, used: tuple[int, ...]) -> bool:
        if self.whole and line and not used:
            return True
        for cost, site in self.offers[line]:
            if value + cost + self.rest[line + 1] > self.most:
                break
            fresh = site not in used
            if fresh and len(used) == self.shipments:
                continue
            self.at[line] = site
            now = (*used, site) if fresh else used
            if not self.run(line + 1, value + cost + self.base[site] * fresh, now):
                return False
        return True

    def _leave(self, line: int, value: int, used: tuple[int, ...]) -> bool:
        self.at[line] = UNFILLED
        return (
            self.keep[line] or (self.whole and bool(used)) or self.run(line + 1, value + self.unfilled, used)
        )


def _offers(market: Market, prices: Prices, line: Ints, sites: Ints) -> list[tuple[int, int]]:
    setting = market.setting
    shelf, units = setting.shelves(line, sites), setting.batch.lines.quantity[line]
    has = setting.units[shelf] >= units
    value = setting.line_minor(line, sites) * SCALE + prices.shelf[shelf] * units
    return sorted(zip(value[has].tolist(), sites[has].tolist(), strict=True))
