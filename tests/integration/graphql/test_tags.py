"""Tags: stated with an order, put on and taken off later, filtered by, and seen by the next decision."""

import asyncio
from copy import deepcopy
from typing import Any

import pytest

from api.graphql.filters import TextFilter
from api.graphql.orders.where import OrderWhere, order_filter
from api.graphql.relay import to_global
from domain.orders.change_tags import ChangeTags, add_tags, remove_tags
from domain.orders.models import Order
from domain.shared.actor import Scope
from domain.shared.database import execute, records, transaction
from domain.shared.tags import InvalidTags
from tests.databases import Database
from tests.factories import NOW, TESTER
from tests.integration.graphql.conftest import Client, Shop
from tests.integration.graphql.test_placing_orders import PLACE, PLACE_MANY, order
from tests.integration.graphql.test_rule_sets import ACTIVATE, DRAFT
from tests.promises import broken_promises

CHANGED = "order { tags version events { kind payload } } userErrors { __typename code field message } } }"
ADD = "mutation ($input: OrderTagsInput!) { it: addOrderTags(input: $input) { " + CHANGED
REMOVE = "mutation ($input: OrderTagsInput!) { it: removeOrderTags(input: $input) { " + CHANGED
LIST = "query ($where: OrderWhere) { orders(where: $where) { nodes { number tags } } }"


async def changed(client: Client, document: str, order_id: Any, *tags: str, **said: Any) -> dict[str, Any]:
    asked = {"id": to_global("Order", order_id), "tags": list(tags), **said}
    answer: dict[str, Any] = (await client.ask(document, input=asked))["it"]
    return answer


async def test_tags_are_trimmed_sorted_and_said_once(client: Client, shop: Shop) -> None:
    asked = order(tags=[" vip", "Gift, wrapped", "vip ", "VIP", "日本語", "x" * 50])
    placed = (await client.ask(PLACE, input=asked))["placeOrder"]
    assert placed["userErrors"] == []
    listed = (await client.ask(LIST))["orders"]["nodes"]
    assert listed == [
        {"number": placed["order"]["number"], "tags": ["Gift, wrapped", "VIP", "vip", "x" * 50, "日本語"]}
    ]
    reordered = deepcopy(asked) | {"tags": ["日本語", "VIP", "vip", "x" * 50, "Gift, wrapped"]}
    again = (await client.ask(PLACE, input=reordered))["placeOrder"]
    assert (again["replayed"], again["userErrors"]) == (True, [])
    other = (await client.ask(PLACE, input=deepcopy(asked) | {"tags": ["vip"]}))["placeOrder"]
    assert [error["code"] for error in other["userErrors"]] == ["REFERENCE_REUSED"]


@pytest.mark.parametrize(
    ("tags", "field"),
    [
        (["a", ""], "tags[1]"),
        (["a", "b", " \t"], "tags[2]"),
        (["x" * 51], "tags[0]"),
        (["two\nlines"], "tags[0]"),
        (["unit\x1fseparator"], "tags[0]"),
        (["nul\x00"], "tags[0]"),
        ([str(number) for number in range(21)], "tags"),
    ],
)
async def test_a_wrong_tag_is_named(client: Client, shop: Shop, tags: list[str], field: str) -> None:
    refused = (await client.ask(PLACE, input=order(tags=tags)))["placeOrder"]
    assert refused["order"] is None
    assert [(no["code"], no["field"]) for no in refused["userErrors"]] == [("INVALID_ORDER", field)]
    many = await client.ask(PLACE_MANY, input={"orders": [order(tags=tags), order(tags=["ok"])]})
    first, second = many["placeOrders"]["results"]
    assert [(no["code"], no["field"]) for no in first["userErrors"]] == [("INVALID_ORDER", field)]
    assert second["order"] is not None

    placed = await shop.place()
    no = (await changed(client, ADD, placed.order_id, *tags))["userErrors"]
    assert [(one["__typename"], one["code"], one["field"]) for one in no] == [
        ("InvalidTags", "INVALID_TAGS", field)
    ]
    assert (await Order.get(id=placed.order_id)).version == 1


async def test_tags_come_and_go_in_the_timeline(client: Client, shop: Shop) -> None:
    placed = await shop.place(tags=("vip",))
    tagged = (await changed(client, ADD, placed.order_id, "gift", "vip", expectedVersion=1))["order"]
    assert (tagged["tags"], tagged["version"]) == (["gift", "vip"], 2)
    same = (await changed(client, ADD, placed.order_id, "gift"))["order"]
    assert same["version"] == 2
    untagged = (await changed(client, REMOVE, placed.order_id, "vip", "never there"))["order"]
    assert (untagged["tags"], untagged["version"]) == (["gift"], 3)
    assert [(event["kind"], event["payload"]) for event in untagged["events"][1:]] == [
        ("ORDER_TAGGED", {"changed": ["gift"], "tags": ["gift", "vip"]}),
        ("ORDER_UNTAGGED", {"changed": ["vip"], "tags": ["gift"]}),
    ]
    late = await changed(client, REMOVE, placed.order_id, "gift", expectedVersion=2)
    assert [no["code"] for no in late["userErrors"]] == ["VERSION_CONFLICT"]
    assert await broken_promises() == {}


