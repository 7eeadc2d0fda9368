"""What a message says, as far as it can be told without the database. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.channels.adapters.contract import (
    Adapter,
    Facts,
    Ignored,
    Message,
    OrderCancelled,
    OrderStated,
    Parsed,
    Unreadable,
)
from domain.channels.raw_order import RawOrder
from domain.orders.incoming import IncomingOrder, parse_order
from domain.shared.refusal import Refusal

UNREADABLE = "UNREADABLE"
ADAPTER_FAULT = "ADAPTER_FAULT"
NO_ADAPTER = "NO_ADAPTER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The whole order, as `place_orders` takes it."""

    order: IncomingOrder
    updated_at: datetime | None

    @property
    def reference(self) -> str:
        return self.order.external_reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """The channel has cancelled the order."""

    reference: str
    updated_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToFetch:
    """The order must be asked for."""

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """It asks nothing of us."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """It cannot be read, or what it states cannot be an order."""

    code: str
    detail: str
    field: str | None = None


Reading = Statement | Cancellation | ToFetch | Nothing | Wrong


def read_message(adapter: Adapter | None, message: Message, facts: Facts, *, now: datetime) -> Reading:
    """What `message` says. An adapter that fails in a way it should not fails this message alone."""
    if adapter is None:
        return Wrong(code=NO_ADAPTER, detail="The channel's platform has no adapter.")
    try:
        return _judged(adapter.parse(message, facts), facts, now)
    except Unreadable as wrong:
        return Wrong(code=UNREADABLE, detail=str(wrong), field=wrong.path or None)
    except Refusal as wrong:
        return Wrong(code=wrong.code, detail=wrong.message, field=wrong.field)
    except Exception as fault:  # noqa: BLE001 -- one message must not stop the others; it is kept, and visible
        return Wrong(code=ADAPTER_FAULT, detail=f"{type(fault).__name__}: {fault}"[:1_000])


def _judged(parsed: Parsed, facts: Facts, now: datetime) -> Reading:
    if isinstance(parsed, OrderStated):
        order = with_our_skus(parsed.order, facts.settings)
        return Statement(order=parse_order(order, now=now), updated_at=parsed.updated_at)
    if isinstance(parsed, OrderCancelled):
        return Cancellation(reference=parsed.reference, updated_at=parsed.updated_at, reason=parsed.reason)
    if isinstance(parsed, Ignored):
        return Nothing(why=parsed.why)
    return ToFetch(reference=parsed.reference)


def with_our_skus(order: RawOrder, settings: Mapping[str, Any]) -> RawOrder:
    """The order with its channel's SKUs replaced by ours, as far as the setting `skuMap` names them."""
    ours = settings.get("skuMap") or {}
    if not ours:
        return order
    return replace(
        order, lines=tuple(replace(line, sku=ours.get(line.sku, line.sku)) for line in order.lines)
    )
