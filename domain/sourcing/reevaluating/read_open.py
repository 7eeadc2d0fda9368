"""Read how open orders stand: all of them to plan, a few of them, locked, to judge."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from domain.orders.policies import SplitPolicy
from domain.shared.database import fetch, records, statement
from domain.sourcing.gather_snapshot import (
    Limits,
    OrderAsked,
    WarehousesNow,
    order_of,
    read_limits,
    read_network,
)
from domain.sourcing.reevaluating.standing import Level, Parcel, Piece, Standing, lines_of

ORDERS_MAX = 20_000  # planned together; the most urgent and oldest

_WHOSE_TURN = statement(__file__, "whose_turn.sql")
_ORDERS = statement(__file__, "open_orders.sql")
_PIECES = statement(__file__, "pieces.sql")
_FREE = statement(__file__, "free_now.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Open orders and what they could leave from, at one moment."""

    standings: Mapping[UUID, Standing]
    network: WarehousesNow
    free: Mapping[Level, int]  # units of every variant of theirs, after safety stock


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder(OrderAsked):
    """An order, and how much of it is open."""

    units_open: int
    parcels_fixed: int


async def whose_turn() -> list[UUID]:
    """The orders to plan anew."""
    return [row["id"] for row in await records(_WHOSE_TURN, ORDERS_MAX)]


async def read_open(order_ids: Sequence[UUID], *, now: datetime) -> Seen:
    """These orders as they are, those left out that are closed or on hold or have nothing to move."""
    orders = await fetch(_ORDERS, OpenOrder, list(order_ids))
    pieces: dict[UUID, list[Record]] = defaultdict(list)
    for row in await records(_PIECES, [order.id for order in orders]):
        pieces[row["order_id"]].append(row)
    network = await read_network(now)
    limits = await read_limits(orders, network.closed, now)
    read = (standing_of(order, pieces[order.id], limits) for order in orders)
    standings = [standing for standing in read if standing]
    variants = {piece.variant_id for standing in standings for piece in standing.pieces}
    rows = await records(_FREE, list(variants))
    return Seen(
        standings={standing.order.order_id: standing for standing in standings},
        network=network,
        free={(row["variant_id"], row["warehouse_id"]): row["free"] for row in rows},
    )


def standing_of(order: OpenOrder, rows: Sequence[Record], limits: Limits) -> Standing | None:
    """The order with what of it may move, and what waits; None: nothing."""
    pieces = tuple(_piece(row) for row in rows if row["parcel_id"] or _may_fill(order, rows))
    if not pieces:
        return None
    return Standing(
        order=order_of(order, lines_of(pieces), limits, {}),
        version=order.version,
        pieces=pieces,
        parcels_fixed=order.parcels_fixed,
        units_open=order.units_open,
    )


def _may_fill(order: OpenOrder, rows: Sequence[Record]) -> bool:
    """What ships complete or not at all, and holds some units already, is left to allocation."""
    started = bool(order.parcels_fixed) or any(row["parcel_id"] for row in rows)
    return not started or order.split_policy == SplitPolicy.PARTIAL_ALLOWED


def _piece(row: Record) -> Piece:
    parcel = row["parcel_id"] and Parcel(
        id=row["parcel_id"],
        warehouse_id=row["warehouse_id"],
        planned_ship_on=row["planned_ship_on"],
        arrives_on=row["arrives_on"],
        releasable_at=row["releasable_at"],
    )
    return Piece(
        line_id=row["line_id"],
        variant_id=row["variant_id"],
        sku=row["sku"],
        units=row["units"],
        weight_g=row["weight_g"],
        parcel=parcel or None,
    )
