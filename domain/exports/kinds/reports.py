"""Reports: each is a kind, whose columns are the report's, with what its measure was before and how it has grown.

A report is read whole, in one moment, so that its rows belong together.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from domain.exports.kinds.kind import Asked, Cells, Column, Key, Kind, Page, Type
from domain.reporting.asking import AskReport, Replenishment, span_of
from domain.reporting.periods import Comparison, Grain
from domain.reporting.read_report import ReportPage, ReportRow, read_report
from domain.reporting.registry import REPORTS
from domain.reporting.report import Report, Unit
from domain.shared.actor import Actor

_TYPES: Final = {Unit.TEXT: Type.TEXT, Unit.TIME: Type.TIME, Unit.COUNT: Type.INTEGER, Unit.MONEY: Type.MONEY}


def report_now(report: Report, ask: AskReport, *, by: Actor, now: datetime) -> dict[str, Any]:
    """The report as an export is asked for it.

    Raises:
        InvalidReport: something asked is not possible.
        NotAllowed: stock belongs to all channels, and `by` sees only some.
    """
    if report.of_stock:
        by.require_every_channel()
    span_of(ask, report)
    return {"ask": asdict(ask), "now": now.isoformat()}


def _ask(stored: Mapping[str, Any]) -> AskReport:
    read = {
        "first_day": date.fromisoformat(stored["first_day"]),
        "last_day": date.fromisoformat(stored["last_day"]),
        "grain": Grain(stored["grain"]),
        "comparison": Comparison(stored["comparison"]),
        "replenishment": Replenishment(**stored["replenishment"]),
        "rows_max": None,
        "after": None,
    }
    return AskReport(**{**stored, **read})


async def _page(report: Report, asked: Asked, after: Key | None) -> Page:
    if after is not None:  # its rows are kept, and only the file was not made of them
        return Page(records=[], reached=after, more=False, done=1.0)
    reader = Actor(name="export", channel_ids=asked.channel_ids)
    now = datetime.fromisoformat(asked.what["now"])
    page = await read_report(report, _ask(asked.what["ask"]), by=reader, now=now)
    return Page(records=[_cells(report, page, row) for row in page.rows], reached=[1], more=False, done=1.0)


def _cells(report: Report, page: ReportPage, row: ReportRow) -> Cells:
    values = [getattr(row.now, each.attribute) for each in report.columns]
    was = getattr(row.before, report.measure) if row.before is not None and report.measure else None
    return [*values, was, row.growth, page.currency]


def _columns(report: Report) -> list[Column]:
    told = {each.attribute: _column(_name(each.attribute), each.unit) for each in report.columns}
    measure = report.measure or report.key
    before = Column(f"{_name(measure)}_before", told[measure].type, told[measure].currency)
    return [*told.values(), before, Column("growth", Type.NUMBER), Column("currency")]


def _name(attribute: str) -> str:
    return attribute.removesuffix("_minor")


def _column(name: str, unit: Unit) -> Column:
    return Column(name, _TYPES.get(unit, Type.NUMBER), "currency" if unit is Unit.MONEY else None)


REPORT_KINDS: Final = tuple(
    Kind(name=report.name, columns=_columns(report), page=partial(_page, report)) for report in REPORTS
)
