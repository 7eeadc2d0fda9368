"""Stock reports against the ledger, replayed entry by entry in plain Python."""

import math
from collections import defaultdict, deque
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from domain.events.feed import advance_feed
from domain.orders.incoming import parse_order
from domain.orders.place_orders import place_orders
from domain.reporting.asking import AskReport, Replenishment
from domain.reporting.counting.follow import follow_feed
from domain.reporting.read_report import read_report
from domain.reporting.registry import report_named
from domain.shared.database import records
from tests.databases import Database
from tests.factories import NOW, TESTER, raw_order
from tests.integration.reporting.trading import Company

_LEDGER = """
    SELECT v.sku, s.warehouse_id, s.on_hand, s.on_hand - s.allocated - s.held - s.unsellable AS free, s.reason, s.at
    FROM stock_entries s JOIN variants v ON v.id = s.variant_id ORDER BY s.at, s.id
"""
_ORDERED = """
    SELECT l.sku, o.placed_at, l.quantity FROM order_lines l JOIN orders o ON o.id = l.order_id
"""
SPAN = {"first_day": date(2026, 11, 24), "last_day": date(2026, 12, 20)}
FROM, TO = datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 12, 21, tzinfo=UTC)


async def traded(seed: int, doings: int = 70) -> datetime:
    """A company has been at work; when it stopped."""
    company = Company(seed)
    await company.open()
    for _ in range(doings):
        await company.do_something()
    await advance_feed()
    while await follow_feed():
        pass
    return company.now


async def rows_of(name: str, *, now: datetime, **more: Any) -> dict[str, Any]:
    ask = AskReport(**(SPAN | {"timezone": "UTC", "currency": "EUR"} | more))
    page = await read_report(report_named(name), ask, by=TESTER, now=now)
    return {row.now.sku: row.now for row in page.rows}


async def entries_of(*, before: datetime) -> dict[str, list[Any]]:
    found = defaultdict(list)
    for entry in await records(_LEDGER):
        if entry["at"] < before:
            found[entry["sku"]].append(entry)
    return found


@pytest.mark.parametrize("seed", range(20, 23))
async def test_turnover_is_that_of_the_ledger(database: Database, seed: int) -> None:
    now = await traded(seed)
    told = await rows_of("stockTurnover", now=now)
    ledger = await entries_of(before=TO)
    assert told.keys() == ledger.keys()
    until = min(now, TO)
    for sku, entries in ledger.items():
        row = told[sku]
        within = [entry for entry in entries if entry["at"] >= FROM]
        assert row.opening == sum(entry["on_hand"] for entry in entries if entry["at"] < FROM)
        assert row.closing == sum(entry["on_hand"] for entry in entries)
        assert row.shipped == -sum(entry["on_hand"] for entry in within if entry["reason"] == "SHIPPED")
        integral = row.opening * (until - FROM) + sum(
            (entry["on_hand"] * (until - entry["at"]) for entry in within), timedelta()
        )
        average = integral / (until - FROM)
        assert row.average_on_hand == pytest.approx(average, abs=0.01)
        if row.shipped and average > 0:
            assert row.turnover == pytest.approx(row.shipped / average, rel=1e-6)
            days = (until - FROM) / timedelta(days=1)
            assert row.days_on_hand == pytest.approx(average / row.shipped * days, rel=1e-6)


@pytest.mark.parametrize("seed", range(20, 23))
async def test_ages_are_those_of_first_in_first_out(database: Database, seed: int) -> None:
    now = await traded(seed)
    told = await rows_of("stockAgeing", now=now)
    for sku, entries in (await entries_of(before=TO)).items():
        layers: deque[datetime] = deque()
        under_way = 0
        for entry in entries:
            if entry["reason"].startswith("TRANSFER_"):
                under_way -= entry["on_hand"]
            elif entry["on_hand"] > 0:
                layers.extend([entry["at"]] * entry["on_hand"])
            else:
                for _ in range(-entry["on_hand"]):
                    layers.popleft()
        for _ in range(under_way):  # on no shelf, and taken to be the oldest
            layers.popleft()
        if not layers:
            assert sku not in told
            continue
        ages = [(TO - at) / timedelta(days=1) for at in layers]
        edges = [0, 30, 60, 90, 180, 365, math.inf]
        expected = [sum(low < age <= high for age in ages) for low, high in pairwise(edges)]
        row = told[sku]
        assert row.on_hand == len(layers)
        assert [
            row.up_to_30_days, row.up_to_60_days, row.up_to_90_days, row.up_to_180_days, row.up_to_365_days, row.older,
        ] == expected  # fmt: skip


