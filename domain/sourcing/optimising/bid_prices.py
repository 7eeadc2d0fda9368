"""What a unit on a shelf, and a shipment of a warehouse, is worth to the orders that are still to come.

An order that is placed alone takes the last unit beside the customer whom only that unit could have reached.
A bid price is what the future would pay for it: orders that take it must be worth more. A *future* is a batch:
what waits now, with what it holds, and one way in which the day could go on, say, the rest of one past day.

    futures = [with_coming(waiting, rest) for rest in rests_of_past_days]
    plan = optimise(at_prices(waiting, bid_prices(futures)))

For an order that is placed alone, a shipment from warehouse w costs `parcel_minor[w]` more, and each unit of
the r-th row of the batch's `Stock` costs `shelf_minor[r]` more. What waits belongs into the futures, else its
own units look dearer than they are, all of it moves at once, and moves again at the next prices.

Each future's prices are the Lagrangian's best; the bid price is their mean, so what is scarce in one future of
four costs a quarter. Source: Talluri & van Ryzin, "A randomized linear programming method for computing network
bid prices", Transportation Science 33 (1999); asked again as the day goes on, after Jasin & Kumar, "A re-solving
heuristic with bounded revenue loss for network revenue management", Mathematics of Operations Research 37 (2012).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from domain.sourcing.optimising.arrange import as_given
from domain.sourcing.optimising.ascent import climb
from domain.sourcing.optimising.lagrangian import open_market
from domain.sourcing.optimising.model import (
    MONEY_MAX,
    UNFILLED,
    Batch,
    Incumbent,
    Ints,
    Lines,
    Orders,
    Rates,
    Reals,
    Tariff,
    Terms,
)
from domain.sourcing.optimising.pricing import Prices
from domain.sourcing.optimising.setting import SCALE, lay_out
from domain.sourcing.optimising.work import Budget

ROUNDS = 30  # of the ascent, a future


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


def bid_prices(futures: Sequence[Batch], *, rounds: int = ROUNDS) -> BidPrices:
    """The mean over the futures; there is at least one, and all have the same stock and warehouses.

    A function of its arguments alone, whatever the sequence of the futures.
    """
    found = [_prices(future, rounds) for future in futures]
    return BidPrices(
        shelf_minor=_mean_minor([prices.shelf[1:] for prices in found]),
        parcel_minor=_mean_minor([prices.capacity for prices in found]),
    )


def _prices(future: Batch, rounds: int) -> Prices:
    prices, _ = climb(open_market(lay_out(as_given(future).batch), Budget(limit=None)), rounds=rounds)
    return prices


def _mean_minor(found: Sequence[Ints]) -> Ints:
    mean: Reals = np.sum(found, axis=0) / (len(found) * SCALE)
    return np.rint(mean).astype(np.int64)


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


def with_coming(waiting: Batch, coming: Batch) -> Batch:
    """A future: the orders of `waiting`, with what they hold, and those of `coming`, which hold nothing.

    Warehouses, stock and penalties are those of `waiting`; SKUs and warehouses have the same numbers in both,
    and both have a `Tariff` or both have `Rates`.
    """
    return replace(
        waiting,
        orders=Orders(**_joined(waiting.orders, coming.orders)),
        lines=_lines(waiting, coming.lines),
        tariff=_tariff(waiting.tariff, coming.tariff),
        terms=_terms(waiting, coming),
        incumbent=_holding(waiting.incumbent, len(coming.lines.order)),
    )


def _joined(one: Orders, other: Orders) -> dict[str, Any]:
    return {
        field.name: np.concatenate([getattr(one, field.name), getattr(other, field.name)])
        for field in fields(Orders)
    }


def _lines(waiting: Batch, coming: Lines) -> Lines:
    first = waiting.lines
    return Lines(
        order=np.concatenate([first.order, coming.order + len(waiting.orders.lat)]),
        sku=np.concatenate([first.sku, coming.sku]),
        quantity=np.concatenate([first.quantity, coming.quantity]),
    )


def _tariff(one: Tariff | Rates, other: Tariff | Rates) -> Tariff | Rates:
    if isinstance(one, Rates) and isinstance(other, Rates):
        return Rates(
            base_minor=np.concatenate([one.base_minor, other.base_minor]),
            kg_minor=np.concatenate([one.kg_minor, other.kg_minor]),
        )
    if isinstance(one, Rates) or isinstance(other, Rates):
        raise TypeError("a tariff and rates cannot be joined")
    return one


def _terms(one: Batch, other: Batch) -> Terms:
    both = one, other
    sizes = [(len(batch.orders.lat), len(batch.warehouses.lat)) for batch in both]
    return Terms(
        allowed=_rows([batch.terms.allowed for batch in both], [np.ones(size, np.bool_) for size in sizes]),
        extra_minor=_rows(
            [batch.terms.extra_minor for batch in both], [np.zeros(size, np.int64) for size in sizes]
        ),
    )


def _rows(given: Sequence[Any], otherwise: Sequence[Any]) -> Any:
    """(O, W) of both, or None where neither has any."""
    if all(rows is None for rows in given):
        return None
    return np.concatenate(
        [rest if rows is None else rows for rows, rest in zip(given, otherwise, strict=True)]
    )


def _holding(held: Incumbent | None, more: int) -> Incumbent | None:
    if held is None:
        return None
    return Incumbent(
        warehouse=np.append(held.warehouse, np.full(more, UNFILLED)),
        keep_filled=np.append(held.keep_filled, np.zeros(more, dtype=np.bool_)),
    )
