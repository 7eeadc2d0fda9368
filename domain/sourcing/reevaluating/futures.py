"""What units and parcels are worth to orders to come, if the day goes on as past days did. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from domain.sourcing.optimising import Batch
from domain.sourcing.optimising.bid_prices import bid_prices
from domain.sourcing.optimising.model import SUPPLY_MAX, Reals
from domain.sourcing.planning.model import SourcingPolicy, Worth
from domain.sourcing.planning.turn import Turn
from domain.sourcing.reevaluating.batch import Laid, OpenOrders, lay_out, room_at
from domain.sourcing.reevaluating.bounds import within_bounds
from domain.sourcing.reevaluating.standing import Level, Standing

# A line that a future leaves unfilled, by priority. Less than in a plan of what was promised: nobody pays
# a thousand for the way of one parcel to keep a unit for an order that may never come.
PENALTY_MINOR = 10_000, 30_000, 90_000
SAMPLE = 2_000  # orders that stand for all that are to come


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDays:
    """Orders of past days, as if they were to come, and what is free of their variants."""

    days: Sequence[Sequence[Standing]]
    free: Mapping[Level, int]


def worth_of(waiting: OpenOrders, past: PastDays, policy: SourcingPolicy, turn: Turn) -> Worth:
    """The bid prices, if the next day is as the mean of the past ones; there is at least one."""
    coming = within_bounds(chain.from_iterable(past.days), waiting.sites, waiting.zones)
    if not coming:
        return Worth(units={}, parcels={})
    like = replace(waiting, standings=coming[:: -(-len(coming) // SAMPLE)], free=_left(waiting, past))
    laid = lay_out(like, policy, turn, others=coming)
    batch = _with_room(laid, waiting)
    prices = bid_prices(
        batch, orders=len(coming) / len(past.days), units=_units(laid, coming) / len(past.days)
    )
    stock, places = batch.stock, laid.warehouses
    shelves = zip(stock.sku.tolist(), stock.warehouse.tolist(), prices.shelf_minor.tolist(), strict=True)
    return Worth(
        units={(laid.variants[sku], places[site]): minor for sku, site, minor in shelves if minor},
        parcels={at: minor for at, minor in zip(places, prices.parcel_minor.tolist(), strict=True) if minor},
    )


def _left(waiting: OpenOrders, past: PastDays) -> Mapping[Level, int]:
    """What nobody has; what waits could give one unit back to a shelf that has no other."""
    free = {**waiting.free, **past.free}
    held = {
        (piece.variant_id, piece.warehouse_id)
        for standing in waiting.standings
        for piece in standing.pieces
        if piece.warehouse_id is not None
    }
    return free | {level: max(1, free.get(level, 0)) for level in held}


def _with_room(laid: Laid, waiting: OpenOrders) -> Batch:
    """Where there is no limit, there is none to all that come: the sample's own would be less."""
    sites = {site.warehouse_id: site for site in waiting.sites}
    capacity = np.array([room_at(sites[at], SUPPLY_MAX) for at in laid.warehouses], dtype=np.int64)
    return replace(
        laid.batch,
        warehouses=replace(laid.batch.warehouses, capacity=capacity),
        penalty_minor=np.array(PENALTY_MINOR, dtype=np.int64),
    )


def _units(laid: Laid, coming: Sequence[Standing]) -> Reals:
    """(S,) of each variant that all of these orders ask for."""
    number = {variant_id: at for at, variant_id in enumerate(laid.variants)}
    units = np.zeros(len(number))
    for standing in coming:
        for piece in standing.pieces:
            units[number[piece.variant_id]] += piece.units
    return units
