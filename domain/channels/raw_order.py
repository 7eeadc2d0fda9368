"""An order as a channel states it: plain values, not yet judged; `parse_order` judges them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RawShipTo:
    """Where the parcel goes."""

    country_code: str
    name: str | None = None
    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    phone: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLine:
    """So many units of a SKU at a price; decimals as text."""

    sku: str
    quantity: int
    unit_price: str
    platform_discount: str | None = None
    merchant_discount: str | None = None
    tax: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawOrder:
    """What `parse_order` judges. Decimals and times are text; enums are their names."""

    channel: str
    external_reference: str
    placed_at: str
    currency_code: str
    lines: tuple[RawLine, ...]
    ship_to: RawShipTo
    customer_reference: str | None = None
    priority: str | None = None
    promised_by: str | None = None
    stock_policy: str | None = None
    split_policy: str | None = None
    max_shipments: int | None = None
    shipping: str | None = None
    tax: str | None = None
    tags: tuple[str, ...] = ()
