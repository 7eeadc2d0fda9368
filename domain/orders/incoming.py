"""An order that cannot be wrong by itself: parsed once, at the edge.

`parse_order` is pure. What it lets through has known enums, aware times, whole minor units, text
that can be stored, and lines of distinct SKUs.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from hashlib import sha256
from typing import TypeVar

import orjson

from domain.channels.raw_order import RawLine, RawOrder, RawShipTo
from domain.orders.policies import Priority, SplitPolicy, StockPolicy
from domain.shared.money import AMOUNT_MAX_MINOR, NotRepresentable, to_minor
from domain.shared.refusal import InvalidInput
from domain.shared.tags import InvalidTags, tags_of
from domain.shared.text import InvalidText, require_text

Choice = TypeVar("Choice", bound=Enum)

LINES_MAX = 2_000
UNITS_A_LINE_MAX = 1_000_000
SHIPMENTS_MAX = 10
SHIPMENTS_DEFAULT = 3
# A clock of a channel may run fast, but not by more than this.
FUTURE_MAX = timedelta(days=1)
_CURRENCY = re.compile(r"[A-Z]{3}")
_COUNTRY = re.compile(r"[A-Z]{2}")


class InvalidOrder(InvalidInput):
    """The order cannot be right; `field` is the path to what is wrong, as in `lines[2].quantity`."""

    code = "INVALID_ORDER"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipTo:
    """Where the parcel goes. Coordinates in degrees, or both None."""

    country_code: str
    name: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    phone: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingLine:
    """One SKU of an order. Amounts in minor units; discounts and tax are of the whole line."""

    sku: str
    quantity: int
    unit_price_minor: int
    platform_discount_minor: int = 0
    merchant_discount_minor: int = 0
    tax_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingOrder:
    """An order that is right by itself; whether its channel and SKUs exist, the database knows."""

    channel: str
    external_reference: str
    placed_at: datetime
    currency: str
    lines: tuple[IncomingLine, ...]
    ship_to: ShipTo
    customer_reference: str
    priority: Priority
    promised_by: datetime | None
    stock_policy: StockPolicy
    split_policy: SplitPolicy
    max_shipments: int
    shipping_minor: int
    tax_minor: int
    content_hash: bytes
    tags: tuple[str, ...] = ()

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def subtotal_minor(self) -> int:
        """What the lines cost before discounts, shipping and tax."""
        return sum(line.unit_price_minor * line.quantity for line in self.lines)

    @property
    def all_tax_minor(self) -> int:
        """The tax stated for the order and for its lines."""
        return self.tax_minor + sum(line.tax_minor for line in self.lines)


def parse_order(raw: RawOrder, *, now: datetime) -> IncomingOrder:
    """The order that `raw` states.

    Lines of one SKU and price are merged. The content hash covers everything stated, after
    normalisation, so that the same order sent twice is recognised whatever its spelling.

    Raises:
        InvalidOrder: something cannot be right; names the field.
    """
    currency = _matching(raw.currency_code, _CURRENCY, "currencyCode", "an ISO 4217 code such as EUR")
    order = {
        "channel": _text(raw.channel, "channel", longest=63, least=1),
        "external_reference": _text(raw.external_reference, "externalReference", longest=200, least=1),
        "placed_at": _time(raw.placed_at, "placedAt", latest=now + FUTURE_MAX),
        "currency": currency,
        "lines": _lines(raw.lines, currency),
        "ship_to": _ship_to(raw.ship_to),
        "customer_reference": _text(raw.customer_reference or "", "customerReference", longest=200),
        "priority": _choice(Priority, raw.priority, Priority.NORMAL, "priority"),
        "promised_by": _time(raw.promised_by, "promisedBy") if raw.promised_by else None,
        "stock_policy": _choice(StockPolicy, raw.stock_policy, StockPolicy.BACKORDER, "stockPolicy"),
        "split_policy": _choice(SplitPolicy, raw.split_policy, SplitPolicy.PARTIAL_ALLOWED, "splitPolicy"),
        "max_shipments": _shipments(raw.max_shipments),
        "shipping_minor": _amount(raw.shipping, currency, "shipping"),
        "tax_minor": _amount(raw.tax, currency, "tax"),
        "tags": _tags(raw.tags),
    }
    content = orjson.dumps(order, option=orjson.OPT_SORT_KEYS)
    return IncomingOrder(**order, content_hash=sha256(content).digest())  # type: ignore[arg-type]


def _text(text: str, field: str, *, longest: int, least: int = 0) -> str:
    try:
        return require_text(text, field=field, longest=longest, least=least)
    except InvalidText as wrong:
        raise InvalidOrder(wrong.message, field=field) from wrong


def _matching(text: str, form: re.Pattern[str], field: str, wanted: str) -> str:
    if not form.fullmatch(text):
        raise InvalidOrder(f"Must be {wanted}.", field=field)
    return text


def _time(text: str, field: str, *, latest: datetime | None = None) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidOrder("Must be a time such as 2026-11-22T14:03:00+01:00.", field=field) from None
    if time.tzinfo is None:
        raise InvalidOrder("Must have an offset from UTC, such as Z or +08:00.", field=field)
    try:
        in_utc = time.astimezone(UTC)
    except OverflowError:
        raise InvalidOrder("Is out of range.", field=field) from None
    if in_utc.year < 1970 or (latest is not None and in_utc > latest):
        raise InvalidOrder("Lies too far from now.", field=field)
    return in_utc


def _choice(kind: type[Choice], name: str | None, default: Choice, field: str) -> Choice:
    if name is None:
        return default
    try:
        return kind[name]
    except KeyError:
        raise InvalidOrder(f"Must be one of {', '.join(kind.__members__)}.", field=field) from None


def _shipments(shipments: int | None) -> int:
    if shipments is None:
        return SHIPMENTS_DEFAULT
    if not 1 <= shipments <= SHIPMENTS_MAX:
        raise InvalidOrder(f"Must be 1 to {SHIPMENTS_MAX}.", field="maxShipments")
    return shipments


def _tags(stated: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tags_of(stated)
    except InvalidTags as wrong:
        raise InvalidOrder(wrong.message, field=wrong.field) from wrong


def _amount(text: str | None, currency: str, field: str) -> int:
    if text is None:
        return 0
    try:
        minor = to_minor(Decimal(text), currency)
    except (InvalidOperation, NotRepresentable, ValueError):
        raise InvalidOrder(f"Must be an amount of {currency}, as in 12.50.", field=field) from None
    if minor < 0:
        raise InvalidOrder("Must not be negative.", field=field)
    return minor


def _coordinate(degrees: float | None, limit: int, field: str) -> float | None:
    if degrees is not None and not -limit <= degrees <= limit:
        raise InvalidOrder(f"Must be -{limit} to {limit} degrees.", field=field)
    return degrees


def _ship_to(raw: RawShipTo) -> ShipTo:
    if (raw.latitude is None) != (raw.longitude is None):
        raise InvalidOrder("Give both coordinates or none.", field="shipTo.latitude")
    return ShipTo(
        country_code=_matching(
            raw.country_code, _COUNTRY, "shipTo.countryCode", "an ISO 3166 code such as DE"
        ),
        name=_text(raw.name or "", "shipTo.name", longest=200),
        line1=_text(raw.line1 or "", "shipTo.line1", longest=200),
        line2=_text(raw.line2 or "", "shipTo.line2", longest=200),
        city=_text(raw.city or "", "shipTo.city", longest=100),
        region=_text(raw.region or "", "shipTo.region", longest=100),
        postcode=_text(raw.postcode or "", "shipTo.postcode", longest=20),
        phone=_text(raw.phone or "", "shipTo.phone", longest=50),
        latitude=_coordinate(raw.latitude, 90, "shipTo.latitude"),
        longitude=_coordinate(raw.longitude, 180, "shipTo.longitude"),
    )


def _lines(raws: tuple[RawLine, ...], currency: str) -> tuple[IncomingLine, ...]:
    if not raws:
        raise InvalidOrder("Needs at least one line.", field="lines")
    if len(raws) > LINES_MAX:
        raise InvalidOrder(f"Has more than {LINES_MAX} lines.", field="lines")
    merged: dict[str, IncomingLine] = {}
    for index, raw in enumerate(raws):
        line = _line(raw, currency, f"lines[{index}]")
        known = merged.get(line.sku)
        merged[line.sku] = line if known is None else _merged(known, line, f"lines[{index}]")
    if sum(_price_minor(line) for line in merged.values()) > AMOUNT_MAX_MINOR:
        raise InvalidOrder("The total is out of range.", field="lines")
    return tuple(merged.values())


def _price_minor(line: IncomingLine) -> int:
    return line.unit_price_minor * line.quantity + line.tax_minor


def _line(raw: RawLine, currency: str, at: str) -> IncomingLine:
    line = IncomingLine(
        sku=_text(raw.sku, f"{at}.sku", longest=100, least=1),
        quantity=_quantity(raw.quantity, f"{at}.quantity"),
        unit_price_minor=_amount(raw.unit_price, currency, f"{at}.unitPrice"),
        platform_discount_minor=_amount(raw.platform_discount, currency, f"{at}.platformDiscount"),
        merchant_discount_minor=_amount(raw.merchant_discount, currency, f"{at}.merchantDiscount"),
        tax_minor=_amount(raw.tax, currency, f"{at}.tax"),
    )
    discount = line.platform_discount_minor + line.merchant_discount_minor
    if discount > line.unit_price_minor * line.quantity:
        raise InvalidOrder("Discounts exceed the price.", field=f"{at}.merchantDiscount")
    return line


def _quantity(quantity: int, field: str) -> int:
    if not 1 <= quantity <= UNITS_A_LINE_MAX:
        raise InvalidOrder(f"Must be a whole number from 1 to {UNITS_A_LINE_MAX}.", field=field)
    return quantity


def _merged(first: IncomingLine, second: IncomingLine, at: str) -> IncomingLine:
    if first.unit_price_minor != second.unit_price_minor:
        raise InvalidOrder(f"{second.sku} appears twice with different prices.", field=f"{at}.unitPrice")
    return IncomingLine(
        sku=first.sku,
        quantity=_quantity(first.quantity + second.quantity, f"{at}.quantity"),
        unit_price_minor=first.unit_price_minor,
        platform_discount_minor=first.platform_discount_minor + second.platform_discount_minor,
        merchant_discount_minor=first.merchant_discount_minor + second.merchant_discount_minor,
        tax_minor=first.tax_minor + second.tax_minor,
    )
