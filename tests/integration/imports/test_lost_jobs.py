"""An import whose job is lost goes on; one whose job is dead is given up, visibly."""

import asyncio
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from domain.imports.models import IMPORTS, Import
from domain.imports.run_import import run_import
from domain.jobs.long_work import wake_unspoken
from domain.jobs.models import Job
from domain.shared.database import execute
from tests.databases import Database
from tests.factories import NOW, make_channel, make_variant, upload
from tests.integration.imports.test_run_import import row
from tests.integration.jobs.running import running
from tests.integration.jobs.test_workers import eventually

LATER = NOW + timedelta(minutes=2)


@pytest.fixture(autouse=True)
async def shop(database: Database) -> None:
    await make_channel("shop")
    await make_variant("MUG")


async def test_a_lost_job_is_added_once_however_many_relays_look() -> None:
    import_id = await upload(row("1"), channel="shop")
    assert await wake_unspoken(IMPORTS, now=LATER) == 0
    await Job.all().delete()
    assert (
        await wake_unspoken(IMPORTS, now=NOW + timedelta(seconds=10)) == 0
    )  # perhaps it is about to be added

    added = await asyncio.gather(*(wake_unspoken(IMPORTS, now=LATER) for _ in range(8)))

    assert sum(added) == 1
    [job] = await Job.all()
    assert (job.kind, job.payload) == ("IMPORT", {"import_id": str(import_id)})


async def test_an_import_goes_on_without_its_job_and_without_redis(redis_url: str) -> None:
    import_id = await upload(b"".join(row(str(number)) for number in range(3)), channel="shop")
    await Job.all().delete()
    await execute("UPDATE imports SET updated_at = now() - interval '1 minute'")
    async with running(redis_url), Redis.from_url(redis_url) as redis:
        await redis.flushall()
        await eventually("SELECT state FROM imports", "DONE")
    assert (await Import.get(id=import_id)).placed == 3


async def test_what_is_over_gets_no_job() -> None:
    import_id = await upload(row("1"), channel="shop")
    await run_import(import_id, within_s=60, now=lambda: NOW)
    await Job.all().delete()
    assert await wake_unspoken(IMPORTS, now=LATER) == 0


async def test_an_import_whose_job_is_dead_has_failed() -> None:
    import_id = await upload(row("1"), channel="shop")
    await execute("UPDATE jobs SET state = 'DEAD', last_error = 'its worker went away'")
    assert await wake_unspoken(IMPORTS, now=LATER) == 0
    given_up = await Import.get(id=import_id)
    assert (given_up.state, given_up.code, given_up.error) == ("FAILED", "FAULT", "its worker went away")
    assert await Job.filter(state="WAITING").count() == 0
