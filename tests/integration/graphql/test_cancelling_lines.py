"""Cancelling some of an order's units: by whom they are promised, what parcels cost then, and what it cannot reach."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from api.graphql.relay import to_global
from domain.shared.actor import Scope
from domain.shared.database import execute, records
from tests.integration.graphql.conftest import Client, Shop
from tests.promises import broken_promises

CANCEL = """mutation ($input: CancelOrderLinesInput!) { m: cancelOrderLines(input: $input) {
    order { state version sourcing supportedActions lines { sku quantity cancelled allocated openUnits }
            fulfilmentOrders { id state weightG cost { amount } lines { sku quantity } } events { kind payload } }
    userErrors { code field message } } }"""
ORDER = "query ($id: ID!) { order(id: $id) { version fulfilmentOrders { id cost { amount } weightG } } }"
STEP = "mutation ($id: ID!) { m: %sFulfilmentOrder(input: {id: $id%s}) { userErrors { code } } }"


async def cancel(client: Client, order: str, units: dict[str, int], **more: Any) -> Any:
    lines = [{"sku": sku, "quantity": count} for sku, count in units.items()]
    said = {"id": order, "lines": lines, "reason": "CUSTOMER", "note": "changed her mind"} | more
    return (await client.ask(CANCEL, input=said))["m"]


async def codes(
    client: Client, order: str, units: dict[str, int], **more: Any
) -> list[tuple[str, str | None]]:
    errors = (await cancel(client, order, units, **more))["userErrors"]
    return [(error["code"], error["field"]) for error in errors]


async def free(sku: str) -> int:
    [row] = await records(
        "SELECT sum(on_hand - allocated)::int AS units FROM stock_levels JOIN variants v ON v.id = variant_id WHERE v.sku = $1",
        sku,
    )
    return int(row["units"])


async def walk(client: Client, order: str, *steps: str) -> None:
    [parcel] = (await client.ask(ORDER, id=order))["order"]["fulfilmentOrders"]
    for step in steps:
        more = ', carrier: "DHL", trackingNumber: "1"' if step == "ship" else ""
        assert (await client.ask(STEP % (step, more), id=parcel["id"]))["m"]["userErrors"] == []


async def test_a_parcel_gets_lighter_and_cheaper_and_the_units_are_free_again(
    client: Client, shop: Shop
) -> None:
    order = to_global("Order", (await shop.place(units={"MUG": 3, "POT": 1})).order_id)
    await shop.source()
    [before] = (await client.ask(ORDER, id=order))["order"]["fulfilmentOrders"]
    stock = await free("MUG")

    told = (await cancel(client, order, {"MUG": 2}, expectedVersion=2, idempotencyKey="once"))["order"]
    [parcel] = told["fulfilmentOrders"]
    assert (told["state"], told["version"], told["sourcing"]) == ("OPEN", 3, "SOURCED")
    assert [(line["sku"], line["cancelled"], line["allocated"]) for line in told["lines"]] == [
        ("MUG", 2, 1),
        ("POT", 0, 1),
    ]
    assert {line["sku"]: line["quantity"] for line in parcel["lines"]} == {"MUG": 1, "POT": 1}
    assert (before["weightG"], parcel["weightG"]) == (2000, 1000)
    assert Decimal(before["cost"]["amount"]) - Decimal(parcel["cost"]["amount"]) == Decimal("0.40")
    assert told["events"][-1]["kind"] == "ORDER_UNITS_CANCELLED"
    assert told["events"][-1]["payload"]["lines"] == [{"sku": "MUG", "units": 2}]
    [touched] = told["events"][-1]["payload"]["fulfilmentOrders"]
    assert touched == {
        "fulfilmentOrderId": touched["fulfilmentOrderId"],
        "number": touched["number"],
        "warehouse": "leipzig",
        "lines": [{"sku": "MUG", "units": 2}],
        "cancelled": False,
    }
    assert to_global("FulfilmentOrder", touched["fulfilmentOrderId"]) == parcel["id"]
    assert await free("MUG") == stock + 2
    again = await cancel(client, order, {"MUG": 2}, expectedVersion=2, idempotencyKey="once")
    assert again["order"]["version"] == 3
    assert await broken_promises() == {}

    rest = (await cancel(client, order, {"MUG": 1, "POT": 1}))["order"]
    assert (rest["state"], rest["supportedActions"]) == ("CANCELLED", [])
    assert [parcel["state"] for parcel in rest["fulfilmentOrders"]] == ["CANCELLED"]
    [gone] = rest["events"][-1]["payload"]["fulfilmentOrders"]
    assert (gone["cancelled"], sorted(line["sku"] for line in gone["lines"])) == (True, ["MUG", "POT"])
    assert await broken_promises() == {}


async def test_what_waits_is_cancelled_before_what_is_promised(client: Client, shop: Shop) -> None:
    order = to_global("Order", (await shop.place(units={"CUP": 151, "POT": 1})).order_id)
    await shop.source()
    told = (await cancel(client, order, {"CUP": 151}))["order"]
    assert (told["sourcing"], told["lines"][0]["openUnits"]) == ("SOURCED", 0)
    assert await free("CUP") == 150
    assert await broken_promises() == {}


async def test_nothing_is_cancelled_that_is_being_picked_or_has_left(client: Client, shop: Shop) -> None:
    order = to_global("Order", (await shop.place()).order_id)
    await shop.source()
    await walk(client, order, "accept", "pick")
    assert await codes(client, order, {"POT": 1, "MUG": 1}) == [("UNITS_UNDER_WAY", "lines[1].quantity")]
    told = (await cancel(client, order, {"MUG": 1}, alsoPicked=True))["order"]
    assert [parcel["state"] for parcel in told["fulfilmentOrders"]] == ["PICKING"]
    await walk(client, order, "pack", "ship")
    assert await codes(client, order, {"MUG": 1}, alsoPicked=True) == [
        ("UNITS_UNDER_WAY", "lines[0].quantity")
    ]
    assert await broken_promises() == {}


async def test_what_cannot_be_right_is_refused_and_moves_nothing(client: Client, shop: Shop) -> None:
    order = to_global("Order", (await shop.place()).order_id)
    await shop.source()
    assert await codes(client, order, {}) == [("INVALID_INPUT", "lines")]
    assert await codes(client, order, {"MUG": 0}) == [("INVALID_QUANTITY", "lines[0].quantity")]
    assert await codes(client, order, {"MUG": 3}) == [("UNITS_UNDER_WAY", "lines[0].quantity")]
    assert await codes(client, order, {"MUG": 1, "JAR": 1}) == [("UNITS_UNDER_WAY", "lines[1].quantity")]
    assert await codes(client, order, {"MUG": 1}, expectedVersion=1) == [
        ("VERSION_CONFLICT", "expectedVersion")
    ]
    reader = client.limited_to(Scope.READ)
    assert await codes(reader, order, {"MUG": 1}) == [("NOT_ALLOWED", None)]
    partner = client.limited_to(Scope.ORDERS_WRITE, channels=frozenset({shop.market.id}))
    assert await codes(partner, order, {"MUG": 1}) == [("UNKNOWN_ORDER", "id")]
    assert (await client.ask(ORDER, id=order))["order"]["version"] == 2


async def test_rivals_cancel_no_unit_twice(client: Client, shop: Shop) -> None:
    order = to_global("Order", (await shop.place()).order_id)
    await shop.source()
    told = await asyncio.gather(*(codes(client, order, {"MUG": 1}) for _ in range(4)))
    assert sorted(told) == [[], [], *[[("UNITS_UNDER_WAY", "lines[0].quantity")]] * 2]
    assert await broken_promises() == {}


@pytest.mark.parametrize(
    ("units", "cancelled", "stated"),
    [
        ({"CUP": 103}, {"CUP": 3}, {}),  # what is left fits where the whole did not
        ({"MUG": 1, "CUP": 151}, {"CUP": 151}, {"split_policy": "SHIP_COMPLETE"}),
    ],
)
async def test_a_backorder_ships_once_what_kept_it_is_cancelled(
    client: Client, shop: Shop, units: dict[str, int], cancelled: dict[str, int], stated: dict[str, str]
) -> None:
    order = to_global("Order", (await shop.place(units=units, **stated)).order_id)
    await shop.source()
    await execute("DELETE FROM jobs")
    told = (await cancel(client, order, cancelled))["order"]
    assert told["sourcing"] == "WAITING"
    assert [row["kind"] for row in await records("SELECT kind FROM jobs")] == ["ALLOCATE"]
    await shop.source()
    [row] = await records("SELECT sourcing FROM orders")
    assert row["sourcing"] == "SOURCED"
    assert await broken_promises() == {}
