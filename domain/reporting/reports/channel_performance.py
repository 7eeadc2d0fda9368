"""How channels do."""

from dataclasses import dataclass

from domain.reporting.blocks import COARSE
from domain.reporting.report import Report, Unit, column, query_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPerformance:
    """How each channel does: what goes wrong with its orders, and what it earns. Its growth is that of net."""

    channel: str = column(Unit.TEXT, "The channel's code.", key=True)
    name: str = column(Unit.TEXT, "The channel's name.")
    orders: int = column(Unit.COUNT, "Orders placed.")
    net_minor: int = column(Unit.MONEY, "Gross less discounts and what was cancelled.")
    cancel_rate: float = column(Unit.SHARE, "Orders of which nothing is left.")
    cancelled_unit_share: float | None = column(Unit.SHARE, "Units that were cancelled.")
    backorder_share: float = column(Unit.SHARE, "Orders of which units had to wait for stock.")
    oversold_rate: float = column(Unit.SHARE, "Orders of which units were cancelled because there were none.")
    parcels: int = column(Unit.COUNT, "Parcels that left in these days, whenever they were ordered.")
    late_rate: float | None = column(
        Unit.SHARE, "Of those that had a day to leave: parcels that left after it."
    )
    promise_missed_rate: float | None = column(
        Unit.SHARE, "Of orders with a promised time: those whose last unit arrived after it."
    )
    margin_minor: int | None = column(
        Unit.MONEY,
        "Net less what the units cost when they were ordered, of those whose cost was known then in this currency. Not for keys that see some channels only.",
    )
    margin_share: float | None = column(Unit.SHARE, "That margin, of the net of those units.")
    cost_known_share: float | None = column(
        Unit.SHARE, "How much of net is of units whose cost was known when they were ordered."
    )


CHANNEL_PERFORMANCE = Report(
    row=ChannelPerformance,
    query=query_of(__file__, "channel_performance.sql"),
    title="Channel performance",
    lengths=COARSE,
    order="net_minor",
    measure="net_minor",
)
