"""Exports as clients ask for them: with the filters of lists, in their name, by their keys."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from domain.exports.link import require_link
from domain.exports.models import Export
from domain.orders.reading import SEARCH_MAX
from domain.shared.actor import Scope
from domain.shared.database import execute
from domain.shared.refusal import NotAllowed
from domain.shared.settings import settings
from tests.factories import NOW, written
from tests.integration.graphql.conftest import Client, Shop

ASK = """
    mutation ($input: ExportOrdersInput!) {
      exportOrders(input: $input) {
        export { id kind format fileName state done rows bytes createdBy expiresAt link }
        userErrors { __typename code field }
      }
    }
"""
CANCEL = """
    mutation ($id: ID!) { cancelExport(input: {id: $id}) { export { state endedAt } userErrors { code } } }
"""
LOOK = "query ($id: ID!) { export(id: $id) { state rows link expiresAt } node(id: $id) { id } }"
LIST = "{ exports(first: 5) { nodes { fileName } } }"


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FOREBAY_SECRET", "a pepper for tests only")
    settings.cache_clear()
    yield
    settings.cache_clear()


async def ask(client: Client, **asked: Any) -> dict[str, Any]:
    payload = (await client.ask(ASK, input={"format": "JSONL", **asked}))["exportOrders"]
    assert payload["userErrors"] == [], payload
    return dict(payload["export"])


async def numbers() -> list[int]:
    """Of the orders in the newest export."""
    [export] = await Export.all().order_by("-created_at", "-id").limit(1)
    return [orjson.loads(line)["number"] for line in (await written(export.id)).splitlines()]


async def test_an_export_is_followed_until_its_link(client: Client, shop: Shop) -> None:
    placed = await shop.place()
    asked = await ask(client, idempotencyKey="once")
    assert asked == {
        "id": asked["id"],
        "kind": "ORDERS",
        "format": "JSONL",
        "fileName": "orders-2026-11-22.jsonl",
        "state": "WAITING",
        "done": 0.0,
        "rows": 0,
        "bytes": 0,
        "createdBy": "tester",
        "expiresAt": None,
        "link": None,
    }
    assert (await ask(client, idempotencyKey="once"))["id"] == asked["id"]
    assert await numbers() == [placed.number]
    told = await client.ask(LOOK, id=asked["id"])
    assert (told["export"]["state"], told["export"]["rows"], told["node"]) == ("DONE", 1, {"id": asked["id"]})
    path, _, query = told["export"]["link"].partition("?")
    [export] = await Export.all()
    assert path == f"/exports/{export.id}"
    given = dict(part.split("=") for part in query.split("&"))
    assert int(given["expires"]) == (NOW + timedelta(hours=1)).timestamp()
    require_link(export.id, given["expires"], given["signature"], now=NOW)
    late = await replace(client, now=NOW + timedelta(days=7)).ask(LOOK, id=asked["id"])
    assert late["export"]["link"] is None


async def test_it_takes_the_filters_of_lists(client: Client, shop: Shop) -> None:
    web, market = await shop.place(), await shop.place("market", {"CUP": 1})
    urgent = await shop.place("market", priority="URGENT", customer_reference="C-7")
    for where, found in (
        ({"channel": {"eq": "web"}}, [web]),
        ({"channel": {"in": ["web", "nowhere"]}}, [web]),
        ({"sku": {"eq": "CUP"}}, [market]),
        ({"or": [{"priority": {"eq": "URGENT"}}, {"number": {"eq": web.number}}]}, [web, urgent]),
        ({"and": [{"channel": {"eq": "market"}}, {"customerReference": {"eq": "C-7"}}]}, [urgent]),
        ({"placedAt": {"range": {"from": "2026-11-22T11:00:00Z"}}, "promisedBy": {"isNull": False}}, []),
    ):
        await ask(client, where=where)
        assert await numbers() == [each.number for each in found], where
    await ask(client, search="C-7")
    assert await numbers() == [urgent.number]


async def test_a_wrong_filter_is_named_and_a_search_without_end_refused(client: Client, shop: Shop) -> None:
    wrong: dict[str, Any] = {"placedAt": {"range": {"from": "yesterday"}}}
    payload = (await client.ask(ASK, input={"format": "CSV", "where": wrong}))["exportOrders"]
    assert [error["field"] for error in payload["userErrors"]] == ["where.placedAt.range.from"]
    await shop.place(customer_reference="C-0")
    await execute(
        """
        INSERT INTO orders (id, channel_id, external_reference, content_hash, customer_reference, ship_to, currency,
            subtotal_minor, platform_discount_minor, merchant_discount_minor, shipping_minor, tax_minor, priority,
            stock_policy, split_policy, max_shipments, placed_at, taken_in_at, updated_at, state, sourcing, units, version)
        SELECT gen_random_uuid(), channel_id, 'copy-' || n, content_hash, 'C-' || n, ship_to, currency,
            subtotal_minor, platform_discount_minor, merchant_discount_minor, shipping_minor, tax_minor, priority,
            stock_policy, split_policy, max_shipments, placed_at, taken_in_at, updated_at, state, sourcing, units, version
        FROM orders, generate_series(1, $1) n
        """,
        SEARCH_MAX,
    )
    payload = (await client.ask(ASK, input={"format": "CSV", "search": "C-"}))["exportOrders"]
    assert payload["userErrors"] == [
        {"__typename": "InvalidExport", "code": "INVALID_EXPORT", "field": "search"}
    ]
    assert await Export.all().count() == 0


async def test_a_limited_key_exports_its_channels_and_sees_its_exports(client: Client, shop: Shop) -> None:
    await shop.place("web")
    market = await shop.place("market")
    partner = client.limited_to(Scope.READ, channels=frozenset({shop.market.id}))
    own = await ask(partner, fileName="own.jsonl", where={"channel": {"in": ["web", "market"]}})
    assert await numbers() == [market.number]
    everything = await ask(client, fileName="all.jsonl")
    assert (await partner.ask(LIST))["exports"]["nodes"] == [{"fileName": "own.jsonl"}]
    assert len((await client.ask(LIST))["exports"]["nodes"]) == 2
    assert await partner.ask(LOOK, id=everything["id"]) == {"export": None, "node": None}
    refused = (await partner.ask(CANCEL, id=everything["id"]))["cancelExport"]
    assert refused["userErrors"] == [{"code": "UNKNOWN_EXPORT"}]
    assert (await client.ask(LOOK, id=own["id"]))["export"]["state"] == "DONE"


async def test_who_may_not_read_exports_nothing(client: Client, shop: Shop) -> None:
    writer = client.limited_to(Scope.ORDERS_WRITE)
    payload = (await writer.ask(ASK, input={"format": "CSV"}))["exportOrders"]
    assert [error["code"] for error in payload["userErrors"]] == ["NOT_ALLOWED"]
    assert isinstance(await writer.refused(LIST), NotAllowed)
    assert await Export.all().count() == 0


async def test_an_export_is_given_up(client: Client, shop: Shop) -> None:
    asked = await ask(client)
    for _ in range(2):
        payload = (await client.ask(CANCEL, id=asked["id"]))["cancelExport"]
        assert payload == {
            "export": {"state": "CANCELLED", "endedAt": "2026-11-22T12:00:00Z"},
            "userErrors": [],
        }
