"""A platform's amounts as an order's lines, and the proof that they add up to what the customer pays.

Prices are stated without tax: where a platform's include it, its adapter takes the tax out of the price,
so that orders of all channels compare. What ships is stated; gift cards, services and tips are left out
of the order, with their price and tax, but take part in the proof.
"""

from collections.abc import Iterable, Iterator, Sequence
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
    part is taken for that: what is missing becomes tax of the order, what is too much is taken off its
    lines, and so are shipping and tax that are below zero.

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
    tax = whole.tax + max(missing, ZERO)
    beside = replace(whole, shipping=max(whole.shipping, ZERO), tax=max(tax, ZERO))
    return reduced(beside, max(-missing, ZERO) + max(-whole.shipping, ZERO), max(-tax, ZERO), currency)


def reduced(charges: Charges, amount: Decimal, tax: Decimal, currency: str) -> Charges:
    """The charges less an amount and a tax of the whole order: of the items as far as they have any, then of the rest."""
    of_items = min(amount, sum((item.net for item in charges.items), ZERO))
    of_their_tax = min(tax, sum((item.tax for item in charges.items), ZERO))
    items = shared_out(of_items, charges.items, currency)
    less = _portions(of_their_tax, [item.tax for item in items], currency)
    return Charges(
        items=tuple(replace(item, tax=item.tax - part) for item, part in zip(items, less, strict=True)),
        shipping=charges.shipping - (amount - of_items),
        tax=charges.tax - (tax - of_their_tax),
    )


def shared_out(amount: Decimal, items: Sequence[Item], currency: str) -> tuple[Item, ...]:
    """The items with a merchant discount of the whole order, shared out by what is left of their prices.

    The parts come to the amount, unless nothing is left to discount.
    """
    portions = _portions(amount, [item.net for item in items], currency)
    return tuple(
        replace(item, merchant_discount=item.merchant_discount + part)
        for item, part in zip(items, portions, strict=True)
    )


def _portions(amount: Decimal, weights: Sequence[Decimal], currency: str) -> Iterator[Decimal]:
    """The amount in whole minor units by weight; their sum is the amount, unless nothing weighs anything."""
    rest, left = amount, sum(weights, ZERO)
    for weight in weights:
        part = rounded(rest * weight / left, currency) if left else ZERO
        yield part
        rest, left = rest - part, left - weight


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
