"""Some orders of a plan placed anew, all others left where they are: an integer program."""

import highspy
import numpy as np

from domain.sourcing.optimising.lagrangian import Market
from domain.sourcing.optimising.ledger import Ledger
from domain.sourcing.optimising.model import Ints, Reals
from domain.sourcing.optimising.options import Options, collect, join, spread, takes
from domain.sourcing.optimising.program import Rows, columns_of, program, solver
from domain.sourcing.optimising.work import SIMPLEX

NODES_MAX = 200
_NODE = 20 * SIMPLEX  # work units, beside the node's simplex iterations


def settle(market: Market, options: Options, ledger: Ledger, block: Ints, *, nodes: int = NODES_MAX) -> bool:
    """Give the block's orders the cheapest of these options, or what they hold; True if it is proven cheapest.

    `block` rises; options are of its orders only.
    """
    setting = market.setting
    lines, _ = spread(setting.start, block)
    held = collect(setting, block, ledger.at[lines])
    options = join(setting, options, held)
    for order in block.tolist():
        ledger.take_back(order)
    now = _positions(options, held)
    task = _lay_out(market, options, ledger, block)
    chosen, proven = _solve(market, options, task, now, nodes)
    needs = ledger.needs(options)
    for order, option in zip(block.tolist(), chosen.tolist(), strict=True):
        places = options.at[int(options.start[option]) : int(options.start[option + 1])]
        ledger.give(order, needs.of(option), places)
    return proven


def _lay_out(market: Market, options: Options, ledger: Ledger, block: Ints) -> highspy.HighsLp:
    rows, limits = _rows(market, options, ledger, block)
    return program(columns_of(market.setting, options, rows), len(block), limits, whole=True)


def _solve(
    market: Market, options: Options, task: highspy.HighsLp, now: Ints, nodes: int
) -> tuple[Ints, bool]:
    """The option of each order of the block; `now` are those that it holds."""
    highs = solver()
    highs.setOptionValue("mip_max_nodes", nodes)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", 0.9)  # costs are whole
    highs.passModel(task)
    start = np.zeros(len(options))
    start[now] = 1.0
    highs.setSolution(len(options), np.arange(len(options), dtype=np.int32), start)
    highs.run()
    info = highs.getInfo()
    market.budget.spend(max(info.simplex_iteration_count, 0) * SIMPLEX + max(info.mip_node_count, 0) * _NODE)
    proven = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    found = _chosen(options, np.array(highs.getSolution().col_value), len(now))
    if found is None or options.minor[found].sum() >= options.minor[now].sum():
        return now, proven
    return found, proven


def _chosen(options: Options, values: Reals, orders: int) -> Ints | None:
    if len(values) != len(options):
        return None
    found = np.flatnonzero(values > 0.5)
    return found if len(found) == orders and len(np.unique(options.order[found])) == orders else None


def _positions(options: Options, held: Options) -> Ints:
    """Where what is held stands among the options; both are without repetition."""
    position = {_name(options, at): at for at in range(len(options))}
    return np.array([position[_name(held, at)] for at in range(len(held))], dtype=np.int64)


def _name(options: Options, option: int) -> tuple[int, bytes]:
    places = options.at[int(options.start[option]) : int(options.start[option + 1])]
    return int(options.order[option]), places.tobytes()


def _rows(market: Market, options: Options, ledger: Ledger, block: Ints) -> tuple[Rows, Reals]:
    """Rows only for what could be overdrawn, and their limits."""
    setting = market.setting
    left = ledger.snapshot()
    taken = takes(setting, options.order, options.at)
    units = np.bincount(taken.shelf, weights=taken.units, minlength=len(left.units))
    shelves = np.flatnonzero(units > left.units)
    sites = np.flatnonzero(np.bincount(taken.parcel, minlength=len(left.shipments)) > left.shipments)
    limits = np.concatenate([left.units[shelves], left.shipments[sites]]).astype(np.float64)
    return Rows.of(setting, block, shelves, sites), limits
