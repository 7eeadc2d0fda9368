"""Read what a report's rows add up to, those on other pages too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.reporting.asking import AskReport
from domain.reporting.parameters import Sight, parameters
from domain.reporting.periods import Span
from domain.reporting.read_report import compared_span, judged
from domain.reporting.report import Report
from domain.shared.actor import Actor
from domain.shared.database import planned_for_values, records


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How many rows there are, and the sums of their columns that add up, by attribute; None: of nothing known."""

    rows: int
    sums: Mapping[str, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTotals:
    """Of the span, and of all rows of the one that it is compared with, also where a row has none to stand beside."""

    now: Totals
    before: Totals | None


async def read_totals(report: Report, ask: AskReport, *, by: Actor, now: datetime) -> ReportTotals:
    """What all rows add up to that `by` may see. Raises as `read_report`."""
    span, sight = await judged(report, ask, by=by)
    earlier = compared_span(ask, span)
    return ReportTotals(
        now=await _totals(report, ask, span, sight, now=now),
        before=None if earlier is None else await _totals(report, ask, earlier, sight, now=now),
    )


async def _totals(report: Report, ask: AskReport, span: Span, sight: Sight, *, now: datetime) -> Totals:
    arguments = report.query.arguments(parameters(report, ask, span, sight, now=now))
    async with planned_for_values():
        [sums] = await records(_summed(report), *arguments)
    return Totals(rows=sums["rows"], sums={name: value for name, value in sums.items() if name != "rows"})


def _summed(report: Report) -> str:
    # where a value may be unknown, the sum of none is, too
    of_none = {True: "NULL", False: "0"}
    sums = [
        f"coalesce(sum({each.attribute}), {of_none[each.optional]})::bigint AS {each.attribute}"
        for each in report.columns
        if each.sums
    ]
    listed = ", ".join(["count(*) AS rows", *sums])
    return f"SELECT {listed} FROM (\n{report.query.text}\n) AS listed"  # noqa: S608 -- all of it is ours
