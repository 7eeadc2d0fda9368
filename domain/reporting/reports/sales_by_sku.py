"""Sales by SKU."""

from dataclasses import dataclass

from domain.reporting.blocks import COARSE
from domain.reporting.report import Report, Unit, column, query_of
from domain.reporting.reports.sales import Sold


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesBySku(Sold):
    """What was sold of each SKU."""

    sku: str = column(Unit.TEXT, "The SKU.", key=True)
    name: str = column(Unit.TEXT, "Its name.")
    category: str = column(Unit.TEXT, "Its product's category today; may be empty.")


SALES_BY_SKU = Report(
    row=SalesBySku,
    query=query_of(__file__, "sales_by_sku.sql"),
    title="Sales by SKU",
    lengths=COARSE,
    order="net_minor",
    measure="net_minor",
)
