"""Overstock."""

from dataclasses import dataclass

from domain.reporting.blocks import DAYS
from domain.reporting.report import Report, Unit, column, query_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Overstock:
    """SKUs of which there is more now than `coverDays` of the span's demand."""

    sku: str = column(Unit.TEXT, "The SKU.", key=True)
    name: str = column(Unit.TEXT, "Its name.")
    category: str = column(Unit.TEXT, "Its product's category today; may be empty.")
    free: int = column(Unit.COUNT, "Units that are neither promised, nor held, nor unsellable.")
    demand_per_day: float = column(Unit.NUMBER, "Units ordered a day.")
    days_of_cover: float | None = column(
        Unit.DAYS, "For how many days of that they last; null: there is no demand."
    )
    excess_units: int = column(Unit.COUNT, "Units beyond the demand of `coverDays`.")
    excess_minor: int | None = column(
        Unit.MONEY, "What those cost; null where that is not known in this currency."
    )


OVERSTOCK = Report(
    row=Overstock,
    query=query_of(__file__, "overstock.sql"),
    title="Overstock",
    lengths=DAYS,
    order="excess_units",
    of_stock=True,
)
