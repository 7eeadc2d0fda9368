"""FETCH_KEY: ask a platform for the public key that a signature names."""

from functools import partial
from typing import Any
from uuid import UUID

import structlog

from domain.channels.adapters.contract import Unreadable
from domain.intake.fetching.keys import keep_key, key_was_not_told
from workers.handling import Work
from workers.outside.channel import ChannelCaller, PlatformFault, TryLater

log = structlog.stdlib.get_logger("forebay.fetch")


async def fetch_key(work: Work) -> None:
    """Fetch each key. What cannot be had is asked for by a later delivery that names it.

    Since anybody may name any key, it keeps nothing else waiting that the channel is asked or told.
    """
    for payload in work.payloads:
        try:
            await _fetch(payload, work)
        except (PlatformFault, Unreadable) as fault:
            log.warning("a key could not be had", key=payload["key_id"], why=str(fault))
            if isinstance(fault, TryLater):
                await key_was_not_told(UUID(payload["channel_id"]), payload["key_id"])


async def _fetch(payload: Any, work: Work) -> None:
    caller = await ChannelCaller.of(UUID(payload["channel_id"]), work.outside, work.now, noted=False)
    webhook, key_id = caller.adapter.webhook, payload["key_id"]
    if webhook is None or webhook.key_request is None or webhook.read_key is None:
        return
    said = await caller.ask(partial(webhook.key_request, key_id))
    await keep_key(caller.channel.id, key_id, said.read(webhook.read_key), now=work.now())
