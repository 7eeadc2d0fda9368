"""A platform's amounts as an order's lines, and the proof that they add up to what the customer pays.

Prices are stated without tax: where a platform's include it, its adapter takes the tax out of the price,
so that orders of all channels compare. What ships is stated; gift cards, services and tips are left out
of the order, with their price and tax, but take part in the proof.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from domain.channels.adapters.contract import Unreadable
from domain.channels.raw_order import RawLine
from domain.shared.money import exponent

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line over all its units: its price before discounts and without tax; discounts are positive."""

    sku: str
    quantity: int
    price: Decimal
    platform_discount: Decimal = ZERO
    merchant_discount: Decimal = ZERO
    tax: Decimal = ZERO
    ships: bool = True

    @property
    def net(self) -> Decimal:
        """What is left of the price: the most that a further discount can take."""
        return self.price - self.platform_discount - self.merchant_discount

    @property
    def charged(self) -> Decimal:
        return self.net + self.tax

    def of(self, quantity: int, currency: str) -> "Item":
        """The share of so many of its units, each amount rounded half up."""
        return replace(
            self,
            quantity=quantity,
            price=rounded(self.price * quantity / self.quantity, currency),
            platform_discount=rounded(self.platform_discount * quantity / self.quantity, currency),
            merchant_discount=rounded(self.merchant_discount * quantity / self.quantity, currency),
            tax=rounded(self.tax * quantity / self.quantity, currency),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Charges:
    """All that an order costs: its lines, shipping without tax, and tax that is of no line."""

    items: tuple[Item, ...]
    shipping: Decimal = ZERO
    tax: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return sum((item.charged for item in self.items), self.shipping + self.tax)


def smallest(currency: str) -> Decimal:
    """One minor unit: 0.01 of EUR, 1 of JPY."""
    return Decimal(1).scaleb(-exponent(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount in whole minor units, half up."""
    return amount.quantize(smallest(currency), rounding=ROUND_HALF_UP)


def settled(charges: Charges, total: Decimal, currency: str) -> Charges:
    """The charges in whole minor units, adding up to `total`, which is what the customer pays.

    Platforms round a sum where we have only its rounded parts. A difference of up to one minor unit per
    part is taken for that: what is missing becomes tax of the order, what is too much a merchant
    discount of its dearest line.

    Raises:
        Unreadable: they do not add up: part of the order was not understood, and money is not guessed.
    """
    whole = Charges(
        items=tuple(item.of(item.quantity, currency) for item in charges.items),
        shipping=rounded(charges.shipping, currency),
        tax=rounded(charges.tax, currency),
    )
    missing = total - whole.total
    if abs(missing) > smallest(currency) * (2 + len(whole.items)):
        raise Unreadable(f"its parts add up to {whole.total}, but the customer pays {total}", path="total")
    if missing >= 0:
        return replace(whole, tax=whole.tax + missing)
    return replace(whole, items=_given_back(whole.items, -missing))


def _given_back(items: Sequence[Item], amount: Decimal) -> tuple[Item, ...]:
    dearest = max(items, key=lambda item: item.net, default=None)
    return tuple(
        replace(item, merchant_discount=item.merchant_discount + amount) if item is dearest else item
        for item in items
    )


def shared_out(amount: Decimal, items: Sequence[Item], currency: str) -> tuple[Item, ...]:
    """The items with a merchant discount of the whole order, shared out by what is left of their prices.

    The parts are whole minor units and come to the amount, unless nothing is left to discount.
    """
    rest, left = amount, sum((item.net for item in items), ZERO)
    out: list[Item] = []
    for item in items:
        part = rounded(rest * item.net / left, currency) if left else ZERO
        rest, left = rest - part, left - item.net
        out.append(replace(item, merchant_discount=item.merchant_discount + part))
    return tuple(out)


def raw_lines(items: Iterable[Item], currency: str) -> tuple[RawLine, ...]:
    """The lines of what ships, one a SKU, each unit price in whole minor units.

    Where units of a SKU differ in price, or a price cannot be divided, the unit price is the higher one
    and the difference a merchant discount: every cent stays.
    """
    same: dict[str, list[Item]] = {}
    for item in items:
        if item.ships and item.quantity:
            same.setdefault(item.sku, []).append(item)
    return tuple(_line(sku, parts, currency) for sku, parts in same.items())


def _line(sku: str, parts: Sequence[Item], currency: str) -> RawLine:
    unit = max(_unit(part, currency) for part in parts)
    quantity = sum(part.quantity for part in parts)
    above = unit * quantity - sum((part.price for part in parts), ZERO)
    return RawLine(
        sku=sku,
        quantity=quantity,
        unit_price=str(unit),
        platform_discount=stated(sum((part.platform_discount for part in parts), ZERO)),
        merchant_discount=stated(sum((part.merchant_discount for part in parts), above)),
        tax=stated(sum((part.tax for part in parts), ZERO)),
    )


def _unit(part: Item, currency: str) -> Decimal:
    return (part.price / part.quantity).quantize(smallest(currency), rounding=ROUND_CEILING)


def stated(amount: Decimal) -> str | None:
    """The amount as an order states it; None is nothing."""
    return str(amount) if amount else None
