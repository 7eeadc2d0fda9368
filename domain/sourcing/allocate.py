"""Allocate waiting orders: plan them together, take their units, write the decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.actor import Actor
from domain.shared.database import execute, records, statement, transactional
from domain.shared.money import exponent
from domain.sourcing.accept_plan import Level, Take, still_holding, takes
from domain.sourcing.gather_snapshot import gather_snapshot
from domain.sourcing.planning import SourcingPolicy, plan
from domain.sourcing.write_plan import write_plan

_LOCK_LEVELS = statement(__file__, "lock_levels.sql")
_NOTHING_TO_SOURCE = """
    UPDATE orders SET sourcing = CASE WHEN state = 'OPEN' THEN 'SOURCED' ELSE 'NONE' END, updated_at = $2
    WHERE id = ANY($1::uuid[])
"""
POLICY_VERSION = "cheapest/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationRound:
    """What one round did: orders claimed, of these decided, and those to be planned again."""

    claimed: int
    decided: int
    again: int


def policy_for(currency: str) -> SourcingPolicy:
    """The rules that decide, with costs in `currency`."""
    return SourcingPolicy(version=POLICY_VERSION, currency=currency, exponent=exponent(currency))


@transactional
async def allocate_waiting(
    *, orders_max: int, policy: SourcingPolicy, by: Actor, now: datetime
) -> AllocationRound:
    """Decide where up to `orders_max` waiting orders leave from, in one transaction.

    Each order is decided by exactly one of any number of workers: a claimed order is locked until
    its decision is written, and a worker that dies leaves nothing behind. Orders whose units a rival
    took in between stay waiting, with a job that plans them again.
    """
    gathered = await gather_snapshot(orders_max=orders_max)
    if gathered.without_demand:
        await execute(_NOTHING_TO_SOURCE, list(gathered.without_demand), now)
    if not gathered.snapshot.orders:
        return AllocationRound(claimed=len(gathered.orders), decided=0, again=0)

    decisions = plan(gathered.snapshot, policy).decisions
    planned = takes(decisions, gathered.snapshot.orders)
    done, again = still_holding(planned, gathered.snapshot, await _lock_levels(planned))

    await write_plan(done, gathered, policy=policy, by=by, now=now)
    if again or len(gathered.orders) == orders_max:
        await enqueue(JobKind.ALLOCATE, now=now)
    return AllocationRound(claimed=len(gathered.orders), decided=len(done), again=len(again))


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
