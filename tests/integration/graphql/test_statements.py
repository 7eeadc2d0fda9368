"""No list takes more statements for many rows than for one, however deep it is asked."""

from typing import Any

import pytest

from api.graphql.relay import to_global
from domain.shared.refusal import InvalidInput
from tests.integration.graphql.conftest import Client, Shop

LISTS = {
    "fulfilmentOrders": """{ fulfilmentOrders(first: %d) { nodes { lines { variant { sku product { code } } } warehouse { code }
        order { number channel { code } lines { sku } } sourcingDecision { outcome } } } }""",
    "sourcingDecisions": "{ sourcingDecisions(first: %d) { nodes { order { number events { kind } holds { reason } } } } }",
    "stockLevels": "{ stockLevels(first: %d) { nodes { variant { sku stockLevels { onHand } } warehouse { code } } } }",
    "stockEntries": '{ stockEntries(sku: "MUG", first: %d) { nodes { variant { sku } warehouse { code } } } }',
    "variants": "{ variants(first: %d) { nodes { product { code } stockLevels { warehouse { code } } } } }",
    "channels": "{ channels(first: %d) { nodes { warehouses { code } } } }",
}


@pytest.mark.parametrize("listed", LISTS)
async def test_many_rows_take_as_many_statements_as_one(
    client: Client, shop: Shop, statements: Any, listed: str
) -> None:
    for _ in range(5):
        await shop.place()
    await shop.source()
    counts = []
    for first in (1, 5):
        with statements() as sent:
            data = await client.ask(LISTS[listed] % first)
        counts.append((len(data[listed]["nodes"]), len(sent)))
    assert counts[0][0] == 1 < counts[1][0]
    # a loader that two depths ask gathers them in one batch or in two, as the answers come in
    assert abs(counts[0][1] - counts[1][1]) <= 1, counts


async def test_many_rows_are_placed_by_as_many_statements_as_one(
    client: Client, shop: Shop, statements: Any
) -> None:
    document = """mutation ($input: PlaceOrdersInput!) { placeOrders(input: $input) {
        results { order { number lines { sku variant { name } } } userErrors { code } } } }"""
    counts = []
    for rows in (1, 50):
        orders = [
            {
                "channel": "web",
                "externalReference": f"{rows}-{row}",
                "placedAt": "2026-11-22T11:00:00Z",
                "currencyCode": "EUR",
                "shipTo": {"countryCode": "DE"},
                "lines": [{"sku": "MUG", "quantity": 1, "unitPrice": "1"}],
            }
            for row in range(rows)
        ]
        with statements() as sent:
            results = (await client.ask(document, input={"orders": orders}))["placeOrders"]["results"]
        assert all(result["order"] for result in results)
        counts.append(len(sent))
    assert counts[0] == counts[1]


async def test_filters_nest_only_so_deep(client: Client, shop: Shop) -> None:
    document = "query ($where: OrderWhere) { orders(where: $where) { nodes { id } } }"
    deep: dict[str, Any] = {"state": {"eq": "OPEN"}}
    for _ in range(5):
        deep = {"and": [deep]}
    wide = {"or": [{"state": {"eq": "OPEN"}}] * 60}
    for where in (deep, wide):
        refused = await client.refused(document, where=where)
        assert isinstance(refused, InvalidInput)
        assert refused.field == "where"


async def test_ids_are_of_what_they_are_used_for(client: Client, shop: Shop) -> None:
    document = "query ($id: ID!) { order(id: $id) { number } }"
    for raw in (
        "",
        "x",
        "é",
        to_global("Variant", shop.web.id),
        to_global("Order", "x"),
        to_global("Order", 1, 2),
    ):
        refused = await client.refused(document, id=raw)
        assert isinstance(refused, InvalidInput)
        assert (refused.code, refused.field) == ("INVALID_ID", "id")
