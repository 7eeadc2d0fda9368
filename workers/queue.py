"""The queue: where arq listens, and how a wake-up is put there.

arq forgets its queue on FLUSHALL and lets a paused worker and its replacement both finish a job,
so it carries nothing but a kind, of which something waits: the jobs' rows in PostgreSQL are the truth.
"""

from collections.abc import Sequence
from datetime import datetime

import orjson
from arq.connections import ArqRedis, RedisSettings, create_pool
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from domain.jobs.wake import WakeUp

QUEUE = "forebay:jobs"
BEGIN_ROUNDS = "begin_rounds"
# A wake-up nobody took for so long is stale: the relay has repeated it since.
_EXPIRES_MS = 60_000
_SAME_NAME_FOR_S = 10
QUEUED_MAX = 1_000
REDIS_FAULTS = (RedisError, OSError, TimeoutError)


def redis_settings(url: str) -> RedisSettings:
    """Settings for arq: short time-outs, and one quick retry for a connection that went stale."""
    settings = RedisSettings.from_dsn(url)
    settings.conn_timeout = 2
    settings.conn_retries = 0
    settings.retry_on_error = [RedisConnectionError, RedisTimeoutError, ConnectionError]
    settings.retry = Retry(ExponentialBackoff(cap=0.5, base=0.05), 3)
    return settings


async def open_queue(url: str) -> ArqRedis:
    """A connection for waking workers.

    Raises:
        RedisError, OSError: Redis is away.
    """
    return await create_pool(
        redis_settings(url),
        job_serializer=orjson.dumps,
        job_deserializer=orjson.loads,
        default_queue_name=QUEUE,
        expires_extra_ms=_EXPIRES_MS,
    )


async def has_room(queue: ArqRedis) -> bool:
    """Whether more wake-ups are worth queueing: with no worker there, they would only pile up."""
    return int(await queue.zcard(QUEUE)) < QUEUED_MAX


async def wake_workers(queue: ArqRedis, wake_ups: Sequence[WakeUp], *, now: datetime) -> None:
    """Tell arq about jobs. One that was told of within the last seconds is not queued twice.

    A worker that dies leaves arq believing, for as long as a job may take, that it is in progress.
    So a wake-up that is repeated later goes by another name.
    """
    generation = int(now.timestamp()) // _SAME_NAME_FOR_S
    for wake_up in wake_ups:
        await queue.enqueue_job(
            BEGIN_ROUNDS, wake_up.kind, _job_id=f"{wake_up.id}:{wake_up.epoch}:{generation}"
        )
