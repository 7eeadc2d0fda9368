"""Read a span of the past, a piece at a time.

What it reads of the past stays as it is, so that pieces need no common snapshot: one that lasted as long
as a simulation would keep PostgreSQL from clearing up behind the busiest tables.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from uuid import UUID

import orjson
from asyncpg import Record

from domain.orders.policies import SplitPolicy
from domain.shared.database import fetch, records, statement
from domain.sourcing.planning.model import OrderToSource, Place
from domain.sourcing.read_zones import read_zones
from domain.sourcing.rows import calendar_of, line_of, site_of
from domain.sourcing.said import Phrase, Said, Words, recalled
from domain.sourcing.simulating.actual import Decided, actual
from domain.sourcing.simulating.happenings import (
    Arrival,
    Cancellation,
    Gate,
    Happening,
    Sourced,
    StockChange,
    World,
    in_turn,
)
from domain.sourcing.simulating.shelves import Level

_OPENING = statement(__file__, "opening.sql")
_STOCK_CHANGES = statement(__file__, "stock_changes.sql")
_ARRIVALS = statement(__file__, "arrivals.sql")
LINES = statement(__file__, "ordered_lines.sql")
_DECISIONS = statement(__file__, "decisions.sql")
_DAYS_TAKEN = statement(__file__, "days_taken.sql")
_SITES = """
    SELECT w.id, code, name, latitude, longitude, shipment_minor, kg_minor, km_millis, priority, active, regions,
           timezone, cutoff_minute, working_days, daily_capacity,
           ARRAY(SELECT day FROM warehouse_closures c WHERE c.warehouse_id = w.id) AS closed
    FROM warehouses w
"""
_SERVED = "SELECT channel_id, warehouse_id FROM channel_warehouses"

# A piece is as long as it takes for about so many orders.
PIECE_FIRST, PIECE_LONGEST = timedelta(minutes=10), timedelta(days=1)
ORDERS_A_PIECE_MIN, ORDERS_A_PIECE_MAX = 250, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when until when, the end excluded."""

    from_at: datetime
    to_at: datetime

    def share(self, at: datetime) -> float:
        """How much of it has passed at a moment, 0 to 1."""
        return (at - self.from_at) / (self.to_at - self.from_at)


@dataclass(frozen=True, slots=True)
class Now:
    """What is not kept by date."""

    world: World
    excluded: Mapping[UUID, Words]  # closed warehouses
    served: Mapping[UUID, frozenset[UUID]]  # channel -> warehouses

    @property
    def codes(self) -> dict[UUID, str]:
        return {site.warehouse_id: site.code for site in self.world.sites}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What happened until `until`, in turn, and how its orders were really sourced by the span's end."""

    until: datetime
    happenings: Sequence[Happening]
    actual: Sequence[Sourced]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOrder:
    """An order as the planner asks for it, and when it came to be sourced."""

    at: datetime
    id: UUID
    number: int
    channel_id: UUID
    latitude: float | None
    longitude: float | None
    priority: int
    placed_at: datetime
    split_policy: str
    max_shipments: int
    currency: str
    total_minor: int
    tags: list[str]
    channel: str
    country_code: str
    postcode: str
    promised_on: date | None
    timezone: str
    cancelled_at: datetime | None

    def arrival(self, lines: Sequence[Record], now: Now) -> Arrival:
        located = self.latitude is not None and self.longitude is not None
        return Arrival(
            at=self.at,
            cancelled_at=self.cancelled_at,
            order=OrderToSource(
                order_id=self.id,
                number=str(self.number),
                place=Place(lat=self.latitude or 0.0, lon=self.longitude or 0.0) if located else None,
                priority=self.priority,
                placed_at=self.placed_at,
                split_policy=SplitPolicy(self.split_policy),
                max_shipments=self.max_shipments,
                lines=tuple(line_of(line) for line in lines),
                excluded=now.excluded,
                served=now.served.get(self.channel_id),
                channel=self.channel,
                country_code=self.country_code,
                postcode=self.postcode,
                currency=self.currency,
                total_minor=self.total_minor,
                tags=frozenset(self.tags),
                promised_on=self.promised_on,
                timezone=self.timezone,
            ),
        )


