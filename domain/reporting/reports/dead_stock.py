"""Dead stock."""

from dataclasses import dataclass

from domain.reporting.blocks import DAYS
from domain.reporting.report import Report, Unit, column, query_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadStock:
    """SKUs that were on hand when the span began, are so at its end, and of which none was shipped in it."""

    sku: str = column(Unit.TEXT, "The SKU.", key=True)
    name: str = column(Unit.TEXT, "Its name.")
    category: str = column(Unit.TEXT, "Its product's category today; may be empty.")
    on_hand: int = column(Unit.COUNT, "Units on hand at the span's end.")
    value_minor: int | None = column(
        Unit.MONEY, "What they cost; null where that is not known in this currency."
    )


DEAD_STOCK = Report(
    row=DeadStock,
    query=query_of(__file__, "dead_stock.sql"),
    title="Dead stock",
    lengths=DAYS,
    order="on_hand",
    of_stock=True,
)
