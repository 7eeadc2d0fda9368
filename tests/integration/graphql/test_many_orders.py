"""Several orders at once: each by itself, and whoever was refused is named."""

from typing import Any

import pytest

from api.graphql.relay import to_global
from domain.shared.ids import new_id
from tests.integration.graphql.conftest import Client, Shop
from tests.promises import broken_promises

MANY = """mutation ($input: %s!) { m: %s(input: $input) { userErrors { code field }
    results { index order { sourcing state tags version } userErrors { code field } } } }"""


INPUTS = {"holdOrders": "HoldOrdersInput", "cancelOrders": "CancelOrdersInput"}


async def many(client: Client, mutation: str, ids: list[str], **more: Any) -> Any:
    kind = INPUTS.get(mutation, "OrdersTagsInput")
    return (await client.ask(MANY % (kind, mutation), input={"ids": ids} | more))["m"]


@pytest.mark.parametrize(
    ("mutation", "said", "after"),
    [
        ("holdOrders", {"reason": "FRAUD"}, {"sourcing": "ON_HOLD"}),
        ("cancelOrders", {"reason": "CUSTOMER"}, {"state": "CANCELLED"}),
        ("addTagsToOrders", {"tags": ["gift"]}, {"tags": ["gift"]}),
        ("removeTagsFromOrders", {"tags": ["gift"]}, {"tags": []}),
    ],
)
async def test_each_is_done_by_itself(
    client: Client, shop: Shop, mutation: str, said: dict[str, Any], after: dict[str, Any]
) -> None:
    ids = [
        str(to_global("Order", (await shop.place(external_reference=f"W-{n}")).order_id)) for n in range(2)
    ]
    asked = [ids[0], str(to_global("Order", new_id())), ids[1], ids[0]]
    told = await many(client, mutation, asked, **said)
    assert told["userErrors"] == []
    assert [one["index"] for one in told["results"]] == [0, 1, 2, 3]
    assert told["results"][1] == {
        "index": 1,
        "order": None,
        "userErrors": [{"code": "UNKNOWN_ORDER", "field": "id"}],
    }
    for at in (0, 2, 3):
        assert after.items() <= told["results"][at]["order"].items()
    again = await many(client, mutation, asked, **said)
    assert [one["order"] for one in again["results"]] == [one["order"] for one in told["results"]]
    assert await broken_promises() == {}


async def test_too_many_and_none_are_refused(client: Client, shop: Shop) -> None:
    id_ = str(to_global("Order", (await shop.place()).order_id))
    for ids in ([], [id_] * 101):
        told = await many(client, "cancelOrders", ids, reason="OTHER")
        assert (told["userErrors"], told["results"]) == ([{"code": "INVALID_INPUT", "field": "ids"}], [])
