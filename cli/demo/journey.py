"""Real orders for the demo: a window of real baskets, sent through the demo's channels."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, overload

import numpy as np

from cli.demo import assigning
from cli.demo.baskets import Baskets, Ints, ProductTable, at, read_baskets, read_products
from cli.demo.cities import CHINESE_CITIES, CITIES
from cli.demo.company import SOCIAL
from cli.demo.weights import department_medians_g, told_weight_g
from cli.replaying.shape import Line, PlaceOrderInput, ShipTo

WHAT_IS_REAL: Final = """\
Real: every basket, with its products, quantities, prices, discounts and time, is one of the 155,848
of "The Complete Journey" (84.51 degrees: 2,469 households of one grocery chain, 2017). Its Python
edition, which we read, calls it simulated from real shopping; we changed nothing to make it nicer.
Assigned, always the same: which channel and city a household belongs to, the order's priority,
promised time and policies, the company with its warehouses, costs and opening stock. The cities and
logistics places exist; no street, person or phone number is made up, so an order's place is its
city's centre. A weight is that of the package size where it tells one, else its department's median.
The live shop's households live in China, and their cents are called fen: the same numbers.
Every channel but two shops comes in its platform's own format, over its webhooks: what that can't say
(priority, policies, a coordinate) is not said, and the platforms are played on this machine.
A shop's or a dealer's order is a sale at the counter of what the shelf doesn't hold, shipped to the customer's home
from a warehouse (endless aisle); what people carried home themselves in 2017 we can't tell apart.
Left out, and counted: fuel, coupons, gift cards, hot meals and store supplies, lines without a
quantity, products the data doesn't name.
"""

_CHUNK = 1_000  # orders turned from columns into dicts at a time


@dataclass(frozen=True, slots=True)
class JourneyProduct:
    sku: str
    name: str
    brand: str
    category: str
    weight_g: int


class JourneyOrders(Sequence[PlaceOrderInput]):
    """The orders in time order; each is built when it is asked for, so a million lines stay columns."""

    def __init__(self, baskets: Baskets, products: ProductTable) -> None:
        self.baskets = baskets
        self.cities = assigning.city_of(baskets.household)
        self.channels = assigning.channel_of(baskets.household, self.cities)
        self._chinese_cities = assigning.chinese_city_of(baskets.household)
        self._skus = products.id

    def __len__(self) -> int:
        return len(self.baskets.id)

    @overload
    def __getitem__(self, index: int) -> PlaceOrderInput: ...
    @overload
    def __getitem__(self, index: slice) -> list[PlaceOrderInput]: ...
    def __getitem__(self, index: int | slice) -> PlaceOrderInput | list[PlaceOrderInput]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        position = range(len(self))[index]
        return next(self._built(position, position + 1))

    def __iter__(self) -> Iterator[PlaceOrderInput]:
        for start in range(0, len(self), _CHUNK):
            yield from self._built(start, min(start + _CHUNK, len(self)))

    def _built(self, start: int, end: int) -> Iterator[PlaceOrderInput]:
        baskets, part = self.baskets, slice(start, end)
        ids = baskets.id[part]
        lines = self._lines(int(baskets.first_line[start]), int(baskets.first_line[end]))
        firsts = (baskets.first_line[start : end + 1] - baskets.first_line[start]).tolist()
        rows = zip(
            ids.tolist(),
            baskets.household[part].tolist(),
            baskets.at_s[part].tolist(),
            self.cities[part].tolist(),
            self.channels[part].tolist(),
            self._chinese_cities[part].tolist(),
            strict=True,
        )
        wishes = _wishes(ids, self.channels[part])
        for index, (basket, household, second, city, channel, chinese_city) in enumerate(rows):
            code = assigning.CHANNEL_CODES[channel]
            ship_to = _SHIP_TO_CHINA[chinese_city] if code == SOCIAL else _SHIP_TO[city]
            order = PlaceOrderInput(
                channel=code,
                externalReference=str(basket),
                placedAt=at(second).isoformat(),
                currencyCode="CNY" if code == SOCIAL else "USD",
                customerReference=f"household-{household}",
                shipTo=ship_to.copy(),
                lines=lines[firsts[index] : firsts[index + 1]],
            )
            wishes.add_to(order, index)
            yield order

    def _lines(self, start: int, end: int) -> list[Line]:
        baskets, part = self.baskets, slice(start, end)
        rows = zip(
            self._skus[baskets.product_row[part]].tolist(),
            baskets.quantity[part].tolist(),
            baskets.unit_price_minor[part].tolist(),
            baskets.merchant_discount_minor[part].tolist(),
            baskets.platform_discount_minor[part].tolist(),
            strict=True,
        )
        return [_line(*row) for row in rows]


@dataclass(frozen=True)
class Journey:
    """A window of the data: its orders, what they need, and what was left out."""

    orders: JourneyOrders
    products: tuple[JourneyProduct, ...]  # of these orders, by rising SKU number
    excluded: Mapping[str, int]
    adjusted: Mapping[str, int]

    @property
    def lines(self) -> int:
        return len(self.orders.baskets.product_row)

    @cached_property
    def product_of_line(self) -> Ints:
        """The index into `products` of each line."""
        _, inverse = np.unique(self.orders.baskets.product_row, return_inverse=True)
        return inverse.astype(np.int64)

    @cached_property
    def assortments(self) -> Mapping[str, tuple[str, ...]]:
        """The SKUs that each channel sells: those of its own orders."""
        sold_by = np.repeat(self.orders.channels, np.diff(self.orders.baskets.first_line))
        return {
            code: tuple(self.products[at].sku for at in np.unique(self.product_of_line[sold_by == index]))
            for index, code in enumerate(assigning.CHANNEL_CODES)
        }

    @cached_property
    def demand(self) -> Mapping[str, int]:
        """Units by SKU, over the whole window."""
        units = np.bincount(
            self.product_of_line, weights=self.orders.baskets.quantity, minlength=len(self.products)
        )
        return {product.sku: int(unit) for product, unit in zip(self.products, units, strict=True)}


def load_journey(orders: int | None, *, start: datetime | None = None) -> Journey:
    """The first so many orders (None: all) since `start` (None: the data's first, 2017-01-01).

    Fewer where the data, which ends on 2018-01-01, holds no more.

    Raises:
        ValueError: `start` has no offset, or `orders` is negative.
        DemoDataMissing: the extra `forebay[demo]` isn't installed.
    """
    if start is not None and start.utcoffset() is None:
        raise ValueError("start must have an offset")
    if orders is not None and orders < 0:
        raise ValueError("orders must not be negative")
    table = read_products()
    baskets = read_baskets(table, orders, start)
    return Journey(
        orders=JourneyOrders(baskets, table),
        products=_products(table, np.unique(baskets.product_row)),
        excluded=baskets.excluded,
        adjusted=baskets.adjusted,
    )


def _products(table: ProductTable, rows: Ints) -> tuple[JourneyProduct, ...]:
    told = [told_weight_g(*both) for both in zip(table.package_size, table.department, strict=True)]
    medians = department_medians_g(
        [(department, weight) for department, weight in zip(table.department, told, strict=True) if weight]
    )
    return tuple(
        JourneyProduct(
            sku=str(table.id[row]),
            name=_name(table, row),
            brand=table.brand[row],
            category=_spelled(table.category[row] or table.department[row]),
            weight_g=told[row] or medians.get(table.department[row], medians[""]),
        )
        for row in rows.tolist()
    )


def _name(table: ProductTable, row: int) -> str:
    what = _spelled(table.type[row] or table.category[row] or table.department[row])
    size = " ".join(table.package_size[row].split())
    return f"{what}, {size}" if size else what


def _spelled(shouted: str) -> str:
    return " ".join(shouted.split()).capitalize()


def _line(product: int, quantity: int, price: int, merchant: int, platform: int) -> Line:
    line = Line(sku=str(product), quantity=quantity, unitPrice=_dollars(price))
    if merchant:
        line["merchantDiscount"] = _dollars(merchant)
    if platform:
        line["platformDiscount"] = _dollars(platform)
    return line


def _dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


_SHIP_TO: Final = tuple(
    ShipTo(
        countryCode="US",
        city=city.name,
        region=city.state,
        postcode=city.postcode,
        latitude=city.lat,
        longitude=city.lon,
    )
    for city in CITIES
)
_SHIP_TO_CHINA: Final = tuple(
    ShipTo(countryCode="CN", city=city.name, region=city.province) for city in CHINESE_CITIES
)


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What each of a chunk's orders asks for."""

    priorities: list[str]
    splits: list[str]
    requires: list[bool]
    promise_days: list[int]
    most_shipments: list[int]

    def add_to(self, order: PlaceOrderInput, index: int) -> None:
        order["priority"] = self.priorities[index]
        order["stockPolicy"] = "REQUIRE" if self.requires[index] else "BACKORDER"
        order["splitPolicy"] = self.splits[index]
        if days := self.promise_days[index]:
            promised = datetime.fromisoformat(order["placedAt"]) + timedelta(days=days)
            order["promisedBy"] = promised.isoformat()
        if self.splits[index] != "SINGLE_SHIPMENT" and (most := self.most_shipments[index]):
            order["maxShipments"] = most


def _wishes(baskets: Ints, channels: Ints) -> _Wishes:
    return _Wishes(
        priorities=assigning.priorities_of(baskets),
        splits=assigning.split_policies_of(baskets),
        requires=assigning.requires_stock(baskets, channels).tolist(),
        promise_days=assigning.promise_days_of(baskets).tolist(),
        most_shipments=assigning.most_shipments_of(baskets).tolist(),
    )