async def test_an_order_never_carries_more_tags_than_it_may(client: Client, shop: Shop) -> None:
    placed = await shop.place(tags=tuple([f"tag {number}" for number in range(15)]))

    async def add(number: int) -> str:
        try:
            await add_tags(ChangeTags(order_id=placed.order_id, tags=[f"more {number}"]), by=TESTER, now=NOW)
        except InvalidTags as no:
            return no.message
        return "added"

    answers = await asyncio.gather(*(add(number) for number in range(9)))
    assert sorted(answers) == ["An order carries up to 20 tags, not 21."] * 4 + ["added"] * 5
    order_now = await Order.get(id=placed.order_id)
    assert (len(order_now.tags), order_now.version) == (20, 6)
    gone = ChangeTags(order_id=placed.order_id, tags=[tag for tag in order_now.tags if tag[0] == "t"])
    await asyncio.gather(*(remove_tags(gone, by=TESTER, now=NOW) for _ in range(4)))
    assert (await Order.get(id=placed.order_id)).version == 7
    assert await broken_promises() == {}


async def test_tags_are_filtered_by_and_only_writers_change_them(client: Client, shop: Shop) -> None:
    plain, vip, gift = (await shop.place(), await shop.place(tags=("vip",)), await shop.place(tags=("gift",)))
    both = await shop.place(tags=("gift", "vip"))

    async def numbers(**where: Any) -> set[int]:
        nodes = (await client.ask(LIST, where=where))["orders"]["nodes"]
        return {node["number"] for node in nodes}

    assert await numbers(tag={"eq": "vip"}) == {vip.number, both.number}
    assert await numbers(tag={"eq": "VIP"}) == set()
    assert await numbers(tag={"in": ["vip", "gift"]}) == {vip.number, gift.number, both.number}
    assert await numbers(**{"and": [{"tag": {"eq": "vip"}}, {"tag": {"eq": "gift"}}]}) == {both.number}
    assert await numbers(tag={"in": []}) == set()
    assert await numbers(tag=None) == {plain.number, vip.number, gift.number, both.number}

    reader = client.limited_to(Scope.READ)
    no = (await changed(reader, ADD, plain.order_id, "vip"))["userErrors"]
    assert [one["code"] for one in no] == ["NOT_ALLOWED"]
    partner = client.limited_to(Scope.ORDERS_WRITE, Scope.READ, channels=frozenset({shop.market.id}))
    no = (await changed(partner, ADD, plain.order_id, "vip"))["userErrors"]
    assert [one["code"] for one in no] == ["UNKNOWN_ORDER"]


async def test_a_filter_by_tag_reads_its_index(database: Database) -> None:
    wanted = (await order_filter(OrderWhere(tag=TextFilter(eq="vip")), None, by=TESTER)).passing()
    async with transaction():
        await execute("SET LOCAL enable_seqscan = off")
        plan = await records(f"EXPLAIN {Order.filter(wanted).sql(params_inline=True)}")
    assert "orders_by_tag" in str(plan), plan


async def test_the_next_decision_sees_a_tag(client: Client, shop: Shop) -> None:
    south = {
        "name": "VIP",
        "when": [{"rule": "TAG", "values": ["vip"]}],
        "eligible": [{"rule": "WAREHOUSE", "values": ["munich"]}],
    }
    drafted = (await client.ask(DRAFT, input={"name": "VIP", "routings": [south]}))["it"]["ruleSet"]
    await client.ask(ACTIVATE, input={"id": drafted["id"]})
    stated, later, never = await shop.place(tags=("vip",)), await shop.place(), await shop.place()
    await changed(client, ADD, later.order_id, "vip")
    await shop.source()
    document = "query ($id: ID!) { node(id: $id) { ... on Order { sourcingDecisions { routing } fulfilmentOrders { warehouse { code } } } } }"
    routes = [
        (await client.ask(document, id=to_global("Order", one.order_id)))["node"]
        for one in (stated, later, never)
    ]
    assert [route["sourcingDecisions"][0]["routing"] for route in routes] == ["VIP", "VIP", "Otherwise"]
    assert [route["fulfilmentOrders"][0]["warehouse"]["code"] for route in routes] == [
        "munich",
        "munich",
        "leipzig",
    ]
    tagged = (await changed(client, ADD, never.order_id, "vip"))["order"]
    assert [event["kind"] for event in tagged["events"]] == ["ORDER_PLACED", "ORDER_SOURCED", "ORDER_TAGGED"]
    assert await Order.filter(sourcing="WAITING").count() == 0
