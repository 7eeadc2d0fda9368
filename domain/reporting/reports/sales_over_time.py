"""Sales over time, with their moving average."""

from dataclasses import dataclass
from datetime import datetime

from domain.reporting.report import Report, Unit, column, query_of
from domain.reporting.reports.sales import Sold


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesOverTime(Sold):
    """What was sold in each hour, day, week or month, with the average over 24, 7, 4 or 3 of them."""

    number: int = column(
        Unit.COUNT, "The period's number, from 0: what it is compared with has the same.", key=True
    )
    starts_at: datetime = column(Unit.TIME, "When the period begins.")
    moving_average_minor: int = column(
        Unit.MONEY, "Net, averaged over the period and those before it.", sums=False
    )
    moving_average_orders: float = column(Unit.NUMBER, "Orders, averaged likewise.")


SALES_OVER_TIME = Report(
    row=SalesOverTime,
    query=query_of(__file__, "sales_over_time.sql"),
    title="Sales over time",
    by_grain=True,
    measure="net_minor",
)
