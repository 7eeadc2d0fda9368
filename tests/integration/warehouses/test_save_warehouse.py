"""Warehouses: upserts, refusals with their field, and backorders when it may ship other orders."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.fulfilment.models import FulfilmentOrder
from domain.jobs.models import Job
from domain.orders.place_orders import place_orders
from domain.shared.database import records
from domain.sourcing.allocate import allocate_waiting
from domain.sourcing.models import SourcingDecision
from domain.warehouses.models import Warehouse
from domain.warehouses.save_warehouse import InvalidWarehouse, SaveWarehouse, save_warehouse
from domain.warehouses.set_shipping_zones import (
    InvalidShippingZones,
    ShippingZone,
    WeightStep,
    set_shipping_zones,
    shipping_zones,
)
from tests.databases import Database
from tests.factories import NOW, TESTER, incoming, make_channel, make_variant, make_warehouse, stock_up


def leipzig(**fields: Any) -> SaveWarehouse:
    defaults: dict[str, Any] = {
        "code": "leipzig",
        "name": "Leipzig",
        "country_code": "DE",
        "latitude": 51.34,
        "longitude": 12.37,
        "timezone": "Europe/Berlin",
        "shipment_minor": 350,
        "kg_minor": 40,
        "km_millis": 100,
        "cutoff_minute": 900,
    }
    return SaveWarehouse(**(defaults | fields))


async def test_saving_again_changes_the_warehouse(database: Database) -> None:
    first = await save_warehouse(leipzig(), by=TESTER, now=NOW)

    changed = leipzig(name="East", city="Leipzig", daily_capacity=100, km_millis=1, active=False)
    assert await save_warehouse(changed, by=TESTER, now=NOW) == first

    row = await Warehouse.get(code="leipzig")
    assert (row.name, row.city, row.daily_capacity, row.km_millis, row.active) == (
        "East",
        "Leipzig",
        100,
        1,
        False,
    )
    assert (row.latitude, row.shipment_minor, row.kg_minor, row.cutoff_minute) == (51.34, 350, 40, 900)


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("code", {"code": "-leipzig"}),
        ("name", {"name": ""}),
        ("countryCode", {"country_code": "DEU"}),
        ("latitude", {"latitude": float("nan")}),
        ("longitude", {"longitude": 180.1}),
        ("timezone", {"timezone": "Mars/Base"}),
        ("cutoffMinute", {"cutoff_minute": 1_440}),
        ("dailyCapacity", {"daily_capacity": 0}),
        ("shipmentMinor", {"shipment_minor": -1}),
        ("kgMinor", {"kg_minor": 2**63}),
        ("kmMillis", {"km_millis": -1}),
        ("priority", {"priority": -1_001}),
        ("workingDays", {"working_days": ()}),
        ("workingDays", {"working_days": (0, 8)}),
        ("closed", {"closed": tuple(date(2026, 1, 1) + timedelta(days=at) for at in range(367))}),
        ("regions", {"regions": ("DE", "Germany")}),
        ("city", {"city": "\x00"}),
        ("postcode", {"postcode": "1" * 21}),
    ],
)
async def test_what_cannot_be_right_is_refused_with_its_field(
    database: Database, field: str, bad: dict[str, Any]
) -> None:
    with pytest.raises(InvalidWarehouse) as refused:
        await save_warehouse(leipzig(**bad), by=TESTER, now=NOW)

    assert refused.value.field == field
    assert await Warehouse.all().count() == 0


async def test_backorders_are_looked_at_again_when_a_closed_warehouse_opens(database: Database) -> None:
    await make_channel("shop")
    variant = await make_variant("A")
    closed = await make_warehouse("leipzig", active=False)
    await stock_up(closed, {"A": 1})
    await place_orders([incoming("shop", {"A": 1})], by=TESTER, now=NOW)
    await allocate_waiting(orders_max=10, currency="EUR", by=TESTER, now=NOW)
    await Job.all().delete()

    await save_warehouse(leipzig(active=True), by=TESTER, now=NOW)

    [job] = await Job.exclude(kind="RESTATE_LISTINGS")
    assert job.payload == {"variant_ids": [str(variant.id)]}


async def test_its_calendar_is_what_was_said_last(database: Database) -> None:
    holidays = (date(2026, 12, 25), date(2026, 12, 26))
    await save_warehouse(
        leipzig(working_days=(5, 1, 1), closed=holidays, regions=("FR", "DE-04")), by=TESTER, now=NOW
    )
    saved = await Warehouse.get(code="leipzig")
    assert (saved.working_days, saved.regions) == ([1, 5], ["DE-04", "FR"])
    await save_warehouse(leipzig(closed=holidays[:1]), by=TESTER, now=NOW)
    await saved.refresh_from_db()
    assert (saved.working_days, saved.regions) == ([1, 2, 3, 4, 5, 6, 7], None)
    assert [row["day"] for row in await records("SELECT day FROM warehouse_closures")] == [holidays[0]]


async def test_zones_are_replaced_as_a_whole(database: Database) -> None:
    near = ShippingZone(km_max=200.0, shipment_minor=100, kg_minor=10, transit_days=1)
    far = ShippingZone(km_max=None, shipment_minor=300, kg_minor=30, transit_days=3)
    await set_shipping_zones([far, near], by=TESTER, now=NOW)
    assert await shipping_zones() == [near, far]
    await set_shipping_zones([near], by=TESTER, now=NOW)
    assert await shipping_zones() == [near]
    for field, wrong in (
        ("zones[1].kmMax", replace(near, shipment_minor=1)),
        ("zones[1].kmMax", replace(near, km_max=-1.0)),
        ("zones[1].kmMax", replace(near, km_max=float("nan"))),
        ("zones[1].transitDays", replace(far, transit_days=91)),
        ("zones[1].kgMinor", replace(far, kg_minor=-1)),
    ):
        with pytest.raises(InvalidShippingZones) as refused:
            await set_shipping_zones([near, wrong], by=TESTER, now=NOW)
        assert refused.value.field == field
    assert await shipping_zones() == [near]


async def test_steps_of_weight_are_kept_in_their_order_and_judged_one_by_one(database: Database) -> None:
    light, heavy = WeightStep(g_max=2_000, shipment_minor=50), WeightStep(g_max=None, kg_minor=20)
    zone = ShippingZone(km_max=None, shipment_minor=100, kg_minor=10, transit_days=1, steps=(heavy, light))
    await set_shipping_zones([zone], by=TESTER, now=NOW)
    assert await shipping_zones() == [replace(zone, steps=(light, heavy))]
    for field, wrong in (
        ("zones[0].steps[0].gMax", replace(light, g_max=0)),
        ("zones[0].steps[1].gMax", replace(light, g_max=None)),
        ("zones[0].steps[0].kgMinor", replace(light, kg_minor=-1)),
        ("zones[0].steps[0].shipmentMinor", replace(light, shipment_minor=-1)),
    ):
        steps = (wrong, heavy) if "steps[0]" in field else (heavy, wrong)
        with pytest.raises(InvalidShippingZones) as refused:
            await set_shipping_zones([replace(zone, steps=steps)], by=TESTER, now=NOW)
        assert refused.value.field == ("zones[0].steps[0].gMax" if wrong.g_max is None else field)
    assert await shipping_zones() == [replace(zone, steps=(light, heavy))]


async def test_an_order_pays_for_the_step_of_its_weight(database: Database) -> None:
    await make_channel("shop")
    await make_variant("A", weight_g=500)
    await stock_up(await make_warehouse("leipzig"), {"A": 90})
    steps = (WeightStep(g_max=1_000, kg_minor=100), WeightStep(g_max=5_000, shipment_minor=70))
    zone = ShippingZone(km_max=None, shipment_minor=0, kg_minor=0, transit_days=1, steps=steps)
    await set_shipping_zones([zone], by=TESTER, now=NOW)
    for units in (2, 3, 20):  # 1 kg, 1.5 kg, 10 kg: beyond the last step
        await place_orders([incoming("shop", {"A": units})], by=TESTER, now=NOW)
    await allocate_waiting(orders_max=10, currency="EUR", by=TESTER, now=NOW)
    costs = {
        decision.detail["shipments"][0]["weightG"]: decision.detail["shipments"][0]["cost"]
        for decision in await SourcingDecision.all()
    }
    assert {grams: (cost["shipment"], cost["weight"]) for grams, cost in costs.items()} == {
        1_000: (350, 140),
        1_500: (420, 60),
        10_000: (420, 400),
    }


async def test_parcels_pay_for_their_zone_and_none_goes_beyond_the_last(database: Database) -> None:
    await make_channel("shop")
    await make_variant("A")
    await stock_up(await make_warehouse("leipzig"), {"A": 9})
    near = ShippingZone(km_max=200.0, shipment_minor=100, kg_minor=0, transit_days=2)
    await set_shipping_zones([near], by=TESTER, now=NOW)
    await place_orders([incoming("shop", {"A": 1})], by=TESTER, now=NOW)
    await allocate_waiting(orders_max=10, currency="EUR", by=TESTER, now=NOW)
    decision = await SourcingDecision.all().get()
    assert decision.detail["shipments"][0]["cost"]["shipment"] == 450
    parcel = await FulfilmentOrder.all().get()
    assert (str(parcel.planned_ship_on), str(parcel.arrives_on)) == ("2026-11-22", "2026-11-24")

    await set_shipping_zones([replace(near, km_max=100.0)], by=TESTER, now=NOW)
    await place_orders([incoming("shop", {"A": 1})], by=TESTER, now=NOW)
    await allocate_waiting(orders_max=10, currency="EUR", by=TESTER, now=NOW)
    assert await SourcingDecision.filter(outcome="BACKORDERED").count() == 1
