"""Blocks of orders, chosen by where cost minus bound sits, solved anew as small integer programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from domain.sourcing.optimising.improve import improve
from domain.sourcing.optimising.lagrangian import Market, Priced, ahead, best_options
from domain.sourcing.optimising.ledger import Ledger
from domain.sourcing.optimising.master import Mastered
from domain.sourcing.optimising.model import UNFILLED, Flags, Ints, Reals, Split
from domain.sourcing.optimising.options import Options, collect, costs, join, select, spread, takes
from domain.sourcing.optimising.pricing import Prices
from domain.sourcing.optimising.setting import SCALE
from domain.sourcing.optimising.settle import settle

BLOCK = 500  # orders, about
BLOCK_WHOLE = 1500  # a batch of so many orders is one block in the end
_BLOCKS = 8  # that choose from options found at one time
_WAYS_OUT = 4  # options an order, to what nobody has
NEAR_MIN_MINOR, NEAR_MAX_MINOR = 1500.0, 12_000.0  # options that much above their order's best come in
_THOROUGH_MAX = 20_000  # orders: of more, twice the time finds little
_LINK_MINOR = 30.0  # options that near make orders contend


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """How thoroughly it is looked for."""

    stake_min: float  # minor units: an order with less at stake is no seed
    neighbours: int  # orders that one brings in
    choices: int  # options an order
    gain_min: float  # of the cost: blocks that gain less, all at one time, were the last; so was a sweep

    @classmethod
    def of(cls, orders: int) -> "Care":
        """What so many orders are worth."""
        if orders <= _THOROUGH_MAX:
            return cls(stake_min=25.0, neighbours=100, choices=20, gain_min=1e-5)
        return cls(stake_min=50.0, neighbours=40, choices=16, gain_min=2e-5)


def losses(market: Market, prices: Prices, priced: Priced, ledger: Ledger) -> Reals:
    """(O,) what each order's place costs beyond its best at the prices, in minor units."""
    setting = market.setting
    orders = np.arange(setting.orders)
    taken = takes(setting, orders, ledger.at)
    value = costs(setting, orders, ledger.at) * SCALE - priced.order_value
    np.add.at(value, taken.option, prices.shelf[taken.shelf] * taken.units)
    np.add.at(value, taken.parcel_option, prices.capacity[taken.parcel])
    loss: Reals = value / SCALE
    return loss


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Links:
    """Which shelves an order's near options want, and which orders want a shelf.

    Of an order's shelves those that few want come first: who has its units is then among the first `near`.
    """

    shelf: Ints  # sorted by order
    shelf_first: Ints  # (O + 1,)
    order: Ints  # sorted by shelf
    order_first: Ints  # (R + 2,)
    most: int  # orders that one brings in

    @classmethod
    def of(cls, market: Market, mastered: Mastered) -> "Links":
        setting, options = market.setting, mastered.options
        beyond = ahead(setting, options, mastered.prices, mastered.priced)
        near = select(options, np.flatnonzero(beyond <= _LINK_MINOR))
        taken = takes(setting, near.order, near.at)
        shelves = len(setting.units)
        contested = market.contested[taken.shelf]
        pairs = np.unique(near.order[taken.option[contested]] * shelves + taken.shelf[contested])
        order, shelf = pairs // shelves, pairs % shelves
        rare_first = np.lexsort((np.bincount(shelf)[shelf], order))
        order, shelf = order[rare_first], shelf[rare_first]
        by_shelf = np.argsort(shelf, kind="stable")
        return cls(
            shelf=shelf,
            shelf_first=np.searchsorted(order, np.arange(setting.orders + 1)),
            order=order[by_shelf],
            order_first=np.searchsorted(shelf[by_shelf], np.arange(shelves + 1)),
            most=Care.of(setting.orders).neighbours,
        )

    def near(self, order: int) -> list[int]:
        """Who contends with the order, some more than once; no more than it brings in."""
        found: list[int] = []
        for shelf in self.shelf[self.shelf_first[order] : self.shelf_first[order + 1]].tolist():
            if len(found) >= self.most:
                break
            found += self.order[self.order_first[shelf] : self.order_first[shelf + 1]].tolist()
        return found[: self.most]


