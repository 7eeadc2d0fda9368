"""What an order that an adapter read will cost here, to be held against the platform's own figures."""

from dataclasses import dataclass
from datetime import UTC, datetime

from domain.channels.adapters.contract import OrderStated, Parsed
from domain.orders.incoming import IncomingOrder, parse_order

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """All in minor units; `total` is what the buyer pays."""

    subtotal: int
    platform_discount: int
    merchant_discount: int
    shipping: int
    tax: int

    @property
    def total(self) -> int:
        return self.subtotal - self.platform_discount - self.merchant_discount + self.shipping + self.tax


def judged(parsed: Parsed) -> IncomingOrder:
    """The order as `parse_order` lets it in."""
    assert isinstance(parsed, OrderStated), parsed
    return parse_order(parsed.order, now=NOW)


def explained(parsed: Parsed) -> Explained:
    order = judged(parsed)
    return Explained(
        subtotal=order.subtotal_minor,
        platform_discount=sum(line.platform_discount_minor for line in order.lines),
        merchant_discount=sum(line.merchant_discount_minor for line in order.lines),
        shipping=order.shipping_minor,
        tax=order.all_tax_minor,
    )