async def read_now(span: Span) -> Now:
    """Warehouses, tariffs, which channel sells from where, and what others take of the span's days."""
    taken = await records(_DAYS_TAKEN, span.from_at, span.to_at)
    sites = await records(_SITES)
    served: dict[UUID, set[UUID]] = defaultdict(set)
    for row in await records(_SERVED):
        served[row["channel_id"]].add(row["warehouse_id"])
    return Now(
        World(
            sites=tuple(site_of(row) for row in sites),
            zones=await read_zones(),
            gates={row["id"]: _gate(row) for row in sites},
            taken={(row["warehouse_id"], row["day"]): row["parcels"] for row in taken},
        ),
        {row["id"]: Said(Phrase.CLOSED) for row in sites if not row["active"]},
        {channel: frozenset(warehouses) for channel, warehouses in served.items()},
    )


async def read_opening(span: Span, *, since: datetime | None = None) -> dict[Level, int]:
    """Free units when the span begins, of every variant that its orders want, or those placed `since` then."""
    rows = await records(_OPENING, span.from_at, span.to_at, since or span.to_at)
    return {(row["variant_id"], row["warehouse_id"]): row["units"] for row in rows}


async def read_pieces(
    span: Span, now: Now, *, variants: frozenset[UUID], currency: str, longest: timedelta = PIECE_LONGEST
) -> AsyncIterator[Piece]:
    """What happened in the span, piece after piece; of stock, only what concerns `variants`."""
    start, length = span.from_at, PIECE_FIRST
    cancellations: list[tuple[datetime, UUID]] = []
    while start < span.to_at:
        until = min(start + length, span.to_at)
        arrivals, told = await _arrivals(start, until, span, now, currency)
        for arrival in arrivals:
            if arrival.cancelled_at is not None:
                heappush(cancellations, (arrival.cancelled_at, arrival.order.order_id))
        happenings: list[Happening] = [*arrivals, *await _stock_changes(start, until, span, variants)]
        while cancellations and cancellations[0][0] < until:
            at, order_id = heappop(cancellations)
            happenings.append(Cancellation(at=at, order_id=order_id))
        yield Piece(until=until, happenings=in_turn(happenings), actual=told)
        start, length = until, min(longest, _next_length(length, len(arrivals)))


def _next_length(length: timedelta, orders: int) -> timedelta:
    if orders > ORDERS_A_PIECE_MAX:
        return max(length / 2, timedelta(seconds=1))
    return length * 2 if orders < ORDERS_A_PIECE_MIN else length


async def _arrivals(
    start: datetime, until: datetime, span: Span, now: Now, currency: str
) -> tuple[list[Arrival], list[Sourced]]:
    orders = await fetch(_ARRIVALS, PastOrder, start, until, span.from_at, span.to_at)
    ids = [order.id for order in orders]
    lines = by_order(await records(LINES, ids) if ids else [])
    decided = by_order(await records(_DECISIONS, ids, span.to_at) if ids else [])
    warehouses = {site.code: site.warehouse_id for site in now.world.sites}
    arrivals = [order.arrival(lines[order.id], now) for order in orders]
    told = [
        actual(one.order, [_decided(row) for row in decided[one.order.order_id]], warehouses, currency)
        for one in arrivals
    ]
    return arrivals, told


async def _stock_changes(
    start: datetime, until: datetime, span: Span, variants: frozenset[UUID]
) -> list[StockChange]:
    rows = await fetch(_STOCK_CHANGES, StockChange, start, until, span.from_at, span.to_at)
    return [row for row in rows if row.variant_id in variants]


def by_order(rows: Sequence[Record]) -> dict[UUID, list[Record]]:
    """The rows of each order."""
    grouped: dict[UUID, list[Record]] = defaultdict(list)
    for row in rows:
        grouped[row["order_id"]].append(row)
    return grouped


def _decided(row: Record) -> Decided:
    return Decided(
        currency=row["currency"],
        explanation=recalled(orjson.loads(row["said"])) if row["said"] else row["explanation"],
        shipments=orjson.loads(row["shipments"] or "[]"),
        called_off=orjson.loads(row["called_off"] or "[]"),
    )


def _gate(row: Record) -> Gate:
    return Gate(
        calendar=calendar_of(row),
        daily_capacity=row["daily_capacity"],
    )
