"""Backorders are sourced again when something may serve them: units, a warehouse, what is reserved for them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.catalog.models import Variant
from domain.channels.models import ChannelKind
from domain.channels.raw_order import RawShipTo
from domain.channels.save_channel import SaveChannel, save_channel
from domain.checks.run_checks import run_checks
from domain.jobs.models import Job
from domain.orders.models import Order
from domain.orders.place_orders import place_orders
from domain.shared.database import execute
from domain.sourcing.wake_backorders import wake_backorders, wake_forgotten_backorders
from domain.warehouses.models import Warehouse
from domain.warehouses.save_warehouse import SaveWarehouse, save_warehouse
from domain.warehouses.set_shipping_zones import ShippingZone, set_shipping_zones
from tests.databases import Database
from tests.factories import LEIPZIG, NOW, TESTER, incoming, make_channel, stock_up
from tests.integration.reevaluating.open_orders import (
    TODAY,
    allocate,
    build,
    order_row,
    place,
    rule_by,
    standing,
)
from tests.promises import broken_promises
from tests.working import do_jobs

NOT_LEIPZIG = {"rule": "WAREHOUSE", "values": ["leipzig"], "negated": True}
NO_WEB = {
    "name": "Not for WEB",
    "when": [{"rule": "CHANNEL", "values": ["web"]}],
    "eligible": [NOT_LEIPZIG],
}
EVERY_DAY = tuple(TODAY + timedelta(days=ahead) for ahead in range(366))
VIENNA = RawShipTo(country_code="AT", city="Wien", latitude=48.2, longitude=16.4)


async def saved(**fields: Any) -> None:
    """Leipzig, changed."""
    defaults: dict[str, Any] = {
        "code": "leipzig",
        "name": "Leipzig",
        "country_code": "DE",
        "latitude": LEIPZIG[0],
        "longitude": LEIPZIG[1],
        "timezone": "Europe/Berlin",
        "cutoff_minute": 15 * 60,
        "shipment_minor": 350,
        "kg_minor": 40,
        "km_millis": 100,
    }
    await save_warehouse(SaveWarehouse(**(defaults | fields)), by=TESTER, now=NOW)


def zone(km: float) -> ShippingZone:
    return ShippingZone(km_max=km, shipment_minor=100, kg_minor=0, transit_days=1)


async def sold_from(*warehouses: str) -> None:
    channel = SaveChannel(
        code="web",
        name="Web",
        kind=ChannelKind.ONLINE_STORE,
        currency="EUR",
        timezone="Europe/Berlin",
        warehouses=warehouses,
    )
    await save_channel(channel, by=TESTER, now=NOW)


async def work_off() -> None:
    await do_jobs("FILL_BACKORDERS", "ALLOCATE", now=lambda: NOW)


async def ids(*skus: str) -> list[UUID]:
    return [(await Variant.get(sku=sku)).id for sku in skus]


async def reserved_where_it_may_not_ship() -> tuple[dict[str, Warehouse], UUID]:
    """Four of A, all that there are, reserved in Leipzig for an order that is to leave from elsewhere."""
    there = await build()
    await stock_up(there["leipzig"], {"A": 4})
    await rule_by(routings=[{"name": "Not Leipzig", "eligible": [NOT_LEIPZIG]}])
    order = await place({"A": 4}, stock_policy="REQUIRE")
    await allocate()
    row = await order_row(order)
    assert (row.sourcing, row.units_allocated) == ("BACKORDERED", 4)
    return there, order


async def test_what_is_reserved_where_it_may_not_ship_leaves_from_where_it_may(database: Database) -> None:
    there, order = await reserved_where_it_may_not_ship()
    await stock_up(there["munich"], {"A": 100})
    assert await wake_backorders(await ids("A"), now=NOW) == 1
    await allocate()
    assert await standing(order) == {("munich", "OPEN"): 4}
    assert (await order_row(order)).sourcing == "SOURCED"
    assert await broken_promises() == {}


async def test_the_net_finds_what_is_only_reserved(database: Database) -> None:
    there, order = await reserved_where_it_may_not_ship()
    await stock_up(there["munich"], {"A": 100})
    assert await wake_forgotten_backorders(now=NOW, within=timedelta(minutes=3)) == 1
    await allocate()
    assert await standing(order) == {("munich", "OPEN"): 4}


async def test_units_that_are_reserved_for_an_order_are_its_own_where_it_may_ship_again(
    database: Database,
) -> None:
    there = await build()
    await stock_up(there["leipzig"], {"A": 4, "B": 4})
    reserved = await place({"A": 4}, stock_policy="REQUIRE")
    await saved(active=False)
    await allocate()
    assert (await order_row(reserved)).sourcing == "BACKORDERED"
    await saved()
    await work_off()
    assert await standing(reserved) == {("leipzig", "OPEN"): 4}

    reserved = await place({"B": 4}, stock_policy="REQUIRE")
    await sold_from("munich")
    await allocate()
    assert (await order_row(reserved)).sourcing == "BACKORDERED"
    await sold_from()
    await work_off()
    assert await standing(reserved) == {("leipzig", "OPEN"): 4}
    assert await broken_promises() == {}


async def test_a_reservation_that_could_ship_and_waits_breaks_a_promise(database: Database) -> None:
    there = await build()
    await stock_up(there["leipzig"], {"A": 4})
    await place({"A": 4}, stock_policy="REQUIRE")
    await saved(active=False)
    await allocate()
    await execute("DELETE FROM jobs")
    later = NOW + timedelta(minutes=1)
    assert "backorders_have_no_stock" not in {one.name for one in await run_checks(now=later) if not one.kept}
    await Warehouse.filter(code="leipzig").update(active=True)
    assert "backorders_have_no_stock" in {one.name for one in await run_checks(now=later) if not one.kept}
    assert await Order.filter(sourcing="BACKORDERED").count() == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"regions": ("DE",)}, {"regions": ("AT", "DE")}),
        ({"daily_capacity": 1}, {"daily_capacity": 2}),
        ({"closed": EVERY_DAY}, {}),
        ({"latitude": 60.0}, {}),  # beyond the last zone
        ({"active": False}, {}),
    ],
)
async def test_a_warehouse_that_may_ship_more_does(
    database: Database, before: dict[str, Any], after: dict[str, Any]
) -> None:
    there = await build()
    await set_shipping_zones([zone(700)], by=TESTER, now=NOW)
    await stock_up(there["leipzig"], {"A": 20})
    await saved(**before)
    orders = [
        incoming("web", {"A": 1}, ship_to=VIENNA) for _ in range(11)
    ]  # one more than there are days ahead
    await place_orders(orders, by=TESTER, now=NOW)
    await allocate()
    assert await Order.filter(sourcing="BACKORDERED").exists()
    await execute("DELETE FROM jobs")

    await saved(**before, name="Renamed", shipment_minor=1)
    assert await Job.filter(kind="FILL_BACKORDERS").count() == 0
    await saved(**after)
    await work_off()
    assert await Order.filter(sourcing="SOURCED").count() == 11
    assert await broken_promises() == {}


async def test_a_wider_zone_reaches_more(database: Database) -> None:
    there = await build()
    await set_shipping_zones([zone(200)], by=TESTER, now=NOW)
    await stock_up(there["leipzig"], {"A": 1})
    order = await place({"A": 1}, ship_to=VIENNA)
    await allocate()
    assert (await order_row(order)).sourcing == "BACKORDERED"
    await execute("DELETE FROM jobs")

    await set_shipping_zones([zone(200)], by=TESTER, now=NOW)
    assert await Job.all().count() == 0
    await set_shipping_zones([zone(2_000)], by=TESTER, now=NOW)
    await work_off()
    assert (await order_row(order)).sourcing == "SOURCED"


async def in_line(count: int, channel: str = "web", **fields: Any) -> None:
    """So many backorders for one of A, older than any that is placed without a time."""
    orders = [incoming(channel, {"A": 1}, placed_at="2026-11-20T11:00:00Z", **fields) for _ in range(count)]
    await place_orders(orders, by=TESTER, now=NOW)
    await allocate()


async def rounds_until_filled(order: UUID, rounds_max: int) -> int:
    """What relay and workers do, until the order is sourced."""
    for rounds in range(1, rounds_max + 1):
        await work_off()
        if (await order_row(order)).sourcing == "SOURCED":
            return rounds
    raise AssertionError("it was not")


async def vip_behind(count: int, **definition: Any) -> tuple[dict[str, Warehouse], UUID]:
    """One of A is wanted by VIP, behind so many older orders of WEB; nobody has got any."""
    there = await build()
    await make_channel("vip")
    await rule_by(**definition)
    await in_line(count)
    await in_line(1, "vip", external_reference="vip")
    await execute("UPDATE orders SET placed_at = $1 WHERE external_reference = 'vip'", NOW)
    return there, (await Order.get(external_reference="vip")).id


async def test_what_is_kept_for_a_channel_is_not_offered_to_those_before_it(database: Database) -> None:
    there, vip = await vip_behind(200, protections=[{"channel": "vip", "units": 10, "skus": ["A"]}])
    await stock_up(there["leipzig"], {"A": 10})
    assert await wake_backorders(await ids("A"), now=NOW) == 1
    await allocate()
    assert (await order_row(vip)).sourcing == "SOURCED"
    await stock_up(there["leipzig"], {"A": 3})
    assert await wake_backorders(await ids("A"), now=NOW) == 124  # twice what is free, and some to spare
    await allocate()
    assert await Order.filter(sourcing="SOURCED").count() == 3
    assert await broken_promises() == {}


async def test_a_warehouse_is_not_offered_to_those_it_does_not_ship_to(database: Database) -> None:
    there = await build(leipzig={"regions": ["DE-04", "AT"]})
    await in_line(121, ship_to=RawShipTo(country_code="DE", city="Berlin", postcode="10115"))
    order = await place({"A": 1}, ship_to=RawShipTo(country_code="DE", city="Leipzig", postcode="0 4109"))
    await allocate()
    await stock_up(there["leipzig"], {"A": 10})
    assert await wake_backorders(await ids("A"), now=NOW) == 1
    await allocate()
    assert (await order_row(order)).sourcing == "SOURCED"


async def test_who_may_not_have_what_is_there_keeps_nobody_from_it(database: Database) -> None:
    there, vip = await vip_behind(250, routings=[NO_WEB])
    await stock_up(there["leipzig"], {"A": 10})
    assert await rounds_until_filled(vip, 3) == 3
    await work_off()
    assert await Job.filter(kind="FILL_BACKORDERS").count() == 0  # once, not for ever
    assert await Order.filter(sourcing="SOURCED").count() == 1
    assert await broken_promises() == {}


async def test_neither_does_who_begins_anew(database: Database) -> None:
    there, vip = await vip_behind(250, routings=[NO_WEB])
    for _ in range(2):
        await stock_up(there["leipzig"], {"A": 1})
        await work_off()
    await stock_up(there["leipzig"], {"A": 1})
    assert await rounds_until_filled(vip, 1) == 1


async def test_where_nothing_is_left_nobody_is_looked_for(database: Database) -> None:
    there = await build()
    await in_line(150)
    await stock_up(there["leipzig"], {"A": 1})
    await work_off()
    assert await Order.filter(sourcing="SOURCED").count() == 1
    await do_jobs("FILL_BACKORDERS", now=lambda: NOW)
    assert await Order.filter(sourcing="WAITING").count() == 0
    assert await Job.filter(kind="FILL_BACKORDERS").count() == 0
