"""A key that is limited to one channel: the others' orders do not exist for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.client import Client
from tests.e2e.following import over_websocket, ready
from tests.e2e.house import House
from tests.e2e.trade import CANCEL, ORDER, PLACE, PLACE_MANY, Shop, open_shop, place, sourced, step

SCOPES = ("READ", "ORDERS_WRITE", "STOCK_WRITE", "FULFILMENT_WRITE", "CATALOG_WRITE")
HOLD = "mutation ($input: HoldOrderInput!) { holdOrder(input: $input) { userErrors { __typename } } }"
RELEASE = (
    "mutation ($input: ReleaseOrderInput!) { releaseOrder(input: $input) { userErrors { __typename } } }"
)
REJECT = """mutation ($input: RejectFulfilmentOrderInput!) {
    rejectFulfilmentOrder(input: $input) { userErrors { __typename } } }"""
NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
ORDERS = """query ($where: OrderWhere, $search: String) {
    orders(where: $where, search: $search, first: 100) { nodes { id channel { code } } } }"""
PARTS = """query ($id: ID!) { order(id: $id) {
    id channel { id } lines { id } sourcingDecisions { id } fulfilmentOrders { id } } }"""
BY_REFERENCE = """query ($channel: String!, $reference: String!) {
    order(channel: $channel, externalReference: $reference) { id } }"""
EVERY_EVENT = "subscription ($after: String) { orderEvents(after: $after) { kind orderId } }"


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Two shops of one house, and a key for the first."""

    mine: Shop
    theirs: Shop
    key: str
    my_order: str
    their_order: str


@pytest.fixture(scope="module")
async def neighbours(house: House) -> Neighbours:
    async with house.client() as admin:
        mine, theirs = await open_shop(admin, [9]), await open_shop(admin, [9])
        orders = [(await place(admin, shop.order()))["order"]["id"] for shop in (mine, theirs)]
        for order in orders:
            await sourced(admin, order)
    key = await house.make_key("one channel", *SCOPES, channel=mine.channel)
    return Neighbours(mine, theirs, key, *orders)


@pytest.fixture
async def limited(house: House, neighbours: Neighbours) -> AsyncIterator[Client]:
    async with house.client(neighbours.key) as client:
        yield client


async def test_it_reads_its_own_order_and_no_other(
    admin: Client, limited: Client, neighbours: Neighbours
) -> None:
    mine, theirs = [
        _ids(await admin.ask(PARTS, id=order)) for order in (neighbours.my_order, neighbours.their_order)
    ]
    assert [(await limited.ask(NODE, id=node))["id"] for node in mine] == mine
    assert [await limited.ask(NODE, id=node) for node in theirs] == [None] * 5
    assert [(await admin.ask(NODE, id=node))["id"] for node in theirs] == theirs
    assert (await limited.ask(ORDER, id=neighbours.my_order))["id"] == neighbours.my_order
    assert await limited.ask(ORDER, id=neighbours.their_order) is None


def _ids(parts: dict[str, Any]) -> list[str]:
    """The ids of an order, its channel and everything below it."""
    below = [*parts["lines"], *parts["sourcingDecisions"], *parts["fulfilmentOrders"], parts["channel"]]
    return [parts["id"], *(part["id"] for part in below)]


async def test_its_lists_hold_its_own_channel_only(limited: Client, neighbours: Neighbours) -> None:
    mine, theirs = neighbours.mine.channel, neighbours.theirs.channel
    every_way: list[dict[str, Any]] = [
        {},
        {"where": {"channel": {"in": [mine, theirs]}}},
        {"where": {"or": [{"channel": {"eq": theirs}}, {"channel": {"eq": mine}}]}},
        {"search": "R-"},
    ]
    for variables in every_way:
        orders = (await limited.ask(ORDERS, **variables))["nodes"]
        assert {order["channel"]["code"] for order in orders} == {mine}, variables
    assert (await limited.ask(ORDERS, where={"channel": {"eq": theirs}}))["nodes"] == []
    count = "query ($where: OrderWhere) { orderCount(where: $where) { count } }"
    assert (await limited.ask(count, where={"channel": {"eq": theirs}}))["count"] == 0
    assert (await limited.ask(count))["count"] == 1
    parcels = (await limited.ask("{ fulfilmentOrders(first: 100) { nodes { order { id } } } }"))["nodes"]
    assert {parcel["order"]["id"] for parcel in parcels} == {neighbours.my_order}
    decisions = (await limited.ask("{ sourcingDecisions(first: 100) { nodes { order { id } } } }"))["nodes"]
    assert {decision["order"]["id"] for decision in decisions} == {neighbours.my_order}
    channels = (await limited.ask("{ channels(first: 100) { nodes { code } } }"))["nodes"]
    assert channels == [{"code": mine}]
    reply = await limited.post(BY_REFERENCE, channel=theirs, reference="R")
    assert reply.codes == ["UNKNOWN_CHANNEL"]


