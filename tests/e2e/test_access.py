"""Who may do what: nothing without a key, and no more than a key allows."""

import json
from typing import Any

import pytest
from graphql import (
    GraphQLInputType,
    GraphQLObjectType,
    get_named_type,
    is_enum_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)
from starlette.routing import Route

from api.app import create_app
from api.graphql.schema import schema
from tests.e2e.client import Client
from tests.e2e.following import opened, ready
from tests.e2e.house import House, eventually

OPEN_ROUTES = {"/", "/console/config.json", "/explorer", "/healthz", "/readyz"}
# The console's files are no secret: tests/integration/api/test_console.py sees that nothing else is among them.
FILE_ROUTES = {"/console/app/{name:path}", "/console/vendor/{name:path}"}
# Platforms sign what they bring, each in its own way: tests/integration/intake sees to that.
SIGNED_ROUTES = {"/channels/{code}/webhook"}
# A link to an exported file is signed by us: tests/integration/api/test_exports.py sees to that.
LINKED_ROUTES = {"/exports/{id}"}
UNKNOWN_KEY = "forebay_0000000000_" + "A" * 43
SAMPLES = {"Boolean": True, "Int": 1, "Float": 1.0, "WholeNumber": 1, "Date": "2026-11-22"}
NO_READ = {"viewer"}  # what a key may see that may not read
# A file of what a key may read tells it nothing new: tests/integration/graphql/test_exports.py sees to that.
COPYING = {"exportOrders", "exportReport", "cancelExport"}
NOT_ALLOWED = {"__typename": "NotAllowed", "code": "NOT_ALLOWED"}


def _routes() -> list[tuple[str, str]]:
    app = create_app(connect_database=False)
    return [
        (method, route.path)
        for route in app.routes
        if isinstance(route, Route)
        if route.path not in SIGNED_ROUTES | FILE_ROUTES | LINKED_ROUTES
        for method in sorted((route.methods or {"GET"}) - {"HEAD"})
    ]


def _sample(kind: GraphQLInputType) -> Any:
    """Some value of a type, with whatever it requires and nothing else."""
    if is_non_null_type(kind):
        return _sample(kind.of_type)
    if is_list_type(kind):
        return [_sample(kind.of_type)]
    if is_input_object_type(kind):
        return {
            name: _sample(field.type) for name, field in kind.fields.items() if is_required_input_field(field)
        }
    if is_enum_type(kind):
        return next(iter(kind.values))
    return SAMPLES.get(get_named_type(kind).name, "1")


def _mutations() -> list[str]:
    assert schema._schema.mutation_type is not None
    return sorted(schema._schema.mutation_type.fields)


async def _mutate(client: Client, name: str) -> dict[str, Any]:
    """The payload of a mutation with the least input there is."""
    assert schema._schema.mutation_type is not None
    argument = schema._schema.mutation_type.fields[name].args.get("input")
    if argument is None:
        bare: dict[str, Any] = await client.ask(
            f"mutation {{ {name} {{ userErrors {{ __typename code }} }} }}"
        )
        return bare
    document = f"mutation ($input: {argument.type}) {{ {name}(input: $input) {{ userErrors {{ __typename code }} }} }}"
    payload: dict[str, Any] = await client.ask(document, input=_sample(argument.type))
    return payload


