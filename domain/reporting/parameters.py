"""The parameters that a report's query may name, as `:name`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from domain.reporting.asking import AskReport
from domain.reporting.blocks import blocks_of, nearest
from domain.reporting.periods import Grain, Span
from domain.reporting.report import Report

# Over how many periods an average moves: a day of hours, a week, about a month, a quarter of a year.
AVERAGED = {Grain.HOUR: 24, Grain.DAY: 7, Grain.WEEK: 4, Grain.MONTH: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What the caller may see of what was named; None: everything."""

    channel_ids: Sequence[UUID] | None
    warehouse_ids: Sequence[UUID] | None


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
    return {
        **_periods(report, span, ask.grain),
        "currency": ask.currency,
        "channel_ids": sight.channel_ids,
        "warehouse_ids": sight.warehouse_ids,
        "categories": ask.categories,
        "skus": ask.skus,
        "keys": keys,
        "after_value": place.value if place else None,
        "after_key": place.key if place else None,
        "rows_max": rows_max,
        "now": now,
    }


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
        (number, block.minutes, block.starts_at)
        for number, (from_at, to_at) in zip(numbers, pairwise(edges), strict=True)
        for block in blocks_of(from_at, to_at, report.lengths)
    ]
    return {
        "numbers": list(numbers),
        "begins": edges[:-1],
        "before_it": before_it,
        "periods": [number for number, _, _ in blocks],
        "minutes": [minutes for _, minutes, _ in blocks],
        "starts": [starts_at for _, _, starts_at in blocks],
        "from_at": edges[0],
        "to_at": edges[-1],
    }
