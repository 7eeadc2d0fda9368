"""What an endpoint's bodies are signed with: the newest secret, and those before it until they expire."""

import secrets
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.channels.credentials.keyring import Sealed, keyring
from domain.shared.database import execute, fetch
from domain.shared.ids import new_id

# Source: Standard Webhooks, "Symmetric": 24 to 64 bytes, whsec_ and base64.
SECRET_BYTES = 32
PREFIX = "whsec_"
OVERLAP_MAX = timedelta(days=7)

_EXPIRE = """
    UPDATE webhook_secrets SET expires_at = $2 WHERE endpoint_id = $1 AND (expires_at IS NULL OR expires_at > $2)
"""
_FORGET = "DELETE FROM webhook_secrets WHERE endpoint_id = $1 AND expires_at <= $2"
_ADD = """
    INSERT INTO webhook_secrets (endpoint_id, name, key_id, nonce, sealed, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)
"""
_READ = """
    SELECT name, key_id, nonce, sealed FROM webhook_secrets
    WHERE endpoint_id = $1 AND (expires_at IS NULL OR expires_at > $2) ORDER BY created_at DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    name: str
    key_id: str
    nonce: bytes
    sealed: bytes


async def new_secret(endpoint_id: UUID, *, overlap: timedelta, now: datetime) -> str:
    """Give the endpoint a secret, which cannot be shown again; the ones before sign along for `overlap`."""
    secret = PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    name = str(new_id())
    sealed = keyring().seal(secret, owner_id=endpoint_id, name=name)
    await execute(_EXPIRE, endpoint_id, now + overlap)
    await execute(_FORGET, endpoint_id, now)
    await execute(_ADD, endpoint_id, name, sealed.key_id, sealed.nonce, sealed.sealed, now)
    return secret


async def read_secrets(endpoint_id: UUID, *, now: datetime) -> list[str]:
    """The secrets that sign now, newest first.

    Raises:
        CredentialsKeysMissingError, CredentialsKeysError, Unopened: a fault of the installation.
    """
    keys = keyring()
    return [
        keys.open(
            Sealed(key_id=each.key_id, nonce=each.nonce, sealed=each.sealed),
            owner_id=endpoint_id,
            name=each.name,
        )
        for each in await fetch(_READ, _Stored, endpoint_id, now)
    ]
