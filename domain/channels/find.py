"""Find a channel by its code, as far as the caller may see."""

from collections.abc import Sequence
from uuid import UUID

from domain.channels.models import Channel
from domain.shared.actor import Actor
from domain.shared.refusal import InvalidInput


class UnknownChannel(InvalidInput):
    """There is no such channel, or the caller's key does not reach it."""

    code = "UNKNOWN_CHANNEL"


async def channel_by_code(code: str, *, by: Actor, field: str = "channel") -> Channel:
    """The channel with this code.

    Raises:
        UnknownChannel: there is none that `by` may see.
    """
    channel = await Channel.filter(code=code).first()
    if channel is None or not by.sees_channel(channel.id):
        raise UnknownChannel(f"There is no channel {code!r} for this key.", field=field)
    return channel


async def channel_ids(codes: Sequence[str], *, field: str = "channels") -> list[UUID]:
    """The channels with these codes, for a caller who sees them all.

    Raises:
        UnknownChannel: there is none with one of them.
    """
    found = dict(await Channel.filter(code__in=list(set(codes))).values_list("code", "id"))
    for code in codes:
        if code not in found:
            raise UnknownChannel(f"There is no channel {code!r}.", field=field)
    return list(found.values())
