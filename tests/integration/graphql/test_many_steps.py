"""Fulfilment steps for many at once: each row by itself, and no more statements than for one."""

import asyncio
from typing import Any

from api.graphql.relay import to_global
from domain.shared.actor import Scope
from domain.shared.database import fetch_value
from domain.sourcing.wake_backorders import wake_backorders
from tests.factories import NOW, make_variant, stock_up
from tests.integration.graphql.conftest import Client, Shop

STEPS = """mutation ($input: %s!) { steps: %sFulfilmentOrders(input: $input) {
    results { index fulfilmentOrder { id state carrier } userErrors {
        __typename code field message ... on WrongState { state allowed } } }
    userErrors { code field } } }"""
INPUTS = {"reject": "RejectFulfilmentOrdersInput", "ship": "ShipFulfilmentOrdersInput"}


async def steps(client: Client, verb: str, **said: Any) -> dict[str, Any]:
    document = STEPS % (INPUTS.get(verb, "FulfilmentStepsInput"), verb)
    answer: dict[str, Any] = (await client.ask(document, input=said))["steps"]
    return answer


async def sourced(client: Client, shop: Shop, orders: int) -> list[str]:
    """The ids of the fulfilment orders of so many fresh orders."""
    for _ in range(orders):
        await shop.place()
    await shop.source()
    found = await client.ask("{ fulfilmentOrders(where: {state: {eq: OPEN}}, first: 100) { nodes { id } } }")
    ids = [node["id"] for node in found["fulfilmentOrders"]["nodes"]]
    assert len(ids) == orders
    return ids


def states(answer: dict[str, Any]) -> list[str]:
    """The state each row came to, or the code of its refusal."""
    return [
        row["userErrors"][0]["code"] if row["userErrors"] else row["fulfilmentOrder"]["state"]
        for row in answer["results"]
    ]


def leaving(*ids: str, carrier: str = "DHL") -> list[dict[str, str]]:
    return [{"id": id_, "carrier": carrier, "trackingNumber": f"JJD-{id_[-9:]}"} for id_ in ids]


async def test_many_go_from_the_shelf_to_the_door(client: Client, shop: Shop) -> None:
    ids = await sourced(client, shop, 3)
    for verb, state in (("accept", "ACCEPTED"), ("pick", "PICKING"), ("pack", "PACKED")):
        assert states(await steps(client, verb, ids=ids)) == [state] * 3
    shipped = await steps(client, "ship", parcels=leaving(*ids))
    assert [row["fulfilmentOrder"]["carrier"] for row in shipped["results"]] == ["DHL"] * 3
    assert states(await steps(client, "deliver", ids=ids)) == ["DELIVERED"] * 3
    assert await fetch_value("SELECT count(*) FROM orders WHERE state = 'COMPLETED'") == 3
    assert await fetch_value("SELECT sum(allocated) FROM stock_levels") == 0


async def test_what_cannot_take_the_step_keeps_no_other_from_it(client: Client, shop: Shop) -> None:
    first, second, third = await sourced(client, shop, 3)
    await steps(client, "accept", ids=[second])
    nobodys = to_global("FulfilmentOrder", shop.web.id)
    answer = await steps(client, "accept", ids=[first, second, "junk", nobodys, first, third])
    assert [row["index"] for row in answer["results"]] == list(range(6))
    assert states(answer) == [
        "ACCEPTED",
        "WRONG_STATE",
        "INVALID_ID",
        "UNKNOWN_FULFILMENT_ORDER",
        "INVALID_INPUT",  # named twice
        "ACCEPTED",
    ]
    [wrong] = answer["results"][1]["userErrors"]
    assert (wrong["__typename"], wrong["state"], wrong["allowed"]) == ("WrongState", "ACCEPTED", ["OPEN"])
    assert answer["results"][1]["fulfilmentOrder"] is None


async def test_a_parcel_without_a_number_stays_while_the_others_leave(client: Client, shop: Shop) -> None:
    ids = await sourced(client, shop, 3)
    for verb in ("accept", "pick", "pack"):
        await steps(client, verb, ids=ids)
    parcels = leaving(*ids)
    parcels[1]["trackingNumber"] = " "
    answer = await steps(client, "ship", parcels=[*parcels, *leaving(ids[0], carrier="UPS")])
    assert states(answer) == ["SHIPPED", "INVALID_TEXT", "SHIPPED", "INVALID_INPUT"]
    assert answer["results"][1]["userErrors"][0]["field"] == "trackingNumber"
    assert answer["results"][0]["fulfilmentOrder"]["carrier"] == "DHL"
    assert await fetch_value("SELECT sum(units_shipped) FROM orders") == 6


