"""Allocate waiting orders: plan them together, take their units, write the decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import structlog

from domain.jobs.enqueue import call_for_help
from domain.jobs.kinds import JobKind
from domain.orders.hold_order import HoldOrder, hold_order
from domain.orders.models import HoldReason
from domain.shared.actor import Actor
from domain.shared.database import execute, fetch_value, records, statement, transactional
from domain.shared.faults import PERHAPS_ONE_ROWS_FAULT
from domain.sourcing.accept_plan import Level, Take, WarehouseDay, still_holding, takes
from domain.sourcing.current_policy import current_policy
from domain.sourcing.gather_snapshot import gather_snapshot, read_network
from domain.sourcing.lock_days import lock_days
from domain.sourcing.planning import Snapshot, SourcingPolicy, plan
from domain.sourcing.read_worth import read_worth
from domain.sourcing.rules.definition import BidPricing
from domain.sourcing.wake_waiting import wake_in_time
from domain.sourcing.write_plan import write_plan

log = structlog.stdlib.get_logger("forebay.allocate")

_LOCK_LEVELS = statement(__file__, "lock_levels.sql")
# Where so many are looked at and none can be planned, it is not the orders that are wrong.
NOT_THEIR_FAULT_MIN = 10
NOTE_LENGTH_MAX = 500
_NEXT = """
    SELECT id FROM orders WHERE sourcing = 'WAITING' ORDER BY priority DESC, placed_at, id LIMIT $1
"""
_STILL_WAITS = "SELECT sourcing = 'WAITING' FROM orders WHERE id = $1 FOR NO KEY UPDATE"
# ids grow with time
_HELD_SINCE_A_DECISION = """
    SELECT count(*) FROM order_holds
    WHERE reason = 'OTHER' AND placed_by = $1 AND id > coalesce(
        (SELECT id FROM sourcing_decisions WHERE reevaluation_id IS NULL ORDER BY id DESC LIMIT 1),
        '00000000-0000-0000-0000-000000000000')
"""
_NOTHING_TO_SOURCE = """
    UPDATE orders SET sourcing = CASE WHEN state = 'OPEN' THEN 'SOURCED' ELSE 'NONE' END, updated_at = $2
    WHERE id = ANY($1::uuid[])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationRound:
    """What one round did: orders claimed, of these decided, and those to be planned again."""

    claimed: int
    decided: int
    again: int


async def allocate_waiting(*, orders_max: int, currency: str, by: Actor, now: datetime) -> AllocationRound:
    """Decide where up to `orders_max` waiting orders leave from, in one transaction, with costs in `currency`.

    Each order is decided by exactly one of any number of workers: a claimed order is locked until
    its decision is written, and a worker that dies leaves nothing behind. Orders whose units a rival
    took in between stay waiting. Where more wait, or may, other workers are called.

    Where planning faults, each order is decided by itself, and one that faults then is put on hold with its fault,
    so that it keeps no other waiting. What faults for all of them is raised, and holds none.
    """
    try:
        return await _allocate(orders_max=orders_max, only=None, currency=currency, by=by, now=now)
    except PERHAPS_ONE_ROWS_FAULT as fault:
        log.warning("a batch of orders faulted; they are decided one by one", fault=repr(fault))
    return await _one_by_one(orders_max, currency=currency, by=by, now=now)


async def _one_by_one(orders_max: int, *, currency: str, by: Actor, now: datetime) -> AllocationRound:
    await _look_at_what_all_share(currency, now)
    order_ids = [row["id"] for row in await records(_NEXT, orders_max)]
    rounds: list[AllocationRound] = []
    faults: dict[UUID, Exception] = {}
    for order_id in order_ids:
        try:
            rounds.append(await _allocate(orders_max=1, only=order_id, currency=currency, by=by, now=now))
        except PERHAPS_ONE_ROWS_FAULT as fault:
            faults[order_id] = fault
    if faults and not any(one.decided or one.again for one in rounds):
        await _require_few(len(order_ids), faults, by)
    for order_id, why in faults.items():
        await _hold(order_id, why, by=by, now=now)
    return AllocationRound(
        claimed=len(order_ids),
        decided=sum(one.decided for one in rounds),
        again=sum(one.again for one in rounds),
    )


