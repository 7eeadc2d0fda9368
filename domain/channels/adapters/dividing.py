"""What was paid for the goods of an order, divided among its lines so that every fen is accounted for.

Platforms state list prices, discounts of lines and of the whole order, and what was paid. What was paid is
the truth; the rules between:

- a discount that the platform bears stays apart, it is paid out to the merchant;
- what else lies between the list prices and what was paid is the merchant's discount, divided among the
  lines in proportion to what is left of them;
- where more was paid than the list prices say (a price raised by hand), the prices are raised.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.channels.adapters.contract import Unreadable
from domain.channels.adapters.reading import from_minor
from domain.channels.raw_order import RawLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """Units of one SKU; amounts of all of them together. `cancelled` ones share what was paid, and are left out."""

    sku: str
    quantity: int
    list_minor: int
    platform_discount_minor: int = 0
    merchant_discount_minor: int = 0
    cancelled: bool = False

    @property
    def net_minor(self) -> int:
        return self.list_minor - self.platform_discount_minor - self.merchant_discount_minor


def divide(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in whole parts proportional to `weights`, whose sum is `total` exactly. All zero counts as equal."""
    weighed = weights if any(weights) else [1] * len(weights)
    whole, parts, weight_so_far, given = sum(weighed), list[int](), 0, 0
    for weight in weighed:
        weight_so_far += weight
        upto = total * weight_so_far // whole
        parts.append(upto - given)
        given = upto
    return parts


def lines_paid(sold: Sequence[Sold], paid_minor: int, *, currency: str = "CNY") -> tuple[RawLine, ...]:
    """The lines of an order for whose goods `paid_minor` was paid, by the rules above; one line a SKU.

    Raises:
        Unreadable: less than nothing was paid, or a line has no units.
    """
    if paid_minor < 0:
        raise Unreadable("less than nothing was paid for the goods")
    if any(each.quantity < 1 for each in sold):
        raise Unreadable("a line has no units")
    settled = _settled([_bounded(each) for each in sold], paid_minor)
    merged: dict[str, Sold] = {}
    for each in settled:
        if not each.cancelled:
            known = merged.get(each.sku)
            merged[each.sku] = each if known is None else _together(known, each)
    return tuple(_line(each, currency) for each in merged.values())


def _bounded(sold: Sold) -> Sold:
    """No discount is more than there is to discount."""
    platform = min(sold.platform_discount_minor, sold.list_minor)
    merchant = min(sold.merchant_discount_minor, sold.list_minor - platform)
    return replace(sold, platform_discount_minor=platform, merchant_discount_minor=merchant)


def _settled(sold: Sequence[Sold], paid_minor: int) -> list[Sold]:
    nets = [each.net_minor for each in sold]
    missing = sum(nets) - paid_minor
    if missing >= 0:
        less = divide(missing, nets)
        return [
            replace(each, merchant_discount_minor=each.merchant_discount_minor + part)
            for each, part in zip(sold, less, strict=True)
        ]
    more = divide(-missing, nets)
    return [replace(each, list_minor=each.list_minor + part) for each, part in zip(sold, more, strict=True)]


def _together(first: Sold, second: Sold) -> Sold:
    return replace(
        first,
        quantity=first.quantity + second.quantity,
        list_minor=first.list_minor + second.list_minor,
        platform_discount_minor=first.platform_discount_minor + second.platform_discount_minor,
        merchant_discount_minor=first.merchant_discount_minor + second.merchant_discount_minor,
    )


def _line(sold: Sold, currency: str) -> RawLine:
    """A price per unit rounded up, and the fen that this is too much given back as a discount."""
    price = -(-sold.list_minor // sold.quantity)
    merchant = sold.merchant_discount_minor + price * sold.quantity - sold.list_minor
    return RawLine(
        sku=sold.sku,
        quantity=sold.quantity,
        unit_price=from_minor(price, currency),
        platform_discount=from_minor(sold.platform_discount_minor, currency),
        merchant_discount=from_minor(merchant, currency),
    )
