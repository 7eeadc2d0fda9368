"""Credentials as the house itself reads and writes them; people come through `set_credentials`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.channels.credentials.keyring import Keyring, Sealed, keyring
from domain.shared.actor import Actor
from domain.shared.database import execute, fetch, records
from domain.shared.reading import Row, group

_READ = "SELECT name, key_id, nonce, sealed FROM channel_credentials WHERE channel_id = $1"
_WRITE = """
    INSERT INTO channel_credentials (channel_id, name, key_id, nonce, sealed, set_at, set_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (channel_id, name) DO UPDATE
    SET key_id = excluded.key_id, nonce = excluded.nonce, sealed = excluded.sealed,
        set_at = excluded.set_at, set_by = excluded.set_by
"""
_REMOVE = "DELETE FROM channel_credentials WHERE channel_id = $1 AND name = $2"
_WHAT_IS_SET = """
    SELECT channel_id, name, set_at, set_by FROM channel_credentials
    WHERE channel_id = ANY ($1::uuid[]) ORDER BY name
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCredential:
    """A field's value, sealed."""

    name: str
    key_id: str
    nonce: bytes
    sealed: bytes

    def opened(self, keys: Keyring, channel_id: UUID) -> str:
        sealed = Sealed(key_id=self.key_id, nonce=self.nonce, sealed=self.sealed)
        return keys.open(sealed, owner_id=channel_id, name=self.name)


async def read_credentials(channel_id: UUID) -> Mapping[str, str]:
    """The channel's credentials by name, in the clear; empty when none are set.

    Raises:
        CredentialsKeysMissingError, CredentialsKeysError, Unopened: the installation's keys are not the
            ones that they were sealed with.
    """
    stored = await fetch(_READ, StoredCredential, channel_id)
    keys = keyring() if stored else None
    return {each.name: each.opened(keys, channel_id) for each in stored} if keys else {}


async def write_credential(channel_id: UUID, name: str, value: str, *, by: Actor, now: datetime) -> None:
    """Set one of the channel's credentials, whatever its platform asks for; joins an open transaction.

    Raises:
        CredentialsKeysMissingError, CredentialsKeysError: as `keyring`.
    """
    sealed = keyring().seal(value, owner_id=channel_id, name=name)
    await execute(_WRITE, channel_id, name, sealed.key_id, sealed.nonce, sealed.sealed, now, by.name)


async def remove_credential(channel_id: UUID, name: str) -> bool:
    """Forget one of the channel's credentials; whether there was one."""
    return bool(await execute(_REMOVE, channel_id, name))


async def what_is_set(channel_ids: Sequence[UUID]) -> list[list[Row]]:
    """For each channel the names of its credentials, when each was set and by whom; no values."""
    return group(map(dict, await records(_WHAT_IS_SET, list(set(channel_ids)))), "channel_id", channel_ids)
