"""Warehouses: upserts, refusals with their field, and backorders when a closed one opens."""

from typing import Any

import pytest

from domain.jobs.models import Job
from domain.orders.place_orders import place_orders
from domain.sourcing.allocate import allocate_waiting
from domain.warehouses.models import Warehouse
from domain.warehouses.save_warehouse import InvalidWarehouse, SaveWarehouse, save_warehouse
from tests.conftest import Database
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

    [job] = await Job.all()
    assert job.payload == {"variant_ids": [str(variant.id)]}
