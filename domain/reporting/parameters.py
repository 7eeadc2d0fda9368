"""The parameters that a report's query may name, as `:name`."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import NormalDist
from typing import Any
from uuid import UUID

from domain.reporting.asking import AskReport
from domain.reporting.blocks import DAYS, EIGHT_DAYS, Block, blocks_of, floor_to, nearest
from domain.reporting.periods import Grain, Span
from domain.reporting.report import Report

# Over how many periods an average moves: a day of hours, a week, about a month, a quarter of a year.
AVERAGED = {Grain.HOUR: 24, Grain.DAY: 7, Grain.WEEK: 4, Grain.MONTH: 3}
# The layers of a stock's age: came within so many days.
AGES = (30, 60, 90, 180, 365)
# What stands for all channels or warehouses together where roll-ups have that, too.
EVERY = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What the caller may see of what was named; None: everything. `costs`: what units cost, too.

    `variant_ids` are those of the SKUs and categories that were named.
    """

    channel_ids: Sequence[UUID] | None
    warehouse_ids: Sequence[UUID] | None
    variant_ids: Sequence[UUID] | None
    costs: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page goes on: after the row with this value in the report's order, and this key."""

    value: Any
    key: Any


def parameters(
    report: Report,
    ask: AskReport,
    span: Span,
    sight: Sight,
    *,
    now: datetime,
    place: Place | None = None,
    keys: Sequence[Any] | None = None,
    rows_max: int | None = None,
) -> dict[str, Any]:
    """What the query may ask for; `keys`: only rows with these keys."""
    periods = _periods(report, span, ask.grain)
    from_at, to_at = periods["from_at"], periods["to_at"]
    return {
        **periods,
        **(_days_of_stock(from_at, to_at, now) if report.of_stock else {}),
        "until": min(to_at, max(from_at, now)),
        "currency": ask.currency,
        "channel_ids": sight.channel_ids,
        "warehouse_ids": sight.warehouse_ids,
        "channels_or_all": [EVERY] if sight.channel_ids is None else sight.channel_ids,
        "warehouses_or_all": [EVERY] if sight.warehouse_ids is None else sight.warehouse_ids,
        "costs": sight.costs,
        "variant_ids": sight.variant_ids,
        "skus_named": ask.skus is not None,
        "categories": ask.categories,
        "keys": keys,
        "after_value": place.value if place else None,
        "after_key": place.key if place else None,
        "rows_max": rows_max,
        "lead_time_days": ask.replenishment.lead_time_days,
        "lead_time_deviation_days": ask.replenishment.lead_time_deviation_days,
        "cover_days": ask.replenishment.cover_days,
        "service_factor": NormalDist().inv_cdf(ask.replenishment.service_level),
    }


def _days_of_stock(from_at: datetime, to_at: datetime, now: datetime) -> dict[str, Any]:
    """What a report over days may ask for: all days after the span; those before its end, by age; by eight."""
    end = floor_to(max(to_at, now), max(DAYS)) + 2 * timedelta(minutes=max(DAYS))
    return {
        **_columns("later", blocks_of(to_at, end, DAYS)),
        **_ages(to_at),
        "eight_days": list(_eight_days(from_at, min(to_at, now))),
    }


def _columns(name: str, blocks: Iterable[Block]) -> dict[str, Any]:
    listed = list(blocks)
    return {
        f"{name}_times": [block.times for block in listed],
        f"{name}_minutes": [block.minutes for block in listed],
        f"{name}_starts": [block.starts_at for block in listed],
    }


def _ages(to_at: datetime) -> dict[str, Any]:
    """The days before `to_at`: each block once, and how often it counts for what came within so many days."""
    times: defaultdict[tuple[int, datetime], Counter[int]] = defaultdict(Counter)
    for younger, older in pairwise((0, *AGES)):
        for block in blocks_of(to_at - timedelta(days=older), to_at - timedelta(days=younger), DAYS):
            within = (age for age in AGES if age >= older)
            times[block.minutes, block.starts_at].update(dict.fromkeys(within, block.times))
    return {
        "age_minutes": [minutes for minutes, _ in times],
        "age_starts": [starts_at for _, starts_at in times],
        **{f"times_to_{age}": [counted[age] for counted in times.values()] for age in AGES},
    }


def _eight_days(from_at: datetime, to_at: datetime) -> Iterator[datetime]:
    """Where blocks of eight days begin that lie between the two."""
    length = timedelta(minutes=EIGHT_DAYS)
    at = floor_to(from_at + length - timedelta(minutes=1), EIGHT_DAYS)
    while at + length <= to_at:
        yield at
        at += length


def _periods(report: Report, span: Span, grain: Grain) -> dict[str, Any]:
    """The periods by number, those before 0 for averages alone; and the blocks that cover them.

    Where roll-ups know days only, those of UTC that are nearest.
    """
    before_it = AVERAGED[grain] - 1 if report.by_grain else 0
    cut = span.cut(grain) if report.by_grain else [span.from_at, span.to_at]
    earlier = [at for at in span.earlier(grain, before_it).cut(grain) if at < cut[0]] if before_it else []
    earlier = earlier[-before_it:]
    edges = [nearest(edge, min(report.lengths)) for edge in (*earlier, *cut)]
    numbers = range(-len(earlier), len(cut) - 1)
    blocks = [
        (number, block)
        for number, (from_at, to_at) in zip(numbers, pairwise(edges), strict=True)
        for block in blocks_of(from_at, to_at, report.lengths)
    ]
    return {
        "numbers": list(numbers),
        "begins": edges[:-1],
        "before_it": before_it,
        "periods": [number for number, _ in blocks],
        "times": [block.times for _, block in blocks],
        "minutes": [block.minutes for _, block in blocks],
        "starts": [block.starts_at for _, block in blocks],
        "from_at": edges[0],
        "to_at": edges[-1],
    }
