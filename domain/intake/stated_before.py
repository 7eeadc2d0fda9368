"""What a channel stated of an order before: the message that the order follows, read again."""

from datetime import datetime
from uuid import UUID

import orjson
from asyncpg import Record

from domain.channels.adapters.contract import Message
from domain.intake.channel import IntakeChannel
from domain.intake.read_message import Statement, read_message
from domain.orders.incoming import IncomingLine, IncomingOrder, ShipTo
from domain.orders.policies import Priority, SplitPolicy, StockPolicy
from domain.shared.database import records, statement

_ORDER = statement(__file__, "stated_before.sql")
_LINES = """
    SELECT sku, quantity - cancelled AS quantity, unit_price_minor, platform_discount_minor,
           merchant_discount_minor, tax_minor
    FROM order_lines WHERE order_id = $1 ORDER BY position
"""
_MESSAGE = """
    SELECT topic, body, delivery_id, event_id, reference, external_updated_at FROM inbound_messages WHERE id = $1
"""


async def stated_before(
    order_id: UUID, channel: IntakeChannel, *, besides: UUID, now: datetime
) -> IncomingOrder:
    """The statement that the order follows; where it came otherwise, what the order says itself.

    To compare statements and not the order keeps apart what the channel changed and what we did: units that
    were cancelled here are not missing there. A message that is read anew (`besides`) is no statement before
    itself: then the order shows what it was read as.
    """
    [order] = await records(_ORDER, order_id)
    followed = order["stated_by"] if order["stated_by"] != besides else None
    for message in await records(_MESSAGE, followed) if followed else []:
        reading = read_message(channel.adapter, Message(**message), channel.facts, now=now)
        if isinstance(reading, Statement) and reading.reference == order["external_reference"]:
            return reading.order
    return _as_it_is(order, await records(_LINES, order_id))


async def order_as_it_is(order_id: UUID) -> IncomingOrder:
    """What the order says itself, without the units that are cancelled."""
    [order] = await records(_ORDER, order_id)
    return _as_it_is(order, await records(_LINES, order_id))


def _as_it_is(order: Record, rows: list[Record]) -> IncomingOrder:
    lines = tuple(IncomingLine(**row) for row in rows)
    return IncomingOrder(
        channel=order["channel"],
        external_reference=order["external_reference"],
        placed_at=order["placed_at"],
        currency=order["currency"],
        lines=tuple(line for line in lines if line.quantity),
        ship_to=ShipTo(**orjson.loads(order["ship_to"])),
        customer_reference=order["customer_reference"],
        priority=Priority(order["priority"]),
        promised_by=order["promised_by"],
        stock_policy=StockPolicy(order["stock_policy"]),
        split_policy=SplitPolicy(order["split_policy"]),
        max_shipments=order["max_shipments"],
        shipping_minor=order["shipping_minor"],
        tax_minor=order["tax_minor"] - sum(line.tax_minor for line in lines),
        tags=tuple(order["tags"]),
        content_hash=order["content_hash"],
    )
