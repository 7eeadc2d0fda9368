"""The demo's stock covers most of the window's demand, and deliveries cover the rest."""

import re
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from cli.demo.company import demo_company
from cli.demo.journey import Journey, load_journey
from cli.demo.stocking import distance_km, opening_stock, replenishments

pytest.importorskip("pyarrow")


@pytest.fixture(scope="module")
def journey() -> Journey:
    return load_journey(1_500)


def test_most_is_there_and_a_little_is_short(journey: Journey) -> None:
    stock = opening_stock(journey, demo_company())
    held: Counter[str] = Counter()
    for _, sku, units in stock:
        assert units > 0
        held[sku] += units
    assert len({(row.warehouse_code, row.sku) for row in stock}) == len(stock)
    short = [sku for sku, units in journey.demand.items() if held[sku] < units]
    assert 0.01 < len(short) / len(journey.demand) < 0.06
    assert {row.warehouse_code for row in stock} == {w.code for w in demo_company().warehouses}


def test_deliveries_end_every_shortage(journey: Journey) -> None:
    company = demo_company()
    held: Counter[str] = Counter()
    for _, sku, units in opening_stock(journey, company):
        held[sku] += units
    arriving = replenishments(journey, company)
    assert {delivery.after_order for delivery in arriving} == {375, 750, 1_125}
    assert arriving == sorted(arriving, key=lambda delivery: delivery.at)
    for delivery in arriving:
        held[delivery.sku] += delivery.units
    assert all(held[sku] >= units for sku, units in journey.demand.items())


def test_nothing_is_stocked_for_no_orders() -> None:
    empty = load_journey(0)
    assert opening_stock(empty, demo_company()) == []
    assert replenishments(empty, demo_company()) == []


def test_the_company_is_one_the_server_takes() -> None:
    company = demo_company()
    codes = [w.code for w in company.warehouses] + [c.code for c in company.channels]
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", code) for code in codes)
    assert len(set(codes)) == len(codes)
    known = {warehouse.code for warehouse in company.warehouses}
    national = {warehouse.code for warehouse in company.warehouses if warehouse.national}
    for channel in company.channels:
        assert national & set(channel.served)
        assert set(channel.served) <= known
        assert ZoneInfo(channel.timezone)
    for warehouse in company.warehouses:
        assert ZoneInfo(warehouse.timezone)
        assert 0 <= warehouse.cutoff_minute < 1_440


def test_distances_are_the_earths() -> None:
    sites = {warehouse.code: warehouse for warehouse in demo_company().warehouses}
    assert distance_km(sites["rno-sparks"], sites["sdf-louisville"]) == pytest.approx(2_930, abs=40)
