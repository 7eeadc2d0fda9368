"""A worker process: arq listens on Redis, our job rows say what is to be done."""

import asyncio
from typing import Any, cast

import orjson
import structlog
from arq.typing import WorkerCoroutine
from arq.worker import Worker, func

from domain.jobs.kinds import JobKind
from domain.shared.database import connected
from domain.shared.settings import Settings
from workers.outside.client import Outside
from workers.queue import BEGIN_ROUNDS, QUEUE, REDIS_FAULTS, redis_settings
from workers.run_job import JobRunner

log = structlog.stdlib.get_logger("forebay.worker")

_POLL_DELAY_S = 0.05
_RESTART_DELAY_S = 1.0


async def begin_rounds(context: dict[str, Any], kind: str) -> None:
    """What arq calls; it returns at once, since arq asks Redis again and again about whatever is under way."""
    runner: JobRunner = context["runner"]
    await runner.begin(JobKind(kind))


def make_worker(runner: JobRunner, *, redis_url: str) -> Worker:
    """A worker of arq's, for a running loop with an open database."""
    return Worker(
        functions=[
            func(
                cast("WorkerCoroutine", begin_rounds),
                name=BEGIN_ROUNDS,
                keep_result=0,
                max_tries=1,
            )
        ],
        queue_name=QUEUE,
        redis_settings=redis_settings(redis_url),
        ctx={"runner": runner},
        keep_result=0,
        poll_delay=_POLL_DELAY_S,
        job_serializer=orjson.dumps,
        job_deserializer=orjson.loads,
        log_results=False,
        handle_signals=False,
        health_check_interval=30,
    )


async def work(settings: Settings, *, database_url: str, redis_url: str) -> None:
    """Work until cancelled, with a pool of this process's own."""
    async with connected(database_url, pool_max=settings.pool_max, application="forebay-worker"):
        await serve_jobs(settings, redis_url=redis_url)


async def serve_jobs(settings: Settings, *, redis_url: str) -> None:
    """Serve jobs until cancelled, over an open database; starts over when Redis comes back.

    Cancelled, it lets go of its connections; what it was doing is rolled back, and taken over when
    its lease ends.
    """
    async with Outside(settings) as outside, asyncio.TaskGroup() as rounds:
        runner = JobRunner(settings, outside, rounds)
        while True:
            worker = make_worker(runner, redis_url=redis_url)
            try:
                await worker.async_run()
            except REDIS_FAULTS as fault:
                log.warning("redis is away; the worker starts over", fault=repr(fault))
                await asyncio.sleep(_RESTART_DELAY_S)
            finally:
                await _close(worker)


async def _close(worker: Worker) -> None:
    for task in worker.tasks.values():
        task.cancel()
    await asyncio.gather(*worker.tasks.values(), return_exceptions=True)
    if worker._pool is not None:  # noqa: SLF001 - arq's own close() signals jobs over Redis
        await worker.pool.aclose(close_connection_pool=True)
