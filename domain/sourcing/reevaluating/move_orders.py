"""Move orders to a cheaper place: lock what they touch, judge again, and write what still holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.shared.actor import Actor
from domain.shared.database import execute, records, statement, transactional
from domain.sourcing.accept_plan import WarehouseDay
from domain.sourcing.current_policy import current_policy
from domain.sourcing.lock_days import lock_days
from domain.sourcing.planning.assign import NotPossible
from domain.sourcing.planning.model import ShipDay, Site
from domain.sourcing.planning.turn import Turn
from domain.sourcing.reevaluating.judge import Carried, Judge
from domain.sourcing.reevaluating.read_open import Seen, read_open
from domain.sourcing.reevaluating.standing import Level, Move
from domain.sourcing.reevaluating.write_moves import write_moves

_LOCK_ORDERS = statement(__file__, "lock_orders.sql")
_LOCK_PARCELS = statement(__file__, "lock_parcels.sql")
_LOCK_LEVELS = statement(__file__, "../lock_levels.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedOrders:
    """What became of groups of moves: the orders moved, and why groups were left for the next round."""

    orders: int
    saved_minor: int
    units_filled: int
    objections: tuple[str, ...]


@transactional
async def move_orders(
    groups: Sequence[Sequence[Move]],
    *,
    reevaluation_id: UUID,
    currency: str,
    by: Actor,
    now: datetime,
) -> MovedOrders:
    """Carry out each group as a whole, if nothing speaks against it; all of them in one transaction.

    Locks as everybody: rules, orders, levels in (variant, warehouse) order, days. An order that somebody is at
    work on is not waited for: its group is left for the next round, as is whatever changed since it was planned,
    and what the rules that decide now do not want.
    """
    current = await current_policy(currency)
    moves = [move for group in groups for move in group]
    seen = await _lock_and_read(moves, now)
    standing = [move for move in moves if move.order_id in seen.standings]
    free = {**seen.free, **await _lock_levels(standing)}
    sites = await _lock_days(standing, seen)
    judge = Judge(
        standings=seen.standings,
        sites=sites,
        zones=seen.network.zones,
        free=free,
        turn=Turn(current.policy.rules, now),
        policy=current.policy,
    )
    carried, objections = _judged(judge, groups)
    await write_moves(carried, seen.network, reevaluation_id=reevaluation_id, current=current, by=by, now=now)
    return MovedOrders(
        orders=sum(one.move.moves_parcels for one in carried),
        saved_minor=sum(one.saved_minor for one in carried),
        units_filled=sum(one.units_filled for one in carried),
        objections=tuple(objections),
    )


def _judged(judge: Judge, groups: Sequence[Sequence[Move]]) -> tuple[list[Carried], list[str]]:
    carried: list[Carried] = []
    objections = []
    for group in groups:
        try:
            carried += judge.judge(group)
        except NotPossible as no:
            objections.append(str(no))
    return carried, objections


async def _lock_and_read(moves: Iterable[Move], now: datetime) -> Seen:
    locked = [row["id"] for row in await records(_LOCK_ORDERS, [move.order_id for move in moves])]
    await execute(_LOCK_PARCELS, locked)
    return await read_open(locked, now=now)


async def _lock_levels(moves: Sequence[Move]) -> dict[Level, int]:
    touched = sorted({level for move in moves for level in move.units})
    columns = [variant for variant, _ in touched], [warehouse for _, warehouse in touched]
    rows = await records(_LOCK_LEVELS, *columns, [])
    return {(row["variant_id"], row["warehouse_id"]): max(0, row["free"]) for row in rows}


async def _lock_days(moves: Sequence[Move], seen: Seen) -> tuple[Site, ...]:
    """The warehouses with the room that their days have, now that nobody else can fill or leave them."""
    room = await lock_days({*_days_left(moves, seen), *_days_filled(moves, seen.network.sites)})
    return tuple(_with_room(site, room) for site in seen.network.sites)


def _days_left(moves: Sequence[Move], seen: Seen) -> Iterable[WarehouseDay]:
    for move in moves:
        parcels = seen.standings[move.order_id].parcels
        for key in move.cancelled & parcels.keys():
            if day := parcels[key].planned_ship_on:
                yield parcels[key].warehouse_id, day


def _days_filled(moves: Sequence[Move], sites: Sequence[Site]) -> Iterable[WarehouseDay]:
    """Of a warehouse that takes so many parcels a day only, all days ahead: which has room is known under the lock."""
    filled = {place for move in moves for _, place in move.places}
    for site in sites:
        if site.warehouse_id in filled:
            yield from ((site.warehouse_id, one.day) for one in site.days or ())


def _with_room(site: Site, room: Mapping[WarehouseDay, int | None]) -> Site:
    return replace(site, days=tuple(_day_now(site, one, room) for one in site.days or ()))


def _day_now(site: Site, one: ShipDay, room: Mapping[WarehouseDay, int | None]) -> ShipDay:
    left = room.get((site.warehouse_id, one.day), one.left)
    return ShipDay(day=one.day, left=None if left is None else max(0, left))