async def test_the_same_request_is_answered_the_same_again(client: Client, shop: Shop) -> None:
    first, second = await sourced(client, shop, 2)
    await steps(client, "accept", ids=[second])
    said: dict[str, Any] = {"ids": [first, second, "junk"], "idempotencyKey": "morning"}
    once, again = await steps(client, "accept", **said), await steps(client, "accept", **said)
    assert once == again
    assert states(again) == ["ACCEPTED", "WRONG_STATE", "INVALID_ID"]
    other = await steps(client, "accept", ids=[first], idempotencyKey="morning")
    assert other["userErrors"] == [{"code": "IDEMPOTENCY_KEY_REUSED", "field": "idempotencyKey"}]


async def test_many_are_rejected_for_one_reason(client: Client, shop: Shop) -> None:
    ids = await sourced(client, shop, 3)
    await steps(client, "accept", ids=ids[:1])
    answer = await steps(client, "reject", ids=ids, reason="DAMAGED", note="water in the aisle")
    assert states(answer) == ["REJECTED"] * 3
    assert await fetch_value("SELECT sum(unsellable) FROM stock_levels") == 9
    assert await fetch_value("SELECT count(*) FROM sourcing_exclusions WHERE reason = 'DAMAGED'") == 3
    await shop.source()
    assert await fetch_value("SELECT count(*) FROM fulfilment_orders WHERE state = 'OPEN'") == 3
    long = await steps(client, "reject", ids=ids, reason="OTHER", note="x" * 1001)
    assert long == {"results": [], "userErrors": [{"code": "INVALID_TEXT", "field": "note"}]}


async def test_two_parts_that_one_warehouse_has_of_one_order_are_rejected_together(
    client: Client, shop: Shop
) -> None:
    late = await make_variant("LATE")
    await shop.place(units={"MUG": 2, "LATE": 1})
    await shop.source()
    await stock_up(shop.leipzig, {"LATE": 1})
    await wake_backorders([late.id], now=NOW)
    await shop.source()
    ids = await open_ids(client)
    assert await fetch_value("SELECT count(DISTINCT (order_id, warehouse_id)) FROM fulfilment_orders") == 1
    assert states(await steps(client, "reject", ids=ids, reason="OTHER")) == ["REJECTED"] * 2
    assert await fetch_value("SELECT sum(allocated) FROM stock_levels") == 0


async def open_ids(client: Client) -> list[str]:
    found = await client.ask("{ fulfilmentOrders(where: {state: {eq: OPEN}}) { nodes { id } } }")
    return [node["id"] for node in found["fulfilmentOrders"]["nodes"]]


async def test_too_many_and_none_are_refused(client: Client, shop: Shop) -> None:
    for ids in ([], [to_global("FulfilmentOrder", shop.web.id)] * 501):
        refused = await steps(client, "pack", ids=ids)
        assert refused == {"results": [], "userErrors": [{"code": "INVALID_INPUT", "field": "ids"}]}
    refused = await steps(client, "ship", parcels=[])
    assert refused["userErrors"] == [{"code": "INVALID_INPUT", "field": "parcels"}]


async def test_a_limited_key_moves_its_own_only(client: Client, shop: Shop) -> None:
    await shop.place("web")
    await shop.place("market")
    await shop.source()
    ids = await open_ids(client)
    partner = client.limited_to(Scope.FULFILMENT_WRITE, Scope.READ, channels=frozenset({shop.market.id}))
    assert sorted(states(await steps(partner, "accept", ids=ids))) == ["ACCEPTED", "UNKNOWN_FULFILMENT_ORDER"]
    reader = client.limited_to(Scope.READ)
    assert (await steps(reader, "accept", ids=ids))["userErrors"] == [{"code": "NOT_ALLOWED", "field": None}]


async def test_fifty_take_as_many_statements_as_one(client: Client, shop: Shop, statements: Any) -> None:
    ids = await sourced(client, shop, 51)
    for verb in ("accept", "pick", "pack", "ship", "deliver"):
        counts = []
        for part in (ids[:1], ids[1:]):
            said: dict[str, Any] = {"parcels": leaving(*part)} if verb == "ship" else {"ids": part}
            with statements() as sent:
                answer = await steps(client, verb, **said)
            assert all(row["fulfilmentOrder"] for row in answer["results"])
            counts.append(len(sent))
        assert counts[0] == counts[1], verb


async def test_rivals_share_the_rows_between_them(client: Client, shop: Shop) -> None:
    ids = await sourced(client, shop, 12)
    answers = await asyncio.gather(
        *(steps(client, "accept", ids=ids[::way]) for way in (1, -1, 1, -1)),
    )
    assert sum(states(answer).count("ACCEPTED") for answer in answers) == 12
    assert sum(states(answer).count("WRONG_STATE") for answer in answers) == 36
    accepted = "SELECT count(*) FROM events WHERE kind = 'FULFILMENT_ACCEPTED'"
    assert await fetch_value(accepted) == 12
