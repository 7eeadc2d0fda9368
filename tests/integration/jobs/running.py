"""A relay and a worker in the test's own process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.shared.settings import Settings
from workers.relay import Relay
from workers.worker import serve_jobs


@asynccontextmanager
async def running(redis_url: str) -> AsyncIterator[None]:
    """Both at work, with partners on this machine."""
    settings = Settings(sweep_interval_s=0.2, job_lease_s=2, outside_networks="127.0.0.0/8")
    tasks = [
        asyncio.create_task(Relay(settings, redis_url).run()),
        asyncio.create_task(serve_jobs(settings, redis_url=redis_url)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
