"""Reading reports: a root field for each in the registry, and `reportTable` for whoever shows any of them."""

from datetime import date
from typing import Annotated, Any, TypeVar

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.info import Info, reader
from api.graphql.reports.types import (
    ReportDefinition,
    ReportRows,
    ReportTable,
    ReportTotals,
    row_type,
    rows_of,
    table_of,
    totals_of,
)
from api.graphql.resolvers import field
from domain.reporting.asking import ROWS_MAX, AskReport, Replenishment
from domain.reporting.periods import Comparison, Grain
from domain.reporting.read_report import ReportPage, read_report
from domain.reporting.read_totals import read_totals
from domain.reporting.registry import REPORTS, report_named
from domain.reporting.report import Report
from domain.shared.settings import settings

Queries = TypeVar("Queries", bound=type)

_ROWS_DEFAULT = 100

Name = Annotated[str, strawberry.argument(description="Its name, such as salesByChannel.")]
First = Annotated[
    int | None, strawberry.argument(description=f"How many rows: up to {ROWS_MAX}; 100 if nothing is said.")
]
After = Annotated[
    str | None,
    strawberry.argument(
        description="Only what follows the row at this `endCursor`. Rows by time are not paged."
    ),
]


@strawberry.input(description="How stock is ordered; `lowStock` and `overstock` ask.")
class ReplenishmentInput:
    """How stock is ordered."""

    lead_time_days: float = strawberry.field(
        default=14.0, description="From an order until its units are there."
    )
    lead_time_deviation_days: float = strawberry.field(
        default=0.0, description="The standard deviation of that."
    )
    service_level: float = strawberry.field(
        default=0.95, description="How likely stock shall last until then: 0.5 to 0.9999."
    )
    cover_days: int = strawberry.field(
        default=30,
        description="For how many days more is ordered; beyond so many days of demand is overstock.",
    )


@strawberry.input(description="A span of days and how to look at it.")
class ReportInput:
    """A span of days and how to look at it."""

    from_: date = strawberry.field(name="from", description="The first day.")
    to: date = strawberry.field(description="The last day.")
    timezone: str = strawberry.field(default="UTC", description="Whose days they are, such as Europe/Berlin.")
    currency_code: str | None = strawberry.field(
        default=None,
        description="Only sales in this currency, such as EUR; null: the one that costs are counted in. Nothing is converted.",
    )
    grain: Grain = strawberry.field(default=Grain.DAY, description="How reports over time are cut.")
    comparison: Comparison = strawberry.field(
        default=Comparison.NONE, description="What it is compared with."
    )
    channels: list[str] | None = strawberry.field(default=None, description="Only these channels, by code.")
    warehouses: list[str] | None = strawberry.field(
        default=None, description="Only these warehouses, by code, where a report is about warehouses."
    )
    categories: list[str] | None = strawberry.field(
        default=None, description="Only these categories, where a report is about SKUs."
    )
    skus: list[str] | None = strawberry.field(
        default=None, description="Only these SKUs, where a report is about SKUs."
    )

    replenishment: ReplenishmentInput = strawberry.field(
        default_factory=ReplenishmentInput, description="How stock is ordered."
    )

    def asked(self, first: int | None, after: str | None) -> AskReport:
        return AskReport(
            first_day=self.from_,
            last_day=self.to,
            timezone=self.timezone,
            currency=self.currency_code or settings().cost_currency,
            grain=self.grain,
            comparison=self.comparison,
            channels=self.channels,
            warehouses=self.warehouses,
            categories=self.categories,
            skus=self.skus,
            rows_max=_ROWS_DEFAULT if first is None else first,
            after=after,
            replenishment=Replenishment(**vars(self.replenishment)),
        )


def _with_every_report(queries: Queries) -> Queries:
    for report in REPORTS:
        setattr(queries, report.name, _field_of(report))
    return strawberry.type(queries)


def _field_of(report: Report) -> Any:
    async def read(info: Info, input: ReportInput, first: First = None, after: After = None) -> Any:  # noqa: A002
        return rows_of(report, await _read(info, report, input, first, after))

    read.__annotations__["return"] = ReportRows[row_type(report)]  # type: ignore[misc]
    return strawberry.field(resolver=read, name=report.name, description=report.description)


async def _read(
    info: Info, report: Report, asked: ReportInput, first: int | None, after: str | None
) -> ReportPage:
    return await read_report(report, asked.asked(first, after), by=reader(info), now=info.context.now())


@_with_every_report
class ReportQueries:
    """Reading reports."""

    @field(
        description="The reports there are. Each is a query field of its own, and a table by `reportTable`."
    )
    def reports(self, info: Info) -> list[ReportDefinition]:
        reader(info)
        return [ReportDefinition.of(report) for report in REPORTS]

    @field(description="Any report as a table, for whoever shows or exports all of them alike.")
    async def report_table(
        self,
        info: Info,
        report: Name,
        input: ReportInput,  # noqa: A002
        first: First = None,
        after: After = None,
    ) -> ReportTable:
        reader(info)
        wanted = report_named(report)
        return table_of(wanted, await _read(info, wanted, input, first, after))

    @field(description="What all rows of a report add up to, those on other pages too.")
    async def report_totals(
        self,
        info: Info,
        report: Name,
        input: ReportInput,  # noqa: A002
    ) -> ReportTotals:
        by, wanted, asked = reader(info), report_named(report), input.asked(None, None)
        totals = await read_totals(wanted, asked, by=by, now=info.context.now())
        return totals_of(wanted, totals, asked.currency)
