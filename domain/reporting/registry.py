"""All reports. A new one is a `.sql` and a row type in `reports/`, and a line here."""

from domain.reporting.report import Report
from domain.reporting.reports.channel_performance import CHANNEL_PERFORMANCE
from domain.reporting.reports.dead_stock import DEAD_STOCK
from domain.reporting.reports.fulfilment_by_warehouse import FULFILMENT_BY_WAREHOUSE
from domain.reporting.reports.fulfilment_over_time import FULFILMENT_OVER_TIME
from domain.reporting.reports.low_stock import LOW_STOCK
from domain.reporting.reports.overstock import OVERSTOCK
from domain.reporting.reports.sales_by_category import SALES_BY_CATEGORY
from domain.reporting.reports.sales_by_channel import SALES_BY_CHANNEL
from domain.reporting.reports.sales_by_region import SALES_BY_REGION
from domain.reporting.reports.sales_by_sku import SALES_BY_SKU
from domain.reporting.reports.sales_over_time import SALES_OVER_TIME
from domain.reporting.reports.stock_ageing import STOCK_AGEING
from domain.reporting.reports.stock_outs import STOCK_OUTS
from domain.reporting.reports.stock_turnover import STOCK_TURNOVER
from domain.shared.refusal import NotFound

REPORTS: tuple[Report, ...] = (
    SALES_OVER_TIME,
    SALES_BY_CHANNEL,
    SALES_BY_SKU,
    SALES_BY_CATEGORY,
    SALES_BY_REGION,
    CHANNEL_PERFORMANCE,
    FULFILMENT_OVER_TIME,
    FULFILMENT_BY_WAREHOUSE,
    STOCK_TURNOVER,
    STOCK_AGEING,
    DEAD_STOCK,
    STOCK_OUTS,
    LOW_STOCK,
    OVERSTOCK,
)


class UnknownReport(NotFound):
    """There is no report of this name."""

    code = "UNKNOWN_REPORT"


def report_named(name: str) -> Report:
    """The report of this name.

    Raises:
        UnknownReport: there is none.
    """
    found = next((report for report in REPORTS if report.name == name), None)
    if found is None:
        raise UnknownReport(f"There is no report {name:.60}.", field="report")
    return found
