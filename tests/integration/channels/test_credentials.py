"""Credentials: sealed at rest, bound to their channel, sealed anew with another key."""

from collections.abc import Callable, Iterator

import pytest

from domain.channels.credentials.keyring import CredentialsKeysMissingError, Unopened, new_key
from domain.channels.credentials.rotate_credentials import rotate_credentials
from domain.channels.credentials.set_credentials import (
    GivenCredential,
    InvalidCredentials,
    SetCredentials,
    set_credentials,
)
from domain.channels.credentials.stored import (
    read_credentials,
    remove_credential,
    what_is_set,
    write_credential,
)
from domain.channels.find import UnknownChannel
from domain.shared.database import execute, fetch_value, records
from domain.shared.settings import settings
from tests.databases import Database
from tests.factories import NOW, TESTER, make_channel

OLD, NEW = new_key("old"), new_key("new")
UseKeys = Callable[[str], None]


@pytest.fixture
def use_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[UseKeys]:
    def use(keys: str) -> None:
        monkeypatch.setenv("FOREBAY_CREDENTIALS_KEYS", keys)
        settings.cache_clear()

    use(OLD)
    yield use
    monkeypatch.undo()
    settings.cache_clear()


async def test_they_come_back_and_are_not_in_the_table(database: Database, use_keys: UseKeys) -> None:
    shop = await make_channel()
    assert await read_credentials(shop.id) == {}
    await write_credential(shop.id, "secret", "first", by=TESTER, now=NOW)
    await write_credential(shop.id, "secret", "s3cret", by=TESTER, now=NOW)
    await write_credential(shop.id, "token", "ü", by=TESTER, now=NOW)

    assert await read_credentials(shop.id) == {"secret": "s3cret", "token": "ü"}
    assert not await fetch_value("SELECT count(*) FROM channel_credentials c WHERE c::text LIKE '%s3cret%'")
    [[first, _]] = await what_is_set([shop.id])
    assert dict(first) == {"channel_id": shop.id, "name": "secret", "set_at": NOW, "set_by": "tester"}
    assert await remove_credential(shop.id, "token")
    assert not await remove_credential(shop.id, "token")
    assert await read_credentials(shop.id) == {"secret": "s3cret"}


async def test_a_row_moved_to_another_channel_does_not_open(database: Database, use_keys: UseKeys) -> None:
    mine, other = await make_channel(), await make_channel()
    await write_credential(mine.id, "secret", "s3cret", by=TESTER, now=NOW)
    await execute("UPDATE channel_credentials SET channel_id = $1", other.id)

    with pytest.raises(Unopened):
        await read_credentials(other.id)


async def test_without_a_key_nothing_is_written(database: Database, use_keys: UseKeys) -> None:
    shop = await make_channel()
    use_keys("")
    with pytest.raises(CredentialsKeysMissingError):
        await write_credential(shop.id, "secret", "s3cret", by=TESTER, now=NOW)
    assert await fetch_value("SELECT count(*) FROM channel_credentials") == 0


async def test_rotation_leaves_nothing_to_the_old_key(database: Database, use_keys: UseKeys) -> None:
    shops = [await make_channel() for _ in range(3)]
    for number in range(250):
        await write_credential(shops[number % 3].id, f"n{number:03}", f"v{number}", by=TESTER, now=NOW)

    use_keys(f"{NEW} {OLD}")
    assert (await rotate_credentials()).sealed_anew == 250
    assert (await rotate_credentials()).sealed_anew == 0

    use_keys(NEW)
    found = {name: value for shop in shops for name, value in (await read_credentials(shop.id)).items()}
    assert found == {f"n{number:03}": f"v{number}" for number in range(250)}


async def test_rotation_names_what_it_cannot_open_and_does_the_rest(
    database: Database, use_keys: UseKeys
) -> None:
    shop = await make_channel()
    await write_credential(shop.id, "lost", "x", by=TESTER, now=NOW)
    use_keys(NEW)
    await write_credential(shop.id, "secret", "s3cret", by=TESTER, now=NOW)
    third = new_key("third")

    use_keys(f"{third} {NEW}")
    done = await rotate_credentials()

    assert done.sealed_anew == 1
    assert len(done.unopened) == 1
    assert "lost" in done.unopened[0]
    rows = await records("SELECT name, key_id FROM channel_credentials ORDER BY name")
    assert [tuple(row) for row in rows] == [("lost", "old"), ("secret", "third")]


async def test_people_set_only_what_the_platform_asks_for(database: Database, use_keys: UseKeys) -> None:
    shop = await make_channel()
    given = [GivenCredential(name="no-such-field", value="x")]

    with pytest.raises(InvalidCredentials) as refused:
        await set_credentials(SetCredentials(channel=shop.code, credentials=given), by=TESTER, now=NOW)
    assert refused.value.field == "credentials[0].name"
    with pytest.raises(UnknownChannel):
        await set_credentials(SetCredentials(channel="nowhere", credentials=given), by=TESTER, now=NOW)
    assert await fetch_value("SELECT count(*) FROM channel_credentials") == 0


async def test_what_is_set_is_replaced_and_forgotten(database: Database, use_keys: UseKeys) -> None:
    shop = await make_channel()

    async def give(**values: str | None) -> None:
        given = [GivenCredential(name=name, value=value) for name, value in values.items()]
        await set_credentials(SetCredentials(channel=shop.code, credentials=given), by=TESTER, now=NOW)

    await give(secret="whsec_YQ==", previous_secret="whsec_Yg==")
    await give(secret="whsec_Yw==")
    await give(previous_secret=None)

    assert await read_credentials(shop.id) == {"secret": "whsec_Yw=="}
    with pytest.raises(InvalidCredentials):
        await give(secret="whsec_ZA==", previous_secret=" ")
    assert await read_credentials(shop.id) == {"secret": "whsec_Yw=="}
