"""Fulfilment by warehouse."""

from dataclasses import dataclass

from domain.reporting.report import Report, Unit, column, query_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilmentByWarehouse:
    """What each warehouse shipped, how fast, how punctually and at what cost; by when parcels left."""

    warehouse: str = column(Unit.TEXT, "The warehouse's code.", key=True)
    name: str = column(Unit.TEXT, "The warehouse's name.")
    parcels: int = column(Unit.COUNT, "Parcels that left.")
    units: int = column(Unit.COUNT, "Units in them.")
    split_share: float = column(Unit.SHARE, "Parcels that were the second of their order.")
    on_time_share: float | None = column(Unit.SHARE, "Of parcels with a day to leave: those that left by it.")
    lead_time_median: float | None = column(
        Unit.HOURS, "From when an order was taken in until a parcel left; half were faster. To within 2.5 %."
    )
    lead_time_90: float | None = column(Unit.HOURS, "So long at most took 90 % of them.")
    lead_time_99: float | None = column(Unit.HOURS, "So long at most took 99 % of them.")
    cost_minor: int | None = column(
        Unit.MONEY, "What they were planned to cost; null where that is another currency."
    )
    parcel_cost_minor: int | None = column(Unit.MONEY, "That, by parcels.", sums=False)
    average_distance: float | None = column(Unit.KILOMETRES, "How far a parcel went, where that is known.")
    average_weight: float = column(Unit.NUMBER, "What a parcel weighed, in kilograms.")


FULFILMENT_BY_WAREHOUSE = Report(
    row=FulfilmentByWarehouse,
    query=query_of(__file__, "fulfilment_by_warehouse.sql"),
    title="Fulfilment by warehouse",
    order="parcels",
    measure="parcels",
)