@pytest.mark.parametrize(("method", "path"), _routes())
@pytest.mark.parametrize("key", ["", UNKNOWN_KEY, "garbage"])
async def test_every_route_but_three_asks_for_a_key(house: House, method: str, path: str, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with house.client("") as nobody:
        response = await nobody.http.request(
            method, path, headers=headers | {"Accept": "*/*"}, params={"query": "{ __typename }"}
        )
    assert response.status_code == (200 if path in OPEN_ROUTES else 401)
    if path not in OPEN_ROUTES:
        assert response.headers["www-authenticate"].startswith("Bearer")
        assert "data" not in response.json()


@pytest.mark.parametrize(
    ("payload", "code"), [(None, 4401), ({}, 4401), ({"authorization": f"Bearer {UNKNOWN_KEY}"}, 4403)]
)
async def test_a_socket_without_a_good_key_is_closed(
    house: House, payload: dict[str, str] | None, code: int
) -> None:
    async with opened(house) as socket:
        await socket.send(type="connection_init", **({} if payload is None else {"payload": payload}))
        assert await socket.closed() == code
    async with opened(house) as socket:
        await socket.subscribe("{ viewer { name } }")  # before it has said who it is
        assert await socket.closed() == 4401


async def test_a_revoked_key_stops_within_seconds(house: House) -> None:
    key = await house.make_key("soon revoked", "READ")
    async with house.client(key) as client, ready(house, key) as socket:
        assert (await client.ask("{ viewer { name } }"))["name"] == "soon revoked"
        await house.command("key", "revoke", key.split("_")[1])

        async def is_refused() -> bool:
            return (await client.post("{ viewer { name } }")).status == 401

        await eventually(is_refused, within_s=30)  # of which REMEMBER_S are ours, the rest a busy machine's
        await socket.subscribe("{ viewer { name } }")
        assert await socket.closed() == 4403


async def test_a_key_that_may_read_changes_nothing(house: House) -> None:
    key = await house.make_key("reader", "READ")
    before = await house.counts()
    async with house.client(key) as reader:
        answers = {name: await _mutate(reader, name) for name in _mutations() if name not in COPYING}
        assert (await reader.ask("{ viewer { scopes } }"))["scopes"] == ["READ"]
    assert len(answers) >= 20
    for name, payload in answers.items():
        assert payload["userErrors"] == [NOT_ALLOWED], name
    assert await house.counts() == before


async def test_no_scope_but_admin_reaches_the_dead_jobs(house: House) -> None:
    scopes = ("READ", "ORDERS_WRITE", "STOCK_WRITE", "FULFILMENT_WRITE", "CATALOG_WRITE")
    async with house.client(await house.make_key("nearly everything", *scopes)) as client:
        answers = {name: await _mutate(client, name) for name in _mutations()}
        dead = await client.post("{ deadJobs { nodes { id } } }")
    refused = {name for name, payload in answers.items() if payload["userErrors"][0:1] == [NOT_ALLOWED]}
    assert schema._schema.mutation_type is not None
    fields = schema._schema.mutation_type.fields.items()
    assert refused == {name for name, field in fields if "Needs ADMIN" in (field.description or "")}
    assert {"replayJob", "discardJob", "createWebhookEndpoint"} <= refused
    assert dead.codes == ["NOT_ALLOWED"]


async def test_a_key_that_may_only_write_reads_nothing(house: House) -> None:
    """Every root field, the subscriptions too."""
    key = await house.make_key("writer", "ORDERS_WRITE")
    async with house.client(key) as writer:
        for name, document in _reading(schema._schema.query_type):
            reply = await writer.post(f"{{ {document} }}")
            assert (name in NO_READ) != (reply.codes == ["NOT_ALLOWED"]), (name, reply)
        assert (await writer.http.get("/metrics")).status_code == 403
    for name, document in _reading(schema._schema.subscription_type):
        async with ready(house, key) as socket:
            await socket.subscribe(f"subscription {{ {document} }}")
            message = await socket.receive()
            assert "NOT_ALLOWED" in str(message), (name, message)


def _reading(root: GraphQLObjectType | None) -> list[tuple[str, str]]:
    """Each root field with the arguments it requires and one field below."""
    assert root is not None
    return [(name, _selected(name, root)) for name in root.fields]


def _selected(name: str, root: GraphQLObjectType) -> str:
    field = root.fields[name]
    required = [
        f"{argument}: {_literal(_sample(of.type))}"
        for argument, of in field.args.items()
        if is_required_argument(of)
    ]
    arguments = f"({', '.join(required)})" if required else ""
    return f"{name}{arguments}" + ("" if is_leaf_type(get_named_type(field.type)) else " { __typename }")


def _literal(value: Any) -> str:
    """A value as GraphQL writes it."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_literal(inner)}' for name, inner in value.items())}}}"
    return json.dumps(value)
