"""What a unit on a shelf, and a shipment of a warehouse, is worth to the orders that are still to come.

An order that is placed alone takes the last unit beside the customer whom only that unit could have reached.
A bid price is what that is expected to cost: the chance that the shelf runs out before the day does, times what
those who ask for it would pay more elsewhere, or for going without. Orders that take the unit must be worth more.

    plan = optimise(at_prices(waiting, bid_prices(like, orders=9_500, units=expected)))

For an order that is placed alone, a shipment from warehouse w costs `parcel_minor[w]` more, and each unit of
the r-th row of the batch's `Stock` costs `shelf_minor[r]` more.

Chances, and not the best prices of some past days: most SKUs sell a unit or two a day, so that on any one day nearly
no shelf runs out, and what does is another one each time. How often a SKU sells is known of itself; who asks, from
where and until when, is known of all orders together. Source: Belobaba, "Application of a probabilistic decision
model to airline seat inventory control", Operations Research 37 (1989), with customers who choose the cheapest shelf
at the prices, which are therefore found in rounds.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from domain.sourcing.optimising.arrange import as_given
from domain.sourcing.optimising.ascent import climb
from domain.sourcing.optimising.lagrangian import open_market
from domain.sourcing.optimising.model import MONEY_MAX, SUPPLY_MAX, Batch, Flags, Ints, Reals, Split, Stock
from domain.sourcing.optimising.setting import LATE, SCALE, Setting, lay_out
from domain.sourcing.optimising.work import Budget

_CLIMBS = 30  # rounds of the ascent that prices shipments
_ROUNDS = 6
_CUSTOMERS = 200  # lines that stand for all
_UNLIKELY = 1e-3  # a shelf that runs out no more often is not looked at
_MANY = 300.0  # units: so many come as expected
_CELLS = 1 << 20  # in memory at once

Cells = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BidPrices:
    """Whole minor units, none negative; 0 where all that could be asked for is there."""

    shelf_minor: Ints  # (R,) a unit, in the sequence of `Batch.stock`
    parcel_minor: Ints  # (W,) a shipment

    @classmethod
    def nothing(cls, batch: Batch) -> "BidPrices":
        """No future is known, or none is to be regarded."""
        return cls(
            shelf_minor=np.zeros(len(batch.stock.sku), dtype=np.int64),
            parcel_minor=np.zeros(len(batch.warehouses.lat), dtype=np.int64),
        )


def bid_prices(like: Batch, *, orders: float, units: Reals) -> BidPrices:
    """Prices where so many orders are still to come, and (S,) so many units of each SKU with them.

    `like` is a sample of such orders, with all that is left for them: stock of every SKU, and capacity. A function
    of its arguments alone.
    """
    setting = lay_out(as_given(like).batch)
    if not len(setting.grams) or orders <= 0:
        return BidPrices.nothing(like)
    parcel = _parcel_prices(setting.batch, orders)
    customers, stock = _Customers.of(setting, parcel), like.stock
    shelf = np.zeros(len(stock.sku))
    for rows in _shelves(stock, units, len(customers.loss)):
        sku = stock.sku[rows[:, 0]]
        cost = customers.costs(stock.warehouse[rows], like.weight_g[sku])
        shelf[rows] = _run_out(cost, customers.loss, stock.units[rows], units[sku])
    return BidPrices(
        shelf_minor=np.rint(shelf).astype(np.int64), parcel_minor=np.rint(parcel).astype(np.int64)
    )


def _parcel_prices(batch: Batch, orders: float) -> Reals:
    """(W,) by an ascent on the sample, with its part of the capacity: shipments are many, so that the mean will do."""
    share = len(batch.orders.lat) / orders
    part = replace(
        batch,
        warehouses=replace(
            batch.warehouses,
            capacity=np.minimum(np.rint(batch.warehouses.capacity * share), SUPPLY_MAX).astype(np.int64),
        ),
        stock=replace(batch.stock, units=np.where(batch.stock.units > 0, SUPPLY_MAX, 0)),
    )
    prices, _ = climb(open_market(lay_out(part), Budget(limit=None)), rounds=_CLIMBS)
    found: Reals = prices.capacity / SCALE
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Customers:
    """C lines of the sample, whatever they ask for."""

    base: Cells  # (C, W) a shipment, at its bid price; infinite where it would be late, or not what was asked
    kg: Cells  # (C, W) minor units
    loss: Cells  # (C,) of going without, with all that then stays behind, too

    @classmethod
    def of(cls, setting: Setting, parcel: Reals) -> "_Customers":
        line = np.unique(np.linspace(0, len(setting.grams) - 1, _CUSTOMERS).astype(np.int64))
        order, sites = setting.batch.lines.order[line], np.arange(setting.warehouses)
        pairs = line.repeat(len(sites)), np.tile(sites, len(line))
        base = np.where(_barred(setting, line), np.inf, setting.base_minor[order] + parcel)
        whole = setting.batch.orders.split[order] != Split.PARTIAL_ALLOWED
        size = np.diff(setting.start)[order]
        return cls(
            base=base.astype(np.float32),
            kg=setting.kg_minor(*pairs).reshape(base.shape).astype(np.float32),
            loss=(setting.penalty_minor[order] * np.where(whole, size, 1)).astype(np.float32),
        )

    def costs(self, site: Ints, weight_g: Ints) -> Cells:
        """(G, C, m) a unit of G SKUs from each of their m shelves."""
        kg = self.kg[:, site] * (weight_g / 1000).astype(np.float32)[:, None]
        return (self.base[:, site] + kg).transpose(1, 0, 2)


def _barred(setting: Setting, line: Ints) -> Flags:
    """(C, W) where the order may not ship from, or not all at once what must leave together."""
    lines, order = setting.batch.lines, setting.batch.lines.order[line]
    short = setting.units[setting.shelf[lines.sku]] < lines.quantity[:, None]
    lacks = np.zeros(setting.zone.shape, dtype=np.int64)
    np.add.at(lacks, lines.order, short)
    single = setting.batch.orders.split[order] == Split.SINGLE_SHIPMENT
    barred: Flags = (setting.zone[order] == LATE) | (single[:, None] & (lacks[order] > short[line]))
    return barred


def _shelves(stock: Stock, units: Reals, customers: int) -> Iterator[Ints]:
    """(G, m) rows of the stock, of SKUs with equally many shelves, of which one at least may run out."""
    there = np.flatnonzero(stock.units > 0)
    there = there[np.argsort(stock.sku[there], kind="stable")]
    sku, first, count = np.unique(stock.sku[there], return_index=True, return_counts=True)
    if not len(sku):
        return
    least = np.minimum.reduceat(stock.units[there], first)
    scarce = _chance(units[sku], least) > _UNLIKELY
    for size in np.unique(count[scarce]).tolist():
        begins = first[scarce & (count == size)]
        width = max(1, _CELLS // (size * customers))
        for at in range(0, len(begins), width):
            yield there[begins[at : at + width, None] + np.arange(size)]


def _run_out(cost: Cells, loss: Cells, left: Ints, units: Reals) -> Reals:
    """(G, m) the prices of G SKUs' shelves, where each customer takes the cheapest."""
    skus, customers, sites = cost.shape
    price = np.zeros((skus, sites))
    for done in range(_ROUNDS):
        value = cost + price[:, None, :].astype(np.float32)
        best = value.argmin(axis=2)[..., None]
        paid = np.take_along_axis(value, best, axis=2)[..., 0]
        np.put_along_axis(value, best, np.inf, axis=2)
        else_paid = np.minimum(value.min(axis=2), loss)
        own = np.arange(skus)[:, None] * sites + best[..., 0]
        keen = paid <= loss
        more = (else_paid - paid)[keen] + price.ravel()[own[keen]]
        asking = np.bincount(own[keen], minlength=price.size).reshape(price.shape)
        worth = np.bincount(own[keen], weights=more, minlength=price.size).reshape(price.shape)
        chance = _chance(units[:, None] * asking / customers, left)
        found = chance * worth / np.maximum(asking, 1)
        price = found if done == 0 else (price + found) / 2
    return price


