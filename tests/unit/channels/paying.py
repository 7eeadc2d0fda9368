"""What tests of adapters ask of an order: what it makes the customer pay, after `parse_order` took it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from domain.channels.adapters.contract import ListingQuantity, OrderStated, Parsed
from domain.channels.raw_order import RawOrder
from domain.orders.incoming import parse_order
from domain.shared.money import to_decimal

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def stated_order(parsed: Parsed) -> RawOrder:
    assert isinstance(parsed, OrderStated), parsed
    return parsed.order


def pays(raw: RawOrder) -> Decimal:
    """Subtotal - discounts + shipping + tax."""
    order = parse_order(raw, now=NOW)
    discounts = sum(line.platform_discount_minor + line.merchant_discount_minor for line in order.lines)
    minor = order.subtotal_minor - discounts + order.shipping_minor + order.all_tax_minor
    return to_decimal(minor, order.currency)


def listing(number: int, quantity: int, external_ids: Iterable[tuple[str, str]] = ()) -> ListingQuantity:
    return ListingQuantity(
        listing_id=UUID(int=number),
        sku=f"SKU-{number}",
        external_ids=dict(external_ids),
        quantity=quantity,
        version=number,
    )
