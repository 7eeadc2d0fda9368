"""The best prices there are: the linear program over options, which grows as prices ask for more of them.

Beside options the program may buy units and shipments that do not exist, dear at first and dearer each
round, which keeps the prices near those that the ascent found. Orders with one near option only stay out of
the program with what they take, until prices tempt them elsewhere. Source: du Merle, Villeneuve, Desrosiers &
Hansen, "Stabilized column generation", Discrete Mathematics 194 (1999).
"""

from dataclasses import dataclass, replace

import highspy
import numpy as np

from domain.sourcing.optimising.lagrangian import Market, Priced, ahead, price, reduced
from domain.sourcing.optimising.memory import give_back
from domain.sourcing.optimising.model import Ints, Reals
from domain.sourcing.optimising.options import Options, collect, select, spread, stack, takes
from domain.sourcing.optimising.pricing import Prices
from domain.sourcing.optimising.program import (
    INFINITE,
    Columns,
    Rows,
    columns_of,
    program,
    side_by_side,
    slack_columns,
    solver,
)
from domain.sourcing.optimising.setting import SCALE, Setting
from domain.sourcing.optimising.work import SIMPLEX

POOL_MINOR = 30.0  # the pool should have the options this much above their order's best
_START_MINOR = 3.0  # the program begins with those
_BOX_SHELF, _BOX_CAPACITY = 300.0, 60.0  # minor units above the price that the ascent found
_DEARER = 10.0
_ROUNDS_MAX = 16
_BETTER_MINOR = 0.5
_ITERATIONS_MAX = 400_000
_PRIMAL = 4  # HiGHS: the primal simplex, which goes on where columns were added
_ANEW = 0.02  # the share of new columns from which on it is quicker to begin anew than to go on


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mastered:
    prices: Prices
    priced: Priced
    options: Options
    share: Reals  # (M,) of each option in the program's last answer


@dataclass(slots=True, kw_only=True, eq=False)
class _Master:
    market: Market
    rows: Rows  # those of orders and their number grow
    limited: Ints  # shelves with a row
    limits: Reals  # (rows.count,) of the rows that were there at first
    settled: Options  # of the orders that stay out, each its only one
    highs: highspy.Highs
    box: Reals  # of each row with a limit
    base: Reals
    pools: list[Options]
    first_slack: int
    shares: Reals
    duals: Reals

    def run(self) -> None:
        budget = self.market.budget
        self.highs.setOptionValue("simplex_iteration_limit", budget.affords(SIMPLEX, _ITERATIONS_MAX))
        give_back()
        self.highs.run()
        give_back()
        budget.spend(self.highs.getInfo().simplex_iteration_count * SIMPLEX)
        solution = self.highs.getSolution()
        self.shares, self.duals = np.array(solution.col_value), np.array(solution.row_dual)

    def prices(self) -> Prices:
        price = np.clip(np.rint(-self.duals * SCALE), 0, self.market.price_max).astype(np.int64)
        shelf = np.zeros(len(self.rows.shelf), dtype=np.int64)
        shelf[self.limited] = price[self.rows.shelf[self.limited]]
        return Prices(shelf=shelf, capacity=price[self.rows.site])

    def fresh(self, prices: Prices, found: Priced) -> Options:
        """What orders choose at these prices, where that is better than all the program has."""
        setting = self.market.setting
        known = self._known(prices)
        keen = np.flatnonzero(found.order_value / SCALE < known - _BETTER_MINOR)
        places, _ = spread(setting.start, keen)
        options = collect(setting, keen, found.at[places])
        better = reduced(setting, options, prices) < known[options.order] - _BETTER_MINOR
        return select(options, np.flatnonzero(better))

    def _known(self, prices: Prices) -> Reals:
        """(O,) minor units that an order costs at most by what the program has."""
        known = self.duals[self.rows.order]
        waiting = self.rows.order[self.settled.order] < 0
        value = reduced(self.market.setting, self.settled, prices)
        known[self.settled.order[waiting]] = value[waiting]
        return known

    def add(self, options: Options) -> None:
        self._wake(options.order)
        self._append(options)

    def _wake(self, orders: Ints) -> None:
        """Take orders in that stayed out, holding what they had."""
        place = np.flatnonzero(np.isin(self.settled.order, orders))
        place = place[self.rows.order[self.settled.order[place]] < 0]
        if not len(place):
            return
        woken, basis, before = select(self.settled, place), self.highs.getBasis(), self.highs.getNumRow()
        count = len(woken)
        nothing = np.zeros(0, dtype=np.int32)
        self.highs.addRows(
            count, np.ones(count), np.ones(count), 0, np.zeros(count, dtype=np.int32), nothing, np.zeros(0)
        )
        self._lift(woken)
        self.rows.order[woken.order] = np.arange(before, before + count)
        self.rows = replace(self.rows, count=before + count)
        self._append(woken)
        # each new row is met by its own column, so the basis stays one
        basis.col_status = [*basis.col_status, *[highspy.HighsBasisStatus.kBasic] * count]
        basis.row_status = [*basis.row_status, *[highspy.HighsBasisStatus.kLower] * count]
        self.highs.setBasis(basis)

    def _lift(self, woken: Options) -> None:
        """Limits were less what these take."""
        taken = _taken(self.market.setting, woken, self.rows)[: len(self.limits)]
        self.limits += taken
        for row in np.flatnonzero(taken).tolist():
            self.highs.changeRowBounds(row, -INFINITE, float(self.limits[row]))

    def _append(self, options: Options) -> None:
        columns = columns_of(self.market.setting, options, self.rows)
        count = len(columns)
        self.pools.append(options)
        self.highs.addCols(
            count,
            columns.cost,
            np.zeros(count),
            np.full(count, INFINITE),
            len(columns.value),
            columns.start[:-1],
            columns.index,
            columns.value,
        )

    def warm(self, fresh: int) -> None:
        """Go on from the last answer, unless much is new."""
        if fresh > _ANEW * self.highs.getNumCol():
            model = self.highs.getLp()
            self.highs = _solver()
            self.highs.passModel(model)
        else:
            self.highs.setOptionValue("simplex_strategy", _PRIMAL)

    def raise_boxes(self) -> bool:
        """Make what was bought beyond the limits dearer; whether there was any."""
        bought = self.shares[self.first_slack : self.first_slack + len(self.box)]
        used = np.flatnonzero(bought > 1e-7)
        self.box[used] *= _DEARER
        for row in used.tolist():
            self.highs.changeColCost(self.first_slack + row, float(self.base[row] + self.box[row]))
        return bool(len(used))


