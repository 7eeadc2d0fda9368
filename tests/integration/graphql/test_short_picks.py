"""Short picks: the rest leaves, the stock is right, and what is missing comes from elsewhere."""

import asyncio
from typing import Any

import orjson
import pytest

from api.graphql.relay import to_global
from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.orders.models import Order
from domain.shared.database import records
from tests.factories import NOW, TESTER
from tests.integration.graphql.conftest import Client, Shop
from tests.promises import broken_promises

SHORT = """mutation ($input: ShortPickFulfilmentOrderInput!) { m: shortPickFulfilmentOrder(input: $input) {
    fulfilmentOrder { state weightG lines { sku quantity } order { sourcing version allocationStatus } }
    userErrors { code field } } }"""
REJECT = """mutation ($input: RejectFulfilmentOrderInput!) { m: rejectFulfilmentOrder(input: $input) {
    fulfilmentOrder { state } userErrors { code field } } }"""
OPEN = """{ fulfilmentOrders(where: {state: {in: [OPEN, PICKING]}}, direction: ASC) { nodes {
    id state warehouse { code } lines { orderLineId sku quantity } } } }"""
STEP = "mutation ($id: ID!) { m: %sFulfilmentOrder(input: {id: $id}) { userErrors { code } } }"


async def parcels(client: Client) -> list[dict[str, Any]]:
    return list((await client.ask(OPEN))["fulfilmentOrders"]["nodes"])


async def picking(client: Client, shop: Shop, **stated: Any) -> dict[str, Any]:
    """A parcel of two mugs and a pot that somebody picks in Leipzig."""
    await shop.place(**stated)
    await shop.source()
    [parcel] = await parcels(client)
    for verb in ("accept", "pick"):
        assert (await client.ask(STEP % verb, id=parcel["id"]))["m"]["userErrors"] == []
    return parcel


async def short(client: Client, parcel: dict[str, Any], reason: str = "OUT_OF_STOCK", **units: int) -> Any:
    lines = {line["sku"]: line["orderLineId"] for line in parcel["lines"]}
    missing = [{"orderLineId": lines[sku], "quantity": number} for sku, number in units.items()]
    said = {"id": parcel["id"], "missing": missing, "reason": reason, "note": "an empty bin"}
    return (await client.ask(SHORT, input=said))["m"]


async def stock(sku: str, warehouse: str) -> tuple[int, int, int]:
    """On hand, allocated, unsellable."""
    [row] = await records(
        """SELECT on_hand, allocated, unsellable FROM stock_levels
           WHERE variant_id = (SELECT id FROM variants WHERE sku = $1)
             AND warehouse_id = (SELECT id FROM warehouses WHERE code = $2)""",
        sku,
        warehouse,
    )
    return tuple(row)


@pytest.mark.parametrize(("reason", "left"), [("OUT_OF_STOCK", (99, 1, 0)), ("DAMAGED", (100, 1, 1))])
async def test_the_rest_goes_on_and_what_is_missing_comes_from_elsewhere(
    client: Client, shop: Shop, reason: str, left: tuple[int, int, int]
) -> None:
    parcel = await picking(client, shop)
    shortened = (await short(client, parcel, reason, MUG=1))["fulfilmentOrder"]
    assert shortened["state"] == "PICKING"
    assert shortened["weightG"] == 1000
    assert shortened["lines"] == [{"sku": "MUG", "quantity": 1}, {"sku": "POT", "quantity": 1}]
    assert shortened["order"] == {"sourcing": "WAITING", "version": 5, "allocationStatus": "PARTLY_ALLOCATED"}
    assert await stock("MUG", "leipzig") == left
    assert await broken_promises() == {}

    await shop.source()
    first, second = await parcels(client)
    assert (first["warehouse"]["code"], second["warehouse"]["code"]) == ("leipzig", "munich")
    assert [(line["sku"], line["quantity"]) for line in second["lines"]] == [("MUG", 1)]
    [told] = await records("SELECT payload FROM events WHERE kind = 'FULFILMENT_SHORT_PICKED'")
    assert '"quantity": 1' in told["payload"]
    assert await broken_promises() == {}


async def test_a_line_of_which_nothing_is_there_leaves_the_parcel(client: Client, shop: Shop) -> None:
    parcel = await picking(client, shop)
    shortened = (await short(client, parcel, MUG=2))["fulfilmentOrder"]
    assert shortened["lines"] == [{"sku": "POT", "quantity": 1}]
    assert await broken_promises() == {}


