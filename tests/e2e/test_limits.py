"""Requests that are too large or no GraphQL are refused with a reason, and nothing else happens."""

import json
from typing import Any

import httpx2
import pytest

from tests.e2e.client import RESPONSE, Client
from tests.e2e.house import House
from tests.e2e.trade import PLACE, open_shop

MiB = 1024 * 1024
VIEWER = "{ viewer { name } }"
JSON = {"Content-Type": "application/json"}


def _nested(levels: int) -> str:
    return "{ orders { nodes { " + "fulfilmentOrders { order { " * levels + "id" + " } }" * levels + " } } }"


@pytest.mark.parametrize(
    ("document", "code", "says"),
    [
        pytest.param(_nested(20), "QUERY_TOO_LARGE", "levels", id="depth"),
        pytest.param(
            "{" + " ".join(f"a{n}: __typename" for n in range(100)) + "}",
            "QUERY_TOO_LARGE",
            "aliases",
            id="aliases",
        ),
        pytest.param(
            "{" + " ".join(f"f{n}: feedPosition" for n in range(30)) + "}",
            "QUERY_TOO_LARGE",
            "root fields",
            id="root fields",
        ),
        pytest.param("{ viewer { " + "name " * 9_000 + "} }", "GRAPHQL_PARSE_FAILED", "tokens", id="tokens"),
        pytest.param("{ viewer { " + "name " * 600 + "} }", "QUERY_TOO_LARGE", "selections", id="fields"),
        pytest.param(
            "{ viewer { name " + "@include(if: true) " * 100 + "} }",
            "QUERY_TOO_LARGE",
            "directives",
            id="directives",
        ),
        pytest.param("#" + " " * 70_000 + VIEWER, "QUERY_TOO_LARGE", "characters", id="characters"),
        pytest.param("{ a " + "{ a " * 5_000 + "}" * 5_001, "GRAPHQL_PARSE_FAILED", "nested", id="stack"),
        pytest.param(
            "{ orders(first: 100) { nodes { fulfilmentOrders { lines { orderLineId } order { id } }"
            " lines { variant { product { name } stockLevels { onHand warehouse { code } } } } } } }",
            "QUERY_TOO_COSTLY",
            "costs",
            id="cost",
        ),
        pytest.param("{ orders(first: 101) { nodes { id } } }", "INVALID_INPUT", "100", id="page"),
        pytest.param(
            "{ orders(first: -1) { nodes { id } } }", "INVALID_INPUT", "100", id="less than nothing"
        ),
        pytest.param("{ nothingLikeThis }", "GRAPHQL_VALIDATION_FAILED", "nothingLikeThis", id="field"),
        pytest.param("{ viewer {", "GRAPHQL_PARSE_FAILED", "Syntax", id="syntax"),
    ],
)
async def test_a_document_beyond_the_limits(admin: Client, document: str, code: str, says: str) -> None:
    reply = await admin.post(document)
    assert reply.codes[:1] == [code], reply
    assert says in reply.body["errors"][0]["message"]
    assert reply.status == (200 if code == "INVALID_INPUT" else 400)
    assert not reply.body.get("data")


async def test_cost_is_told_before_and_after(admin: Client) -> None:
    reply = await admin.post(
        "query ($first: Int) { orders(first: $first) { nodes { lines { sku } } } }", first=10
    )
    assert reply.body["extensions"]["cost"] == {"requested": 61, "limit": 5000}


