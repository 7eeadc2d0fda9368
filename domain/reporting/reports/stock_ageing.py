"""How old stock is."""

from dataclasses import dataclass

from domain.reporting.blocks import DAYS
from domain.reporting.report import Report, Unit, column, query_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAgeing:
    """How old each SKU's units are at the end of the span, first in, first out, in all warehouses together."""

    sku: str = column(Unit.TEXT, "The SKU.", key=True)
    name: str = column(Unit.TEXT, "Its name.")
    category: str = column(Unit.TEXT, "Its product's category today; may be empty.")
    on_hand: int = column(Unit.COUNT, "Units on hand.")
    up_to_30_days: int = column(
        Unit.COUNT, "Units that came within 30 days; a transfer makes no unit younger."
    )
    up_to_60_days: int = column(Unit.COUNT, "Units of 31 to 60 days.")
    up_to_90_days: int = column(Unit.COUNT, "Units of 61 to 90 days.")
    up_to_180_days: int = column(Unit.COUNT, "Units of 91 to 180 days.")
    up_to_365_days: int = column(Unit.COUNT, "Units of 181 to 365 days.")
    older: int = column(Unit.COUNT, "Units that are older.")
    value_minor: int | None = column(
        Unit.MONEY, "What the units on hand cost; null where that is not known in this currency."
    )


STOCK_AGEING = Report(
    row=StockAgeing,
    query=query_of(__file__, "stock_ageing.sql"),
    title="Stock by age",
    lengths=DAYS,
    order="on_hand",
    measure="on_hand",
    of_stock=True,
)
