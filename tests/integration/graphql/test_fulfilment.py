"""Orders held, released and cancelled; fulfilment orders from sourcing to the door."""

from typing import Any

from api.graphql.relay import to_global
from domain.shared.actor import Scope
from tests.integration.graphql.conftest import Client, Shop

ERRORS = """userErrors { __typename code field
    ... on WrongState { state allowed } ... on VersionConflict { expected actual } }"""
STEP = (
    """mutation ($input: %s!) { step: %s(input: $input) {
    fulfilmentOrder { state nextStates carrier trackingNumber order { fulfilmentStatus state } } """
    + ERRORS
    + " } }"
)
EDIT = (
    """mutation ($input: %sOrderInput!) { edit: %sOrder(input: $input) {
    order { state sourcing version supportedActions nextStates holds { reason note releasedAt } } """
    + ERRORS
    + " } }"
)


async def step(client: Client, name: str, **said: Any) -> dict[str, Any]:
    kinds = {"reject": "RejectFulfilmentOrderInput", "ship": "ShipFulfilmentOrderInput"}
    document = STEP % (kinds.get(name, "FulfilmentStepInput"), f"{name}FulfilmentOrder")
    answer: dict[str, Any] = (await client.ask(document, input=said))["step"]
    return answer


async def edit(client: Client, name: str, **said: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await client.ask(EDIT % (name.title(), name), input=said))["edit"]
    return answer


async def sourced(client: Client, shop: Shop) -> str:
    """The id of the fulfilment order of a fresh order."""
    await shop.place()
    await shop.source()
    found = await client.ask("{ fulfilmentOrders(where: {state: {eq: OPEN}}, first: 1) { nodes { id } } }")
    return str(found["fulfilmentOrders"]["nodes"][0]["id"])


async def test_from_the_shelf_to_the_door(client: Client, shop: Shop) -> None:
    id_ = await sourced(client, shop)
    for name, state in (("accept", "ACCEPTED"), ("pick", "PICKING"), ("pack", "PACKED")):
        assert (await step(client, name, id=id_))["fulfilmentOrder"]["state"] == state
    parcel = {"id": id_, "carrier": "DHL", "trackingNumber": "JJD1", "idempotencyKey": "parcel-1"}
    shipped, again = await step(client, "ship", **parcel), await step(client, "ship", **parcel)
    assert shipped == again
    assert shipped["fulfilmentOrder"] == {
        "state": "SHIPPED",
        "nextStates": ["DELIVERED"],
        "carrier": "DHL",
        "trackingNumber": "JJD1",
        "order": {"fulfilmentStatus": "SHIPPED", "state": "OPEN"},
    }
    delivered = (await step(client, "deliver", id=id_))["fulfilmentOrder"]
    assert delivered["order"] == {"fulfilmentStatus": "DELIVERED", "state": "COMPLETED"}


async def test_a_step_out_of_turn_says_where_it_stands(client: Client, shop: Shop) -> None:
    id_ = await sourced(client, shop)
    refused = await step(client, "pack", id=id_)
    assert refused["fulfilmentOrder"] is None
    assert refused["userErrors"] == [
        {
            "__typename": "WrongState",
            "code": "WRONG_STATE",
            "field": "id",
            "state": "OPEN",
            "allowed": ["PICKING"],
        }
    ]
    unknown = await step(client, "accept", id=to_global("FulfilmentOrder", shop.web.id))
    assert [error["code"] for error in unknown["userErrors"]] == ["UNKNOWN_FULFILMENT_ORDER"]


async def test_a_rejected_part_is_sourced_elsewhere(client: Client, shop: Shop) -> None:
    id_ = await sourced(client, shop)
    rejected = await step(client, "reject", id=id_, reason="NO_CAPACITY", note="a strike")
    assert rejected["fulfilmentOrder"]["state"] == "REJECTED"
    await shop.source()
    found = await client.ask(
        "{ fulfilmentOrders { nodes { state warehouse { code } } } fulfilmentOrderCount { count } }"
    )
    assert {(node["state"], node["warehouse"]["code"]) for node in found["fulfilmentOrders"]["nodes"]} == {
        ("REJECTED", "leipzig"),
        ("OPEN", "munich"),
    }
    assert found["fulfilmentOrderCount"] == {"count": 2}


async def test_hold_release_cancel(client: Client, shop: Shop) -> None:
    id_ = to_global("Order", (await shop.place()).order_id)
    held = (await edit(client, "hold", id=id_, reason="FRAUD", note="look twice"))["order"]
    assert held["sourcing"] == "ON_HOLD"
    assert held["supportedActions"] == ["HOLD", "RELEASE", "CANCEL", "CANCEL_LINES"]
    assert held["holds"] == [{"reason": "FRAUD", "note": "look twice", "releasedAt": None}]

    stale = await edit(client, "cancel", id=id_, reason="CUSTOMER", expectedVersion=1)
    assert [(e["__typename"], e["expected"], e["actual"]) for e in stale["userErrors"]] == [
        ("VersionConflict", 1, 2)
    ]
    far = await edit(client, "cancel", id=id_, reason="CUSTOMER", expectedVersion=10**30)
    assert [e["code"] for e in far["userErrors"]] == ["VERSION_CONFLICT"]

    assert (await edit(client, "release", id=id_))["order"]["sourcing"] == "WAITING"
    cancelled = (await edit(client, "cancel", id=id_, reason="CUSTOMER", expectedVersion=3))["order"]
    assert (cancelled["state"], cancelled["supportedActions"], cancelled["nextStates"]) == (
        "CANCELLED",
        [],
        [],
    )
    closed = await edit(client, "hold", id=id_, reason="OTHER")
    assert [e["code"] for e in closed["userErrors"]] == ["ORDER_CLOSED"]


async def test_a_limited_key_changes_nothing_of_other_channels(client: Client, shop: Shop) -> None:
    id_ = await sourced(client, shop)
    order = (await client.ask("{ orders { nodes { id } } }"))["orders"]["nodes"][0]["id"]
    partner = client.limited_to(
        Scope.ORDERS_WRITE, Scope.FULFILMENT_WRITE, channels=frozenset({shop.market.id})
    )
    assert [e["code"] for e in (await step(partner, "accept", id=id_))["userErrors"]] == [
        "UNKNOWN_FULFILMENT_ORDER"
    ]
    refused = await edit(partner, "cancel", id=order, reason="OTHER")
    assert [e["code"] for e in refused["userErrors"]] == ["UNKNOWN_ORDER"]


async def test_several_changes_in_one_request_read_their_own_results(client: Client, shop: Shop) -> None:
    id_ = to_global("Order", (await shop.place()).order_id)
    data = await client.ask(
        """mutation ($id: ID!) {
             a: holdOrder(input: {id: $id, reason: OTHER}) { order { sourcing version } }
             b: releaseOrder(input: {id: $id}) { order { sourcing version } }
           }""",
        id=id_,
    )
    assert data["a"]["order"] == {"sourcing": "ON_HOLD", "version": 2}
    assert data["b"]["order"] == {"sourcing": "WAITING", "version": 3}
