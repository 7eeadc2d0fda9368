"""Lists of orders: pages, filters, counts, who may see them, and how many statements they take."""

from typing import Any

import pytest

from api.graphql.relay import InvalidId, to_global
from api.live.cursor import InvalidCursor
from domain.shared.actor import Scope
from domain.shared.ids import new_id
from domain.shared.refusal import InvalidInput, NotAllowed
from tests.integration.graphql.conftest import Client, Shop

PAGE = """
    query ($first: Int, $after: String, $last: Int, $before: String, $where: OrderWhere, $search: String, $sortBy: OrderSort) {
      orders(first: $first, after: $after, last: $last, before: $before, where: $where, search: $search, sortBy: $sortBy) {
        nodes { number }
        edges { cursor }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        asOf
      }
    }
"""
EVERYTHING = """
    query ($first: Int!) {
      orders(first: $first) {
        nodes {
          id number state sourcing allocationStatus fulfilmentStatus priority nextStates supportedActions
          total { amount currencyCode }
          shipTo { city countryCode latitude }
          channel { code warehouses { code } }
          lines { sku quantity unitPrice { amount } variant { name product { code } stockLevels { available warehouse { code } } } }
          holds { reason }
          events { kind version }
          sourcingDecisions {
            outcome explanation cost { amount } candidates { warehouses chosen cost { total { amount } } }
            shipments { warehouse weightG lines { sku units } } unfilled { sku reason } order { number }
          }
          fulfilmentOrders {
            state nextStates warehouse { code kmCost { amount } } order { number }
            lines { sku quantity variant { sku } } sourcingDecision { policy }
          }
        }
        asOf
      }
    }
"""


async def numbers(client: Client, **asked: Any) -> list[int]:
    return [node["number"] for node in (await client.ask(PAGE, **asked))["orders"]["nodes"]]


