"""Anything by its id, for those who may see it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from api.graphql.catalog.types import Product, Variant
from api.graphql.channels.types import Channel
from api.graphql.exports.fields import export_of
from api.graphql.fulfilment.types import FulfilmentOrder
from api.graphql.imports.fields import import_of
from api.graphql.info import Info, admin, reader
from api.graphql.intake.types import InboundMessage, OrderChange
from api.graphql.jobs.types import DeadJob
from api.graphql.listings.types import Listing
from api.graphql.orders.types import Order, OrderLine
from api.graphql.reevaluations.types import Reevaluation
from api.graphql.relay import InvalidId, Node, parse_global, uuids_of
from api.graphql.resolvers import field
from api.graphql.rules.types import RuleSet
from api.graphql.simulations.types import Simulation
from api.graphql.sourcing.types import SourcingDecision
from api.graphql.stock.types import StockEntry, StockHold, StockLevel, StockTransfer
from api.graphql.warehouses.types import Warehouse
from api.graphql.waves.types import Wave
from api.graphql.webhooks.types import WebhookDelivery, WebhookEndpoint
from domain.jobs.models import Job, JobState
from domain.shared.reading import Row

Found = Node | None
_BIGINT_DIGITS = 18


def _made(node: Callable[[Row], Node], row: Row | None) -> Found:
    return None if row is None else node(row)


async def _order_row(info: Info, key: UUID) -> Row | None:
    """The order, if it is of a channel that the key may see."""
    row = await info.context.loaders.order.load(key)
    return row if row is not None and info.context.actor.sees_channel(row["channel_id"]) else None


async def _order(info: Info, key: UUID) -> Found:
    return _made(Order.of, await _order_row(info, key))


async def _order_line(info: Info, key: UUID) -> Found:
    line = await info.context.loaders.order_line.load(key)
    order = None if line is None else await _order_row(info, line["order_id"])
    return None if line is None or order is None else OrderLine.of(line, order["currency"])


async def _fulfilment_order(info: Info, key: UUID) -> Found:
    row = await info.context.loaders.fulfilment_order.load(key)
    visible = row is not None and await _order_row(info, row["order_id"]) is not None
    return _made(FulfilmentOrder.of, row) if visible else None


async def _decision(info: Info, key: UUID) -> Found:
    row = await info.context.loaders.decision.load(key)
    visible = row is not None and await _order_row(info, row["order_id"]) is not None
    return _made(SourcingDecision.of, row) if visible else None


async def _channel(info: Info, key: UUID) -> Found:
    visible = info.context.actor.sees_channel(key)
    return _made(Channel.of, await info.context.loaders.channel.load(key)) if visible else None


async def _warehouse(info: Info, key: UUID) -> Found:
    return _made(Warehouse.of, await info.context.loaders.warehouse.load(key))


async def _variant(info: Info, key: UUID) -> Found:
    return _made(Variant.of, await info.context.loaders.variant.load(key))


async def _product(info: Info, key: UUID) -> Found:
    return _made(Product.of, await info.context.loaders.product.load(key))


async def _hold(info: Info, key: UUID) -> Found:
    info.context.actor.require_every_channel()
    return _made(StockHold.of, await info.context.loaders.stock_hold.load(key))


async def _transfer(info: Info, key: UUID) -> Found:
    info.context.actor.require_every_channel()
    return _made(StockTransfer.of, await info.context.loaders.transfer.load(key))


async def _listing(info: Info, key: UUID) -> Found:
    row = await info.context.loaders.listing.load(key)
    return _made(Listing.of, row if row and info.context.actor.sees_channel(row["channel_id"]) else None)


async def _webhook_endpoint(info: Info, key: UUID) -> Found:
    admin(info)
    return _made(WebhookEndpoint.of, await info.context.loaders.webhook_endpoint.load(key))


async def _webhook_delivery(info: Info, key: UUID) -> Found:
    admin(info)
    return _made(WebhookDelivery.of, await info.context.loaders.webhook_delivery.load(key))


async def _message(info: Info, key: UUID) -> Found:
    row = await info.context.loaders.message.load(key)
    visible = row is not None and info.context.actor.sees_channel(row["channel_id"])
    return _made(InboundMessage.of, row) if visible else None


async def _order_change(info: Info, key: UUID) -> Found:
    row = await info.context.loaders.order_change.load(key)
    visible = row is not None and await _order_row(info, row["order_id"]) is not None
    return _made(OrderChange.of, row) if visible else None


async def _dead_job(info: Info, key: UUID) -> Found:
    admin(info)
    rows = await Job.filter(id=key, state=JobState.DEAD).values()
    return _made(DeadJob.of, rows[0] if rows else None)


async def _level(info: Info, raw: str) -> Found:
    info.context.actor.require_every_channel()
    variant, warehouse = uuids_of(raw, "StockLevel", parts=2)
    return _made(StockLevel.of, await info.context.loaders.level.load((variant, warehouse)))


async def _entry(info: Info, key: Sequence[str]) -> Found:
    info.context.actor.require_every_channel()
    if len(key) != 1 or not (key[0].isdecimal() and len(key[0]) <= _BIGINT_DIGITS):
        raise InvalidId("This is not the id of a StockEntry.", field="id")
    return _made(StockEntry.of, await info.context.loaders.stock_entry.load(int(key[0])))


async def _rule_set(info: Info, key: UUID) -> Found:
    info.context.actor.require_every_channel()
    return _made(RuleSet.of, await info.context.loaders.rule_set.load(key))


async def _reevaluation(info: Info, key: UUID) -> Found:
    info.context.actor.require_every_channel()
    return _made(Reevaluation.of, await info.context.loaders.reevaluation.load(key))


async def _simulation(info: Info, key: UUID) -> Found:
    info.context.actor.require_every_channel()
    return _made(Simulation.of, await info.context.loaders.simulation.load(key))


async def _wave(info: Info, key: UUID) -> Found:
    info.context.actor.require_every_channel()
    return _made(Wave.of, await info.context.loaders.wave.load(key))


_BY_UUID: dict[str, Callable[[Info, UUID], Awaitable[Found]]] = {
    "Channel": _channel,
    "DeadJob": _dead_job,
    "Export": export_of,
    "FulfilmentOrder": _fulfilment_order,
    "InboundMessage": _message,
    "Import": import_of,
    "Listing": _listing,
    "Order": _order,
    "OrderChange": _order_change,
    "OrderLine": _order_line,
    "Product": _product,
    "Reevaluation": _reevaluation,
    "RuleSet": _rule_set,
    "Simulation": _simulation,
    "SourcingDecision": _decision,
    "StockHold": _hold,
    "StockTransfer": _transfer,
    "Variant": _variant,
    "Warehouse": _warehouse,
    "WebhookDelivery": _webhook_delivery,
    "WebhookEndpoint": _webhook_endpoint,
    "Wave": _wave,
}


async def find_node(info: Info, raw: str) -> Found:
    """What `raw` identifies, if there is such a thing and the caller may see it."""
    kind, key = parse_global(raw)
    if kind == "StockLevel":
        return await _level(info, raw)
    if kind == "StockEntry":
        return await _entry(info, key)
    if kind not in _BY_UUID:
        raise InvalidId("This is not the id of anything that can be read by it.", field="id")
    return await _BY_UUID[kind](info, uuids_of(raw, kind)[0])


@strawberry.type
class NodeQueries:
    """Anything by its id."""

    @field(description="Anything by its id; null if there is no such thing that the key may see.")
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Its global id.")],  # noqa: A002
    ) -> Node | None:
        reader(info)
        return await find_node(info, id)
