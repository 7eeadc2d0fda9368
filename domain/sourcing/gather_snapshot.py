"""Gather what the planner needs to know: the waiting orders, and the shelves as they are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from asyncpg import Record

from domain.orders.policies import SplitPolicy
from domain.shared.database import fetch, records, statement
from domain.sourcing.planning import LineToSource, OrderToSource, Place, Site, Snapshot
from domain.sourcing.planning.model import ShipDay, Zone
from domain.sourcing.read_zones import read_zones
from domain.sourcing.rows import calendar_of, line_of, site_of
from domain.sourcing.said import Phrase, Said, Words
from domain.warehouses.ship_days import Calendar, ship_days

# Working days that are filled in advance; a warehouse whose next ones are all full takes nothing more.
DAYS_AHEAD = 10

_CLAIM = statement(__file__, "claim_orders.sql")
_OPEN_LINES = statement(__file__, "open_lines.sql")
_FREE_STOCK = statement(__file__, "free_stock.sql")
_SITES = statement(__file__, "sites.sql")
_LIMITS = statement(__file__, "limits.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAsked:
    """What the planner asks of an order, without its lines."""

    id: UUID
    number: int
    channel_id: UUID
    latitude: float | None
    longitude: float | None
    priority: int
    placed_at: datetime
    split_policy: str
    max_shipments: int
    version: int
    currency: str
    total_minor: int
    tags: list[str]
    channel: str
    country_code: str
    postcode: str
    located_by: str | None  # None: its coordinates were stated, or are unknown
    located_part: str | None
    promised_on: date | None  # the last day, in the channel's time zone, that keeps the promise
    timezone: str  # the channel's


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingOrder(OrderAsked):
    """An order that this transaction has claimed."""

    units_shipped: int
    parcels_before: int
    promised_by: datetime | None
    said_to_wait: str | None  # as JSON: what of it waits was said, and still holds
    parked_before: bool  # and somebody let it go
    cancel_unfilled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """One round's input. `without_demand` are orders of which nothing is left to source."""

    orders: Mapping[UUID, WaitingOrder]
    snapshot: Snapshot
    without_demand: frozenset[UUID]
    calendars: Mapping[UUID, Calendar]
    excluded_until: Mapping[UUID, datetime]  # order -> when a warehouse that rejected it may be tried again


