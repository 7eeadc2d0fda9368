"""Bid prices in a replay: worked out at a moment from what was known then. Pure."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from domain.sourcing.planning.model import OrderToSource, Site, SourcingPolicy, Worth, Zone
from domain.sourcing.planning.turn import Turn
from domain.sourcing.reevaluating.batch import OpenOrders
from domain.sourcing.reevaluating.futures import PastDays, worth_of
from domain.sourcing.reevaluating.standing import Piece, Standing
from domain.sourcing.simulating.happenings import Foresight
from domain.sourcing.simulating.shelves import ReplayedShelves


def foreseen(
    seen: Foresight,
    *,
    waiting: Iterable[OrderToSource],
    shelves: ReplayedShelves,
    sites: tuple[Site, ...],
    zones: tuple[Zone, ...],
    policy: SourcingPolicy,
) -> Worth | None:
    """What units and parcels are worth from then on; None: there is no past to tell it by."""
    if not seen.days:
        return None
    standings = [_waiting(order) for order in waiting]
    days = [[_waiting(order) for order in day] for day in seen.days]
    return worth_of(
        OpenOrders(standings=standings, sites=sites, zones=zones, free={}),
        PastDays(days=days, free=shelves.free(_variants([standings, *days]))),
        policy,
        Turn(policy.rules, seen.at),
    )


def _waiting(order: OrderToSource) -> Standing:
    pieces = [
        Piece(
            line_id=line.line_id,
            variant_id=line.variant_id,
            sku=line.sku,
            units=line.quantity,
            weight_g=line.weight_g,
            parcel=None,
        )
        for line in order.lines
    ]
    return Standing(
        order=order,
        version=0,
        pieces=tuple(pieces),
        parcels_fixed=order.parcels_before,
        units_open=sum(piece.units for piece in pieces),
    )


def _variants(days: Sequence[Sequence[Standing]]) -> set[UUID]:
    return {piece.variant_id for day in days for standing in day for piece in standing.pieces}
