"""Low stock, and what to order."""

from dataclasses import dataclass

from domain.reporting.blocks import DAYS
from domain.reporting.report import Report, Unit, column, query_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LowStock:
    """SKUs to be ordered again, and how many units: by the demand of the span, and the stock of this moment."""

    sku: str = column(Unit.TEXT, "The SKU.", key=True)
    name: str = column(Unit.TEXT, "Its name.")
    category: str = column(Unit.TEXT, "Its product's category today; may be empty.")
    free: int = column(Unit.COUNT, "Units that are neither promised, nor held, nor unsellable.")
    demand_per_day: float = column(Unit.NUMBER, "Units ordered a day.")
    days_of_cover: float = column(Unit.DAYS, "For how many days of that they last.")
    safety_stock: int = column(Unit.COUNT, "Units against more demand than usual, or a longer lead time.")
    reorder_point: int = column(
        Unit.COUNT, "Order when no more are left: the lead time's demand and safety stock."
    )
    order_units: int = column(
        Unit.COUNT, "Units to order: until the next ones come, and for `coverDays` more."
    )


LOW_STOCK = Report(
    row=LowStock,
    query=query_of(__file__, "low_stock.sql"),
    title="Low stock",
    lengths=DAYS,
    order="order_units",
    of_stock=True,
)
