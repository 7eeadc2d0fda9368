"""Plan all open orders anew, together, and move those that become cheaper."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.shared.actor import Actor
from domain.shared.database import execute, fetch_value, transaction
from domain.sourcing.current_policy import current_policy
from domain.sourcing.planning.model import SourcingPolicy, Worth
from domain.sourcing.planning.turn import Turn
from domain.sourcing.reevaluating.batch import OpenOrders, propose, room_of
from domain.sourcing.reevaluating.futures import PastDays, worth_of
from domain.sourcing.reevaluating.group import Proposal, Scarce, groups
from domain.sourcing.reevaluating.move_orders import move_orders
from domain.sourcing.reevaluating.read_open import Seen, read_open, whose_turn
from domain.sourcing.reevaluating.read_past import read_past
from domain.sourcing.reevaluating.standing import Move
from domain.sourcing.reevaluating.write_worth import write_worth
from domain.sourcing.rules.definition import BidPricing

ORDERS_A_TRANSACTION = 40  # about 50 ms; a group that is larger is one transaction all the same
ERROR_LENGTH_MAX = 4_000

_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
_BEGIN = """
    UPDATE sourcing_reevaluations
    SET state = 'RUNNING', started_at = coalesce(started_at, $2), ended_at = NULL, error = NULL,
        rule_set_id = $3, currency = $4
    WHERE id = $1 AND state <> 'DONE' RETURNING id
"""
_PLANNED = """
    UPDATE sourcing_reevaluations SET considered = $2, proposed = moved + $3, plan_seconds = $4 WHERE id = $1
"""
_DONE = """
    UPDATE sourcing_reevaluations SET state = 'DONE', ended_at = $2 WHERE id = $1 AND state = 'RUNNING'
"""
# The job of a run that failed so often is given up with this attempt.
_FAILED = """
    UPDATE sourcing_reevaluations
    SET error = $2, state = CASE WHEN over THEN 'FAILED' ELSE 'RUNNING' END,
        ended_at = CASE WHEN over THEN $3::timestamptz END
    FROM (SELECT coalesce(max(attempts) >= $4, true) AS over FROM jobs
          WHERE kind = 'REEVALUATE' AND payload->>'reevaluation_id' = ($1::uuid)::text) job
    WHERE id = $1 AND state = 'RUNNING'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReevaluationDone:
    """What a run did; `objections` say why some of the proposed moves were left for the next one."""

    considered: int
    proposed: int
    moved: int
    units_filled: int
    saved_minor: int
    plan_s: float
    objections: tuple[str, ...]


async def reevaluate(
    reevaluation_id: UUID, *, currency: str, effort_s: float, by: Actor, now: Callable[[], datetime]
) -> ReevaluationDone | None:
    """Plan all open orders that nobody has begun to pick, with those that wait, and move what saves enough.

    Planned outside of all locks, in a thread, on one snapshot; `effort_s` bounds the search, in seconds of a
    usual core. What units are worth to orders to come is found first, and kept for who places orders meanwhile;
    a rule set may count it here, too: what a move must save is billed all the same. Moves follow in short transactions, each of them judged again. So it may be cut off
    anywhere, and two of them may run at once: what one changed, the other leaves alone. None: it is done already.
    """
    current = await current_policy(currency)
    if await fetch_value(_BEGIN, reevaluation_id, now(), current.rule_set_id, currency) is None:
        return None
    seen, past = await _see(now())
    worth = await _price(seen, past, current.policy, now)
    began = time.perf_counter()
    counted = worth if current.policy.rules.bid_prices is BidPricing.ON else None
    proposals = await asyncio.to_thread(_propose, seen, current.policy, effort_s, now(), counted)
    plan_s = time.perf_counter() - began
    proposed = sum(len(group) for group in proposals)
    await execute(_PLANNED, reevaluation_id, len(seen.standings), proposed, plan_s)

    moved, filled, saved = 0, 0, 0
    objections: list[str] = []
    for part in _parts(proposals):
        done = await move_orders(part, reevaluation_id=reevaluation_id, currency=currency, by=by, now=now())
        moved, filled, saved = moved + done.orders, filled + done.units_filled, saved + done.saved_minor
        objections += done.objections
    await execute(_DONE, reevaluation_id, now())
    return ReevaluationDone(
        considered=len(seen.standings),
        proposed=proposed,
        moved=moved,
        units_filled=filled,
        saved_minor=saved,
        plan_s=plan_s,
        objections=tuple(objections),
    )


async def reevaluation_failed(
    reevaluation_id: UUID, fault: Exception, *, attempts_max: int, now: datetime
) -> None:
    """Note why a run failed. It is tried again, unless its job is given up: then it is FAILED."""
    await execute(_FAILED, reevaluation_id, repr(fault)[:ERROR_LENGTH_MAX], now, attempts_max)


async def _see(now: datetime) -> tuple[Seen, PastDays]:
    async with transaction():
        await execute(_SNAPSHOT)
        seen = await read_open(await whose_turn(), now=now)
        return seen, await read_past(seen, now=now)


async def _price(
    seen: Seen, past: PastDays, policy: SourcingPolicy, now: Callable[[], datetime]
) -> Worth | None:
    """What units and parcels are worth from now on; None: there is no past to tell it by."""
    if not past.days:
        return None
    at = now()
    worth = await asyncio.to_thread(worth_of, _open_orders(seen), past, policy, Turn(policy.rules, at))
    await write_worth(worth, now=at)
    return worth


def _propose(
    seen: Seen, policy: SourcingPolicy, effort_s: float, now: datetime, worth: Worth | None
) -> list[list[Proposal]]:
    proposals = propose(_open_orders(seen), policy, Turn(policy.rules, now), effort_s=effort_s, worth=worth)
    free: dict[Scarce, int] = {(variant, place): units for (variant, place), units in seen.free.items()}
    return groups(proposals, free | room_of(seen.network.sites))


def _open_orders(seen: Seen) -> OpenOrders:
    return OpenOrders(
        standings=list(seen.standings.values()),
        sites=seen.network.sites,
        zones=seen.network.zones,
        free=seen.free,
    )


def _parts(found: Sequence[Sequence[Proposal]]) -> Iterator[list[list[Move]]]:
    """Whole groups, in turn, about so many orders at a time."""
    part: list[list[Move]] = []
    orders = 0
    for group in found:
        if part and orders + len(group) > ORDERS_A_TRANSACTION:
            yield part
            part, orders = [], 0
        part.append([one.move for one in group])
        orders += len(group)
    if part:
        yield part
