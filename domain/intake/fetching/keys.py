"""Public keys that signatures name and that must be fetched first."""

from datetime import datetime
from uuid import UUID

from domain.channels.credentials.stored import write_credential
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.actor import house
from domain.shared.database import fetch_value, transactional

KEY_ID_LENGTH_MAX = 190  # it is a credential's name, after `key:`
# Anybody may name any key: one request a channel at a time is what that can cause.
_ASKED = """
    SELECT EXISTS (SELECT FROM jobs WHERE kind = 'FETCH_KEY' AND state <> 'DEAD' AND payload ->> 'channel_id' = $1)
"""


@transactional
async def ask_for_key(channel_id: UUID, key_id: str, *, now: datetime) -> bool:
    """Have the key fetched, unless one is being fetched for the channel already; whether it is now."""
    if not 1 <= len(key_id) <= KEY_ID_LENGTH_MAX or not key_id.isprintable() or not key_id.isascii():
        return False
    if await fetch_value(_ASKED, str(channel_id)):
        return False
    await enqueue(JobKind.FETCH_KEY, {"channel_id": str(channel_id), "key_id": key_id}, now=now)
    return True


async def keep_key(channel_id: UUID, key_id: str, key: str, *, now: datetime) -> None:
    """Keep a key that the platform gave, where adapters look for it."""
    await write_credential(channel_id, f"key:{key_id}", key, by=house("intake"), now=now)
