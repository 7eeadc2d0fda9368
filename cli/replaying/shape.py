"""The GraphQL variables of `placeOrders`, as plain dicts that serialise as they are."""

from typing import NotRequired, TypedDict


class ShipTo(TypedDict):
    countryCode: str  # ISO 3166-1 alpha-2
    name: NotRequired[str]
    line1: NotRequired[str]
    line2: NotRequired[str]
    city: NotRequired[str]
    region: NotRequired[str]
    postcode: NotRequired[str]
    phone: NotRequired[str]
    latitude: NotRequired[float]
    longitude: NotRequired[float]


class Line(TypedDict):
    sku: str
    quantity: int
    unitPrice: str  # exactly the currency's number of decimals
    platformDiscount: NotRequired[str]  # off the whole line, borne by the platform
    merchantDiscount: NotRequired[str]  # off the whole line, borne by the merchant
    tax: NotRequired[str]


class PlaceOrderInput(TypedDict):
    channel: str
    externalReference: str
    placedAt: str  # ISO 8601 with offset
    currencyCode: str
    shipTo: ShipTo
    lines: list[Line]
    customerReference: NotRequired[str]
    priority: NotRequired[str]
    promisedBy: NotRequired[str]
    stockPolicy: NotRequired[str]
    splitPolicy: NotRequired[str]
    maxShipments: NotRequired[int]
    shipping: NotRequired[str]
    tax: NotRequired[str]
    tags: NotRequired[list[str]]
