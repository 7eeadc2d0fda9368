"""Reports of channels and of fulfilment against the orders and parcels themselves, counted one by one."""

import math
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.events.feed import advance_feed
from domain.reporting.asking import AskReport
from domain.reporting.counting.follow import follow_feed
from domain.reporting.read_report import read_report
from domain.reporting.registry import report_named
from domain.shared.database import execute, records
from tests.databases import Database
from tests.factories import NOW, TESTER
from tests.integration.reporting.trading import Company

_PARCELS = """
    SELECT w.code AS warehouse, w.timezone, c.code AS channel, f.order_id, f.shipped_at, f.planned_ship_on, f.cost_minor,
           f.distance_km, o.taken_in_at, date_trunc('month', f.shipped_at, 'Europe/Berlin') AS month
    FROM fulfilment_orders f JOIN warehouses w ON w.id = f.warehouse_id JOIN orders o ON o.id = f.order_id
    JOIN channels c ON c.id = o.channel_id WHERE f.shipped_at IS NOT NULL ORDER BY f.shipped_at
"""
_ORDERS = """
    SELECT c.code AS channel, o.id, o.state, o.units, o.units_cancelled,
           EXISTS (SELECT FROM sourcing_decisions d WHERE d.order_id = o.id AND d.outcome <> 'SOURCED') AS waited,
           EXISTS (SELECT FROM events e WHERE e.subject_id = o.id AND e.payload->>'reason' = 'OUT_OF_STOCK'
                   AND e.kind IN ('ORDER_CANCELLED', 'ORDER_UNITS_CANCELLED')) AS oversold
    FROM orders o JOIN channels c ON c.id = o.channel_id
"""
_LINES = """
    SELECT c.code AS channel, v.sku, l.quantity, l.cancelled, l.unit_price_minor * l.quantity
           - l.platform_discount_minor - l.merchant_discount_minor AS minor
    FROM order_lines l JOIN orders o ON o.id = l.order_id JOIN channels c ON c.id = o.channel_id
    JOIN variants v ON v.id = l.variant_id
"""
ALL = AskReport(
    first_day=date(2026, 11, 1), last_day=date(2027, 3, 31), timezone="Europe/Berlin", currency="EUR"
)


@pytest.fixture(params=range(30, 33))
async def company(database: Database, request: pytest.FixtureRequest) -> Company:
    company = Company(request.param)
    await company.open()
    for _ in range(90):
        await company.do_something()
    await advance_feed()
    while await follow_feed():
        pass
    return company


async def rows_of(name: str, ask: AskReport = ALL) -> list[Any]:
    page = await read_report(report_named(name), ask, by=TESTER, now=NOW)
    return [row.now for row in page.rows]


def late(parcel: Any) -> bool:
    left_on = parcel["shipped_at"].astimezone(ZoneInfo(parcel["timezone"])).date()
    return bool(left_on > parcel["planned_ship_on"])


def lead_times(parcels: list[Any]) -> list[float]:
    """So many hours at most took a half, 90 % and 99 % of them."""
    took = sorted(max(60.0, (p["shipped_at"] - p["taken_in_at"]).total_seconds()) / 3600 for p in parcels)
    return [took[math.ceil(share * len(took)) - 1] for share in (0.5, 0.9, 0.99)]


def lead_times_told(row: Any) -> list[float | None]:
    return [row.lead_time_median, row.lead_time_90, row.lead_time_99]


async def test_fulfilment_is_that_of_the_parcels(company: Company) -> None:
    parcels = await records(_PARCELS)
    by_warehouse = defaultdict(list)
    for parcel in parcels:
        by_warehouse[parcel["warehouse"]].append(parcel)
    told = {row.warehouse: row for row in await rows_of("fulfilmentByWarehouse")}
    assert told.keys() == by_warehouse.keys()
    for warehouse, some in by_warehouse.items():
        row = told[warehouse]
        assert (row.parcels, row.cost_minor) == (len(some), sum(parcel["cost_minor"] for parcel in some))
        planned = [parcel for parcel in some if parcel["planned_ship_on"]]
        assert row.on_time_share == pytest.approx(1 - sum(map(late, planned)) / len(planned))
        ways = [parcel["distance_km"] for parcel in some if parcel["distance_km"] is not None]
        assert row.average_distance == (pytest.approx(sum(ways) / len(ways), rel=1e-3) if ways else None)
        assert lead_times_told(row) == pytest.approx(lead_times(some), rel=0.025)

    months = await rows_of("fulfilmentOverTime", replace(ALL, grain="MONTH"))  # type: ignore[arg-type]
    of_order = Counter(parcel["order_id"] for parcel in parcels)
    assert sum(row.parcels for row in months) == len(parcels)
    assert sum(row.orders for row in months) == len(of_order)
    for row in months:
        some = [parcel for parcel in parcels if parcel["month"] == row.starts_at]
        assert lead_times_told(row) == (pytest.approx(lead_times(some), rel=0.025) if some else [None] * 3)
    split = sum((row.split_rate or 0) * row.orders for row in months)
    assert split == pytest.approx(sum(parcels > 1 for parcels in of_order.values()))


async def test_performance_is_that_of_the_orders(company: Company) -> None:
    await execute("UPDATE variants SET unit_cost_minor = 7, unit_cost_currency = 'EUR'")  # from now on
    orders, lines = await records(_ORDERS), await records(_LINES)
    parcels = await records(_PARCELS)
    for row in await rows_of("channelPerformance"):
        mine = [order for order in orders if order["channel"] == row.channel]
        assert row.orders == len(mine)
        assert row.cancel_rate == pytest.approx(sum(o["state"] == "CANCELLED" for o in mine) / len(mine))
        assert row.backorder_share == pytest.approx(sum(o["waited"] for o in mine) / len(mine))
        assert row.oversold_rate == pytest.approx(sum(o["oversold"] for o in mine) / len(mine))
        assert row.parcels == sum(parcel["channel"] == row.channel for parcel in parcels)
        known = [line for line in lines if line["channel"] == row.channel and line["sku"] == "A"]
        net = sum(x["minor"] - math.floor(x["minor"] * x["cancelled"] / x["quantity"] + 0.5) for x in known)
        cost = sum(300 * (line["quantity"] - line["cancelled"]) for line in known)
        assert row.margin_minor == (net - cost if known else None)
        if row.net_minor and known:
            assert row.cost_known_share == pytest.approx(net / row.net_minor)


async def test_costs_are_not_for_keys_of_some_channels(company: Company) -> None:
    assert company.channel is not None
    partner = replace(TESTER, channel_ids=frozenset({company.channel}))
    now = datetime(2027, 1, 1, tzinfo=UTC)
    page = await read_report(report_named("channelPerformance"), ALL, by=partner, now=now)
    assert [row.now.channel for row in page.rows] in (["shop"], [])
    assert all(row.now.margin_minor is None for row in page.rows)
    assert any(row.margin_minor is not None for row in await rows_of("channelPerformance"))
