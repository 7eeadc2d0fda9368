"""Blocks of orders, chosen by where cost minus bound sits, solved anew as small integer programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from domain.sourcing.optimising.lagrangian import Market, Priced, reduced
from domain.sourcing.optimising.ledger import Ledger
from domain.sourcing.optimising.model import Flags, Ints, Reals
from domain.sourcing.optimising.options import Options, costs, select, takes
from domain.sourcing.optimising.pricing import Prices
from domain.sourcing.optimising.setting import SCALE
from domain.sourcing.optimising.settle import settle

BLOCK = 900  # orders, about
BLOCK_WHOLE = 1500  # a batch of so many orders is one block in the end
_NEIGHBOURS = 100  # orders that one brings in
SEED_NEAR_MINOR = 12_000.0  # a seed's options that much above its best may come in
NEAR_MINOR = 1500.0  # the same, of other orders
_LINK_MINOR = 30.0  # options that near make orders contend
LOSS_MIN = 50.0  # an order that loses less is no seed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """The options that blocks choose from; `ahead` is what each costs beyond its order's best, at the prices."""

    options: Options
    ahead: Reals
    first: Ints  # (O + 1,) where each order's options begin


def field_of(market: Market, prices: Prices, priced: Priced, options: Options) -> Field:
    ahead = reduced(market.setting, options, prices) - priced.order_value[options.order] / SCALE
    near = np.flatnonzero(ahead <= SEED_NEAR_MINOR)
    options = select(options, near)
    first = np.searchsorted(options.order, np.arange(market.setting.orders + 1))
    return Field(options=options, ahead=ahead[near], first=first)


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


def mend(market: Market, field: Field, ledger: Ledger, loss: Reals, seeds: Flags) -> None:
    """One sweep over the seeds: orders that lose, or that the linear program left in pieces."""
    links = _Links.of(market, field)
    total = max(int(seeds.sum()), 1)
    done = 0
    for block in _blocks(links, loss, seeds):
        if market.budget.over():
            break
        settle(market, _options_of(field, block, seeds), ledger, block)
        done += int(seeds[block].sum())
        market.budget.progress("blocks", min(1.0, done / total))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Links:
    """Which shelves an order's near options want, and which orders want a shelf."""

    shelf: Ints  # sorted by order
    shelf_first: Ints  # (O + 1,)
    order: Ints  # sorted by shelf
    order_first: Ints  # (R + 2,)

    @classmethod
    def of(cls, market: Market, field: Field) -> "_Links":
        setting = market.setting
        near = select(field.options, np.flatnonzero(field.ahead <= _LINK_MINOR))
        taken = takes(setting, near.order, near.at)
        shelves = len(setting.units)
        contested = market.contested[taken.shelf]
        pairs = np.unique(near.order[taken.option[contested]] * shelves + taken.shelf[contested])
        order, shelf = pairs // shelves, pairs % shelves
        by_shelf = np.argsort(shelf, kind="stable")
        return cls(
            shelf=shelf,
            shelf_first=np.searchsorted(order, np.arange(setting.orders + 1)),
            order=order[by_shelf],
            order_first=np.searchsorted(shelf[by_shelf], np.arange(shelves + 1)),
        )

    def near(self, order: int) -> Iterator[int]:
        for shelf in self.shelf[self.shelf_first[order] : self.shelf_first[order + 1]].tolist():
            yield from self.order[self.order_first[shelf] : self.order_first[shelf + 1]].tolist()


def _blocks(links: _Links, loss: Reals, seeds: Flags) -> Iterator[Ints]:
    """From the greatest loss on: seeds that contend with each other, and all they contend with."""
    todo = np.flatnonzero(seeds)
    done: set[int] = set()
    block: dict[int, None] = {}
    for seed in todo[np.argsort(-loss[todo], kind="stable")].tolist():
        if seed in done:
            continue
        _grow(links, seed, block, seeds, done)
        if len(block) >= BLOCK:
            yield np.array(sorted(block), dtype=np.int64)
            block = {}
    if block:
        yield np.array(sorted(block), dtype=np.int64)


def _grow(links: _Links, seed: int, block: dict[int, None], seeds: Flags, done: set[int]) -> None:
    queue = [seed]
    block[seed] = None
    for order in queue:
        done.add(order)
        if len(block) >= BLOCK:
            return
        for other in islice(links.near(order), _NEIGHBOURS):
            if other not in block:
                block[other] = None
                if seeds[other] and other not in done:
                    queue.append(other)


def _options_of(field: Field, block: Ints, seeds: Flags) -> Options:
    """All near options of the seeds, the nearest of the others."""
    size = field.first[block + 1] - field.first[block]
    start = np.repeat(field.first[block] - (np.cumsum(size) - size), size)
    which = start + np.arange(len(start))
    wide = seeds[field.options.order[which]] | (field.ahead[which] <= NEAR_MINOR)
    return select(field.options, which[wide])