@transactional
async def _look_at_what_all_share(currency: str, now: datetime) -> None:
    """Plan no order at all: what faults here is nobody's fault. Whose time has come waits from here on."""
    current = await current_policy(currency)
    network = await read_network(now)
    plan(Snapshot(orders=(), sites=network.sites, zones=network.zones, free={}, now=now), current.policy)
    await wake_in_time(now=now)


async def _require_few(looked_at: int, faults: Mapping[UUID, Exception], by: Actor) -> None:
    """Raise one of `faults` where they are not the orders' fault: many were looked at, and none could be planned.

    A rival may have had some of them at that moment. Who was held for a fault since anything was decided counts, so that
    orders which come one by one are not held one by one for ever.
    """
    if looked_at + await fetch_value(_HELD_SINCE_A_DECISION, by.name) >= NOT_THEIR_FAULT_MIN:
        raise next(iter(faults.values()))


@transactional
async def _hold(order_id: UUID, why: Exception, *, by: Actor, now: datetime) -> None:
    """Put the order on hold, unless it was cancelled, or decided by a rival, since it faulted."""
    if await fetch_value(_STILL_WAITS, order_id):
        log.error("an order faulted; it is put on hold", order_id=str(order_id), exc_info=why)
        await hold_order(_held(order_id, why), by=by, now=now)


def _held(order_id: UUID, fault: Exception) -> HoldOrder:
    told = f"It could not be sourced: {type(fault).__name__}: {fault}"[:NOTE_LENGTH_MAX].replace("\x00", "�")
    return HoldOrder(order_id=order_id, reason=HoldReason.OTHER, note=told)


@transactional
async def _allocate(
    *, orders_max: int, only: UUID | None, currency: str, by: Actor, now: datetime
) -> AllocationRound:
    current = await current_policy(currency)
    if only is None:
        await wake_in_time(now=now)  # first, so that nobody younger is there before them
    gathered = await gather_snapshot(orders_max=orders_max, only=only, now=now)
    if gathered.without_demand:
        await execute(_NOTHING_TO_SOURCE, list(gathered.without_demand), now)
    if not gathered.snapshot.orders:
        return AllocationRound(claimed=len(gathered.orders), decided=0, again=0)

    snapshot = await _with_worth(gathered.snapshot, current.policy, now)
    decisions = plan(snapshot, current.policy).decisions
    planned = takes(decisions, gathered.snapshot.orders)
    levels = await _lock_levels(planned)
    room = await _lock_days(planned, gathered.snapshot)
    done, again = still_holding(planned, gathered.snapshot, levels, room, current.policy.rules.protections)

    await write_plan(done, gathered, current=current, by=by, now=now)
    if again or (only is None and len(gathered.orders) == orders_max):
        await call_for_help(JobKind.ALLOCATE, now=now)
    return AllocationRound(claimed=len(gathered.orders), decided=len(done), again=len(again))


async def _with_worth(snapshot: Snapshot, policy: SourcingPolicy, now: datetime) -> Snapshot:
    """With bid prices, if the rules ask for them."""
    if policy.rules.bid_prices is BidPricing.OFF:
        return snapshot
    variants = {line.variant_id for order in snapshot.orders for line in order.lines}
    return replace(snapshot, worth=await read_worth(variants, now=now))


async def _lock_levels(planned: Sequence[Take]) -> dict[Level, int]:
    taken = {level for take in planned for level in take.needs}
    unfilled: set[UUID] = set().union(*(take.unfilled_variants for take in planned))
    rows = await records(
        _LOCK_LEVELS,
        [variant for variant, _ in taken],
        [warehouse for _, warehouse in taken],
        list(unfilled),
    )
    return {(row["variant_id"], row["warehouse_id"]): row["free"] for row in rows}


async def _lock_days(planned: Sequence[Take], snapshot: Snapshot) -> dict[WarehouseDay, int]:
    """The days that the plan fills, where there is room for so many parcels only, with what room is left.

    After the levels. The other days are only counted, which is the last thing that is done.
    """
    limited = {
        site.warehouse_id for site in snapshot.sites for day in site.days or () if day.left is not None
    }
    filled = {day for take in planned for day in take.days if day[0] in limited}
    if not filled:
        return {}
    # None: its limit is gone since
    return {day: room for day, room in (await lock_days(filled)).items() if room is not None}