def _chance(expected: Reals, units: Ints) -> Reals:
    """That at least so many units are asked for, where so many are expected: a Poisson distribution's tail."""
    fewer, term = np.zeros(expected.shape), np.exp(-expected)
    most = float(expected[expected < _MANY].max(initial=0))
    # further out no term counts any more
    for count in range(min(int(units.max(initial=0)), int(most + 10 * sqrt(most) + 20))):
        fewer += np.where(count < units, term, 0.0)
        term = term * expected / (count + 1)
    chance: Reals = np.where(expected < _MANY, np.clip(1 - fewer, 0.0, 1.0), expected >= units)
    return chance


def at_prices(batch: Batch, prices: BidPrices) -> Batch:
    """The same batch, where units and shipments cost their bid prices, too: a plan's `extra_minor` has them.

    They come on top of what units and shipments cost beside freight already.
    """
    price, extra = batch.stock.price_minor, batch.terms.extra_minor
    most = MONEY_MAX // (2 * int(batch.lines.quantity.max(initial=1)))
    shelf = prices.shelf_minor + (0 if price is None else price)
    by_pair = np.broadcast_to(prices.parcel_minor, (len(batch.orders.lat), len(prices.parcel_minor)))
    parcel = by_pair + (0 if extra is None else extra)
    return replace(
        batch,
        stock=replace(batch.stock, price_minor=np.minimum(shelf, most)),
        terms=replace(batch.terms, extra_minor=np.minimum(parcel, MONEY_MAX)),
    )
