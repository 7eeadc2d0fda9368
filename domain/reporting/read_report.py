"""Read a report: its rows, beside what they are compared with."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain.reporting.asking import AskReport, InvalidReport, span_of
from domain.reporting.parameters import Place, Sight, parameters
from domain.reporting.periods import Comparison, Span
from domain.reporting.report import Report
from domain.shared.actor import Actor
from domain.shared.database import fetch, planned_for_values, records

_CHANNELS = "SELECT id FROM channels WHERE code = ANY($1::text[])"
_WAREHOUSES = "SELECT id FROM warehouses WHERE code = ANY($1::text[])"
_VARIANTS = """
    SELECT v.id FROM variants v JOIN products p ON p.id = v.product_id
    WHERE ($1::text[] IS NULL OR v.sku = ANY($1)) AND ($2::text[] IS NULL OR p.category = ANY($2))
"""
_OTHER_CURRENCIES = """
    SELECT DISTINCT currency FROM channels
    WHERE currency <> $1 AND ($2::uuid[] IS NULL OR id = ANY($2)) ORDER BY currency
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """A row, the row it is compared with, and by what share its measure has grown since, where that can be said."""

    now: Any
    before: Any | None
    growth: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """A page of a report. `other_currencies`: channels that were asked for sell in these, too, and are not in it."""

    rows: list[ReportRow]
    end_cursor: str | None
    has_more: bool
    span: Span
    compared_with: Span | None
    currency: str
    other_currencies: list[str]


async def read_report(report: Report, ask: AskReport, *, by: Actor, now: datetime) -> ReportPage:
    """The page that is asked for, of what `by` may see.

    Raises:
        InvalidReport: something asked is not possible.
        NotAllowed: stock belongs to all channels, and `by` sees only some.
    """
    span, sight = await judged(report, ask, by=by)
    place = None if ask.after is None else _place(ask.after, report)
    limit = None if ask.rows_max is None else ask.rows_max + 1
    asked = parameters(report, ask, span, sight, now=now, place=place, rows_max=limit)
    found = await _rows(report, asked)
    rows = found[: ask.rows_max]
    before = await _before(report, ask, span, sight, [getattr(row, report.key) for row in rows], now=now)
    return ReportPage(
        rows=[_compared(report, row, before.get(getattr(row, report.key))) for row in rows],
        end_cursor=_cursor(report, rows[-1]) if rows and report.order else None,
        has_more=len(found) > len(rows),
        span=span,
        compared_with=compared_span(ask, span),
        currency=ask.currency,
        other_currencies=[
            row["currency"] for row in await records(_OTHER_CURRENCIES, ask.currency, sight.channel_ids)
        ],
    )


async def judged(report: Report, ask: AskReport, *, by: Actor) -> tuple[Span, Sight]:
    """The span that is asked for, and what `by` may see of it. Raises as `read_report`."""
    if report.of_stock:
        by.require_every_channel()
    return span_of(ask, report), await _sight(ask, by)


async def _sight(ask: AskReport, by: Actor) -> Sight:
    channels = await _ids(_CHANNELS, ask.channels)
    if by.channel_ids is not None:
        channels = sorted(by.channel_ids if channels is None else by.channel_ids.intersection(channels))
    return Sight(
        channel_ids=channels,
        warehouse_ids=await _ids(_WAREHOUSES, ask.warehouses),
        variant_ids=await _variant_ids(ask),
        costs=by.channel_ids is None,
    )


async def _ids(query: str, codes: Sequence[str] | None) -> list[UUID] | None:
    return None if codes is None else [row["id"] for row in await records(query, list(codes))]


async def _variant_ids(ask: AskReport) -> list[UUID] | None:
    if ask.skus is None and ask.categories is None:
        return None
    return [row["id"] for row in await records(_VARIANTS, ask.skus, ask.categories)]


def compared_span(ask: AskReport, span: Span) -> Span | None:
    """The span it is compared with, if any."""
    return None if ask.comparison is Comparison.NONE else span.before(ask.comparison)


async def _before(
    report: Report, ask: AskReport, span: Span, sight: Sight, keys: Sequence[Any], *, now: datetime
) -> dict[Any, Any]:
    """The rows that those with these keys are compared with, by their keys."""
    earlier = compared_span(ask, span)
    if earlier is None or not keys:
        return {}
    if report.key == "sku":
        sight = replace(sight, variant_ids=await _variant_ids(replace(ask, skus=keys)))
    asked = parameters(report, ask, earlier, sight, now=now, keys=keys)
    return {getattr(row, report.key): row for row in await _rows(report, asked)}


async def _rows(report: Report, asked: Mapping[str, Any]) -> list[Any]:
    async with planned_for_values():
        return await fetch(report.query.text, report.row, *report.query.arguments(asked))


def _compared(report: Report, row: Any, before: Any | None) -> ReportRow:
    was = getattr(before, report.measure) if before is not None and report.measure else 0
    growth = getattr(row, report.measure) / was - 1 if report.measure and was > 0 else None
    return ReportRow(now=row, before=before, growth=growth)


def _cursor(report: Report, row: Any) -> str:
    assert report.order is not None
    place = [report.name, getattr(row, report.order), getattr(row, report.key)]
    return urlsafe_b64encode(orjson.dumps(place)).decode()


def _place(cursor: str, report: Report) -> Place:
    try:
        name, value, key = orjson.loads(urlsafe_b64decode(cursor.encode("ascii")))
    except (binascii.Error, ValueError, TypeError):
        raise InvalidReport("This cursor is not of this report.", field="after") from None
    ours = name == report.name and isinstance(key, str)
    if not ours or not isinstance(value, int | float) or abs(value) >= 2**63:
        raise InvalidReport("This cursor is not of this report.", field="after")
    return Place(value, key)
