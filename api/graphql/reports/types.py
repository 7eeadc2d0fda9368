"""A report's row type in GraphQL, made of its columns: they say what is public, as a type of its own would."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Generic, TypeVar

import strawberry
from strawberry.scalars import JSON
from strawberry.tools import create_type

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.money import Money, money
from api.graphql.scalars import WholeNumber
from domain.reporting.periods import Span
from domain.reporting.read_report import ReportPage
from domain.reporting.read_totals import ReportTotals as Totals
from domain.reporting.report import Column, Filter, Report, Unit
from domain.shared.money import to_decimal

T = TypeVar("T")

_TYPES: Mapping[Unit, Any] = {
    Unit.TEXT: str,
    Unit.TIME: datetime,
    Unit.COUNT: WholeNumber,
    Unit.MONEY: Money,
}


@strawberry.type(description="A row of a report, and the one that it is compared with.")
class ComparedRow(Generic[T]):
    """A row of a report, and the one that it is compared with."""

    now: T = strawberry.field(description="The row.")
    before: T | None = strawberry.field(
        description="The row of the span it is compared with; null if it has none."
    )
    growth: float | None = strawberry.field(
        description="By what share the report's measure is more than before: 0.25 is 25 % more."
    )


@strawberry.type(description="The days that a report is about.")
class ReportSpan:
    """The days that a report is about."""

    from_: date = strawberry.field(name="from", description="The first day.")
    to: date = strawberry.field(description="The last day.")
    timezone: str = strawberry.field(description="Whose days they are.")


@strawberry.type
class _Envelope:
    span: ReportSpan = strawberry.field(description="The days it is about.")
    compared_with: ReportSpan | None = strawberry.field(description="The days it is compared with, if any.")
    currency_code: str = strawberry.field(description="What its money is in. Other currencies are left out.")
    other_currencies: list[str] = strawberry.field(
        description="Currencies of other channels: what they sold is not in here."
    )
    has_next_page: bool = strawberry.field(description="Whether more rows follow.")
    end_cursor: str | None = strawberry.field(description="For `after`: the place of the last row.")


@strawberry.type(description="A page of a report.")
class ReportRows(_Envelope, Generic[T]):
    """A page of a report."""

    rows: list[ComparedRow[T]] = strawberry.field(description="Its rows.")


@strawberry.type(description="One column of a report.")
class ReportColumn:
    """One column of a report."""

    name: str = strawberry.field(description="The field of that name in the report's own type.")
    title: str = strawberry.field(description="What it is called, in English.")
    unit: Unit = strawberry.field(description="What its values are.")
    description: str = strawberry.field(description="What it says.")
    key: bool = strawberry.field(description="Whether it tells rows apart.")
    sums: bool = strawberry.field(description="Whether its values add up over rows.")

    @classmethod
    def of(cls, column: Column) -> "ReportColumn":
        return cls(
            name=column.name,
            title=column.title,
            unit=column.unit,
            description=column.description,
            key=column.key,
            sums=column.sums,
        )


@strawberry.type(description="What a report tells.")
class ReportDefinition:
    """What a report tells."""

    name: str = strawberry.field(
        description="The query field that answers it, and its name for `reportTable`."
    )
    title: str = strawberry.field(description="What it is called, in English.")
    description: str = strawberry.field(description="What it says.")
    columns: list[ReportColumn] = strawberry.field(description="Its columns.")
    measure: str | None = strawberry.field(description="The column whose growth is told.")
    sorted_by: str | None = strawberry.field(
        description="The column by which its rows come, the largest first; null: they come by time."
    )
    by_grain: bool = strawberry.field(description="Whether it has a row for each hour, day, week or month.")
    of_stock: bool = strawberry.field(description="Whether it needs a key that sees every channel.")
    filters: list[Filter] = strawberry.field(description="What it can be narrowed by, besides its span.")

    @classmethod
    def of(cls, report: Report) -> "ReportDefinition":
        names = {each.attribute: each.name for each in report.columns}
        return cls(
            name=report.name,
            title=report.title,
            description=report.description,
            columns=[ReportColumn.of(each) for each in report.columns],
            measure=names[report.measure] if report.measure else None,
            sorted_by=names[report.order] if report.order else None,
            by_grain=report.by_grain,
            of_stock=report.of_stock,
            filters=report.filters,
        )


@strawberry.type(description="A page of any report as a table.")
class ReportTable(_Envelope):
    """A page of any report as a table."""

    report: ReportDefinition = strawberry.field(description="What it tells, and its columns.")
    rows: list[JSON] = strawberry.field(
        description="A list of values a row, as the columns are: money as decimals, times in ISO 8601."
    )
    before: list[JSON | None] = strawberry.field(
        description="What each row is compared with: such a list, or null."
    )
    growth: list[float | None] = strawberry.field(description="The growth of each row's measure.")


@strawberry.type(description="What all rows of a report add up to, those on other pages too.")
class ReportTotals:
    """What all rows of a report add up to."""

    rows: WholeNumber = strawberry.field(description="How many there are.")
    sums: JSON = strawberry.field(
        description="A value a column, as in a row of ReportTable; null where values do not add up, or none is known."
    )
    rows_before: WholeNumber | None = strawberry.field(
        description="How many there are in the span it is compared with; null: it is not compared."
    )
    sums_before: JSON | None = strawberry.field(description="What those add up to.")


@cache
def row_type(report: Report) -> type:
    """The GraphQL type of a report's rows."""
    fields = [_field(column) for column in report.columns]
    return create_type(report.row.__name__, fields, description=report.description)


