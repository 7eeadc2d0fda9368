"""Wake-ups: not twice at once, but again under another name, and never a pile of them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from arq.connections import ArqRedis

from domain.jobs.wake import WakeUp
from domain.shared.ids import new_id
from tests.factories import NOW
from workers.queue import QUEUE, QUEUED_MAX, has_room, open_queue, wake_workers


@pytest.fixture
async def queue(redis_url: str) -> AsyncIterator[ArqRedis]:
    queue = await open_queue(redis_url)
    await queue.flushall()
    yield queue
    await queue.flushall()
    await queue.aclose(close_connection_pool=True)


async def test_a_repeated_wake_up_is_queued_once_and_later_again(queue: ArqRedis) -> None:
    wake_up = WakeUp(id=new_id(), epoch=3, kind="ALLOCATE")

    await wake_workers(queue, [wake_up, wake_up], now=NOW)
    assert await queue.zcard(QUEUE) == 1
    # a worker that died with it would have arq wait for minutes; the new name does not
    await wake_workers(queue, [wake_up], now=NOW + timedelta(seconds=10))
    assert await queue.zcard(QUEUE) == 2


async def test_without_workers_wake_ups_do_not_pile_up(queue: ArqRedis) -> None:
    assert await has_room(queue)
    await queue.zadd(QUEUE, {f"job-{number}": 0 for number in range(QUEUED_MAX)})
    assert not await has_room(queue)
