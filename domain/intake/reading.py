"""Inbound messages and order changes, as rows."""

from collections.abc import Sequence
from uuid import UUID

import orjson

from domain.intake.models import InboundMessage, OrderChange
from domain.shared.actor import Actor
from domain.shared.database import records, statement
from domain.shared.reading import Row, by_key

_SEARCH = statement(__file__, "search.sql")
_PAYLOADS = "SELECT id, body, headers::text AS headers FROM inbound_messages WHERE id = ANY ($1::uuid[])"
SEARCH_MAX = 1_000
# So many of what begins alike are looked at.
ALIKE_MAX = 10_000


async def messages(ids: Sequence[UUID]) -> list[Row | None]:
    """The message of each id."""
    return await by_key(InboundMessage, "id", ids)


async def payloads(ids: Sequence[UUID]) -> list[Row | None]:
    """The body of each message, as it came, and its headers."""
    rows = await records(_PAYLOADS, list(set(ids)))
    found = {row["id"]: {"body": row["body"], "headers": orjson.loads(row["headers"])} for row in rows}
    return [found.get(each) for each in ids]


async def changes(ids: Sequence[UUID]) -> list[Row | None]:
    """The order change of each id."""
    return await by_key(OrderChange, "id", ids)


async def search_messages(text: str, *, by: Actor) -> list[UUID]:
    """The newest SEARCH_MAX messages `by` may see whose reference begins with `text`, or whose delivery it is.

    Of a beginning that more than ALIKE_MAX share, it is those among the newest ALIKE_MAX messages, and some others.
    """
    channels = None if by.channel_ids is None else list(by.channel_ids)
    return [row["id"] for row in await records(_SEARCH, text, channels, SEARCH_MAX, ALIKE_MAX)]
