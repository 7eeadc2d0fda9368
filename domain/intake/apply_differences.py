"""Carry out what a channel changed about an order, in the caller's transaction, with the order locked."""

from datetime import datetime
from uuid import UUID

import orjson

from domain.fulfilment.cancel_order import CancelReason
from domain.fulfilment.cancel_units import CancelUnits, cancel_units
from domain.intake.differences import Differences, merged
from domain.intake.stated_before import order_as_it_is
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.orders.coordinates import coordinates
from domain.orders.incoming import IncomingOrder
from domain.shared.actor import Actor
from domain.shared.database import execute, records, statement
from domain.shared.ids import new_id
from domain.stock.find import UnknownSku

_WRITE_LINES = statement(__file__, "write_lines.sql")
_WRITE_ORDER = statement(__file__, "write_order.sql")
_KNOWN_SKUS = "SELECT sku FROM variants WHERE sku = ANY ($1::text[])"


async def apply_differences(
    order_id: UUID,
    after: IncomingOrder,
    differing: Differences,
    *,
    also_picked: bool,
    by: Actor,
    now: datetime,
) -> None:
    """Make the order say what `after` does where that differs from what was stated before.

    What nobody stated otherwise stays, such as tags that people gave it. Fewer units are cancelled, and keep
    the money they were ordered for; more units are sourced.

    Raises:
        UnknownSku: a SKU that was added does not exist.
        OrderClosed, UnitsUnderWay: as `cancel_units`.
    """
    await _require_known(differing)
    if differing.reduced:
        ask = CancelUnits(
            order_id=order_id,
            units=differing.reduced,
            reason=CancelReason.CUSTOMER,
            note="changed by its channel",
            also_picked=also_picked,
        )
        await cancel_units(ask, by=by, now=now)
    order = merged(await order_as_it_is(order_id), after, differing)
    await _write_lines(order_id, after, differing)
    await _write_order(order_id, order, now, content_hash=after.content_hash, more=bool(differing.added))
    if differing.added:
        await enqueue(JobKind.ALLOCATE, now=now)


async def _require_known(differing: Differences) -> None:
    known = {row["sku"] for row in await records(_KNOWN_SKUS, list(differing.added))}
    for sku in differing.added:
        if sku not in known:
            raise UnknownSku(f"There is no SKU {sku!r}.", field=f"lines[{sku}].sku")


async def _write_lines(order_id: UUID, after: IncomingOrder, differing: Differences) -> None:
    changed = (differing.money_of | differing.added.keys()) - differing.reduced.keys()
    lines = [line for line in after.lines if line.sku in changed]
    await execute(
        _WRITE_LINES,
        order_id,
        [line.sku for line in lines],
        [differing.added.get(line.sku, 0) for line in lines],
        [line.unit_price_minor for line in lines],
        [line.platform_discount_minor for line in lines],
        [line.merchant_discount_minor for line in lines],
        [line.tax_minor for line in lines],
        [line.sku in differing.money_of for line in lines],
        [new_id() for _ in lines],
    )


async def _write_order(
    order_id: UUID, order: IncomingOrder, now: datetime, *, content_hash: bytes, more: bool
) -> None:
    [located] = await coordinates([order.ship_to])
    await execute(
        _WRITE_ORDER,
        order_id,
        order.placed_at,
        order.customer_reference,
        order.promised_by,
        order.priority,
        order.stock_policy,
        order.split_policy,
        order.max_shipments,
        list(order.tags),
        orjson.dumps(order.ship_to).decode(),
        located.latitude,
        located.longitude,
        order.shipping_minor,
        order.tax_minor,
        content_hash,
        now,
        more,
        located.by,
        located.part,
    )
