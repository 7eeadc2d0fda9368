"""Write orders into the tables: one statement, however many there are."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson

from domain.orders.coordinates import coordinates
from domain.orders.entry import Entry, Judged
from domain.orders.incoming import IncomingOrder
from domain.places.locate import Located
from domain.shared.actor import Actor
from domain.shared.database import execute, records, statement
from domain.shared.ids import new_id
from domain.stock.move import Movement, move
from domain.stock.reasons import DocumentKind, StockReason

_PLACE = statement(__file__, "place_orders.sql")
_RESERVATIONS = """
    INSERT INTO reservations (order_line_id, warehouse_id, order_id, variant_id, quantity)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[])
"""


async def write(entries: Sequence[Entry], by: Actor, now: datetime) -> dict[UUID, int]:
    """Insert what is right and not there yet, with the job that has it sourced; each one's number.

    One statement, and so a transaction by itself.
    """
    if not entries:
        return {}
    located = await coordinates([entry.order.ship_to for entry in entries])
    sight = None if by.channel_ids is None else list(by.channel_ids)
    rows = await records(
        _PLACE,
        *_order_columns(entries, located),
        now,
        *_line_columns(entries),
        by.name,
        new_id(),
        sight,
        _tags(entries),
        [each.by for each in located],
        [each.part for each in located],
    )
    return {row["id"]: row["number"] for row in rows}


async def take_stock(entries: list[Judged], by: Actor, now: datetime) -> None:
    if not entries:
        return
    movements: list[Movement] = []
    rows: list[tuple[UUID, UUID, UUID, UUID, int]] = []
    for entry in entries:
        for index, warehouse_id in entry.places.items():
            line = entry.order.lines[index]
            variant_id = entry.variants[line.sku]
            rows.append((entry.line_ids[index], warehouse_id, entry.id, variant_id, line.quantity))
            movements.append(
                Movement(
                    variant_id=variant_id,
                    warehouse_id=warehouse_id,
                    allocated=line.quantity,
                    reason=StockReason.RESERVED,
                    document_kind=DocumentKind.ORDER,
                    document_id=entry.id,
                )
            )
    await move(movements, by=by, now=now)
    await execute(_RESERVATIONS, *zip(*rows, strict=True))


def _order_columns(entries: Sequence[Entry], located: Sequence[Located]) -> list[list[object]]:
    orders = [entry.order for entry in entries]
    return [
        [entry.id for entry in entries],
        [order.channel for order in orders],
        [order.external_reference for order in orders],
        [order.content_hash for order in orders],
        [order.customer_reference for order in orders],
        [orjson.dumps(order.ship_to).decode() for order in orders],
        [each.latitude for each in located],
        [each.longitude for each in located],
        [order.currency for order in orders],
        [order.subtotal_minor for order in orders],
        [sum(line.platform_discount_minor for line in order.lines) for order in orders],
        [sum(line.merchant_discount_minor for line in order.lines) for order in orders],
        [order.shipping_minor for order in orders],
        [order.all_tax_minor for order in orders],
        [order.priority.value for order in orders],
        [order.stock_policy.value for order in orders],
        [order.split_policy.value for order in orders],
        [order.max_shipments for order in orders],
        [order.placed_at for order in orders],
        [order.promised_by for order in orders],
        [order.units for order in orders],
        [sum(entry.allocated(i) for i in range(len(entry.order.lines))) for entry in entries],
        [_event(order) for order in orders],
    ]


def _tags(entries: Sequence[Entry]) -> list[str]:
    """Each order's tags as one text, since an array of arrays must be rectangular; no tag has a control character."""
    return ["\x1f".join(entry.order.tags) for entry in entries]


def _event(order: IncomingOrder) -> str:
    return orjson.dumps(
        {
            "channel": order.channel,
            "externalReference": order.external_reference,
            "lines": len(order.lines),
            "units": order.units,
        }
    ).decode()


def _line_columns(entries: Sequence[Entry]) -> list[list[object]]:
    lines = [(entry, index, line) for entry in entries for index, line in enumerate(entry.order.lines)]
    return [
        [entry.line_ids[index] for entry, index, _ in lines],
        [entry.id for entry, _, _ in lines],
        [index + 1 for _, index, _ in lines],
        [line.sku for _, _, line in lines],
        [line.quantity for _, _, line in lines],
        [line.unit_price_minor for _, _, line in lines],
        [line.platform_discount_minor for _, _, line in lines],
        [line.merchant_discount_minor for _, _, line in lines],
        [line.tax_minor for _, _, line in lines],
        [entry.allocated(index) for entry, index, _ in lines],
    ]
