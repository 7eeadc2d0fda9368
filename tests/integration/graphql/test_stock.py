"""Changing and reading stock through the schema."""

from typing import Any

import pytest

from domain.shared.actor import Scope
from domain.shared.refusal import NotAllowed, Refusal
from domain.stock.models import StockEntry
from tests.integration.graphql.conftest import Client, Shop

ERRORS = "userErrors { __typename code field ... on StockChanged { expected actual } }"
LEVEL = "stockLevel { onHand available unsellable safety version variant { sku } warehouse { code } }"
RECEIVE = f"mutation ($input: ReceiveStockInput!) {{ change: receiveStock(input: $input) {{ stockLevels {{ onHand }} {ERRORS} }} }}"
ADJUST = (
    f"mutation ($input: AdjustStockInput!) {{ change: adjustStock(input: $input) {{ {LEVEL} {ERRORS} }} }}"
)
SET = f"mutation ($input: SetStockInput!) {{ change: setStock(input: $input) {{ {LEVEL} {ERRORS} }} }}"
TRANSFER = f"mutation ($input: TransferStockInput!) {{ change: transferStock(input: $input) {{ stockTransfer {{ id state }} {ERRORS} }} }}"
ARRIVE = f"mutation ($input: ReceiveTransferInput!) {{ change: receiveTransfer(input: $input) {{ stockTransfer {{ state toWarehouse {{ code }} }} {ERRORS} }} }}"
HOLD = f"mutation ($input: HoldStockInput!) {{ change: holdStock(input: $input) {{ stockHold {{ id state expiresAt quantity }} {ERRORS} }} }}"
RELEASE = f"mutation ($input: ReleaseHoldInput!) {{ change: releaseHold(input: $input) {{ stockHold {{ state }} {ERRORS} }} }}"
MUG = {"warehouse": "leipzig", "sku": "MUG"}


async def change(client: Client, document: str, **said: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await client.ask(document, input=said))["change"]
    return answer


async def on_hand(client: Client, sku: str = "MUG") -> dict[str, int]:
    document = "query ($sku: String) { stockLevels(where: {sku: {eq: $sku}}) { nodes { onHand warehouse { code } } } }"
    levels = (await client.ask(document, sku=sku))["stockLevels"]["nodes"]
    return {level["warehouse"]["code"]: level["onHand"] for level in levels}


async def test_the_same_key_changes_stock_once(client: Client, shop: Shop) -> None:
    said = {"warehouse": "leipzig", "lines": [{"sku": "MUG", "quantity": 5}], "idempotencyKey": "delivery-1"}
    first, again = await change(client, RECEIVE, **said), await change(client, RECEIVE, **said)
    assert first == again == {"stockLevels": [{"onHand": 105}], "userErrors": []}

    other = await change(client, RECEIVE, **(said | {"reference": "another"}))
    assert [error["__typename"] for error in other["userErrors"]] == ["IdempotencyKeyReused"]
    assert await on_hand(client) == {"leipzig": 105, "munich": 50}


async def test_a_refused_change_may_be_sent_again_with_its_key(client: Client, shop: Shop) -> None:
    said = MUG | {"delta": -101, "reason": "LOST", "idempotencyKey": "count-1"}
    refused = await change(client, ADJUST, **said)
    assert refused["stockLevel"] is None
    assert [error["code"] for error in refused["userErrors"]] == ["INSUFFICIENT_STOCK"]
    await change(client, RECEIVE, warehouse="leipzig", lines=[{"sku": "MUG", "quantity": 1}])
    assert (await change(client, ADJUST, **said))["stockLevel"]["onHand"] == 0


async def test_setting_compares_first(client: Client, shop: Shop) -> None:
    stale = await change(client, SET, **MUG, quantity=80, changeFromQuantity=99)
    assert stale["userErrors"] == [
        {
            "__typename": "StockChanged",
            "code": "STOCK_CHANGED",
            "field": "changeFromQuantity",
            "expected": 99,
            "actual": 100,
        }
    ]
    level = (await change(client, SET, **MUG, quantity=80, changeFromQuantity=100, safety=5))["stockLevel"]
    assert (level["onHand"], level["safety"], level["available"]) == (80, 5, 80)
    damaged = (await change(client, ADJUST, **MUG, delta=3, bucket="UNSELLABLE", reason="DAMAGED"))[
        "stockLevel"
    ]
    assert (damaged["unsellable"], damaged["available"]) == (3, 77)


