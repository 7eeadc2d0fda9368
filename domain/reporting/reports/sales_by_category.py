"""Sales by category."""

from dataclasses import dataclass

from domain.reporting.blocks import FEW
from domain.reporting.report import Report, Unit, column, query_of
from domain.reporting.reports.sales import Sold


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesByCategory(Sold):
    """What was sold of each category, as products are sorted today; one that is sorted anew follows within seconds."""

    category: str = column(Unit.TEXT, "The category; empty for products without one.", key=True)


SALES_BY_CATEGORY = Report(
    row=SalesByCategory,
    query=query_of(__file__, "sales_by_category.sql"),
    title="Sales by category",
    lengths=FEW,
    order="net_minor",
    measure="net_minor",
)
