"""An order that has one SKU at two prices, said so that the server takes it and no cent moves. Pure."""

from decimal import Decimal

from domain.channels.order_file.fields import money_string
from domain.channels.raw_order import RawLine
from domain.shared.money import to_minor


def one_price_a_sku(lines: list[RawLine], currency: str) -> list[RawLine]:
    """The same goods and money with every SKU that has several prices in one line, where it first was.

    That line has the highest of the prices, and the merchant's discount takes the difference, so
    the units, what the merchant receives and what the customer pays stay exactly as they were.
    Lines of a SKU with one price stay apart.
    """
    prices: dict[str, set[str]] = {}
    for line in lines:
        prices.setdefault(line.sku, set()).add(line.unit_price)
    merged: dict[str | int, list[RawLine]] = {}
    for index, line in enumerate(lines):
        key = line.sku if len(prices[line.sku]) > 1 else index
        merged.setdefault(key, []).append(line)
    return [_one(group, currency) for group in merged.values()]


def _one(lines: list[RawLine], currency: str) -> RawLine:
    if len(lines) == 1:
        return lines[0]

    def minor(amount: str | None) -> int:
        return to_minor(Decimal(amount or "0"), currency)

    price = max(minor(line.unit_price) for line in lines)
    lowered = sum(line.quantity * (price - minor(line.unit_price)) for line in lines)
    return stated_line(
        lines[0].sku,
        sum(line.quantity for line in lines),
        price,
        merchant=lowered + sum(minor(line.merchant_discount) for line in lines),
        platform=sum(minor(line.platform_discount) for line in lines),
        tax=sum(minor(line.tax) for line in lines),
        currency=currency,
    )


def stated_line(
    sku: str, quantity: int, price: int, *, merchant: int, platform: int, tax: int, currency: str
) -> RawLine:
    """The line of these amounts in minor units; discounts and tax of nothing are left out."""
    return RawLine(
        sku=sku,
        quantity=quantity,
        unit_price=money_string(price, currency),
        merchant_discount=money_string(merchant, currency) if merchant else None,
        platform_discount=money_string(platform, currency) if platform else None,
        tax=money_string(tax, currency) if tax else None,
    )