def stakes(market: Market, mastered: Mastered, links: Links, ledger: Ledger) -> Reals:
    """(O,) what each order loses and, where it waits, what the units are worth that others left on its shelves."""
    loss = losses(market, mastered.prices, mastered.priced, ledger)
    idle = mastered.prices.shelf * ledger.snapshot().units / SCALE
    order = np.repeat(np.arange(market.setting.orders), np.diff(links.shelf_first))
    return loss + ledger.waiting() * np.bincount(order, weights=idle[links.shelf], minlength=len(loss))


def mend(market: Market, mastered: Mastered, links: Links, ledger: Ledger, seeds: Flags) -> None:
    """One sweep over the seeds: orders with much at stake, or that the linear program left in pieces."""
    stake = stakes(market, mastered, links, ledger)
    total, done = max(int(seeds.sum()), 1), 0
    blocks = _blocks(links, stake, seeds)
    while found := list(islice(blocks, _BLOCKS)):
        if market.budget.over():
            return
        gain = _settled(market, mastered, links, ledger, found)
        done += sum(int(seeds[block].sum()) for block in found)
        market.budget.progress("blocks", min(1.0, done / total))
        if gain <= Care.of(market.setting.orders).gain_min * mastered.priced.bound_minor:
            return


def _settled(market: Market, mastered: Mastered, links: Links, ledger: Ledger, blocks: list[Ints]) -> int:
    """What these blocks gain; the more is at stake for one of its orders, the farther a block looks."""
    stake = stakes(market, mastered, links, ledger)
    near = np.zeros(market.setting.orders)
    for block in blocks:
        most = min(max(float(stake[block].max()), NEAR_MIN_MINOR), NEAR_MAX_MINOR)
        near[block] = np.maximum(near[block], most)
    orders = np.flatnonzero(near > 0)
    before = _cost(market, ledger, orders)
    options = _choices(market, mastered.prices, ledger, near)
    first = np.searchsorted(options.order, np.arange(market.setting.orders + 1))
    for block in blocks:
        if market.budget.over():
            break
        which, _ = spread(first, block)
        settle(market, select(options, which), ledger, block)
    improve(market, options, ledger)
    return before - _cost(market, ledger, orders)


def _choices(market: Market, prices: Prices, ledger: Ledger, near: Reals) -> Options:
    """Of orders with some `near`: their best at the prices, their best ways out to what nobody has, and waiting."""
    choices = Care.of(market.setting.orders).choices
    best = best_options(market, prices, most=choices, near=near, among=near > 0)
    out = best_options(market, prices, most=_WAYS_OUT, left=ledger.snapshot(), among=near > 0)
    return join(market.setting, best, out, _renounced(ledger, np.flatnonzero(near > 0)))


def _renounced(ledger: Ledger, orders: Ints) -> Options:
    """What the orders hold, each without one of its lines, or without all if it leaves whole."""
    setting = ledger.setting
    lines, _ = spread(setting.start, orders)
    lines = lines[(ledger.at[lines] != UNFILLED) & ~setting.keep[lines]]
    order = setting.batch.lines.order[lines]
    places, option = spread(setting.start, order)
    whole = setting.batch.orders.split[order] != Split.PARTIAL_ALLOWED
    left = (places == lines[option]) | whole[option]
    return collect(setting, order, np.where(left, UNFILLED, ledger.at[places]))


def _cost(market: Market, ledger: Ledger, orders: Ints) -> int:
    lines, _ = spread(market.setting.start, orders)
    return int(costs(market.setting, orders, ledger.at[lines]).sum())


def _blocks(links: Links, stake: Reals, seeds: Flags) -> Iterator[Ints]:
    """From the most at stake on: seeds that contend with each other, and all they contend with."""
    todo = np.flatnonzero(seeds)
    done: set[int] = set()
    block: dict[int, None] = {}
    for seed in todo[np.argsort(-stake[todo], kind="stable")].tolist():
        if seed in done:
            continue
        _grow(links, seed, block, seeds, done)
        if len(block) >= BLOCK:
            yield np.array(sorted(block), dtype=np.int64)
            block = {}
    if block:
        yield np.array(sorted(block), dtype=np.int64)


def _grow(links: Links, seed: int, block: dict[int, None], seeds: Flags, done: set[int]) -> None:
    queue = [seed]
    block[seed] = None
    for order in queue:
        done.add(order)
        if len(block) >= BLOCK:
            return
        for other in links.near(order):
            if other not in block:
                block[other] = None
                if seeds[other] and other not in done:
                    queue.append(other)