async def test_a_transfer_is_incoming_until_it_arrives(client: Client, shop: Shop) -> None:
    sent = await change(
        client, TRANSFER, sku="MUG", quantity=10, fromWarehouse="leipzig", toWarehouse="munich"
    )
    assert sent["stockTransfer"]["state"] == "IN_TRANSIT"
    assert await on_hand(client) == {"leipzig": 90, "munich": 50}
    for _ in range(2):
        arrived = await change(client, ARRIVE, id=sent["stockTransfer"]["id"])
        assert arrived["stockTransfer"] == {"state": "RECEIVED", "toWarehouse": {"code": "munich"}}
    assert await on_hand(client) == {"leipzig": 90, "munich": 60}


async def test_a_hold_can_be_read_and_released(client: Client, shop: Shop) -> None:
    held = await change(
        client, HOLD, **MUG, quantity=4, expiresAt="2026-11-22T14:00:00+01:00", reference="cart 7"
    )
    hold = held["stockHold"]
    assert hold | {"id": ""} == {
        "id": "",
        "state": "ACTIVE",
        "expiresAt": "2026-11-22T13:00:00Z",
        "quantity": 4,
    }
    found = await client.ask(
        """query ($id: ID!) {
             node(id: $id) { ... on StockHold { reference variant { sku } } }
             stockHolds(where: {state: {eq: ACTIVE}}) { nodes { warehouse { code } } }
           }""",
        id=hold["id"],
    )
    assert found["node"] == {"reference": "cart 7", "variant": {"sku": "MUG"}}
    assert found["stockHolds"]["nodes"] == [{"warehouse": {"code": "leipzig"}}]
    assert (await change(client, RELEASE, id=hold["id"]))["stockHold"] == {"state": "RELEASED"}


@pytest.mark.parametrize(
    ("document", "said", "code", "field"),
    [
        (RECEIVE, {"warehouse": "leipzig", "lines": []}, "INVALID_RECEIPT", "lines"),
        (
            RECEIVE,
            {"warehouse": "leipzig", "lines": [{"sku": "MUG", "quantity": 0}]},
            "INVALID_QUANTITY",
            "lines[0].quantity",
        ),
        (
            RECEIVE,
            {"warehouse": "x", "lines": [{"sku": "MUG", "quantity": 1}]},
            "UNKNOWN_WAREHOUSE",
            "warehouse",
        ),
        (
            RECEIVE,
            {"warehouse": "leipzig", "lines": [{"sku": "M\x00", "quantity": 1}]},
            "INVALID_TEXT",
            "lines[0].sku",
        ),
        (ADJUST, MUG | {"delta": 10**30, "reason": "FOUND"}, "INVALID_QUANTITY", "delta"),
        (ADJUST, MUG | {"delta": 1, "reason": "FOUND", "note": "x" * 1001}, "INVALID_TEXT", "note"),
        (SET, MUG | {"quantity": -1}, "INVALID_QUANTITY", "quantity"),
        (SET, MUG | {"quantity": 1, "sku": "NOPE"}, "UNKNOWN_SKU", "sku"),
        (
            TRANSFER,
            {"sku": "MUG", "quantity": 1, "fromWarehouse": "leipzig", "toWarehouse": "leipzig"},
            "SAME_WAREHOUSE",
            "toWarehouse",
        ),
        (HOLD, MUG | {"quantity": 1, "expiresAt": "2026-11-22T14:00:00"}, "INVALID_INPUT", "expiresAt"),
        (HOLD, MUG | {"quantity": 1, "expiresAt": "2020-01-01T00:00:00Z"}, "INVALID_EXPIRY", "expiresAt"),
        (RELEASE, {"id": "T3JkZXI6eA=="}, "INVALID_ID", "id"),
        (SET, MUG | {"quantity": 1, "idempotencyKey": ""}, "INVALID_INPUT", "idempotencyKey"),
        (SET, MUG | {"quantity": 1, "idempotencyKey": "\x00"}, "INVALID_TEXT", "idempotencyKey"),
    ],
)
async def test_a_wrong_change_names_the_field_and_moves_nothing(
    client: Client, shop: Shop, *, document: str, said: dict[str, Any], code: str, field: str
) -> None:
    entries = await StockEntry.all().count()
    [error] = (await change(client, document, **said))["userErrors"]
    assert (error["code"], error["field"]) == (code, field)
    assert await StockEntry.all().count() == entries


