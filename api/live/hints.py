"""Wake-ups over Redis: the relay says that the feed has grown, before the next poll would see it.

Only a hint. Whatever happens to Redis, the hub's polling goes on.
"""

import asyncio
from collections.abc import Callable

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.events.feed import HINT_CHANNEL

log = structlog.stdlib.get_logger("forebay.live")

TIMEOUT_S = 2.0
RETRY_S = 1.0


async def listen(url: str, hint: Callable[[], None]) -> None:
    """Call `hint` for every message on the channel, for ever; reconnects when Redis comes back."""
    away = False
    while True:
        try:
            async with (
                Redis.from_url(
                    url, socket_connect_timeout=TIMEOUT_S, socket_timeout=TIMEOUT_S, health_check_interval=10
                ) as redis,
                redis.pubsub(ignore_subscribe_messages=True) as channel,
            ):
                await channel.subscribe(HINT_CHANNEL)
                if away:
                    log.info("redis is back")
                away = False
                while True:
                    if await channel.get_message(timeout=TIMEOUT_S / 2) is not None:
                        hint()
        except (RedisError, OSError) as error:
            if not away:
                log.warning("redis is away; the feed is polled", reason=repr(error))
            away = True
            await asyncio.sleep(RETRY_S)


async def ended(listening: "asyncio.Task[None] | None") -> None:
    """Cancel until it is over: a cancellation has been seen to get lost inside redis-py 5.3."""
    while listening is not None and not listening.done():
        listening.cancel()
        await asyncio.wait({listening}, timeout=TIMEOUT_S / 4)