async def gather_snapshot(*, orders_max: int, only: UUID | None, now: datetime) -> Gathered:
    """Claim up to `orders_max` waiting orders, or the one that is asked for, and read the shelves they need."""
    waiting = {order.id: order for order in await fetch(_CLAIM, WaitingOrder, orders_max, only)}
    lines = await records(_OPEN_LINES, list(waiting))
    by_order: dict[UUID, list[Record]] = defaultdict(list)
    for line in lines:
        by_order[line["order_id"]].append(line)
    # before the exclusions, which an arrival ends: what comes in between is new to who locks its level then
    free = await records(_FREE_STOCK, list({line["variant_id"] for line in lines}))
    network = await read_network(now)
    limits = await read_limits(list(waiting.values()), network.closed, now)
    return Gathered(
        orders=waiting,
        snapshot=Snapshot(
            orders=tuple(_order(waiting[order_id], rows, limits) for order_id, rows in by_order.items()),
            sites=network.sites,
            now=now,
            zones=network.zones,
            free={(row["variant_id"], row["warehouse_id"]): row["free"] for row in free},
        ),
        without_demand=frozenset(waiting.keys() - by_order.keys()),
        calendars=network.calendars,
        excluded_until=limits.until,
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """Which warehouses orders may not be tried at, and why."""

    excluded: Mapping[UUID, Mapping[UUID, Words]]  # order -> warehouse -> why
    served: Mapping[UUID, frozenset[UUID]]  # channel -> warehouses
    closed: Mapping[UUID, Words]
    until: Mapping[UUID, datetime]  # order -> when the first of those may be tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehousesNow:
    """All warehouses with their next days, the tariff's zones, and what is closed."""

    sites: tuple[Site, ...]
    zones: tuple[Zone, ...]
    closed: Mapping[UUID, Words]  # warehouse -> why
    calendars: Mapping[UUID, Calendar]


async def read_network(now: datetime) -> WarehousesNow:
    """The warehouses as they are."""
    today = now.astimezone(UTC).date()
    rows = await records(_SITES, today - timedelta(days=1))  # it may be yesterday somewhere
    calendars: dict[UUID, Calendar] = {row["id"]: calendar_of(row) for row in rows}
    return WarehousesNow(
        sites=tuple(replace(site_of(row), days=_days(row, calendars[row["id"]], now)) for row in rows),
        zones=await read_zones(),
        closed={row["id"]: Said(Phrase.CLOSED) for row in rows if not row["active"]},
        calendars=calendars,
    )


async def read_limits(orders: Sequence[OrderAsked], closed: Mapping[UUID, Words], now: datetime) -> Limits:
    """What keeps each of `orders` from which warehouse; `closed` ones from all."""
    until: dict[UUID, datetime] = {}
    excluded: dict[UUID, dict[UUID, Words]] = defaultdict(dict)
    served: dict[UUID, set[UUID]] = defaultdict(set)
    rows = await records(_LIMITS, [o.id for o in orders], list({o.channel_id for o in orders}), now)
    for row in rows:
        if row["kind"] == "SERVED":
            served[row["subject_id"]].add(row["warehouse_id"])
        else:
            excluded[row["subject_id"]][row["warehouse_id"]] = Said(Phrase.REJECTED, reason=row["reason"])
            if ends := row["until"]:
                until[row["subject_id"]] = min(ends, until.get(row["subject_id"], ends))
    return Limits(
        excluded,
        {channel: frozenset(warehouses) for channel, warehouses in served.items()},
        closed,
        until,
    )


def _order(order: WaitingOrder, lines: Sequence[Record], limits: Limits) -> OrderToSource:
    reserved = {
        (line["line_id"], warehouse_id): units
        for line in lines
        for warehouse_id, units in zip(line["reserved_at"], line["reserved_units"], strict=True)
    }
    asked = order_of(order, tuple(line_of(line) for line in lines), limits, reserved)
    return replace(asked, parcels_before=order.parcels_before) if order.parcels_before else asked


def order_of(
    order: OrderAsked,
    lines: tuple[LineToSource, ...],
    limits: Limits,
    reserved: Mapping[tuple[UUID, UUID], int],
) -> OrderToSource:
    """The order as the planner sees it."""
    return OrderToSource(
        order_id=order.id,
        number=str(order.number),
        place=_place(order.latitude, order.longitude),
        priority=order.priority,
        placed_at=order.placed_at,
        split_policy=SplitPolicy(order.split_policy),
        max_shipments=order.max_shipments,
        lines=lines,
        excluded={**limits.closed, **limits.excluded.get(order.id, {})},
        served=limits.served.get(order.channel_id),
        reserved=reserved,
        channel=order.channel,
        country_code=order.country_code,
        postcode=order.postcode,
        currency=order.currency,
        total_minor=order.total_minor,
        tags=frozenset(order.tags),
        promised_on=order.promised_on,
        timezone=order.timezone,
        located_by=order.located_by,
        located_part=order.located_part or "",
    )


def _place(latitude: float | None, longitude: float | None) -> Place | None:
    return None if latitude is None or longitude is None else Place(lat=latitude, lon=longitude)


def _days(row: Record, calendar: Calendar, now: datetime) -> tuple[ShipDay, ...]:
    days, room = ship_days(calendar, now=now, days_max=DAYS_AHEAD), row["daily_capacity"]
    if room is None:
        return tuple(ShipDay(day=day) for day in days[:1])
    planned = dict(zip(row["busy_days"], row["busy_parcels"], strict=True))
    return tuple(ShipDay(day=day, left=max(0, room - planned.get(day, 0))) for day in days)
