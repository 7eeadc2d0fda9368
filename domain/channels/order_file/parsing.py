"""One row of an order file as a raw order, or the reason why not. Pure.

The format is described in docs/order-format.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import orjson

from domain.channels.order_file import fields
from domain.channels.order_file.fields import Row
from domain.channels.order_file.merging import one_price_a_sku, stated_line
from domain.channels.order_file.refusals import RefusalCode, RowRefusal, RowRefused, refuse
from domain.channels.raw_order import RawLine, RawOrder, RawShipTo

# The longest row of a real file (1,114 lines) is 130 kB; a row without an end is no row.
ROW_MAX_BYTES: Final = 8 * 1024 * 1024
PRIORITIES: Final = frozenset({"NORMAL", "HIGH", "URGENT"})
STOCK_POLICIES: Final = frozenset({"REQUIRE", "BACKORDER"})
SPLIT_POLICIES: Final = frozenset({"SINGLE_SHIPMENT", "SHIP_COMPLETE", "PARTIAL_ALLOWED"})
_NEVER_PLACED = frozenset({"cancelled", "canceled", "draft", "failed", "void", "voided"})
_CHANNEL_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_ADDRESS_TEXTS = ("name", "line1", "line2", "city", "region", "postcode", "phone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Into:
    """The channel that a file is read into, and its currency: of rows that name none."""

    channel: str
    currency: str


def parse_raw(line_number: int, raw: bytes, into: Into | None = None) -> RawOrder | RowRefusal:
    """The order of one line of the file, or why it isn't taken; never raises for what a file holds."""
    try:
        return _order(decode(raw), into)
    except RowRefused as no:
        return RowRefusal(line_number, no.code, no.field, no.message)


def parse_object(line_number: int, row: Row, into: Into | None = None) -> RawOrder | RowRefusal:
    """As `parse_raw`, of a row that is decoded already."""
    try:
        return _order(row, into)
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


def _order(row: Row, into: Into | None) -> RawOrder:
    _require_order(row)
    currency_code = into.currency if into and row.get("currency") is None else fields.currency(row)
    channel = _channel(row, into)
    reference = fields.required_text(row, "external_id", "external_id")
    placed_at = fields.moment(row, "placed_at") or _missing("placed_at")
    lines = _lines(row, currency_code)
    ship_to = _ship_to(row)
    customer = fields.text(row, "customer_ref", "customer_ref")
    if not customer and all(Decimal(line.unit_price) == 0 for line in lines):
        refuse(RefusalCode.WORTHLESS, "lines", "every line is free and no customer is named")
    return RawOrder(
        channel=channel,
        external_reference=reference,
        placed_at=placed_at,
        currency_code=currency_code,
        lines=lines,
        ship_to=ship_to,
        customer_reference=customer,
        promised_by=fields.moment(row, "promised_by"),
        priority=fields.choice(row, "priority", PRIORITIES),
        stock_policy=fields.choice(row, "stock_policy", STOCK_POLICIES),
        split_policy=fields.choice(row, "split_policy", SPLIT_POLICIES),
        max_shipments=_shipments(row),
        shipping=fields.extra_amount(row, "shipping", "shipping", currency_code),
        tax=fields.extra_amount(row, "tax", "tax", currency_code),
        tags=tuple(fields.tags(row)),
    )


def _require_order(row: Row) -> None:
    kind = fields.text(row, "kind", "kind") or "order"
    if kind != "order":
        refuse(RefusalCode.NOT_AN_ORDER, "kind", f"is {kind[:40]!r}")
    status = fields.text(row, "status", "status") or ""
    if status.lower() in _NEVER_PLACED:
        refuse(RefusalCode.NOT_PLACED, "status", f"is {status!r}")


def _channel(row: Row, into: Into | None) -> str:
    if into is None:
        return channel_code(row)
    if row.get("channel") is not None and (named := channel_code(row)) != into.channel:
        refuse(RefusalCode.OTHER_CHANNEL, "channel.code", f"is {named}; this file goes into {into.channel}")
    return into.channel


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


def _ship_to(row: Row) -> RawShipTo:
    address = row.get("ship_to")
    if not isinstance(address, Mapping):
        refuse(RefusalCode.MISSING_FIELD, "ship_to", "must be an object")
    country = fields.country(address)
    texts = {key: fields.text(address, key, f"ship_to.{key}") for key in _ADDRESS_TEXTS}
    if texts["region"] is None:
        texts["region"] = fields.text(address, "state", "ship_to.state")
    latitude, longitude = fields.coordinates(address) or (None, None)
    return RawShipTo(country_code=country, latitude=latitude, longitude=longitude, **texts)


def _lines(row: Row, currency_code: str) -> tuple[RawLine, ...]:
    lines = row.get("lines")
    if not isinstance(lines, list) or not lines:
        refuse(RefusalCode.EMPTY_LINES, "lines", "must be a list with at least one line")
    parsed = [_line(line, f"lines[{index}]", currency_code) for index, line in enumerate(lines)]
    prices = {(line.sku, line.unit_price) for line in parsed}
    if len(prices) == len({sku for sku, _ in prices}):
        return tuple(parsed)
    return tuple(one_price_a_sku(parsed, currency_code))


def _line(row: object, field: str, currency_code: str) -> RawLine:
    if not isinstance(row, dict):
        refuse(RefusalCode.BAD_JSON, field, "must be an object")
    sku = fields.required_text(row, "sku", f"{field}.sku", length_max=100)
    quantity = fields.quantity(row, f"{field}.qty")
    price = fields.price_minor(row, f"{field}.unit_price", currency_code)
    merchant = fields.discount_minor(row, "discount", f"{field}.discount", currency_code)
    platform = fields.discount_minor(row, "platform_discount", f"{field}.platform_discount", currency_code)
    if merchant + platform > quantity * price:
        refuse(RefusalCode.DISCOUNT_TOO_LARGE, f"{field}.discount", "is more than the line costs")
    tax = fields.extra_minor(row, "tax", f"{field}.tax", currency_code)
    return stated_line(
        sku, quantity, price, merchant=merchant, platform=platform, tax=tax, currency=currency_code
    )


def _shipments(row: Row) -> int | None:
    if row.get("max_shipments") is None:
        return None
    most = fields.whole_number(row["max_shipments"], "max_shipments")
    if not 1 <= most <= 10:
        refuse(RefusalCode.BAD_CHOICE, "max_shipments", "must be 1 to 10")
    return most
