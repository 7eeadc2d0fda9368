"""Orders and warehouses that come without coordinates are located by their addresses; what is stated is kept."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from domain.channels.adapters.contract import Message
from domain.channels.raw_order import RawShipTo
from domain.checks.run_checks import CheckKind
from domain.intake.archive import archive
from domain.intake.arrived import arrived
from domain.intake.outcomes import Source
from domain.orders.models import Order
from domain.orders.place_orders import place_orders
from domain.places.import_postal_codes import import_postal_codes
from domain.places.load_built_in import load_built_in
from domain.places.locate import Address, locate
from domain.shared.database import execute
from domain.sourcing.allocate import allocate_waiting
from domain.sourcing.locate_open_orders import Relocated, locate_open_orders
from domain.sourcing.models import SourcingDecision
from domain.sourcing.reevaluating.models import Reevaluation
from domain.warehouses.models import Warehouse
from domain.warehouses.save_warehouse import InvalidWarehouse, SaveWarehouse, save_warehouse
from tests.databases import Database
from tests.factories import (
    HAMBURG,
    MUNICH,
    NOW,
    TESTER,
    incoming,
    make_channel,
    make_variant,
    make_warehouse,
    postal_line,
    stock_up,
)
from tests.integration.intake.conftest import work_all_off
from tests.promises import broken_promises

BERLIN = postal_line("DE|10117|Berlin|Berlin|BE", 52.52, 13.39)
LANDSHUT = postal_line("DE|84028|Landshut|Bayern|BY", 48.53, 12.15)


@pytest.fixture
async def shop(database: Database) -> None:
    await make_channel("shop")
    await make_variant("MUG")
    for code, place in (("hamburg", HAMBURG), ("munich", MUNICH)):
        await stock_up(await make_warehouse(code, place=place), {"MUG": 10})


async def known(tmp_path: Path, *lines: str) -> None:
    path = tmp_path / "places.txt"
    path.write_text("".join(lines), encoding="utf-8")
    await import_postal_codes(path, seen=lambda *_: None)


async def place(**ship_to: Any) -> Order:
    """An order to there, as it is stored."""
    order = incoming("shop", {"MUG": 1}, ship_to=RawShipTo(**{"country_code": "DE"} | ship_to))
    [placed] = await place_orders([order], by=TESTER, now=NOW)
    return await Order.get(id=placed.order_id)  # type: ignore[union-attr]


def where(order: Order) -> tuple[object, ...]:
    return order.latitude, order.longitude, order.located_by, order.located_part


async def test_orders_are_located_together_and_stated_coordinates_are_kept(
    shop: None, tmp_path: Path
) -> None:
    await known(tmp_path, BERLIN, LANDSHUT)
    asked = [
        RawShipTo(country_code="DE", postcode="10117", latitude=50.0, longitude=10.0),
        RawShipTo(country_code="DE", postcode="D-10117"),
        RawShipTo(country_code="DE", city="LANDSHUT", region="by"),
        RawShipTo(country_code="ZZ", city="Berlin"),
    ]
    orders = [
        incoming("shop", {"MUG": 1}, ship_to=to, stock_policy=policy)
        for policy in ("BACKORDER", "REQUIRE")
        for to in asked
    ]
    placed = await place_orders(orders, by=TESTER, now=NOW)
    stored = [await Order.get(id=one.order_id) for one in placed]  # type: ignore[union-attr]

    assert (
        [where(order) for order in stored[:4]]
        == [where(order) for order in stored[4:]]
        == [
            (50.0, 10.0, None, None),
            (52.52, 13.39, "POSTAL_CODE", "10117"),
            (48.53, 12.15, "CITY", "LANDSHUT"),
            (None, None, None, None),
        ]
    )
    assert stored[1].ship_to["latitude"] is None  # what was stated stays what was stated
    again = await place_orders(orders, by=TESTER, now=NOW)
    assert all(one.replayed for one in again)  # type: ignore[union-attr]


async def test_a_decision_names_what_its_distance_was_found_by(shop: None, tmp_path: Path) -> None:
    await known(tmp_path, LANDSHUT)
    near, nowhere = await place(postcode="84028"), await place(country_code="ZZ")
    await allocate_waiting(orders_max=10, currency="EUR", by=TESTER, now=NOW)

    said = await SourcingDecision.get(order_id=near.id)
    assert said.explanation.startswith("From Munich: 60 km, 3.76 EUR, located by postal code 84028, ")
    said = await SourcingDecision.get(order_id=nowhere.id)
    assert ": place unknown, counted as 306 km, " in said.explanation


async def test_open_orders_are_located_once_more_is_known(shop: None, tmp_path: Path) -> None:
    stated = await place(postcode="84028", latitude=50.0, longitude=10.0)
    near = await place(postcode="84028", city="Landshut")
    await known(tmp_path, BERLIN)
    nowhere = [f"order {near.number} to DE: 84028, Landshut"]
    assert await broken_promises(CheckKind.WARNING) == {"open_orders_are_somewhere": tuple(nowhere)}
    await allocate_waiting(orders_max=10, currency="EUR", by=TESTER, now=NOW)
    await execute("UPDATE orders SET sourcing = 'BACKORDERED' WHERE id = $1", near.id)

    await known(tmp_path, BERLIN, LANDSHUT)
    assert await locate_open_orders(by=TESTER, now=NOW) == Relocated(seen=1, changed=1)
    assert where(await Order.get(id=near.id)) == (48.53, 12.15, "POSTAL_CODE", "84028")
    assert (await Order.get(id=near.id)).sourcing == "WAITING"
    assert where(await Order.get(id=stated.id)) == (50.0, 10.0, None, None)
    assert await Reevaluation.all().count() == 1
    assert await locate_open_orders(by=TESTER, now=NOW) == Relocated(seen=1)
    assert await broken_promises(CheckKind.WARNING) == {}


async def test_a_changed_address_is_located_anew(shop: None, tmp_path: Path) -> None:
    await known(tmp_path, BERLIN, LANDSHUT)
    channel = await make_channel("generic")
    for postcode in ("10117", "84028"):
        order = {
            "external_id": "R-1",
            "placed_at": "2026-11-20T10:00:00Z",
            "currency": "EUR",
            "ship_to": {"country": "DE", "postcode": postcode},
            "lines": [{"sku": "MUG", "qty": 1, "unit_price": "9.90"}],
        }
        body = orjson.dumps({"type": "order.updated", "data": order})
        message = Message(topic="order.updated", body=body, reference="R-1")
        await archive(arrived(channel.id, [message], Source.POLL), now=NOW)
        await work_all_off()
        assert (await Order.get(channel_id=channel.id)).located_part == postcode


async def test_a_warehouse_is_located_by_its_postcode_or_city(shop: None, tmp_path: Path) -> None:
    await known(tmp_path, BERLIN)
    ask = SaveWarehouse(
        code="berlin", name="Berlin", country_code="DE", city="Berlin", timezone="Europe/Berlin",
        shipment_minor=1, kg_minor=1, km_millis=1, cutoff_minute=900,
    )  # fmt: skip
    saved = await Warehouse.get(id=await save_warehouse(ask, by=TESTER, now=NOW))
    assert (saved.latitude, saved.longitude, saved.located_by) == (52.52, 13.39, "CITY")
    for wrong in (replace(ask, city="Nowhere"), replace(ask, latitude=1.0)):
        with pytest.raises(InvalidWarehouse):
            await save_warehouse(wrong, by=TESTER, now=NOW)


async def test_what_is_built_in_knows_the_world(database: Database, tmp_path: Path) -> None:
    await known(tmp_path, BERLIN)
    assert await load_built_in(now=NOW)
    assert not await load_built_in(now=NOW)
    asked = {
        Address("US", "TX", "Austin", "78701"): (30.27, -97.74, "CITY"),
        Address("US", "ME", "Portland", ""): (43.66, -70.26, "CITY"),
        Address("US", "OR", "Nowhere", ""): (44.9, -122.7, "REGION"),
        Address("CN", "浙江省", "杭州市", ""): (30.29, 120.16, "CITY"),
        Address("CN", "香港特别行政区", "", ""): (22.33, 114.15, "REGION"),
        Address("DE", "", "Muenchen", ""): (48.14, 11.58, "CITY"),
        Address("DE", "", "", "10117"): (52.52, 13.39, "POSTAL_CODE"),
        Address("FJ", "", "", ""): (-17.85, 178.2, "COUNTRY"),
    }
    found = await locate(list(asked))
    assert {address: each[:3] for address, each in zip(asked, found, strict=True)} == asked
