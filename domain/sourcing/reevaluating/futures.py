"""What units and parcels are worth to orders to come, if the day goes on as past days did. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, pairwise

import numpy as np

from domain.sourcing.optimising import Batch, Incumbent, Lines, Orders, Rates, Terms
from domain.sourcing.optimising.bid_prices import bid_prices
from domain.sourcing.optimising.model import Ints
from domain.sourcing.planning.model import SourcingPolicy, Worth
from domain.sourcing.planning.turn import Turn
from domain.sourcing.reevaluating.batch import OpenOrders, lay_out
from domain.sourcing.reevaluating.standing import Level, Standing

# A line that a future leaves unfilled, by priority. Less than in a plan of what was promised: nobody pays
# a thousand for the way of one parcel to keep a unit for an order that may never come.
PENALTY_MINOR = 10_000, 30_000, 90_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDays:
    """Orders of past days, as if they were to come, and what is free of their variants."""

    days: Sequence[Sequence[Standing]]
    free: Mapping[Level, int]


def worth_of(waiting: OpenOrders, past: PastDays, policy: SourcingPolicy, turn: Turn) -> Worth:
    """The bid prices, with a future a past day; there is at least one. Every future has what waits now."""
    together = replace(
        waiting,
        standings=[*waiting.standings, *chain.from_iterable(past.days)],
        free={**waiting.free, **past.free},
    )
    laid = lay_out(together, policy, turn)
    batch = replace(laid.batch, penalty_minor=np.array(PENALTY_MINOR, dtype=np.int64))
    now = np.arange(len(waiting.standings))
    begins = accumulate(map(len, past.days), initial=len(now))
    prices = bid_prices([_only(batch, np.concatenate([now, np.arange(*span)])) for span in pairwise(begins)])
    stock, places = batch.stock, laid.warehouses
    shelves = zip(stock.sku.tolist(), stock.warehouse.tolist(), prices.shelf_minor.tolist(), strict=True)
    return Worth(
        units={(laid.variants[sku], places[site]): minor for sku, site, minor in shelves if minor},
        parcels={at: minor for at, minor in zip(places, prices.parcel_minor.tolist(), strict=True) if minor},
    )


def _only(batch: Batch, chosen: Ints) -> Batch:
    """The batch with these of its orders, by rising position."""
    rates, terms, held = batch.tariff, batch.terms, batch.incumbent
    assert isinstance(rates, Rates)
    assert terms.allowed is not None
    assert terms.extra_minor is not None
    assert held is not None
    lines = np.flatnonzero(np.isin(batch.lines.order, chosen))
    orders = batch.orders
    return replace(
        batch,
        orders=Orders(
            lat=orders.lat[chosen],
            lon=orders.lon[chosen],
            priority=orders.priority[chosen],
            split=orders.split[chosen],
            max_shipments=orders.max_shipments[chosen],
            promise_days=orders.promise_days[chosen],
        ),
        lines=Lines(
            order=np.searchsorted(chosen, batch.lines.order[lines]),
            sku=batch.lines.sku[lines],
            quantity=batch.lines.quantity[lines],
        ),
        tariff=Rates(base_minor=rates.base_minor[chosen], kg_minor=rates.kg_minor[chosen]),
        terms=Terms(allowed=terms.allowed[chosen], extra_minor=terms.extra_minor[chosen]),
        incumbent=Incumbent(warehouse=held.warehouse[lines], keep_filled=held.keep_filled[lines]),
    )
