"""Work out what a day would have cost without and with bid prices.

The day is replayed whole, twice, under the rules that decide now. A figure order by order could only ever show a loss:
each order that leaves a unit to later ones pays for that itself, and what it gained is in theirs.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day

from domain.shared.database import execute, statement
from domain.sourcing.current_policy import CurrentPolicy, current_policy
from domain.sourcing.planning.model import SourcingPolicy
from domain.sourcing.rules.definition import BidPricing
from domain.sourcing.simulating.read_past import Span
from domain.sourcing.simulating.report import Report, Side
from domain.sourcing.simulating.stage import Stage, set_up

RUN_MAX_S = 150  # a worker cuts its jobs off after 300

_WRITE = statement(__file__, "write_shadow.sql")


async def shadow_day(day: date, *, currency: str, now: Callable[[], datetime]) -> None:
    """Replay the day (UTC) and write its figures, with costs in `currency`.

    Idempotent: done again, it says the same as long as the rules are the same. Of a day with too many orders only the
    first are replayed, the same ones on both sides.
    """
    begin = datetime.combine(day, time_of_day(), UTC)
    current = await current_policy(currency)
    stage = await set_up(
        Span(from_at=begin, to_at=begin + timedelta(days=1)),
        baseline=_priced(current.policy, BidPricing.OFF),
        candidate=_priced(current.policy, BidPricing.ON),
    )
    until = await _played(stage, begin)
    await _write(day, until, current, stage.comparison.report(), now())


def _priced(policy: SourcingPolicy, bid_prices: BidPricing) -> SourcingPolicy:
    return replace(policy, rules=policy.rules.model_copy(update={"bid_prices": bid_prices}))


async def _played(stage: Stage, begin: datetime) -> datetime:
    """Until when it was replayed: to the end, if that takes no longer than it may."""
    began, until = time.monotonic(), begin
    async for piece in stage.pieces:
        # in a thread: planning would keep the worker from everything else for as long as it takes
        await asyncio.to_thread(stage.comparison.run, piece.happenings, piece.actual)
        until = piece.until
        if time.monotonic() - began > RUN_MAX_S:
            break
    await asyncio.to_thread(stage.comparison.finish)
    return until


async def _write(day: date, until: datetime, current: CurrentPolicy, report: Report, now: datetime) -> None:
    without, priced = report.baseline, report.candidate
    await execute(
        _WRITE,
        day,
        current.rule_set_id,
        current.policy.rules.bid_prices is BidPricing.ON,
        until,
        current.policy.currency,
        without.orders,
        report.orders_changed,
        without.lines,
        without.lines_filled,
        priced.lines_filled,
        without.shipments,
        priced.shipments,
        _minor(without),
        _minor(priced),
        now,
    )


def _minor(side: Side) -> int:
    """Both sides cost in one currency, the policy's."""
    return sum(amount.minor for amount in side.cost)