@pytest.mark.parametrize("seed", range(20, 24))
async def test_stock_is_out_where_no_warehouse_has_any(database: Database, seed: int) -> None:
    now = await traded(seed)
    told = await rows_of("stockOuts", now=now)
    until = min(now, TO)
    ordered = await records(_ORDERED)
    for sku, entries in (await entries_of(before=until)).items():
        out = _out(entries, FROM, until)
        if not out:
            assert sku not in told
            continue
        row = told[sku]
        days, span = out / timedelta(days=1), (until - FROM) / timedelta(days=1)
        assert row.days_out == pytest.approx(days, abs=1e-6)
        units = sum(
            line["quantity"] for line in ordered if line["sku"] == sku and FROM <= line["placed_at"] < TO
        )
        assert row.ordered_units == units
        assert row.lost_units == pytest.approx(
            units / (span - days) * days if span - days > 1e-9 else 0, abs=0.5001
        )


def _out(entries: Sequence[Any], from_at: datetime, until: datetime) -> timedelta:
    """How long all levels that there are had had units, and had none; levels join when they first move."""
    places = {entry["warehouse_id"] for entry in entries}
    free: defaultdict[Any, int] = defaultdict(int)
    out: dict[Any, bool] = dict.fromkeys(places, False)
    total, at, all_out = timedelta(), from_at, False
    for entry in [*entries, {"at": until, "warehouse_id": None, "free": 0}]:
        moment = min(max(entry["at"], from_at), until)
        total += moment - at if all_out else timedelta()
        at = moment
        place = entry["warehouse_id"]
        if place is not None:
            had = free[place] > 0
            free[place] += entry["free"]
            out[place] = free[place] <= 0 and (had or out[place])
        all_out = all(out.values())
    return total


async def test_what_lies_and_what_is_low(database: Database) -> None:
    company = Company(0)
    await company.open()
    company.dice.choice = lambda options: options[0]  # type: ignore[method-assign, assignment]
    for sku, units in {"A": 1_000, "B": 30}.items():
        await company.adjust(sku, units)
    for day in range(20):
        company.now = NOW + timedelta(days=2 + day)
        await _sell(company, "B", 2)
    await advance_feed()
    while await follow_feed():
        pass
    now = datetime(2026, 12, 14, tzinfo=UTC)
    span = {"first_day": date(2026, 11, 24), "last_day": date(2026, 12, 13)}

    dead = await rows_of("deadStock", now=now, **span)
    assert {sku: row.on_hand for sku, row in dead.items()} == {"A": 1_008, "B": 38, "C": 8}

    how = Replenishment(lead_time_days=10, lead_time_deviation_days=0, service_level=0.95, cover_days=20)
    low = await rows_of("lowStock", now=now, replenishment=how, **span)
    # two a day without any variance: twenty in the lead time; of 38 free none is promised yet
    assert low == {}
    slow = Replenishment(lead_time_days=10, lead_time_deviation_days=6, service_level=0.95, cover_days=20)
    [row] = (await rows_of("lowStock", now=now, replenishment=slow, **span)).values()
    safety = 1.6448536 * 2 * 6
    assert (row.sku, row.free, row.demand_per_day, row.days_of_cover) == ("B", 38, 2.0, 19.0)
    assert (row.safety_stock, row.reorder_point) == (math.ceil(safety), math.ceil(20 + safety))
    assert row.order_units == math.ceil(2 * 30 + safety - 38)

    over = await rows_of("overstock", now=now, replenishment=how, **span)
    assert {sku: (row.excess_units, row.days_of_cover) for sku, row in over.items()} == {
        "A": (1_008, None), "C": (8, None),
    }  # fmt: skip


async def _sell(company: Company, sku: str, units: int) -> None:
    order = raw_order("web", {sku: units}, placed_at=company.now.isoformat())
    await place_orders([parse_order(order, now=company.now)], by=TESTER, now=company.now)
