"""Saved views: a key's own, and those that are shared."""

from dataclasses import replace
from typing import Any

import pytest

from api.graphql.relay import to_global
from domain.access.keys import actor_of
from domain.access.models import ApiKey
from domain.shared.actor import Scope
from domain.shared.ids import new_id
from domain.views.models import SavedView
from domain.views.saved_views import VIEWS_MAX, SaveView, save_view
from tests.factories import NOW
from tests.integration.graphql.conftest import Client

SAVE = """mutation ($input: SaveViewInput!) { m: saveView(input: $input) {
    savedView { id page name params shared mine createdBy } userErrors { code field } } }"""
REMOVE = (
    "mutation ($input: SavedViewInput!) { m: removeView(input: $input) { id userErrors { code field } } }"
)
VIEWS = "query ($page: String) { savedViews(page: $page) { nodes { id name mine params } } }"
LATE: dict[str, Any] = {"where": {"state": {"eq": "OPEN"}}, "columns": ["number", "total"]}


async def bearer(client: Client, name: str, *scopes: Scope) -> Client:
    key = await ApiKey.create(
        id=new_id(),
        name=name,
        prefix=name,
        digest=b"",
        scopes=list(scopes) or [Scope.READ, Scope.ORDERS_WRITE],
        created_at=NOW,
    )
    return replace(client, actor=actor_of(key))


async def save(client: Client, **said: Any) -> Any:
    return (await client.ask(SAVE, input={"page": "orders", "name": "Late", "params": LATE} | said))["m"]


async def names(client: Client, page: str | None = "orders") -> list[tuple[str, bool]]:
    nodes = (await client.ask(VIEWS, page=page))["savedViews"]["nodes"]
    return [(each["name"], each["mine"]) for each in nodes]


async def test_a_view_comes_back_as_it_was_saved(client: Client) -> None:
    ann = await bearer(client, "Ann")
    saved = await save(ann)
    assert saved["userErrors"] == []
    assert saved["savedView"] == {
        "id": saved["savedView"]["id"],
        "page": "orders",
        "name": "Late",
        "params": LATE,
        "shared": False,
        "mine": True,
        "createdBy": "Ann",
    }
    await save(ann, page="stock", name="Low")
    assert await names(ann) == [("Late", True)]
    assert await names(ann, page=None) == [("Late", True), ("Low", True)]


async def test_saving_under_the_same_name_replaces(client: Client) -> None:
    ann = await bearer(client, "Ann")
    first = (await save(ann))["savedView"]["id"]
    again = (await save(ann, params={"columns": []}))["savedView"]
    assert (again["id"], again["params"]) == (first, {"columns": []})
    assert await SavedView.all().count() == 1


async def test_what_is_shared_is_seen_by_all_and_changed_by_its_key(client: Client) -> None:
    ann, bob = await bearer(client, "Ann"), await bearer(client, "Bob")
    own, shared = (await save(ann, name="Own"))["savedView"], (await save(ann, shared=True))["savedView"]
    assert await names(bob) == [("Late", False)]
    assert (await save(bob))["savedView"]["id"] != shared["id"]  # his own of that name
    assert sorted(await names(bob)) == [("Late", False), ("Late", True)]

    async def removal(by: Client, view: str) -> list[dict[str, Any]]:
        errors: list[dict[str, Any]] = (await by.ask(REMOVE, input={"id": view}))["m"]["userErrors"]
        return errors

    assert await removal(bob, shared["id"]) == [{"code": "NOT_ALLOWED", "field": "id"}]
    assert await removal(bob, own["id"]) == [{"code": "UNKNOWN_VIEW", "field": "id"}]
    assert await removal(bob, to_global("SavedView", new_id())) == [{"code": "UNKNOWN_VIEW", "field": "id"}]
    assert await removal(ann, own["id"]) == []
    assert await removal(await bearer(client, "Root", Scope.ADMIN), shared["id"]) == []
    assert await names(ann) == []
    assert await names(bob) == [("Late", True)]


async def test_who_only_reads_sees_what_is_shared_and_keeps_nothing(client: Client) -> None:
    await save(await bearer(client, "Ann"), shared=True)
    reader = await bearer(client, "Reader", Scope.READ)
    assert await names(reader) == [("Late", False)]
    assert (await save(reader))["userErrors"] == [{"code": "NOT_ALLOWED", "field": None}]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"page": ""}, "page"),
        ({"params": []}, "params"),
        ({"params": {"x": "y" * 17_000}}, "params"),
    ],
)
async def test_what_is_no_view_is_refused(client: Client, said: dict[str, Any], field: str) -> None:
    [error] = (await save(await bearer(client, "Ann"), **said))["userErrors"]
    assert error["field"] == field
    assert await SavedView.all().count() == 0


async def test_a_key_has_so_many_views(client: Client) -> None:
    ann = await bearer(client, "Ann")
    for number in range(VIEWS_MAX):
        await save_view(SaveView(page="orders", name=f"{number}", params={}), by=ann.actor, now=NOW)
    assert [error["field"] for error in (await save(ann))["userErrors"]] == ["name"]
    assert (await save(ann, name="7", params={"new": True}))["userErrors"] == []