async def test_bodies_have_a_size_according_to_the_key(house: House, admin: Client) -> None:
    async def sized(client: Client, size: int) -> httpx2.Response:
        body = json.dumps({"query": VIEWER, "variables": {"padding": "x" * size}})
        return await client.http.post("/graphql", content=body, headers=JSON)

    async with house.client(await house.make_key("reads little", "READ")) as reader:
        assert (await sized(reader, MiB // 2)).status_code == 200
        assert (await sized(reader, MiB + 1)).status_code == 413
    assert (await sized(admin, 2 * MiB)).status_code == 200
    refused = await sized(admin, 16 * MiB)
    assert refused.status_code == 413
    assert "at most" in refused.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        pytest.param(b"{", JSON, 400, id="not json"),
        pytest.param(b"", JSON, 400, id="nothing"),
        pytest.param(b"[]", JSON, 400, id="a batch"),
        pytest.param(b'{"query": 7}', JSON, 400, id="a number as query"),
        pytest.param(
            b'{"query": "{ viewer { name } }", "variables": []}', JSON, 400, id="a list as variables"
        ),
        pytest.param(b'{"query": "{ viewer { name } }"}', {"Content-Type": "text/plain"}, 415, id="text"),
        pytest.param(b'{"query": "{ viewer { name } }"}', JSON | {"Accept": "text/html"}, 406, id="html"),
        pytest.param(b'{"query": "{ viewer { name } }", "operationName": "X"}', JSON, 400, id="which one"),
        pytest.param(b'{"query": "\xff"}', JSON, 400, id="not UTF-8"),
    ],
)
async def test_what_is_no_graphql_request(
    admin: Client, content: bytes, headers: dict[str, str], status: int
) -> None:
    response = await admin.http.post("/graphql", content=content, headers=headers)
    assert response.status_code == status
    assert response.json()["errors"][0]["message"]
    assert "data" not in response.json()


async def test_get_asks_and_changes_nothing(house: House, admin: Client) -> None:
    shop = await open_shop(admin, [1])
    await house.settled()
    before = await house.counts()
    answered = await admin.http.get("/graphql", params={"query": VIEWER})
    assert (answered.status_code, answered.headers["content-type"]) == (200, f"{RESPONSE}; charset=utf-8")
    said: dict[str, Any] = {"query": PLACE, "variables": json.dumps({"input": shop.order()})}
    refused = await admin.http.get("/graphql", params=said)
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    streamed = await admin.http.get("/graphql/stream", params=said, headers={"Accept": "text/event-stream"})
    assert "OPERATION_NOT_ALLOWED" in streamed.text
    assert await house.counts() == before


async def test_older_clients_get_200_and_json(admin: Client) -> None:
    for query, status in ((VIEWER, 200), ("{ nothingLikeThis }", 200)):
        response = await admin.http.post(
            "/graphql", json={"query": query}, headers={"Accept": "application/json"}
        )
        assert response.status_code == status
        assert response.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_other_methods_are_refused(admin: Client, method: str) -> None:
    assert (await admin.http.request(method, "/graphql")).status_code == 405


@pytest.mark.parametrize("text", ["\0", "\ud83d", "%_\\", "x" * 10_000])
@pytest.mark.parametrize(
    "document",
    [
        "query ($t: String!) { orders(search: $t) { nodes { id } } }",
        "query ($t: String!) { orders(after: $t) { nodes { id } } }",
        "query ($t: String!) { orders(where: {customerReference: {eq: $t}}) { nodes { id } } }",
        "query ($t: String!) { orders(where: {channel: {in: [$t]}}) { nodes { id } } }",
        "query ($t: String!) { orders(where: {sku: {eq: $t}}) { nodes { id } } }",
        "query ($t: String!) { order(channel: $t, externalReference: $t) { id } }",
        "query ($t: ID!) { node(id: $t) { id } }",
        "query ($t: ID!) { sourcingDecisions(orderId: $t) { nodes { id } } }",
        "query ($t: String!) { stockLevels(where: {warehouse: {eq: $t}}) { nodes { id } } }",
        "query ($t: String!) { stockEntries(sku: $t) { nodes { id } } }",
        "query ($t: String!) { stockHolds(where: {reference: {eq: $t}}) { nodes { id } } }",
        "query ($t: String!) { availability(skus: [$t], channel: $t) { asOf } }",
        "query ($t: String!) { variants(search: $t) { nodes { id } } }",
        "query ($t: String!) { warehouses(where: {countryCode: {eq: $t}}) { nodes { id } } }",
    ],
)
async def test_no_text_is_a_fault(admin: Client, document: str, text: str) -> None:
    reply = await admin.post(document, t=text)
    assert reply.status == 200
    assert "INTERNAL" not in reply.codes, reply