async def test_a_parcel_of_which_nothing_is_there_is_rejected(client: Client, shop: Shop) -> None:
    parcel = await picking(client, shop)
    rejected = (await short(client, parcel, MUG=2, POT=1))["fulfilmentOrder"]
    assert (rejected["state"], rejected["order"]["sourcing"]) == ("REJECTED", "WAITING")
    assert await broken_promises() == {}


async def test_an_order_that_leaves_in_one_piece_is_given_back_and_sourced_anew(
    client: Client, shop: Shop
) -> None:
    parcel = await picking(client, shop, split_policy="SINGLE_SHIPMENT")
    given_back = (await short(client, parcel, MUG=1))["fulfilmentOrder"]
    assert (given_back["state"], given_back["order"]["sourcing"]) == ("REJECTED", "WAITING")
    assert (await stock("MUG", "leipzig"), await stock("POT", "leipzig")) == ((99, 0, 0), (100, 0, 0))
    [told] = await records("SELECT payload FROM events WHERE kind = 'FULFILMENT_REJECTED'")
    assert orjson.loads(told["payload"])["missing"] == [
        {"orderLineId": orjson.loads(told["payload"])["missing"][0]["orderLineId"], "quantity": 1}
    ]
    await shop.source()
    [anew] = await parcels(client)
    assert anew["warehouse"]["code"] == "munich"
    assert [(line["sku"], line["quantity"]) for line in anew["lines"]] == [("MUG", 2), ("POT", 1)]
    assert await broken_promises() == {}


async def test_who_rejects_says_what_is_missing(client: Client, shop: Shop) -> None:
    parcel = await picking(client, shop)
    lines = {line["sku"]: line["orderLineId"] for line in parcel["lines"]}
    ask = {"id": parcel["id"], "reason": "DAMAGED"}
    for units, field in ((3, "missing[0].quantity"), (0, "missing[0].quantity")):
        said = ask | {"missing": [{"orderLineId": lines["MUG"], "quantity": units}]}
        [error] = (await client.ask(REJECT, input=said))["m"]["userErrors"]
        assert error == {"code": "INVALID_SHORT_PICK", "field": field}
    assert await stock("MUG", "leipzig") == (100, 2, 0)
    said = ask | {"missing": [{"orderLineId": lines["MUG"], "quantity": 1}]}
    assert (await client.ask(REJECT, input=said))["m"]["fulfilmentOrder"] == {"state": "REJECTED"}
    assert (await stock("MUG", "leipzig"), await stock("POT", "leipzig")) == ((100, 0, 1), (100, 0, 0))
    assert await broken_promises() == {}


async def test_what_was_not_in_the_parcel_cannot_be_missing(client: Client, shop: Shop) -> None:
    parcel = await picking(client, shop)
    for units in (0, 3, -1, 10**30):
        [error] = (await short(client, parcel, MUG=units))["userErrors"]
        assert error == {"code": "INVALID_SHORT_PICK", "field": "missing[0].quantity"}
    other = {"orderLineId": to_global("OrderLine", shop.web.id), "quantity": 1}
    own = {"orderLineId": parcel["lines"][0]["orderLineId"], "quantity": 1}
    cases: list[tuple[list[Any], str]] = [
        ([], "missing"),
        ([own, other], "missing[1].orderLineId"),
        ([own, own], "missing"),
    ]
    for missing, field in cases:
        said = {"id": parcel["id"], "missing": missing, "reason": "DAMAGED"}
        [error] = (await client.ask(SHORT, input=said))["m"]["userErrors"]
        assert error == {"code": "INVALID_SHORT_PICK", "field": field}
    assert (await client.ask(STEP % "pack", id=parcel["id"]))["m"]["userErrors"] == []
    assert (await short(client, parcel, MUG=1))["userErrors"] == [{"code": "WRONG_STATE", "field": "id"}]


async def test_a_parcel_is_short_of_a_unit_once_and_cancelled_whole(client: Client, shop: Shop) -> None:
    parcel = await picking(client, shop)
    order = await Order.first()
    assert order is not None
    ask = CancelOrder(order_id=order.id, reason=CancelReason.CUSTOMER)
    await asyncio.gather(
        *(short(client, parcel, MUG=1) for _ in range(3)),
        cancel_order(ask, by=TESTER, now=NOW),
        shop.source(),
    )
    assert (await stock("MUG", "leipzig"))[1] == 0
    assert await broken_promises() == {}
