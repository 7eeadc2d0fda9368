"""Sales by region."""

from dataclasses import dataclass

from domain.reporting.blocks import COARSE
from domain.reporting.report import Report, Unit, column, query_of
from domain.reporting.reports.sales import Sold


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesByRegion(Sold):
    """What was sold to each region: a country's state or province as orders name it, else how postcodes begin."""

    region: str = column(Unit.TEXT, "The country and the area.", key=True)
    country_code: str = column(Unit.TEXT, "ISO 3166.")
    area: str = column(
        Unit.TEXT, "The address's region, else its postcode's first two characters; may be empty."
    )


SALES_BY_REGION = Report(
    row=SalesByRegion,
    query=query_of(__file__, "sales_by_region.sql"),
    title="Sales by region",
    lengths=COARSE,
    order="net_minor",
    measure="net_minor",
)
