"""Stock-outs, and the demand lost by them."""

from dataclasses import dataclass

from domain.reporting.blocks import DAYS
from domain.reporting.report import Report, Unit, column, query_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StockOuts:
    """SKUs of which, for a while, no warehouse that ever had them had any to sell; and what that cost, about."""

    sku: str = column(Unit.TEXT, "The SKU.", key=True)
    name: str = column(Unit.TEXT, "Its name.")
    category: str = column(Unit.TEXT, "Its product's category today; may be empty.")
    times: int = column(Unit.COUNT, "How often it ran out.")
    days_out: float = column(Unit.DAYS, "For how long there was none.")
    share_out: float = column(Unit.SHARE, "That, of the span as far as it has passed.")
    ordered_units: int = column(Unit.COUNT, "Units ordered in the span.")
    lost_units: int = column(
        Unit.COUNT, "Units that were not ordered: as many a day without stock as on a day with it."
    )
    lost_minor: int | None = column(Unit.MONEY, "Those, at the average net price in this currency.")


STOCK_OUTS = Report(
    row=StockOuts,
    query=query_of(__file__, "stock_outs.sql"),
    title="Stock-outs",
    lengths=DAYS,
    order="lost_units",
    measure="lost_units",
    of_stock=True,
)
