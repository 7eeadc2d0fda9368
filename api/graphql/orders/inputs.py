"""What is said to place an order. Nothing here judges: `parse_order` does, row by row."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import strawberry
from strawberry.types import get_object_definition
from strawberry.utils.str_converters import to_camel_case

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.scalars import RawDateTime, RawDecimal, WholeNumber
from domain.channels.raw_order import RawLine, RawOrder, RawShipTo
from domain.orders.policies import Priority, SplitPolicy, StockPolicy


@strawberry.input(description="Where an order goes.")
class ShipToInput:
    """Where an order goes."""

    country_code: str = strawberry.field(description="ISO 3166-1, such as DE.")
    name: str | None = strawberry.field(default=None, description="To whom.")
    line1: str | None = strawberry.field(default=None, description="Street and number.")
    line2: str | None = strawberry.field(default=None, description="Whatever else the carrier needs.")
    city: str | None = strawberry.field(default=None, description="The city.")
    region: str | None = strawberry.field(default=None, description="The state or province.")
    postcode: str | None = strawberry.field(default=None, description="The postcode.")
    phone: str | None = strawberry.field(default=None, description="For the carrier.")
    latitude: float | None = strawberry.field(
        default=None, description="In degrees north, together with longitude."
    )
    longitude: float | None = strawberry.field(
        default=None, description="In degrees east, together with latitude."
    )

    def raw(self) -> RawShipTo:
        return RawShipTo(**self.__dict__)


@strawberry.input(description="So many units of a SKU at a price.")
class OrderLineInput:
    """So many units of a SKU at a price."""

    sku: str = strawberry.field(description="The SKU.")
    quantity: WholeNumber = strawberry.field(description="Units: 1 to 1,000,000.")
    unit_price: RawDecimal = strawberry.field(description="The price of one unit, in the order's currency.")
    platform_discount: RawDecimal | None = strawberry.field(
        default=None, description="Off the whole line, paid for by the channel."
    )
    merchant_discount: RawDecimal | None = strawberry.field(
        default=None, description="Off the whole line, paid for by the merchant."
    )
    tax: RawDecimal | None = strawberry.field(default=None, description="Tax on the whole line.")

    def raw(self) -> RawLine:
        return RawLine(**self.__dict__)


@strawberry.input(description="An order as its channel states it. The same order sent twice is placed once.")
class PlaceOrderInput:
    """An order as its channel states it."""

    channel: str = strawberry.field(description="The channel's code.")
    external_reference: str = strawberry.field(
        description="What the channel calls the order; unique per channel."
    )
    placed_at: RawDateTime = strawberry.field(description="When the customer placed it.")
    currency_code: str = strawberry.field(description="ISO 4217; the channel's currency.")
    ship_to: ShipToInput = strawberry.field(description="Where it goes.")
    lines: list[OrderLineInput] = strawberry.field(description="What is ordered: 1 to 2,000 lines.")
    customer_reference: str | None = strawberry.field(
        default=None, description="What the channel calls the customer."
    )
    priority: Priority | None = strawberry.field(default=None, description="NORMAL if nothing is said.")
    promised_by: RawDateTime | None = strawberry.field(default=None, description="By when it was promised.")
    stock_policy: StockPolicy | None = strawberry.field(
        default=None, description="BACKORDER if nothing is said."
    )
    split_policy: SplitPolicy | None = strawberry.field(
        default=None, description="PARTIAL_ALLOWED if nothing is said."
    )
    max_shipments: WholeNumber | None = strawberry.field(
        default=None,
        description="Into how many parcels the order may be split over its life: 1 to 10; 3 if nothing is said.",
    )
    shipping: RawDecimal | None = strawberry.field(
        default=None, description="What the customer pays for shipping."
    )
    tax: RawDecimal | None = strawberry.field(
        default=None, description="Tax on shipping; lines have their own."
    )
    tags: list[str] | None = strawberry.field(
        default=None,
        description="Words that filters and routings look at: up to 20 of 1 to 50 characters. Case matters.",
    )

    def raw(self) -> RawOrder:
        return RawOrder(
            **self.__dict__
            | {
                "ship_to": self.ship_to.raw(),
                "lines": tuple([line.raw() for line in self.lines]),
                "priority": None if self.priority is None else self.priority.name,  # NORMAL is 0
                "stock_policy": self.stock_policy and self.stock_policy.name,
                "split_policy": self.split_policy and self.split_policy.name,
                "tags": tuple(self.tags or ()),
            }
        )


# Strawberry converts inputs field by field through their types: half of what placing an order cost
# (280 of 566 us). What graphql-core hands over is checked and coerced, so renaming it is enough.
_PYTHON_NAMES = {
    to_camel_case(field.name): field.name
    for kind in (ShipToInput, OrderLineInput, PlaceOrderInput)
    for field in dataclasses.fields(kind)
}


def _renamed(said: Mapping[str, Any]) -> dict[str, Any]:
    return {_PYTHON_NAMES[name]: value for name, value in said.items()}


def _read_order(_kind: type, said: Mapping[str, Any], _context: object) -> PlaceOrderInput:
    fields = _renamed(said)
    fields["ship_to"] = ShipToInput(**_renamed(fields["ship_to"]))
    fields["lines"] = [OrderLineInput(**_renamed(line)) for line in fields["lines"]]
    return PlaceOrderInput(**fields)


get_object_definition(PlaceOrderInput, strict=True).from_input = _read_order
