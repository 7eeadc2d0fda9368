"""One row of an order file into the variables of `placeOrders`, or the reason why not. Pure."""

from typing import Any, cast

from cli.replaying.shape import PlaceOrderInput
from domain.channels.order_file import parsing
from domain.channels.order_file.fields import Row
from domain.channels.order_file.parsing import decode
from domain.channels.order_file.refusals import RefusalCode, RowRefusal
from domain.channels.raw_order import RawLine, RawOrder

__all__ = ["RefusalCode", "RowRefusal", "decode", "parse_object", "parse_row"]


def parse_row(line_number: int, raw: bytes) -> PlaceOrderInput | RowRefusal:
    """The order of one line of the file, or why it isn't taken; never raises for what a file holds."""
    order = parsing.parse_raw(line_number, raw)
    return order if isinstance(order, RowRefusal) else variables(order)


def parse_object(line_number: int, row: Row) -> PlaceOrderInput | RowRefusal:
    """As `parse_row`, of a row that is decoded already."""
    order = parsing.parse_object(line_number, row)
    return order if isinstance(order, RowRefusal) else variables(order)


def variables(order: RawOrder) -> PlaceOrderInput:
    """The order as `placeOrders` takes it; what is not stated is left out."""
    to = order.ship_to
    said: dict[str, Any] = {
        "channel": order.channel,
        "externalReference": order.external_reference,
        "placedAt": order.placed_at,
        "currencyCode": order.currency_code,
        "lines": [_line(line) for line in order.lines],
        "shipTo": _said(
            countryCode=to.country_code,
            name=to.name,
            line1=to.line1,
            line2=to.line2,
            city=to.city,
            region=to.region,
            postcode=to.postcode,
            phone=to.phone,
            latitude=to.latitude,
            longitude=to.longitude,
        ),
    }
    wishes = _said(
        customerReference=order.customer_reference,
        promisedBy=order.promised_by,
        priority=order.priority,
        stockPolicy=order.stock_policy,
        splitPolicy=order.split_policy,
        maxShipments=order.max_shipments,
        shipping=order.shipping,
        tax=order.tax,
        tags=list(order.tags) or None,
    )
    return cast("PlaceOrderInput", said | wishes)


def _line(line: RawLine) -> dict[str, Any]:
    return _said(
        sku=line.sku,
        quantity=line.quantity,
        unitPrice=line.unit_price,
        merchantDiscount=line.merchant_discount,
        platformDiscount=line.platform_discount,
        tax=line.tax,
    )


def _said(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
