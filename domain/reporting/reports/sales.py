"""What every report about sales counts, by whatever it is told apart."""

from dataclasses import dataclass

from domain.reporting.report import Unit, column


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """By when it was ordered. Money without shipping and taxes."""

    orders: int = column(
        Unit.COUNT, "Orders placed. By SKU and category: lines ordered, of which an order has one a SKU."
    )
    units: int = column(Unit.COUNT, "Units ordered.")
    gross_minor: int = column(Unit.MONEY, "What they were ordered for, before discounts.")
    platform_discount_minor: int = column(Unit.MONEY, "Discounts that the platform gave.")
    merchant_discount_minor: int = column(Unit.MONEY, "Discounts that the merchant gave.")
    cancelled_units: int = column(Unit.COUNT, "Units that were cancelled since, whenever that was.")
    cancelled_minor: int = column(Unit.MONEY, "What those were sold for, after discounts.")
    net_minor: int = column(Unit.MONEY, "Gross less discounts and what was cancelled.")
    average_order_minor: int | None = column(
        Unit.MONEY,
        "Net by orders of which something is left. By SKU and category: by lines ordered.",
        sums=False,
    )
