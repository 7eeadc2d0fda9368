"""Which handler does which kind of job: a new kind is one file and one line here."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from domain.channels.links import link_failed
from domain.jobs.kinds import JobKind
from domain.webhooks.deliver import sending_failed
from workers.handling import Handler
from workers.jobs.allocate import allocate
from workers.jobs.export import export
from workers.jobs.fetch_key import fetch_key
from workers.jobs.fetch_orders import fetch_orders
from workers.jobs.fill_backorders import fill_backorders
from workers.jobs.import_orders import import_orders
from workers.jobs.intake import intake
from workers.jobs.observe_stock import observe_stock
from workers.jobs.poll import poll
from workers.jobs.push_stock import push_stock
from workers.jobs.reevaluate import reevaluate
from workers.jobs.restate_listings import restate_listings
from workers.jobs.run_checks import run_checks
from workers.jobs.send_webhooks import send_webhooks
from workers.jobs.shadow_prices import shadow_prices
from workers.jobs.simulate import simulate
from workers.jobs.sweep_channel import sweep_channel

OUR_FAULT: Final = "a fault on our side, which our logs tell"

HANDLERS: Mapping[JobKind, Handler] = {
    JobKind.ALLOCATE: allocate,
    JobKind.FILL_BACKORDERS: fill_backorders,
    JobKind.SIMULATE: simulate,
    JobKind.RESTATE_LISTINGS: restate_listings,
    JobKind.PUSH_STOCK: push_stock,
    JobKind.OBSERVE_STOCK: observe_stock,
    JobKind.INTAKE: intake,
    JobKind.FETCH_ORDERS: fetch_orders,
    JobKind.FETCH_KEY: fetch_key,
    JobKind.IMPORT: import_orders,
    JobKind.EXPORT: export,
    JobKind.REEVALUATE: reevaluate,
    JobKind.SHADOW_PRICES: shadow_prices,
    JobKind.SEND_WEBHOOKS: send_webhooks,
    JobKind.POLL: poll,
    JobKind.SWEEP_CHANNEL: sweep_channel,
    JobKind.RUN_CHECKS: run_checks,
}

# Kinds that speak to somebody outside, and what their payloads call whom: a round is with one of these.
APART: Mapping[JobKind, str] = {
    JobKind.PUSH_STOCK: "channel_id",
    JobKind.OBSERVE_STOCK: "channel_id",
    JobKind.POLL: "channel_id",
    JobKind.SWEEP_CHANNEL: "channel_id",
    JobKind.FETCH_ORDERS: "channel_id",
    JobKind.FETCH_KEY: "channel_id",
    JobKind.SEND_WEBHOOKS: "endpoint_id",
}


async def _leave_channel_alone(channel_id: UUID, now: datetime) -> None:
    await link_failed(channel_id, OUR_FAULT, now=now)


async def _leave_endpoint_alone(endpoint_id: UUID, now: datetime) -> None:
    await sending_failed(endpoint_id, now=now)


# Of these the relay adds another job as long as there is something to do. Where a round faults it is given some time.
AFTER_A_FAULT: Mapping[JobKind, Callable[[UUID, datetime], Awaitable[None]]] = {
    JobKind.PUSH_STOCK: _leave_channel_alone,
    JobKind.OBSERVE_STOCK: _leave_channel_alone,
    JobKind.POLL: _leave_channel_alone,
    JobKind.SWEEP_CHANNEL: _leave_channel_alone,
    JobKind.FETCH_ORDERS: _leave_channel_alone,
    JobKind.SEND_WEBHOOKS: _leave_endpoint_alone,
}


def whom(kind: JobKind, payload: Mapping[str, Any]) -> str:
    """Whom a job is about, and a round with it; "" where there is one round for all."""
    name = APART.get(kind)
    return payload[name] if name else ""
