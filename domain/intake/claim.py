"""Claim messages that wait."""

from uuid import UUID

from domain.intake.waiting import Waiting
from domain.shared.database import fetch, records, statement

BATCH_MAX = 250
BYTES_MAX = 8 * 1024 * 1024
_CLAIM = statement(__file__, "claim.sql")
_CLAIM_ONE = """
    SELECT id, topic, delivery_id, event_id, reference, external_updated_at, body, received_at
    FROM inbound_messages WHERE id = $1 AND outcome = 'RECEIVED' FOR NO KEY UPDATE
"""
# through the partial index, channel by channel
_CHANNELS = """
    SELECT c.id FROM channels c
    WHERE EXISTS (SELECT FROM inbound_messages m WHERE m.channel_id = c.id AND m.outcome = 'RECEIVED')
    ORDER BY c.priority DESC, c.code
"""


async def channels_with_messages() -> list[UUID]:
    """Channels that have messages waiting."""
    return [row["id"] for row in await records(_CHANNELS)]


async def claim_batch(channel_id: UUID) -> list[Waiting]:
    """The channel's oldest waiting messages, locked until the transaction ends."""
    return await fetch(_CLAIM, Waiting, channel_id, BATCH_MAX, BYTES_MAX)


async def claim_one(message_id: UUID) -> list[Waiting]:
    """This message if it still waits, locked until the transaction ends."""
    return await fetch(_CLAIM_ONE, Waiting, message_id)