@pytest.mark.parametrize("sought", [{}, {"search": "MUG"}, {"where": {"sku": {"eq": "MUG"}}}], ids=str)
async def test_pages_lead_through_all_orders_without_gap_or_double(
    client: Client, shop: Shop, sought: dict[str, Any]
) -> None:
    placed = [(await shop.place(placed_at=f"2026-11-2{day}T08:00:00Z")).number for day in (1, 0, 1, 2, 0)]
    newest_first = await numbers(client, **sought)
    assert sorted(newest_first) == sorted(placed)
    assert newest_first[0] == placed[3]

    seen, after = [], None
    while True:
        page = (await client.ask(PAGE, first=2, after=after, **sought))["orders"]
        seen += [node["number"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == newest_first

    last = (await client.ask(PAGE, last=2, **sought))["orders"]
    assert [node["number"] for node in last["nodes"]] == newest_first[-2:]
    assert last["pageInfo"]["hasPreviousPage"]
    before = await numbers(client, last=2, before=last["pageInfo"]["startCursor"], **sought)
    assert before == newest_first[1:3]
    ascending = {"field": "NUMBER", "direction": "ASC"}
    assert await numbers(client, sortBy=ascending, **sought) == sorted(placed)


@pytest.mark.parametrize(
    ("asked", "refusal", "field"),
    [
        ({"first": 101}, InvalidInput, "first"),
        ({"first": -1}, InvalidInput, "first"),
        ({"first": 1, "last": 1}, InvalidInput, "last"),
        ({"after": "rubbish"}, InvalidCursor, "after"),
        ({"before": "WzEsMl0="}, InvalidCursor, "before"),
        ({"after": "WyJQTEFDRURfQVQiLCJub3ciLDFd"}, InvalidCursor, "after"),
        (
            {"where": {"placedAt": {"range": {"from": "2026-01-01T00:00"}}}},
            InvalidInput,
            "where.placedAt.range.from",
        ),
        ({"where": {"number": {"eq": 10**30}}}, InvalidInput, "where.number"),
        ({"where": {"customerReference": {"eq": "a\x00b"}}}, InvalidInput, "where.customerReference"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_name(
    client: Client, asked: dict[str, Any], refusal: type[InvalidInput], field: str
) -> None:
    refused = await client.refused(PAGE, **asked)
    assert isinstance(refused, refusal)
    assert refused.field == field


async def test_filters_hold_alone_and_together(client: Client, shop: Shop) -> None:
    web = (await shop.place(customer_reference="anna", placed_at="2026-11-20T08:00:00Z")).number
    urgent = (await shop.place("market", {"CUP": 1}, priority="URGENT")).number

    async def found(**where: Any) -> list[int]:
        return sorted(await numbers(client, where=where))

    assert await found(channel={"eq": "web"}) == [web]
    assert await found(channel={"in": ["web", "market"]}) == [web, urgent]
    assert await found(channel={"eq": "nowhere"}) == []
    assert await found(priority={"eq": "URGENT"}) == [urgent]
    assert await found(sku={"eq": "CUP"}) == [urgent]
    assert await found(customerReference={"eq": "anna"}) == [web]
    assert await found(placedAt={"range": {"until": "2026-11-21T00:00:00Z"}}) == [web]
    assert await found(promisedBy={"isNull": False}) == []
    assert await found(state={"in": ["OPEN"]}, number={"range": {"from": urgent}}) == [urgent]
    assert await found(**{"or": [{"sku": {"eq": "CUP"}}, {"channel": {"eq": "web"}}]}) == [web, urgent]
    assert await found(**{"and": [{"sku": {"eq": "CUP"}}, {"channel": {"eq": "web"}}]}) == []


async def test_search_finds_what_people_type(client: Client, shop: Shop) -> None:
    placed = await shop.place(external_reference="W-100%", customer_reference="anna@example.com")
    other = await shop.place("market", {"CUP": 1})
    search = "query ($text: String) { orders(search: $text) { nodes { number } } orderCount(search: $text) { count precision } }"

    async def found(text: str) -> list[int]:
        data = await client.ask(search, text=text)
        assert data["orderCount"] == {"count": len(data["orders"]["nodes"]), "precision": "EXACT"}
        return [node["number"] for node in data["orders"]["nodes"]]

    assert await found(str(placed.number)) == [placed.number]
    assert await found("W-100%") == [placed.number]
    assert await found("W-1%0") == []
    assert await found("anna@") == [placed.number]
    assert await found("CUP") == [other.number]


async def test_nested_lists_take_as_many_statements_for_fifty_orders_as_for_one(
    client: Client, shop: Shop, statements: Any, unlimited_cost: None
) -> None:
    for _ in range(50):
        await shop.place()
    await shop.source()
    counts = []
    for first in (1, 50):
        with statements() as sent:
            data = await client.ask(EVERYTHING, first=first)
        assert len(data["orders"]["nodes"]) == first
        counts.append(len(sent))
    # a loader that two depths ask gathers them in one batch or in two, as the answers come in
    assert abs(counts[0] - counts[1]) <= 1, counts
    assert max(counts) <= 18, counts


async def test_everything_about_a_sourced_order_can_be_read(client: Client, shop: Shop) -> None:
    placed = await shop.place()
    await shop.source()
    [order] = (await client.ask(EVERYTHING, first=1))["orders"]["nodes"]
    assert order["number"] == placed.number
    assert order["total"] == {"amount": "30.00", "currencyCode": "EUR"}
    assert [event["kind"] for event in order["events"]] == ["ORDER_PLACED", "ORDER_SOURCED"]
    [decision] = order["sourcingDecisions"]
    assert decision["outcome"] == "SOURCED"
    assert any(candidate["chosen"] for candidate in decision["candidates"])
    [fulfilment] = order["fulfilmentOrders"]
    assert fulfilment["warehouse"] == {"code": "leipzig", "kmCost": {"amount": "0.00100"}}
    assert {line["sku"]: line["quantity"] for line in fulfilment["lines"]} == {"MUG": 2, "POT": 1}


async def test_one_order_by_id_or_by_its_channels_reference(client: Client, shop: Shop) -> None:
    placed = await shop.place(external_reference="R-1")
    by_reference = await client.ask('{ order(channel: "web", externalReference: "R-1") { id number } }')
    one = "query ($id: ID!) { order(id: $id) { number } node(id: $id) { id ... on Order { number } } }"
    by_id = await client.ask(one, id=by_reference["order"]["id"])
    assert by_id["order"]["number"] == by_id["node"]["number"] == placed.number

    nobody = await client.ask(one, id=to_global("Order", new_id()))
    assert nobody == {"order": None, "node": None}
    assert isinstance(await client.refused("{ order { number } }"), InvalidInput)
    assert isinstance(await client.refused('{ node(id: "T3JkZXI6eA==") { id } }'), InvalidId)


async def test_a_key_limited_to_a_channel_sees_that_channels_orders_alone(client: Client, shop: Shop) -> None:
    mine, theirs = await shop.place("market"), await shop.place("web")
    await shop.source()
    partner = client.limited_to(Scope.READ, channels=frozenset({shop.market.id}))
    assert await numbers(partner) == [mine.number]
    assert await numbers(partner, where={"or": [{"channel": {"eq": "web"}}, {"state": {"eq": "OPEN"}}]}) == [
        mine.number
    ]
    seen = await partner.ask(
        """query ($order: ID!) {
             node(id: $order) { id } order(id: $order) { id } orderCount { count } orders(search: "MUG") { nodes { number } }
             fulfilmentOrders { nodes { order { number } } } sourcingDecisions { nodes { order { number } } }
             channels { nodes { code } } viewer { name scopes channels { code } }
           }""",
        order=to_global("Order", theirs.order_id),
    )
    assert seen["node"] is None
    assert seen["order"] is None
    assert seen["orderCount"] == {"count": 1}
    for listed in ("fulfilmentOrders", "sourcingDecisions"):
        assert [node["order"]["number"] for node in seen[listed]["nodes"]] == [mine.number]
    assert [node["number"] for node in seen["orders"]["nodes"]] == [mine.number]
    assert seen["channels"]["nodes"] == [{"code": "market"}]
    assert seen["viewer"] == {"name": "partner", "scopes": ["READ"], "channels": [{"code": "market"}]}

    blind = client.limited_to(Scope.ORDERS_WRITE)
    assert isinstance(await blind.refused(PAGE), NotAllowed)
