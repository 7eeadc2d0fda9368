"""Seal all credentials anew with the first key, so that the others may go."""

from dataclasses import dataclass
from uuid import UUID

from domain.channels.credentials.keyring import Sealed, Unopened, keyring
from domain.shared.database import execute, fetch, transactional

BATCH_MAX = 100
_NEXT = """
    SELECT channel_id, name, key_id, nonce, sealed FROM channel_credentials
    WHERE key_id <> $1 AND (channel_id, name) > ($2, $3)
    ORDER BY channel_id, name LIMIT $4 FOR NO KEY UPDATE
"""
_RESEAL = """
    UPDATE channel_credentials SET key_id = $3, nonce = $4, sealed = $5 WHERE channel_id = $1 AND name = $2
"""
_START = (UUID(int=0), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """How many credentials were sealed anew, and what is wrong with those that could not be opened."""

    sealed_anew: int
    unopened: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    channel_id: UUID
    name: str
    key_id: str
    nonce: bytes
    sealed: bytes


async def rotate_credentials() -> Rotated:
    """Seal with the first key whatever is sealed with another.

    Idempotent, and resumable: each batch commits by itself, and what is done is not looked at again.
    """
    done = 0
    unopened: list[str] = []
    after: tuple[UUID, str] | None = _START
    while after is not None:
        resealed, faults, after = await _rotate_batch(after)
        done += resealed
        unopened += faults
    return Rotated(sealed_anew=done, unopened=tuple(unopened))


@transactional
async def _rotate_batch(after: tuple[UUID, str]) -> tuple[int, list[str], tuple[UUID, str] | None]:
    """Those sealed anew, those that could not be, and where to go on; None: at the end."""
    keys = keyring()
    batch = await fetch(_NEXT, _Stored, keys.first, *after, BATCH_MAX)
    faults: list[str] = []
    for each in batch:
        try:
            sealed = Sealed(key_id=each.key_id, nonce=each.nonce, sealed=each.sealed)
            value = keys.open(sealed, channel_id=each.channel_id, name=each.name)
        except Unopened as fault:
            faults.append(f"channel {each.channel_id}: {fault}")
            continue
        new = keys.seal(value, channel_id=each.channel_id, name=each.name)
        await execute(_RESEAL, each.channel_id, each.name, new.key_id, new.nonce, new.sealed)
    full = len(batch) == BATCH_MAX
    return len(batch) - len(faults), faults, (batch[-1].channel_id, batch[-1].name) if full else None
