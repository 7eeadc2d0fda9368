"""The cheapest way to serve every order at given prices, exactly, and all orders' at once.

With prices p on the shelves' units and m on the warehouses' shipments, orders are independent. The sum of
their cheapest ways, less the worth of all stock and capacity, is at most the cost of any plan: the
Lagrangian bound. All of it is whole numbers (1/SCALE minor units), so that nothing is lost to rounding.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.sourcing.optimising.model import UNFILLED, Ints
from domain.sourcing.optimising.offers import Group, Takings
from domain.sourcing.optimising.patterns import Patterns, ranked
from domain.sourcing.optimising.setting import SCALE, Setting

CLOSED = 1 << 44  # above every value, and a dozen of them are still below 2^48
_BITS = 12  # a key is a value and, below it, a warehouse
_CELLS = 1 << 18  # of a table of patterns, or offers, that are in memory at once


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """1/SCALE minor units."""

    shelf: Ints  # (R + 1,) per unit
    capacity: Ints  # (W,) per shipment


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Left:
    """What others have not taken."""

    units: Ints  # (R + 1,)
    shipments: Ints  # (W,)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tags:
    """What each offer and each shipment costs beside freight; CLOSED where it cannot be had."""

    offer: Ints  # (E,)
    warehouse: Ints  # (W,)


def tags(takings: Takings, prices: Prices, left: Left | None = None) -> Tags:
    """Without `left`, whatever was there at the start can be had."""
    offer = np.empty(len(takings.shelf), dtype=np.int64)
    for first in range(0, len(offer), _CELLS):
        part = slice(first, first + _CELLS)
        shelf, units = takings.shelf[part], takings.units[part]
        offer[part] = prices.shelf[shelf] * units
        if left is not None:
            offer[part][left.units[shelf] < units] = CLOSED
    closed = False if left is None else left.shipments < 1
    warehouse = np.where(closed, CLOSED, prices.capacity)
    return Tags(offer=offer, warehouse=warehouse)


def way_values(group: Group, tags: Tags) -> Ints:
    """(X,) what each way costs at the prices."""
    value = group.minor * np.int64(SCALE) + tags.warehouse[group.warehouse]
    end = 0
    for taken in group.offers:
        begin, end = end, end + taken.shape[1]
        for offer in taken:
            value[begin:end] += tags.offer[offer]
    return value


def cheapest(setting: Setting, group: Group, tags: Tags) -> tuple[Ints, Ints]:
    """(N,) the value of each order's cheapest pattern, and (n, N) where its lines leave from."""
    keys = _best_keys(group, tags)
    value, at = np.empty(len(group.orders), dtype=np.int64), np.empty_like(group.lines)
    table = group.patterns
    width = max(1, _CELLS // len(table.parts))
    for first in range(0, len(group.orders), width):
        part = slice(first, first + width)
        worth = _worth(table, keys[:, part] >> _BITS, setting.penalty_minor[group.orders[part]])
        best = worth.argmin(axis=0)
        value[part] = np.take_along_axis(worth, best[None], axis=0)[0]
        at[:, part] = _places(table, keys[:, part], best)
    return value, at


def _best_keys(group: Group, tags: Tags) -> Ints:
    """(nS + 1, N) each set's cheapest way; the last row is the empty set."""
    keys = (way_values(group, tags) << _BITS) | group.warehouse
    table = np.full((len(group.patterns.sets) + 1) * len(group.orders), CLOSED << _BITS, dtype=np.int64)
    if len(keys):
        table[group.parts] = np.minimum.reduceat(keys, group.starts)
    table[-len(group.orders) :] = 0
    return table.reshape(-1, len(group.orders))


def _worth(table: Patterns, values: Ints, penalty: Ints) -> Ints:
    """(Q, N) what each pattern costs."""
    worth = table.unfilled[:, None] * (penalty * SCALE)
    for parts in table.parts.T:
        worth += values[parts]
    return worth


def _places(table: Patterns, keys: Ints, chosen: Ints) -> Ints:
    """(n, N) the warehouses of the chosen pattern of each order."""
    orders = np.arange(keys.shape[1])
    sites = keys[table.parts[chosen].T, orders] & ((1 << _BITS) - 1)
    sites = np.concatenate([sites, np.full((1, len(orders)), UNFILLED)])
    places: Ints = sites[table.part_of[chosen].T, orders]
    return places


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking:
    """Each order's K best patterns, the best first."""

    value: Ints  # (K, N) CLOSED and above: there are fewer
    at: NDArray[np.int16]  # (K, n, N)


def rank(setting: Setting, group: Group, tags: Tags, *, most: int) -> Ranking:
    """At most `most`; of orders with many lines fewer ranks are looked at."""
    size = len(group.lines)
    ranks = most if size <= 3 else max(2, most >> (size - 3))
    table = ranked(size, group.shipments, ranks, whole=group.whole, keep=group.keep)
    keys = _ranked_keys(group, tags, ranks)
    most = min(most, len(table.parts))
    value = np.empty((most, len(group.orders)), dtype=np.int64)
    at = np.empty((most, size, len(group.orders)), dtype=np.int16)
    width = max(1, _CELLS // len(table.parts))
    for first in range(0, len(group.orders), width):
        part = slice(first, first + width)
        worth = _worth(table, keys[:, part] >> _BITS, setting.penalty_minor[group.orders[part]])
        best = _lowest(worth, most)
        value[:, part] = np.take_along_axis(worth, best, axis=0)
        for place in range(most):
            at[place][:, part] = _places(table, keys[:, part], best[place])
    return Ranking(value=value, at=at)


def _lowest(worth: Ints, most: int) -> Ints:
    """(most, N) the rows of the lowest values, the lowest first."""
    if most < len(worth):
        found = np.argpartition(worth, most - 1, axis=0)[:most]
        worth = np.take_along_axis(worth, found, axis=0)
    else:
        found = np.broadcast_to(np.arange(len(worth))[:, None], worth.shape)
    rows: Ints = np.take_along_axis(found, np.argsort(worth, axis=0, kind="stable"), axis=0)
    return rows


def _ranked_keys(group: Group, tags: Tags, ranks: int) -> Ints:
    """(ranks * nS + 1, N) each set's cheapest, second cheapest, ... way."""
    keys = (way_values(group, tags) << _BITS) | group.warehouse
    sizes = np.diff(np.append(group.starts, len(keys)))
    segment = np.repeat(np.arange(len(group.parts)), sizes)
    keys = keys[np.lexsort((keys, segment))]
    place = np.arange(len(keys)) - np.repeat(group.starts, sizes)
    part = np.repeat(group.parts, sizes)
    near = place < ranks
    cells = len(group.patterns.sets) * len(group.orders)
    table = np.full(ranks * cells + len(group.orders), CLOSED << _BITS, dtype=np.int64)
    table[place[near] * cells + part[near]] = keys[near]
    table[-len(group.orders) :] = 0
    return table.reshape(-1, len(group.orders))
