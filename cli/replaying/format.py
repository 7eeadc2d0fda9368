"""One row of an order file into the variables of `placeOrders`, or the reason why not. Pure.

The format is described in docs/order-format.md.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from cli.replaying import fields
from cli.replaying.fields import Row
from cli.replaying.merging import one_price_a_sku, stated_line
from cli.replaying.reading import ROW_MAX_BYTES
from cli.replaying.refusals import RefusalCode, RowRefusal, RowRefused, refuse
from cli.replaying.shape import Line, PlaceOrderInput, ShipTo

__all__ = ["RefusalCode", "RowRefusal", "decode", "parse_object", "parse_row"]

PRIORITIES: Final = frozenset({"NORMAL", "HIGH", "URGENT"})
STOCK_POLICIES: Final = frozenset({"REQUIRE", "BACKORDER"})
SPLIT_POLICIES: Final = frozenset({"SINGLE_SHIPMENT", "SHIP_COMPLETE", "PARTIAL_ALLOWED"})
_NEVER_PLACED = frozenset({"cancelled", "canceled", "draft", "failed", "void", "voided"})
_CHANNEL_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_ADDRESS_TEXTS = ("name", "line1", "line2", "city", "region", "postcode", "phone")


def parse_row(line_number: int, raw: bytes) -> PlaceOrderInput | RowRefusal:
    """The order of one line of the file, or why it isn't taken; never raises for what a file holds."""
    try:
        return _order(decode(raw))
    except RowRefused as no:
        return RowRefusal(line_number, no.code, no.field, no.message)


def parse_object(line_number: int, row: Row) -> PlaceOrderInput | RowRefusal:
    """As `parse_row`, of a row that is decoded already."""
    try:
        return _order(row)
    except RowRefused as no:
        return RowRefusal(line_number, no.code, no.field, no.message)


def decode(raw: bytes) -> dict[str, Any]:
    """The JSON object of a line.

    Raises:
        RowRefused: it is too long or isn't one object.
    """
    if len(raw) > ROW_MAX_BYTES:
        refuse(RefusalCode.TOO_LONG, "", f"is longer than {ROW_MAX_BYTES} bytes")
    try:
        row = orjson.loads(raw)
    except orjson.JSONDecodeError as wrong:
        refuse(RefusalCode.BAD_JSON, "", str(wrong))
    if not isinstance(row, dict):
        refuse(RefusalCode.BAD_JSON, "", "must be one JSON object")
    return row


def _order(row: Row) -> PlaceOrderInput:
    _require_order(row)
    currency_code = fields.currency(row)
    order = PlaceOrderInput(
        channel=channel_code(row),
        externalReference=fields.required_text(row, "external_id", "external_id"),
        placedAt=fields.moment(row, "placed_at") or _missing("placed_at"),
        currencyCode=currency_code,
        lines=_lines(row, currency_code),
        shipTo=_ship_to(row),
    )
    if customer := fields.text(row, "customer_ref", "customer_ref"):
        order["customerReference"] = customer
    elif all(float(line["unitPrice"]) == 0 for line in order["lines"]):
        refuse(RefusalCode.WORTHLESS, "lines", "every line is free and no customer is named")
    _add_wishes(order, row)
    return order


def _require_order(row: Row) -> None:
    kind = fields.text(row, "kind", "kind") or "order"
    if kind != "order":
        refuse(RefusalCode.NOT_AN_ORDER, "kind", f"is {kind[:40]!r}")
    status = fields.text(row, "status", "status") or ""
    if status.lower() in _NEVER_PLACED:
        refuse(RefusalCode.NOT_PLACED, "status", f"is {status!r}")


def channel_code(row: Row) -> str:
    """`channel.code`, or `channel` itself where it is a string."""
    channel = row.get("channel")
    holder: Row = channel if isinstance(channel, dict) else {"code": channel}
    code = fields.required_text(holder, "code", "channel.code")
    if not _CHANNEL_CODE.fullmatch(code):
        refuse(RefusalCode.BAD_CHANNEL, "channel.code", "must be of a-z, 0-9 and -, at most 63")
    return code


def _missing(field: str) -> str:
    refuse(RefusalCode.MISSING_FIELD, field, "is required")


def _ship_to(row: Row) -> ShipTo:
    address = row.get("ship_to")
    if not isinstance(address, Mapping):
        refuse(RefusalCode.MISSING_FIELD, "ship_to", "must be an object")
    ship_to = ShipTo(countryCode=fields.country(address))
    for key in _ADDRESS_TEXTS:
        value = fields.text(address, key, f"ship_to.{key}")
        if value is None and key == "region":
            value = fields.text(address, "state", "ship_to.state")
        if value is not None:
            ship_to[key] = value  # type: ignore[literal-required]
    if place := fields.coordinates(address):
        ship_to["latitude"], ship_to["longitude"] = place
    return ship_to


def _lines(row: Row, currency_code: str) -> list[Line]:
    lines = row.get("lines")
    if not isinstance(lines, list) or not lines:
        refuse(RefusalCode.EMPTY_LINES, "lines", "must be a list with at least one line")
    parsed = [_line(line, f"lines[{index}]", currency_code) for index, line in enumerate(lines)]
    prices = {(line["sku"], line["unitPrice"]) for line in parsed}
    if len(prices) == len({sku for sku, _ in prices}):
        return parsed
    return one_price_a_sku(parsed, currency_code)


def _line(row: object, field: str, currency_code: str) -> Line:
    if not isinstance(row, dict):
        refuse(RefusalCode.BAD_JSON, field, "must be an object")
    sku = fields.required_text(row, "sku", f"{field}.sku", length_max=100)
    quantity = fields.quantity(row, f"{field}.qty")
    price = fields.price_minor(row, f"{field}.unit_price", currency_code)
    merchant = fields.discount_minor(row, "discount", f"{field}.discount", currency_code)
    platform = fields.discount_minor(row, "platform_discount", f"{field}.platform_discount", currency_code)
    if merchant + platform > quantity * price:
        refuse(RefusalCode.DISCOUNT_TOO_LARGE, f"{field}.discount", "is more than the line costs")
    return stated_line(sku, quantity, price, merchant, platform, currency=currency_code)


def _add_wishes(order: PlaceOrderInput, row: Row) -> None:
    if promised_by := fields.moment(row, "promised_by"):
        order["promisedBy"] = promised_by
    if priority := fields.choice(row, "priority", PRIORITIES):
        order["priority"] = priority
    if stock_policy := fields.choice(row, "stock_policy", STOCK_POLICIES):
        order["stockPolicy"] = stock_policy
    if split_policy := fields.choice(row, "split_policy", SPLIT_POLICIES):
        order["splitPolicy"] = split_policy
    if row.get("max_shipments") is not None:
        most = fields.whole_number(row["max_shipments"], "max_shipments")
        if not 1 <= most <= 10:
            refuse(RefusalCode.BAD_CHOICE, "max_shipments", "must be 1 to 10")
        order["maxShipments"] = most
    if tags := fields.tags(row):
        order["tags"] = tags