async def test_the_ledger_tells_why(client: Client, shop: Shop) -> None:
    await change(client, ADJUST, **MUG, delta=-1, reason="LOST", note="fell off the shelf")
    ledger = await client.ask(
        """{ stockEntries(sku: "MUG", first: 1, where: {warehouse: {eq: "leipzig"}}) {
               nodes { id version reason note actor documentKind documentId deltas { onHand } } pageInfo { hasNextPage } } }"""
    )
    [entry] = ledger["stockEntries"]["nodes"]
    assert entry.pop("id")
    assert entry == {
        "version": 2,
        "reason": "LOST",
        "note": "fell off the shelf",
        "actor": "tester",
        "documentKind": "MANUAL",
        "documentId": None,
        "deltas": {"onHand": -1},
    }
    assert ledger["stockEntries"]["pageInfo"] == {"hasNextPage": True}
    assert isinstance(await client.refused('{ stockEntries(sku: "NOPE") { nodes { id } } }'), Refusal)


async def test_availability_is_what_a_channel_may_sell(client: Client, shop: Shop) -> None:
    document = """query ($channel: String!) {
        availability(skus: ["CUP", "MUG"], channel: $channel) { nodes { sku onHand available sellable variant { name } } asOf } }"""
    found = (await client.ask(document, channel="web"))["availability"]
    assert [node["sku"] for node in found["nodes"]] == ["CUP", "MUG"]
    assert found["nodes"][0]["sellable"] == 150
    assert found["asOf"]
    partner = client.limited_to(Scope.READ, channels=frozenset({shop.market.id}))
    assert isinstance(await partner.refused(document, channel="web"), Refusal)


async def test_levels_by_what_is_available(client: Client, shop: Shop) -> None:
    document = """{ stockLevels(where: {available: {range: {to: 60}}}, first: 2) {
        nodes { id available warehouse { code } variant { sku } } pageInfo { hasNextPage } } }"""
    found = (await client.ask(document))["stockLevels"]
    assert [level["available"] for level in found["nodes"]] == [50, 50]
    assert found["pageInfo"]["hasNextPage"]
    node = await client.ask(
        "query ($id: ID!) { node(id: $id) { ... on StockLevel { onHand } } }", id=found["nodes"][0]["id"]
    )
    assert node == {"node": {"onHand": 50}}


async def test_changing_stock_takes_the_scope(client: Client, shop: Shop) -> None:
    reader = client.limited_to(Scope.READ)
    assert [e["code"] for e in (await change(reader, SET, **MUG, quantity=1))["userErrors"]] == [
        "NOT_ALLOWED"
    ]
    assert await on_hand(client) == {"leipzig": 100, "munich": 50}


@pytest.mark.parametrize(
    "document",
    [
        "{ stockLevels { nodes { onHand } } }",
        '{ stockEntries(sku: "MUG") { nodes { reason } } }',
        "{ stockHolds { nodes { quantity } } }",
        "{ stockTransfers { nodes { quantity } } }",
        "{ variants { nodes { stockLevels { onHand } } } }",
    ],
)
async def test_a_partner_asks_for_availability_not_for_the_books(
    client: Client, shop: Shop, document: str
) -> None:
    partner = client.limited_to(Scope.READ, channels=frozenset({shop.web.id}))
    assert isinstance(await partner.refused(document), NotAllowed)
    sellable = await partner.ask('{ availability(skus: ["MUG"], channel: "web") { nodes { sellable } } }')
    assert sellable["availability"]["nodes"] == [{"sellable": 150}]
