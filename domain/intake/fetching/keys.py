"""Public keys that signatures name and that must be fetched first."""

from datetime import datetime, timedelta
from uuid import UUID

from domain.channels.credentials.stored import write_credential
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.actor import house
from domain.shared.database import execute, statement, transactional

KEY_ID_LENGTH_MAX = 190  # it is a credential's name, after `key:`
# One that the platform did not give is not asked for again so soon.
REMEMBERED = timedelta(minutes=5)
# So many may be asked for in a minute: one that nobody has keeps no real one waiting.
KEYS_MAX = 5
_ASK = statement(__file__, "ask_for_key.sql")
_AGAIN = "UPDATE key_requests SET again = true WHERE channel_id = $1 AND key_id = $2"
_FORGET = "DELETE FROM key_requests WHERE channel_id = $1 AND minute < $2"


@transactional
async def ask_for_key(channel_id: UUID, key_id: str, *, now: datetime) -> bool:
    """Have the key fetched, unless it is, or was lately, or a few were in this minute; whether it is now.

    Anybody may name any key, so this is what they can cause.
    """
    if not 1 <= len(key_id) <= KEY_ID_LENGTH_MAX or not key_id.isprintable() or not key_id.isascii():
        return False
    if not await execute(_ASK, channel_id, key_id, now, REMEMBERED, KEYS_MAX):
        return False
    await execute(_FORGET, channel_id, now - 2 * REMEMBERED)
    await enqueue(JobKind.FETCH_KEY, {"channel_id": str(channel_id), "key_id": key_id}, now=now)
    return True


async def key_was_not_told(channel_id: UUID, key_id: str) -> None:
    """The platform did not say whether there is such a key: it may be asked for again in another minute."""
    await execute(_AGAIN, channel_id, key_id)


async def keep_key(channel_id: UUID, key_id: str, key: str, *, now: datetime) -> None:
    """Keep a key that the platform gave, where adapters look for it."""
    await write_credential(channel_id, f"key:{key_id}", key, by=house("intake"), now=now)