def _field(column: Column) -> Any:
    kind = _TYPES.get(column.unit, float)
    made: Any = strawberry.field(
        name=column.name,
        description=column.description,
        graphql_type=kind | None if column.optional else kind,
    )
    made.python_name = column.attribute
    return made


def rows_of(report: Report, page: ReportPage) -> ReportRows[Any]:
    """A page as the report's own type."""
    kind = row_type(report)

    def row(values: object) -> Any:
        return kind(**_shown(report, values, page.currency, money))

    return ReportRows(
        **_envelope(page),
        rows=[
            ComparedRow(now=row(each.now), before=each.before and row(each.before), growth=each.growth)
            for each in page.rows
        ],
    )


def table_of(report: Report, page: ReportPage) -> ReportTable:
    """A page as a table."""

    def cells(values: object) -> JSON:
        return JSON([_plain(value) for value in _shown(report, values, page.currency, to_decimal).values()])

    return ReportTable(
        **_envelope(page),
        report=ReportDefinition.of(report),
        rows=[cells(each.now) for each in page.rows],
        before=[each.before and cells(each.before) for each in page.rows],
        growth=[each.growth for each in page.rows],
    )


def totals_of(report: Report, totals: Totals, currency: str) -> ReportTotals:
    """What rows add up to, as a row of a table."""

    def cells(sums: Mapping[str, int | None]) -> JSON:
        values = {each.attribute: sums.get(each.attribute) for each in report.columns}
        return JSON([_plain(value) for value in _amounts(report, values, currency, to_decimal).values()])

    before = totals.before
    return ReportTotals(
        rows=WholeNumber(totals.now.rows),
        sums=cells(totals.now.sums),
        rows_before=None if before is None else WholeNumber(before.rows),
        sums_before=None if before is None else cells(before.sums),
    )


def _shown(
    report: Report, row: object, currency: str, amount: Callable[[int, str], object]
) -> dict[str, object]:
    """The row's values by attribute, with its money as `amount` shows it."""
    values = {each.attribute: getattr(row, each.attribute) for each in report.columns}
    return _amounts(report, values, currency, amount)


def _amounts(
    report: Report, values: Mapping[str, Any], currency: str, amount: Callable[[int, str], object]
) -> dict[str, object]:
    """These values, with money as `amount` shows it."""
    money = {each.attribute for each in report.columns if each.unit is Unit.MONEY}
    return {
        name: amount(value, currency) if name in money and value is not None else value
        for name, value in values.items()
    }


def _plain(value: object) -> object:
    """As JSON writes it."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, datetime) else value


def _envelope(page: ReportPage) -> dict[str, Any]:
    return {
        "span": _span(page.span),
        "compared_with": page.compared_with and _span(page.compared_with),
        "currency_code": page.currency,
        "other_currencies": page.other_currencies,
        "has_next_page": page.has_more,
        "end_cursor": page.end_cursor,
    }


def _span(span: Span) -> ReportSpan:
    return ReportSpan(from_=span.first, to=span.last, timezone=span.zone.key)
