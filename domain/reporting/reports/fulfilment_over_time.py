"""Fulfilment over time."""

from dataclasses import dataclass
from datetime import datetime

from domain.reporting.report import Report, Unit, column, query_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilmentOverTime:
    """What left in each hour, day, week or month: how fast, how punctually, how split, at what cost."""

    number: int = column(
        Unit.COUNT, "The period's number, from 0: what it is compared with has the same.", key=True
    )
    starts_at: datetime = column(Unit.TIME, "When the period begins.")
    parcels: int = column(Unit.COUNT, "Parcels that left.")
    orders: int = column(Unit.COUNT, "Orders whose first parcel left.")
    units: int = column(Unit.COUNT, "Units that left.")
    split_rate: float | None = column(
        Unit.SHARE, "Orders whose second parcel left, by those whose first did."
    )
    on_time_share: float | None = column(Unit.SHARE, "Of parcels with a day to leave: those that left by it.")
    lead_time_median: float | None = column(
        Unit.HOURS, "From when an order was taken in until a parcel left; half were faster. To within 2.5 %."
    )
    lead_time_90: float | None = column(Unit.HOURS, "So long at most took 90 % of them.")
    lead_time_99: float | None = column(Unit.HOURS, "So long at most took 99 % of them.")
    cost_minor: int | None = column(
        Unit.MONEY, "What they were planned to cost; null where that is another currency."
    )
    order_cost_minor: int | None = column(Unit.MONEY, "That, by orders.", sums=False)
    average_distance: float | None = column(Unit.KILOMETRES, "How far a parcel went, where that is known.")
    moving_average_parcels: float = column(
        Unit.NUMBER, "Parcels, averaged over 24 hours, 7 days, 4 weeks or 3 months up to this one."
    )


FULFILMENT_OVER_TIME = Report(
    row=FulfilmentOverTime,
    query=query_of(__file__, "fulfilment_over_time.sql"),
    title="Fulfilment over time",
    by_grain=True,
    measure="parcels",
)
