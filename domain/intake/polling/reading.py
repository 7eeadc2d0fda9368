"""Polls and compared days as rows."""

from collections.abc import Sequence
from uuid import UUID

from domain.intake.polling.models import ChannelPoll
from domain.shared.database import records
from domain.shared.reading import Row, by_key, group

DAYS_MAX = 90
_DAYS = """
    SELECT * FROM channel_days WHERE channel_id = ANY($1::uuid[])
    AND day > (SELECT max(day) FROM channel_days WHERE channel_id = ANY($1::uuid[])) - $2::int ORDER BY day DESC
"""


async def polls(channel_ids: Sequence[UUID]) -> list[Row | None]:
    """How far each channel has been polled; None where it is not."""
    return await by_key(ChannelPoll, "channel_id", channel_ids)


async def days_of(channel_ids: Sequence[UUID]) -> list[list[Row]]:
    """The compared days of each channel within the last 90 of all, newest first."""
    rows = await records(_DAYS, list(set(channel_ids)), DAYS_MAX)
    return group(map(dict, rows), "channel_id", channel_ids)
