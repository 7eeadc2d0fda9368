"""API keys: only their bearers are recognised, and only while they are good."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.access.keys import SecretMissingError, UnknownKey, find_actor, list_keys, make_key, revoke_key
from domain.access.tokens import new_token
from domain.shared.actor import Scope
from domain.shared.ids import new_id
from domain.shared.refusal import InvalidInput
from domain.shared.settings import settings
from tests.databases import Database

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv("FOREBAY_SECRET", "a pepper for tests only")
    settings.cache_clear()
    yield monkeypatch
    settings.cache_clear()


async def test_a_bearer_is_found(database: Database) -> None:
    channels = {new_id(), new_id()}
    key, token = await make_key("web shop", [Scope.READ, Scope.ORDERS_WRITE], channels, now=NOW)
    actor = await find_actor(token)
    assert actor is not None
    assert (actor.name, actor.key_id) == ("web shop", key.id)
    assert actor.scopes == {Scope.READ, Scope.ORDERS_WRITE}
    assert set(actor.channel_ids or ()) == channels
    assert all(isinstance(channel, UUID) for channel in actor.channel_ids or ())


async def test_no_limit_and_an_empty_limit_are_not_the_same(database: Database) -> None:
    _, everywhere = await make_key("everywhere", [Scope.READ], None, now=NOW)
    _, nowhere = await make_key("nowhere", [Scope.READ], [], now=NOW)
    assert (found := await find_actor(everywhere)) is not None
    assert found.channel_ids is None
    assert (found := await find_actor(nowhere)) is not None
    assert found.channel_ids == frozenset()


async def test_nobody_else_is_found(database: Database) -> None:
    key, token = await make_key("web shop", [Scope.READ], now=NOW)
    assert await find_actor(str(new_token())) is None
    assert await find_actor(f"forebay_{key.prefix}_{new_token().secret}") is None
    assert await find_actor("nonsense") is None
    assert await find_actor(token + "x") is None


async def test_the_secret_is_not_stored(database: Database) -> None:
    key, token = await make_key("web shop", [Scope.READ], now=NOW)
    [stored] = await list_keys()
    assert stored.id == key.id
    assert len(stored.digest) == 32
    assert token.rpartition("_")[2].encode() not in bytes(stored.digest)


async def test_a_revoked_key_is_nobodys(database: Database) -> None:
    key, token = await make_key("web shop", [Scope.READ], now=NOW)
    await revoke_key(key.prefix, now=NOW)
    await revoke_key(key.prefix, now=NOW + timedelta(hours=1))
    assert await find_actor(token) is None
    [stored] = await list_keys()
    assert stored.revoked_at == NOW


async def test_an_unknown_key_cannot_be_revoked(database: Database) -> None:
    with pytest.raises(UnknownKey):
        await revoke_key("nonesuch", now=NOW)


@pytest.mark.parametrize(
    ("name", "scopes", "field"),
    [("", [Scope.READ], "name"), ("x" * 201, [Scope.READ], "name"), ("x", [], "scopes")],
)
async def test_a_key_needs_a_name_and_a_scope(
    database: Database, name: str, scopes: list[Scope], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await make_key(name, scopes, now=NOW)
    assert refused.value.field == field


async def test_another_installations_pepper_opens_nothing(
    database: Database, environment: pytest.MonkeyPatch
) -> None:
    _, token = await make_key("web shop", [Scope.READ], now=NOW)
    environment.setenv("FOREBAY_SECRET", "another pepper")
    settings.cache_clear()
    assert await find_actor(token) is None


async def test_without_a_pepper_there_are_no_keys(
    database: Database, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("FOREBAY_SECRET", "")
    settings.cache_clear()
    with pytest.raises(SecretMissingError):
        await make_key("web shop", [Scope.READ], now=NOW)
