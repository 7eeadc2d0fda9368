"""Sales by channel."""

from dataclasses import dataclass

from domain.reporting.report import Report, Unit, column, query_of
from domain.reporting.reports.sales import Sold


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesByChannel(Sold):
    """What each channel sold."""

    channel: str = column(Unit.TEXT, "The channel's code.", key=True)
    name: str = column(Unit.TEXT, "The channel's name.")


SALES_BY_CHANNEL = Report(
    row=SalesByChannel,
    query=query_of(__file__, "sales_by_channel.sql"),
    title="Sales by channel",
    order="net_minor",
    measure="net_minor",
)