def master(market: Market, prices: Prices, priced: Priced, pool: Options) -> Mastered:
    """Begin from these prices and options; the bound never falls."""
    state = _open(market, prices, priced, pool)
    for done in range(_ROUNDS_MAX):
        state.run()
        asked = state.prices()
        found = price(market, asked)
        if found.value > priced.value:
            prices, priced = asked, found
        bought = state.raise_boxes()
        fresh = state.fresh(asked, found)
        if (not len(fresh) and not bought) or done + 1 == _ROUNDS_MAX or market.budget.over(0.7):
            break
        state.add(fresh)
        state.warm(len(fresh))
        market.budget.progress("linear program", (done + 1) / _ROUNDS_MAX)
    return _closed(state, prices, priced)


def _open(market: Market, prices: Prices, priced: Priced, pool: Options) -> _Master:
    setting = market.setting
    scarce = (_asked(setting, pool) > setting.units) | (prices.shelf > 0)
    limited = np.flatnonzero(market.contested & scarce)
    options = select(pool, np.flatnonzero(ahead(setting, pool, prices, priced) <= _START_MINOR))
    alone = np.bincount(options.order, minlength=setting.orders) == 1
    active = np.flatnonzero(~alone)
    settled = select(options, np.flatnonzero(alone[options.order]))
    options = select(options, np.flatnonzero(~alone[options.order]))
    rows = Rows.of(setting, active, limited, np.arange(setting.warehouses))
    base = np.concatenate([prices.shelf[limited], prices.capacity]) / SCALE
    box = np.concatenate([np.full(len(limited), _BOX_SHELF), np.full(setting.warehouses, _BOX_CAPACITY)])
    slack = slack_columns(np.arange(len(active), rows.count), base + box)
    supply = np.concatenate([np.ones(len(active)), setting.units[limited], setting.batch.warehouses.capacity])
    limits = supply - _taken(setting, settled, rows)
    columns: Columns = side_by_side(columns_of(setting, options, rows), slack)
    highs = _solver()
    highs.passModel(program(columns, len(active), limits[len(active) :], whole=False))
    return _Master(
        market=market,
        rows=rows,
        limited=limited,
        limits=limits,
        settled=settled,
        highs=highs,
        box=box,
        base=base,
        pools=[options],
        first_slack=len(options),
        shares=np.zeros(len(columns)),
        duals=np.zeros(rows.count),
    )


def _solver() -> highspy.Highs:
    highs = solver()
    highs.setOptionValue("solver", "simplex")
    return highs


def _taken(setting: Setting, options: Options, rows: Rows) -> Reals:
    """(rows.count,) of each row with a limit, had each order all of these options."""
    taken = takes(setting, options.order, options.at)
    row = np.concatenate([rows.shelf[taken.shelf], rows.site[taken.parcel]])
    amount = np.concatenate([taken.units, np.ones(len(taken.parcel), dtype=np.int64)])
    return np.bincount(row[row >= 0], weights=amount[row >= 0], minlength=rows.count).astype(np.float64)


def _asked(setting: Setting, options: Options) -> Ints:
    """(R + 1,) units of each shelf that the orders could take, had each its greediest of these options."""
    taken = takes(setting, options.order, options.at)
    shelves = len(setting.units)
    cell, where = np.unique(taken.option * shelves + taken.shelf, return_inverse=True)
    units = np.bincount(where, weights=taken.units, minlength=len(cell))
    pair, owner = np.unique(options.order[cell // shelves] * shelves + cell % shelves, return_inverse=True)
    most = np.zeros(len(pair))
    np.maximum.at(most, owner, units)
    return np.bincount(pair % shelves, weights=most, minlength=shelves).astype(np.int64)


def _closed(state: _Master, prices: Prices, priced: Priced) -> Mastered:
    """Options of all rounds in one pool, with the shares that the program last gave them."""
    first = len(state.pools[0])
    shares = np.concatenate([state.shares[:first], state.shares[first + len(state.box) :]])
    out = select(state.settled, np.flatnonzero(state.rows.order[state.settled.order] < 0))
    options, which = stack([*state.pools, out])
    return Mastered(
        prices=prices, priced=priced, options=options, share=np.append(shares, np.ones(len(out)))[which]
    )
