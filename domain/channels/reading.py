"""Channels and the warehouses they sell from, as rows."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from domain.channels.models import Channel
from domain.shared.database import records, statement
from domain.shared.reading import Row, by_key, group

_WAREHOUSES = statement(__file__, "served_warehouses.sql")


async def channels(ids: Sequence[UUID]) -> list[Row | None]:
    """The channel of each id."""
    return await by_key(Channel, "id", ids)


async def channel_ids(codes: Iterable[str]) -> dict[str, UUID]:
    """The id of each of these codes that a channel has."""
    return dict(await Channel.filter(code__in=list(codes)).values_list("code", "id"))


async def served_warehouses(ids: Sequence[UUID]) -> list[list[Row]]:
    """The warehouses each channel is restricted to; none means that it sells from all."""
    return group(map(dict, await records(_WAREHOUSES, list(set(ids)))), "channel_id", ids)
