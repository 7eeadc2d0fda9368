"""An order that has one SKU at two prices, said so that the server takes it and no cent moves. Pure."""

from decimal import Decimal

from cli.replaying.fields import money_string
from cli.replaying.shape import Line
from domain.shared.money import to_minor


def one_price_a_sku(lines: list[Line], currency: str) -> list[Line]:
    """The same goods and money with every SKU that has several prices in one line, where it first was.

    That line has the highest of the prices, and the merchant's discount takes the difference, so
    the units, what the merchant receives and what the customer pays stay exactly as they were.
    Lines of a SKU with one price stay apart.
    """
    prices: dict[str, set[str]] = {}
    for line in lines:
        prices.setdefault(line["sku"], set()).add(line["unitPrice"])
    merged: dict[str | int, list[Line]] = {}
    for index, line in enumerate(lines):
        key = line["sku"] if len(prices[line["sku"]]) > 1 else index
        merged.setdefault(key, []).append(line)
    return [_one(group, currency) for group in merged.values()]


def _one(lines: list[Line], currency: str) -> Line:
    if len(lines) == 1:
        return lines[0]

    def minor(amount: str) -> int:
        return to_minor(Decimal(amount), currency)

    price = max(minor(line["unitPrice"]) for line in lines)
    lowered = sum(line["quantity"] * (price - minor(line["unitPrice"])) for line in lines)
    return stated_line(
        lines[0]["sku"],
        sum(line["quantity"] for line in lines),
        price,
        lowered + sum(minor(line.get("merchantDiscount", "0")) for line in lines),
        sum(minor(line.get("platformDiscount", "0")) for line in lines),
        currency=currency,
    )


def stated_line(sku: str, quantity: int, price: int, merchant: int, platform: int, *, currency: str) -> Line:
    """The line of these amounts in minor units; discounts of nothing are left out."""
    line = Line(sku=sku, quantity=quantity, unitPrice=money_string(price, currency))
    if merchant:
        line["merchantDiscount"] = money_string(merchant, currency)
    if platform:
        line["platformDiscount"] = money_string(platform, currency)
    return line
