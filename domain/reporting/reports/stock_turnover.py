"""How fast stock turns."""

from dataclasses import dataclass

from domain.reporting.blocks import DAYS
from domain.reporting.report import Report, Unit, column, query_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTurnover:
    """How fast each SKU's stock turns over. Days are those of UTC that are nearest to the span's."""

    sku: str = column(Unit.TEXT, "The SKU.", key=True)
    name: str = column(Unit.TEXT, "Its name.")
    category: str = column(Unit.TEXT, "Its product's category today; may be empty.")
    opening: int = column(Unit.COUNT, "Units on hand when the span began.")
    received: int = column(Unit.COUNT, "Units that came, returns and corrections included, transfers not.")
    shipped: int = column(Unit.COUNT, "Units that were shipped.")
    lost: int = column(Unit.COUNT, "Units that went otherwise: lost, missing, corrected.")
    closing: int = column(Unit.COUNT, "Units on hand when it ended.")
    average_on_hand: float | None = column(Unit.NUMBER, "Units on hand on average over time.")
    turnover: float | None = column(Unit.NUMBER, "How often stock turned over: shipped by average on hand.")
    days_on_hand: float | None = column(Unit.DAYS, "For how many days of shipping the average stock lasts.")
    sell_through: float | None = column(Unit.SHARE, "Shipped, of what there was and came.")


STOCK_TURNOVER = Report(
    row=StockTurnover,
    query=query_of(__file__, "stock_turnover.sql"),
    title="Stock turnover",
    lengths=DAYS,
    order="shipped",
    measure="shipped",
    of_stock=True,
)