async def test_it_places_into_its_own_channel_only(
    house: House, limited: Client, neighbours: Neighbours
) -> None:
    await house.settled()
    before = await house.counts()
    [refused] = (await limited.ask(PLACE, input=neighbours.theirs.order()))["userErrors"]
    assert (refused["__typename"], refused["field"]) == ("UnknownChannel", "channel")
    assert await house.counts() == before

    orders = [neighbours.theirs.order(), neighbours.mine.order()]
    results = (await limited.ask(PLACE_MANY, input={"orders": orders}))["results"]
    assert [result["order"] is not None for result in results] == [False, True]
    cancelled = await limited.do(CANCEL, input={"id": results[1]["order"]["id"], "reason": "OTHER"})
    assert cancelled["order"]["state"] == "CANCELLED"
    count = "SELECT count(*) FROM orders o JOIN channels c ON c.id = o.channel_id WHERE c.code = $1"
    assert await house.value(count, neighbours.theirs.channel) == 1


async def test_it_cannot_touch_their_order(
    house: House, admin: Client, limited: Client, neighbours: Neighbours
) -> None:
    theirs = {"id": neighbours.their_order}
    before = await admin.ask(ORDER, id=neighbours.their_order)
    for document, more in ((CANCEL, {"reason": "OTHER"}), (HOLD, {"reason": "OTHER"}), (RELEASE, {})):
        [error] = (await limited.ask(document, input=theirs | more))["userErrors"]
        assert error["__typename"] == "UnknownOrder"
    [parcel] = before["fulfilmentOrders"]
    for verb in ("accept", "pick", "pack", "ship", "deliver"):
        [error] = await step(limited, verb, parcel["id"])
        assert error["__typename"] == "UnknownFulfilmentOrder"
    [error] = (await limited.ask(REJECT, input={"id": parcel["id"], "reason": "OTHER"}))["userErrors"]
    assert error["__typename"] == "UnknownFulfilmentOrder"
    assert await admin.ask(ORDER, id=neighbours.their_order) == before


SHARED = {
    "receiveStock": '{warehouse: "any", lines: [{sku: "any", quantity: 1}]}',
    "setStock": '{warehouse: "any", sku: "any", quantity: 0}',
    "saveVariants": '{variants: [{sku: "any", name: "Any", weightG: 1}]}',
    "setShippingZones": "{zones: []}",
    "createWebhookEndpoint": '{url: "https://partner.example/"}',
    "replayWebhooks": '{endpointId: "any", since: "2026-01-01T00:00:00Z"}',
}


async def test_it_writes_nothing_that_belongs_to_all_whatever_its_scopes(
    house: House, neighbours: Neighbours
) -> None:
    key = await house.make_key("admin of one channel", "ADMIN", channel=neighbours.mine.channel)
    await house.settled()
    before = await house.counts()
    async with house.client(key) as limited:
        for name, words in SHARED.items():
            answer = await limited.ask(f"mutation {{ {name}(input: {words}) {{ userErrors {{ code }} }} }}")
            assert answer["userErrors"] == [{"code": "NOT_ALLOWED"}], name
        for name in ("webhookEndpoints", "webhookDeliveries", "deadJobs", "stockLevels"):
            assert (await limited.post(f"{{ {name} {{ nodes {{ id }} }} }}")).codes == ["NOT_ALLOWED"], name
        lists = (await limited.ask("{ board { workLists { kind } } }"))["workLists"]
    assert not {"DEAD_JOBS", "DISABLED_ENDPOINTS", "BROKEN_PROMISES"} & {each["kind"] for each in lists}
    assert await house.counts() == before


async def test_it_hears_of_its_own_channel_only(
    house: House, admin: Client, limited: Client, neighbours: Neighbours
) -> None:
    start = await limited.ask("{ feedPosition }")
    for shop in (neighbours.theirs, neighbours.mine, neighbours.theirs, neighbours.mine):
        await place(admin, shop.order())
    own = {order["id"] for order in (await limited.ask(ORDERS))["nodes"]}
    async with ready(house, neighbours.key) as socket:
        await socket.subscribe(EVERY_EVENT, after=start)
        heard = [(await socket.receive())["payload"]["data"]["orderEvents"] for _ in range(4)]
    assert {event["orderId"] for event in heard} <= own
    assert {event["kind"] for event in heard} == {"ORDER_PLACED", "ORDER_SOURCED"}

    with pytest.raises(AssertionError, match="UNKNOWN_CHANNEL"):
        async with aclosing(
            over_websocket(house, neighbours.theirs.channel, start, key=neighbours.key)
        ) as events:
            await asyncio.wait_for(anext(events), 5)


@pytest.mark.parametrize(("scope", "warned"), [("STOCK_WRITE", True), ("ORDERS_WRITE", False)])
async def test_who_makes_it_is_told_of_scopes_that_give_it_little(
    house: House, neighbours: Neighbours, scope: str, *, warned: bool
) -> None:
    made = ("key", "new", "one channel", "--scope", scope, "--channel", neighbours.mine.channel)
    token, beside = await house.said(*made)
    assert token.startswith("forebay_")
    assert ("limited to channels" in beside) == warned
