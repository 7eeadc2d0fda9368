"""Seal all credentials anew with the first key, so that the others may go."""

from dataclasses import dataclass
from uuid import UUID

from domain.channels.credentials.keyring import Sealed, Unopened, keyring
from domain.shared.database import execute, fetch, transactional

BATCH_MAX = 100
_NEXT = """
    SELECT {owner} AS owner_id, name, key_id, nonce, sealed FROM {table}
    WHERE key_id <> $1 AND ({owner}, name) > ($2, $3)
    ORDER BY {owner}, name LIMIT $4 FOR NO KEY UPDATE
"""
_RESEAL = "UPDATE {table} SET key_id = $3, nonce = $4, sealed = $5 WHERE {owner} = $1 AND name = $2"
_START = (UUID(int=0), "")
# What is sealed with the installation's keys: its table, and the column of whom it belongs to.
_SEALED = (("channel_credentials", "channel_id"), ("webhook_secrets", "endpoint_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """How many credentials were sealed anew, and what is wrong with those that could not be opened."""

    sealed_anew: int
    unopened: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    owner_id: UUID
    name: str
    key_id: str
    nonce: bytes
    sealed: bytes


async def rotate_credentials() -> Rotated:
    """Seal with the first key whatever is sealed with another: channels' credentials, webhooks' secrets.

    Idempotent, and resumable: each batch commits by itself, and what is done is not looked at again.
    """
    done = 0
    unopened: list[str] = []
    for table, owner in _SEALED:
        after: tuple[UUID, str] | None = _START
        while after is not None:
            resealed, faults, after = await _rotate_batch(table, owner, after)
            done += resealed
            unopened += faults
    return Rotated(sealed_anew=done, unopened=tuple(unopened))


@transactional
async def _rotate_batch(
    table: str, owner: str, after: tuple[UUID, str]
) -> tuple[int, list[str], tuple[UUID, str] | None]:
    """Those sealed anew, those that could not be, and where to go on; None: at the end."""
    keys = keyring()
    select, update = (query.format(table=table, owner=owner) for query in (_NEXT, _RESEAL))
    batch = await fetch(select, _Stored, keys.first, *after, BATCH_MAX)
    faults: list[str] = []
    for each in batch:
        try:
            sealed = Sealed(key_id=each.key_id, nonce=each.nonce, sealed=each.sealed)
            value = keys.open(sealed, owner_id=each.owner_id, name=each.name)
        except Unopened as fault:
            faults.append(f"{table} of {each.owner_id}: {fault}")
            continue
        new = keys.seal(value, owner_id=each.owner_id, name=each.name)
        await execute(update, each.owner_id, each.name, new.key_id, new.nonce, new.sealed)
    full = len(batch) == BATCH_MAX
    return len(batch) - len(faults), faults, (batch[-1].owner_id, batch[-1].name) if full else None
