"""GraphQL over HTTP: the audits of the specification, authentication, limits, faults."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from api.graphql.limits import BODY_BYTES_MAX, BODY_BYTES_MAX_WRITING
from cli.embedded import Servers
from domain.access.keys import make_key, revoke_key
from domain.shared.actor import Scope
from domain.shared.database import connect, disconnect
from domain.shared.settings import settings
from tests.databases import Database, cloned
from tests.integration.api.conftest import NOW, environment_of, everything, started
from tests.integration.api.schema import contexts

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
BOTH = pytest.mark.parametrize("accept", [JSON, RESPONSE])
TOO_COSTLY_BY_VARIABLE = (
    "query ($n: Int) { items(first: $n) { nodes { items(first: $n) { nodes { number } } } } }"
)
TOO_COSTLY = "{ items(first: 100) { nodes { items(first: 100) { nodes { number } } } } }"


async def post(
    client: httpx2.AsyncClient, query: str, *, accept: str = RESPONSE, **rest: Any
) -> httpx2.Response:
    return await client.post("/graphql", json={"query": query, **rest}, headers={"Accept": accept})


def code_of(response: httpx2.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


# One application for all tests of this module: none of them depends on what another did.


@pytest.fixture(scope="module")
async def database(servers: Servers, template: str) -> AsyncIterator[Database]:
    async with cloned(servers.database_url, template) as database:
        await connect(database.url, pool_max=8)
        yield database
        await disconnect()


@pytest.fixture(scope="module")
def environment(redis_url: str) -> Iterator[pytest.MonkeyPatch]:
    with environment_of(redis_url) as changes:
        yield changes


@pytest.fixture(scope="module")
async def token(database: Database, environment: pytest.MonkeyPatch) -> str:
    return await everything()


@pytest.fixture(scope="module")
async def app(database: Database, environment: pytest.MonkeyPatch) -> AsyncIterator[Starlette]:
    async with started() as app:
        yield app


# ---------------------------------------------------------------- the specification's audits


@pytest.mark.parametrize(
    ("accept", "sent"),
    [(JSON, JSON), (RESPONSE, RESPONSE), ("*/*", JSON), (f"{RESPONSE}, {JSON};q=0.9", RESPONSE)],
)
async def test_the_media_type_is_negotiated(client: httpx2.AsyncClient, accept: str, sent: str) -> None:
    response = await post(client, "{ __typename }", accept=accept)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{sent}; charset=utf-8"
    assert response.json()["data"] == {"__typename": "Query"}


async def test_nothing_acceptable(client: httpx2.AsyncClient) -> None:
    assert (await post(client, "{ __typename }", accept="text/html")).status_code == 406


@BOTH
async def test_get_runs_queries(client: httpx2.AsyncClient, accept: str) -> None:
    parameters = {
        "query": "query A($n: Int) { items(first: $n) { nodes { number } } } query B { me }",
        "operationName": "A",
        "variables": '{"n": 1}',
    }
    response = await client.get("/graphql", params=parameters, headers={"Accept": accept})
    assert response.json()["data"] == {"items": {"nodes": [{"number": 0}]}}


async def test_get_runs_no_mutations(client: httpx2.AsyncClient) -> None:
    response = await client.get("/graphql", params={"query": 'mutation { ping(text: "x") }'})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("application/json; charset=utf-16", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        (None, 415),
    ],
)
async def test_the_bodys_type(client: httpx2.AsyncClient, content_type: str | None, status: int) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    response = await client.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)
    assert response.status_code == status


@BOTH
@pytest.mark.parametrize(
    "body",
    [
        b"nonsense",
        b'{"query":',
        b"",
        b"[]",
        b'[{"query": "{ __typename }"}]',
        b"{}",
        b'{"qeury": "{ __typename }"}',
        b'{"query": 7}',
        b'{"query": ["{ __typename }"]}',
        b'{"query": "{ __typename }", "variables": "{}"}',
        b'{"query": "{ __typename }", "variables": [7]}',
        b'{"query": "{ __typename }", "operationName": 7}',
        b'{"query": "{ __typename }", "extensions": 0}',
    ],
)
async def test_what_is_no_request_is_answered_with_400(
    client: httpx2.AsyncClient, accept: str, body: bytes
) -> None:
    headers = {"Content-Type": "application/json", "Accept": accept}
    response = await client.post("/graphql", content=body, headers=headers)
    assert response.status_code == 400
    assert response.json()["errors"]


@BOTH
async def test_null_parameters_are_as_good_as_none(client: httpx2.AsyncClient, accept: str) -> None:
    response = await post(
        client, "{ __typename }", accept=accept, variables=None, operationName=None, extensions=None
    )
    assert response.status_code == 200


@BOTH
@pytest.mark.parametrize(
    ("query", "rest", "code"),
    [
        ("{", {}, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
        (
            "query ($n: Int!) { items(first: $n) { nodes { number } } }",
            {"variables": {"n": "x"}},
            "BAD_REQUEST",
        ),
        ("query ($n: Int!) { items(first: $n) { nodes { number } } }", {}, "BAD_REQUEST"),
        ("query A { me } query B { me }", {}, "OPERATION_UNKNOWN"),
        ("query A { me }", {"operationName": "B"}, "OPERATION_UNKNOWN"),
        ("fragment F on Item { number }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { count(to: 1) }", {}, "OPERATION_NOT_ALLOWED"),
        (TOO_COSTLY, {}, "QUERY_TOO_COSTLY"),
        (TOO_COSTLY_BY_VARIABLE, {"variables": {"n": 100.0}}, "QUERY_TOO_COSTLY"),
        ("{" + " me" * 30 + "}", {}, "QUERY_TOO_LARGE"),
        ("{ me " + "#" * 70_000 + "\n}", {}, "QUERY_TOO_LARGE"),
    ],
)
async def test_what_cannot_run_has_no_data(
    client: httpx2.AsyncClient, accept: str, query: str, rest: dict[str, Any], code: str
) -> None:
    response = await post(client, query, accept=accept, **rest)
    assert response.status_code == (400 if accept == RESPONSE else 200)
    assert "data" not in response.json()
    assert code_of(response) == code


async def test_a_field_error_is_part_of_an_answer(client: httpx2.AsyncClient) -> None:
    response = await post(client, "{ refuse me }")
    assert response.status_code == 200
    assert response.json()["data"] == {"refuse": None, "me": "everything"}
    [error] = response.json()["errors"]
    assert error["extensions"] == {"code": "NOT_FOUND", "field": "id"}
    assert error["path"] == ["refuse"]


# ---------------------------------------------------------------- cost and context


async def test_the_cost_is_reported(client: httpx2.AsyncClient) -> None:
    done = await post(client, "{ items(first: 3) { nodes { number } } }")
    assert done.json()["extensions"] == {"cost": {"requested": 4, "limit": 5000}}
    refused = await post(client, TOO_COSTLY)
    assert refused.json()["extensions"] == {"cost": {"requested": 10_201, "limit": 5000}}


async def test_each_operation_has_its_own_context(client: httpx2.AsyncClient) -> None:
    contexts.clear()
    await asyncio.gather(*(post(client, "{ me }") for _ in range(5)))
    assert len({id(context.loaders) for context in contexts}) == 5


# ---------------------------------------------------------------- faults


async def test_a_bug_is_masked(client: httpx2.AsyncClient) -> None:
    response = await post(client, "{ boom me }")
    assert response.status_code == 200
    assert response.json()["data"] == {"boom": None, "me": "everything"}
    assert code_of(response) == "INTERNAL"
    assert "secret" not in response.text


async def test_a_bug_that_leaves_nothing_is_still_an_answer(client: httpx2.AsyncClient) -> None:
    response = await post(client, "{ boomHard }")
    assert response.status_code == 200
    assert response.json()["data"] is None


@pytest.mark.parametrize(("accept", "status"), [(RESPONSE, 503), (JSON, 200)])
async def test_without_the_database_it_is_unavailable(
    client: httpx2.AsyncClient, accept: str, status: int
) -> None:
    response = await post(client, "{ away }", accept=accept)
    assert response.status_code == status
    [error] = response.json()["errors"]
    assert error["extensions"] == {"code": "UNAVAILABLE", "retryable": True}
    assert ("retry-after" in response.headers) == (status == 503)


async def test_an_operation_ends_in_time(client: httpx2.AsyncClient, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("FOREBAY_REQUEST_TIMEOUT_S", "0.1")
    settings.cache_clear()
    response = await post(client, "{ slow }")
    assert response.status_code == 504
    assert code_of(response) == "TIMEOUT"


# ---------------------------------------------------------------- keys and bodies


@pytest.mark.parametrize(
    "authorization", [None, "Bearer nonsense", "Basic x", f"Bearer forebay_{'a' * 10}_{'b' * 43}"]
)
@pytest.mark.parametrize("path", ["/graphql", "/graphql/stream", "/metrics"])
async def test_no_key_no_answer(client: httpx2.AsyncClient, path: str, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    async with httpx2.AsyncClient(transport=client._transport, base_url="http://forebay") as stranger:
        response = await stranger.get(path, params={"query": "{ me }"}, headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert code_of(response) == "UNAUTHENTICATED"


async def test_a_revoked_key_dies_in_seconds(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, token = await make_key("short-lived", [Scope.READ], now=NOW)
    client.headers["Authorization"] = f"Bearer {token}"
    assert (await post(client, "{ me }")).json()["data"] == {"me": "short-lived"}
    await revoke_key(key.prefix, now=NOW)
    async with asyncio.timeout(5):
        while (await post(client, "{ me }")).status_code != 401:
            await asyncio.sleep(0.2)


@pytest.mark.parametrize(
    ("scope", "bytes_max"), [(Scope.READ, BODY_BYTES_MAX), (Scope.ORDERS_WRITE, BODY_BYTES_MAX_WRITING)]
)
@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_has_an_end(
    client: httpx2.AsyncClient,
    scope: Scope,
    bytes_max: int,
    declared: bool,  # noqa: FBT001
) -> None:
    _, token = await make_key("sender", [scope], now=NOW)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    async def send(size: int) -> int:
        empty = json.dumps({"query": "{ __typename }", "variables": {"x": ""}}).encode()
        body = empty.replace(b'""', b'"' + b"x" * (size - len(empty)) + b'"')

        async def chunks() -> Any:
            yield body[:1000]
            yield body[1000:]

        response = await client.post("/graphql", content=body if declared else chunks(), headers=headers)
        return response.status_code

    assert await send(bytes_max) == 200
    assert await send(bytes_max + 1) == 413


# ---------------------------------------------------------------- around it


async def test_the_open_pages(client: httpx2.AsyncClient) -> None:
    async with httpx2.AsyncClient(transport=client._transport, base_url="http://forebay") as stranger:
        landing = await stranger.get("/")
        assert landing.json()["name"] == "Forebay"
        assert (await stranger.get("/healthz")).json() == {"status": "alive"}
        assert (await stranger.get("/readyz")).json() == {"status": "ready"}
        assert (await stranger.get("/graphql/")).status_code in (307, 404)


async def test_metrics(client: httpx2.AsyncClient) -> None:
    await post(client, "{ me }")
    text = (await client.get("/metrics")).text
    assert 'forebay_graphql_operations_total{kind="query",outcome="done"}' in text
    _, token = await make_key("writer", [Scope.ORDERS_WRITE], now=NOW)
    response = await client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 403


async def test_other_origins_may_ask(client: httpx2.AsyncClient) -> None:
    headers = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    preflight = await client.options("/graphql", headers=headers)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in preflight.headers
