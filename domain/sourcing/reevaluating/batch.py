"""Open orders as a batch for the optimiser, and its plan as moves. Pure.

Every piece of an order is a line of the batch, its parcel the incumbent. What holds units keeps them; what
waits may be filled. A warehouse that the order does not leave from costs as much more as a move must save.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from domain.orders.policies import SplitPolicy
from domain.sourcing.optimising import (
    UNFILLED,
    Batch,
    Incumbent,
    Lines,
    Orders,
    Plan,
    Rates,
    Split,
    Stock,
    Terms,
    Warehouses,
)
from domain.sourcing.optimising.bid_prices import BidPrices, at_prices
from domain.sourcing.optimising.replan import replan
from domain.sourcing.planning.model import Site, SourcingPolicy, Worth, Zone
from domain.sourcing.planning.network import Dispatch, Network
from domain.sourcing.planning.turn import Turn
from domain.sourcing.reevaluating.bounds import within_bounds
from domain.sourcing.reevaluating.group import Proposal, Scarce
from domain.sourcing.reevaluating.standing import Piece, Standing, move_of
from domain.sourcing.reevaluating.terms import Terms as OrderTerms
from domain.sourcing.reevaluating.terms import least_saving, terms_of
from domain.sourcing.rules.definition import Protection, Reevaluation

# An unfilled line weighs more than any freight, and a more urgent one as much as ten others.
PENALTY_MINOR = 100_000, 1_000_000, 10_000_000

_SPLIT = {
    SplitPolicy.SINGLE_SHIPMENT: Split.SINGLE_SHIPMENT,
    SplitPolicy.SHIP_COMPLETE: Split.SHIP_COMPLETE,
    SplitPolicy.PARTIAL_ALLOWED: Split.PARTIAL_ALLOWED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrders:
    """Everything that is planned anew, as it was at one moment."""

    standings: Sequence[Standing]
    sites: tuple[Site, ...]
    zones: tuple[Zone, ...]
    free: Mapping[
        tuple[UUID, UUID], int
    ]  # (variant, warehouse) -> units after safety stock, without the pieces


def propose(
    open_orders: OpenOrders,
    policy: SourcingPolicy,
    turn: Turn,
    *,
    effort_s: float,
    worth: Worth | None = None,
) -> list[Proposal]:
    """The moves of a plan for all of them that costs no more than the present one, `worth` of units included."""
    standings = within_bounds(open_orders.standings, open_orders.sites, open_orders.zones)
    if not any(standing.holds for standing in standings):
        return []
    laid = lay_out(replace(open_orders, standings=standings), policy, turn)
    batch = at_prices(laid.batch, _prices(laid, worth)) if worth else laid.batch
    plan = replan(batch, time_limit_s=effort_s)
    return _proposals(standings, laid, plan)


@dataclass(frozen=True, slots=True)
class Laid:
    """The batch, and what its numbers stand for."""

    batch: Batch
    warehouses: Sequence[UUID]
    variants: Sequence[UUID]
    required: NDArray[np.int64]  # (O,) what moving it must save


def _prices(laid: Laid, worth: Worth) -> BidPrices:
    stock, places = laid.batch.stock, laid.warehouses
    shelves = zip(stock.sku.tolist(), stock.warehouse.tolist(), strict=True)
    return BidPrices(
        shelf_minor=_ints([worth.units.get((laid.variants[sku], places[at]), 0) for sku, at in shelves]),
        parcel_minor=_ints([worth.parcels.get(place, 0) for place in places]),
    )


def lay_out(
    open_orders: OpenOrders, policy: SourcingPolicy, turn: Turn, *, others: Sequence[Standing] = ()
) -> Laid:
    """The batch as it stands, at what is billed; of `others` only the variants are in it."""
    network = Network(open_orders.sites, open_orders.zones)
    dispatch = Dispatch(network)
    standings = open_orders.standings
    terms = [terms_of(standing, network, dispatch, turn) for standing in standings]
    known = [piece for standing in chain(standings, others) for piece in standing.pieces]
    numbers = {variant_id: at for at, variant_id in enumerate(dict.fromkeys(one.variant_id for one in known))}
    lines = _lines(standings, numbers)
    present = _present(standings, network)
    weights = _weights(known, numbers)
    rates = Rates(
        base_minor=np.array([one.base_minor for one in terms], dtype=np.int64),
        kg_minor=np.array([one.kg_minor for one in terms], dtype=np.int64),
    )
    required = _required(policy.rules.reevaluation, terms, _freight(rates, lines, weights, present))
    batch = Batch(
        now_min=0,
        orders=_orders(standings, terms),
        lines=lines,
        warehouses=_warehouses(network, present, lines, most=int(sum(one.shipments_max for one in terms))),
        stock=_stock(open_orders, known, network, numbers, policy.rules.protections),
        tariff=rates,
        weight_g=weights,
        penalty_minor=np.array(PENALTY_MINOR, dtype=np.int64),
        terms=Terms(
            allowed=np.array([one.allowed for one in terms], dtype=np.bool_),
            extra_minor=_extra(lines, present, required, network.size),
        ),
        incumbent=Incumbent(warehouse=present, keep_filled=present != UNFILLED),
    )
    return Laid(batch, [site.warehouse_id for site in network.sites], list(numbers), required)


def _orders(standings: Sequence[Standing], terms: Sequence[OrderTerms]) -> Orders:
    """What holds units already is filled in part, whatever its policy; that it stays filled is said elsewhere."""
    nowhere = np.zeros(len(standings))
    split = [
        Split.PARTIAL_ALLOWED if standing.holds else _SPLIT[standing.order.split_policy]
        for standing in standings
    ]
    return Orders(
        lat=nowhere,
        lon=nowhere,
        priority=_ints(standing.order.priority for standing in standings),
        split=_ints(split),
        max_shipments=_ints(max(1, one.shipments_max) for one in terms),
        promise_days=np.zeros(len(standings), dtype=np.int64),
    )


def _lines(standings: Sequence[Standing], numbers: Mapping[UUID, int]) -> Lines:
    return Lines(
        order=_ints(at for at, standing in enumerate(standings) for _ in standing.pieces),
        sku=_ints(numbers[piece.variant_id] for standing in standings for piece in standing.pieces),
        quantity=_ints(piece.units for standing in standings for piece in standing.pieces),
    )


def _present(standings: Sequence[Standing], network: Network) -> NDArray[np.int64]:
    return _ints(
        UNFILLED if piece.warehouse_id is None else network.index[piece.warehouse_id.int]
        for standing in standings
        for piece in standing.pieces
    )


def _weights(known: Sequence[Piece], numbers: Mapping[UUID, int]) -> NDArray[np.int64]:
    weights = np.zeros(len(numbers), dtype=np.int64)
    for piece in known:
        weights[numbers[piece.variant_id]] = piece.weight_g
    return weights


def _warehouses(network: Network, present: NDArray[np.int64], lines: Lines, *, most: int) -> Warehouses:
    """Capacity: the parcels of now, and what the next day with room has left."""
    held = present != UNFILLED
    pairs = np.unique(lines.order[held] * network.size + present[held])
    parcels = np.bincount(pairs % network.size, minlength=network.size)
    room = [room_at(site, most) for site in network.sites]
    zero = np.zeros(network.size, dtype=np.int64)
    return Warehouses(
        lat=np.zeros(network.size),
        lon=np.zeros(network.size),
        fixed_minor=zero,
        capacity=np.maximum(parcels + np.array(room, dtype=np.int64), 1),
        cutoff_min=zero,
    )


def room_at(site: Site, most: int) -> int:
    """More parcels that the next day takes: later ones would come later. `most` where there is no limit."""
    if site.days is None:
        return most
    for day in site.days:
        if day.left is None:
            return most
        if day.left > 0:
            return day.left
    return 0


def room_of(sites: Sequence[Site]) -> dict[Scarce, int]:
    """Parcels that still leave on the next day, of warehouses that take so many only."""
    limited = [site for site in sites if any(day.left is not None for day in site.days or ())]
    return {(None, site.warehouse_id): room_at(site, 0) for site in limited}


def _stock(
    open_orders: OpenOrders,
    known: Sequence[Piece],
    network: Network,
    numbers: Mapping[UUID, int],
    protections: Sequence[Protection],
) -> Stock:
    """Free units and those of the pieces; what is protected for one channel is left out for all."""
    skus = {piece.variant_id: piece.sku for piece in known}
    units: dict[tuple[int, int], int] = {}
    for (variant_id, warehouse_id), free in open_orders.free.items():
        site = network.index.get(warehouse_id.int)
        if site is not None and variant_id in numbers:
            kept = _protected(skus[variant_id], network.sites[site].code, protections) if protections else 0
            units[numbers[variant_id], site] = max(0, free - kept)
    for standing in open_orders.standings:
        for piece in standing.pieces:
            if piece.warehouse_id is not None:
                key = numbers[piece.variant_id], network.index[piece.warehouse_id.int]
                units[key] = units.get(key, 0) + piece.units
    keys = sorted(units)
    return Stock(
        sku=_ints(sku for sku, _ in keys),
        warehouse=_ints(site for _, site in keys),
        units=_ints(units[key] for key in keys),
    )


def _protected(sku: str, code: str, protections: Sequence[Protection]) -> int:
    return sum(
        one.units
        for one in protections
        if (not one.skus or sku in one.skus) and (not one.warehouses or code in one.warehouses)
    )


def _required(rule: Reevaluation, terms: Sequence[OrderTerms], cost: NDArray[np.int64]) -> NDArray[np.int64]:
    """(O,) what moving each order must save, in minor units; nothing for what only waits."""
    return _ints(
        [
            least_saving(rule, minor, one.tolerance_minor) if minor else 0
            for one, minor in zip(terms, cost.tolist(), strict=True)
        ]
    )


def _extra(
    lines: Lines, present: NDArray[np.int64], required: NDArray[np.int64], sites: int
) -> NDArray[np.int64]:
    """What a parcel from another warehouse must save, less the one that a plan must be better by to be another one."""
    extra = np.repeat(np.maximum(required - 1, 0)[:, None], sites, axis=1)
    held = np.flatnonzero(present != UNFILLED)
    extra[lines.order[held], present[held]] = 0
    return extra


def _proposals(standings: Sequence[Standing], laid: Laid, plan: Plan) -> list[Proposal]:
    incumbent = laid.batch.incumbent
    assert incumbent is not None
    rates, lines, weight_g = laid.batch.tariff, laid.batch.lines, laid.batch.weight_g
    assert isinstance(rates, Rates)
    now, then = (_freight(rates, lines, weight_g, at) for at in (incumbent.warehouse, plan.warehouse))
    filled = (incumbent.warehouse == UNFILLED) & (plan.warehouse != UNFILLED)
    fills = np.bincount(lines.order[filled], minlength=len(standings))
    found, first = [], 0
    for at, standing in enumerate(standings):
        places = plan.warehouse[first : first + len(standing.pieces)].tolist()
        first += len(standing.pieces)
        named = [None if place == UNFILLED else laid.warehouses[place] for place in places]
        if move := move_of(standing, named):
            found.append(
                Proposal(
                    move=move,
                    saved_minor=int(now[at] - then[at]),
                    required_minor=int(laid.required[at]),
                    lines_filled=int(fills[at]),
                )
            )
    return found


def _freight(
    rates: Rates, lines: Lines, weight_g: NDArray[np.int64], at: NDArray[np.int64]
) -> NDArray[np.int64]:
    """(O,) what each order costs so, in minor units."""
    orders, sites = rates.base_minor.shape
    placed = np.flatnonzero(at != UNFILLED)
    order, site = lines.order[placed], at[placed]
    grams = weight_g[lines.sku[placed]] * lines.quantity[placed]
    pairs = np.unique(order * sites + site)
    weight = np.bincount(order, weights=(rates.kg_minor[order, site] * grams + 500) // 1000, minlength=orders)
    base = np.bincount(pairs // sites, weights=rates.base_minor.ravel()[pairs], minlength=orders)
    return (weight + base).astype(np.int64)


def _ints(values: Any) -> NDArray[np.int64]:
    return (
        np.fromiter(values, dtype=np.int64)
        if not isinstance(values, list)
        else np.array(values, dtype=np.int64)
    )
