"""Which handler does which kind of job: a new kind is one file and one line here."""

from collections.abc import Mapping
from typing import Any

from domain.jobs.kinds import JobKind
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


def whom(kind: JobKind, payload: Mapping[str, Any]) -> str:
    """Whom a job is about, and a round with it; "" where there is one round for all."""
    name = APART.get(kind)
    return payload[name] if name else ""
