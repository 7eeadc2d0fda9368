"""Messages, replays, order changes and credentials through the schema."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from domain.channels.adapters.contract import Message
from domain.channels.credentials.keyring import new_key
from domain.channels.models import Channel
from domain.intake import reading
from domain.intake.archive import archive
from domain.intake.arrived import arrived
from domain.intake.outcomes import Source
from domain.intake.work_off import work_off
from domain.shared.actor import Scope
from domain.shared.database import fetch_value
from domain.shared.ids import new_id
from domain.shared.refusal import NotAllowed
from domain.shared.settings import settings
from tests.databases import Database
from tests.factories import NOW, make_channel, make_variant
from tests.integration.graphql.conftest import Client
from tests.recorded.generic import order_body

MESSAGES = """query ($where: InboundMessageWhere, $search: String, $first: Int, $after: String) {
    inboundMessages(where: $where, search: $search, first: $first, after: $after) {
        nodes { id source topic reference outcome code field timesReceived sha256 channel { code } order { number } }
        pageInfo { hasNextPage endCursor } }
    inboundMessageCount(where: $where, search: $search) { count } }"""
PAYLOAD = "query ($id: ID!) { inboundMessage(id: $id) { payload { text headers } } node(id: $id) { id } }"
PREVIEW = """query ($ids: [ID!]!) { previewReplay(ids: $ids) {
    outcome code changeState fields { path before after } message { id } order { number } } }"""
REPLAY = """mutation ($input: ReplayInboundMessagesInput!) { replayInboundMessages(input: $input) {
    messages { outcome replays } userErrors { __typename code field } } }"""
CHANGES = """query ($where: OrderChangeWhere) { orderChanges(where: $where) { nodes {
    id kind state code fields { path before after } order { number } message { reference } } }
    orderChangeCount(where: $where) { count } }"""
DECIDE = """mutation ($input: OrderChangeInput!) { %s(input: $input) {
    orderChange { state note decidedBy } userErrors { __typename code field } } }"""
SET = """mutation ($input: SetChannelCredentialsInput!) { setChannelCredentials(input: $input) {
    channel { credentials { name required setAt setBy } } userErrors { __typename code field } } }"""


@pytest.fixture
async def shop(database: Database) -> Channel:
    for sku in ("MUG-1", "TEA-2"):
        await make_variant(sku)
    return await make_channel("shop")


async def say(shop: Channel, *bodies: bytes) -> None:
    messages = [Message(topic="order.updated", body=body) for body in bodies]
    await archive(arrived(shop.id, messages, Source.POLL), now=NOW)
    while await work_off(shop.id, now=lambda: NOW):
        continue


def more(reference: str, minute: int) -> bytes:
    said: dict[str, Any] = orjson.loads(order_body(reference, minute))
    said["data"]["lines"][0]["qty"] = 9
    return orjson.dumps(said)


def without_sku(reference: str) -> bytes:
    return order_body(reference, 0).replace(b"MUG-1", b"NO-SUCH")


async def test_messages_are_found_by_how_their_reference_begins(
    client: Client, shop: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await say(shop, *(order_body(reference, 0) for reference in ("R-1", "R-2", "R-10", "R_1", "R-3", "S-1")))

    async def found(text: str) -> list[str]:
        nodes = (await client.ask(MESSAGES, search=text))["inboundMessages"]["nodes"]
        return [each["reference"] for each in nodes]

    assert await found("R-1") == ["R-10", "R-1"]
    assert await found("R_") == ["R_1"]
    assert await found("T") == []
    monkeypatch.setattr(reading, "ALIKE_MAX", 2)
    # the newest two are S-1 apart; two more come from the index
    assert await found("R") == ["R-3", "R-10", "R-1"]


async def test_what_failed_is_listed_looked_at_and_replayed(client: Client, shop: Channel) -> None:
    await say(shop, order_body("R-1", 0), without_sku("R-2"), without_sku("R-3"))
    failed = {"outcome": {"eq": "FAILED"}, "channel": {"eq": "shop"}}

    page = await client.ask(MESSAGES, where=failed, first=1)
    assert page["inboundMessageCount"] == {"count": 2}
    [newest] = page["inboundMessages"]["nodes"]
    assert (newest["reference"], newest["code"], newest["field"]) == ("R-3", "UNKNOWN_SKU", "lines[0].sku")
    after = page["inboundMessages"]["pageInfo"]["endCursor"]
    [oldest] = (await client.ask(MESSAGES, where=failed, first=1, after=after))["inboundMessages"]["nodes"]
    assert oldest["reference"] == "R-2"
    [placed] = (await client.ask(MESSAGES, search="R-1"))["inboundMessages"]["nodes"]
    assert (placed["outcome"], placed["order"]["number"], placed["channel"]["code"]) == (
        "PLACED",
        100001,
        "shop",
    )

    await make_variant("NO-SUCH")
    [preview] = (await client.ask(PREVIEW, ids=[newest["id"]]))["previewReplay"]
    assert (preview["outcome"], preview["message"]["id"]) == ("PLACED", newest["id"])
    assert {"path": "lines[NO-SUCH].quantity", "before": 0, "after": 2} in preview["fields"]
    assert await fetch_value("SELECT count(*) FROM orders") == 1

    ask = {"ids": [newest["id"], oldest["id"]], "idempotencyKey": "again"}
    for _ in range(2):
        done = (await client.ask(REPLAY, input=ask))["replayInboundMessages"]
        assert done["userErrors"] == []
        assert done["messages"] == [{"outcome": "RECEIVED", "replays": 1}] * 2
    await work_off(shop.id, now=lambda: NOW)
    assert await fetch_value("SELECT count(*) FROM orders") == 3
    refused = (await client.ask(REPLAY, input={"ids": []}))["replayInboundMessages"]
    assert refused["userErrors"] == [{"__typename": "InvalidInput", "code": "INVALID_INPUT", "field": "ids"}]


async def test_bodies_are_for_admins(client: Client, shop: Channel) -> None:
    await say(shop, order_body("R-1", 0))
    [message] = (await client.ask(MESSAGES))["inboundMessages"]["nodes"]
    shown = await client.ask(PAYLOAD, id=message["id"])
    assert shown["inboundMessage"]["payload"]["text"].encode() == order_body("R-1", 0)
    assert shown["node"]["id"] == message["id"]
    reader = client.limited_to(Scope.READ, Scope.ORDERS_WRITE)
    assert isinstance(await reader.refused(PAYLOAD, id=message["id"]), NotAllowed)


async def test_keys_limited_to_other_channels_see_nothing(client: Client, shop: Channel) -> None:
    await say(shop, order_body("R-1", 0), more("R-1", 5))
    [change] = (await client.ask(CHANGES))["orderChanges"]["nodes"]
    stranger = client.limited_to(Scope.READ, Scope.ORDERS_WRITE, channels=frozenset({new_id()}))
    mine = client.limited_to(Scope.READ, channels=frozenset({shop.id}))

    assert (await stranger.ask(MESSAGES))["inboundMessages"]["nodes"] == []
    assert (await stranger.ask(MESSAGES, search="R-1"))["inboundMessages"]["nodes"] == []
    assert (await stranger.ask(CHANGES))["orderChanges"]["nodes"] == []
    assert (await stranger.ask("query ($id: ID!) { node(id: $id) { id } }", id=change["id"]))["node"] is None
    decided = (await stranger.ask(DECIDE % "applyOrderChange", input={"id": change["id"]}))[
        "applyOrderChange"
    ]
    assert decided["userErrors"][0]["code"] == "UNKNOWN_ORDER_CHANGE"
    assert len((await mine.ask(MESSAGES))["inboundMessages"]["nodes"]) == 2
    assert len((await mine.ask(CHANGES))["orderChanges"]["nodes"]) == 1


@pytest.mark.parametrize(
    ("decide", "state"), [("applyOrderChange", "APPLIED"), ("dismissOrderChange", "DISMISSED")]
)
async def test_a_change_that_waits_is_decided(client: Client, shop: Channel, decide: str, state: str) -> None:
    await say(shop, order_body("R-1", 0), more("R-1", 5))
    pending = await client.ask(CHANGES, where={"state": {"eq": "PENDING"}, "channel": {"eq": "shop"}})
    [change] = pending["orderChanges"]["nodes"]
    assert (change["kind"], change["code"], change["message"]) == (
        "UPDATE",
        "MORE_UNITS",
        {"reference": "R-1"},
    )
    assert {"path": "lines[MUG-1].quantity", "before": 2, "after": 9} in change["fields"]

    stale = await client.ask(DECIDE % decide, input={"id": change["id"], "expectedVersion": 1})
    assert stale[decide]["userErrors"][0]["code"] == "VERSION_CONFLICT"
    done = (await client.ask(DECIDE % decide, input={"id": change["id"], "note": "asked them"}))[decide]
    assert done["orderChange"] == {"state": state, "note": "asked them", "decidedBy": "tester"}
    again = (await client.ask(DECIDE % decide, input={"id": change["id"]}))[decide]
    assert again["userErrors"] == [{"__typename": "ChangeDecided", "code": "CHANGE_DECIDED", "field": "id"}]
    assert (await client.ask(CHANGES, where={"state": {"eq": "PENDING"}}))["orderChangeCount"] == {"count": 0}


@pytest.fixture
def with_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FOREBAY_CREDENTIALS_KEYS", new_key("test"))
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


async def test_credentials_are_set_and_never_shown(client: Client, shop: Channel, with_keys: None) -> None:
    given = {"channel": "shop", "credentials": [{"name": "secret", "value": "whsec_c2VjcmV0"}]}
    done = (await client.ask(SET, input=given))["setChannelCredentials"]
    assert [(each["name"], each["required"], each["setBy"]) for each in done["channel"]["credentials"]] == [
        ("secret", True, "tester"),
        ("previous_secret", False, None),
    ]
    assert "whsec" not in str(done)
    wrong = {"channel": "shop", "credentials": [{"name": "password", "value": "x"}]}
    refused = (await client.ask(SET, input=wrong))["setChannelCredentials"]
    assert refused["userErrors"][0]["field"] == "credentials[0].name"
    clerk = client.limited_to(Scope.READ, Scope.CATALOG_WRITE)
    refused = (await clerk.ask(SET, input=given))["setChannelCredentials"]
    assert refused["userErrors"][0]["code"] == "NOT_ALLOWED"
