"""Re-evaluations are asked for once at a time, in time, and never wait for a worker that is gone."""

import asyncio
from datetime import timedelta

import pytest

from domain.jobs.models import Job
from domain.shared.database import execute
from domain.shared.settings import Settings
from domain.sourcing.optimising.model import MONEY_MAX
from domain.sourcing.reevaluating.models import Reevaluation
from domain.sourcing.reevaluating.reevaluate import reevaluate
from domain.sourcing.reevaluating.request_reevaluation import reevaluate_in_time, request_reevaluation
from tests.databases import Database
from tests.factories import NOW, OUTSIDE, TESTER, stock_up
from tests.integration.reevaluating.open_orders import allocate, build, place, plan_anew
from workers.handling import Work
from workers.jobs.reevaluate import reevaluate as handle

QUARTER = timedelta(minutes=15)


async def in_time(minutes: int) -> bool:
    return await reevaluate_in_time(every=QUARTER, by=TESTER, now=NOW + timedelta(minutes=minutes))


async def only_run() -> Reevaluation:
    [run] = await Reevaluation.all()
    return run


async def test_many_who_ask_at_once_ask_for_one(database: Database) -> None:
    asked = await asyncio.gather(*(request_reevaluation(by=TESTER, now=NOW) for _ in range(8)))
    assert set(asked) == {(await only_run()).id}
    assert await Job.filter(kind="REEVALUATE").count() == 1


async def test_the_schedule_asks_when_the_last_one_is_old_enough(database: Database) -> None:
    assert await in_time(0)
    assert not await in_time(20), "one waits"
    run = await only_run()
    await reevaluate(run.id, currency="EUR", effort_s=1.0, by=TESTER, now=lambda: NOW)
    await Job.all().delete()
    assert not await in_time(14)
    assert await in_time(15)
    assert await Reevaluation.filter(state="WAITING").count() == 1


async def test_two_relays_ask_once(database: Database) -> None:
    await asyncio.gather(*(in_time(0) for _ in range(6)))
    assert await Job.filter(kind="REEVALUATE").count() == await Reevaluation.all().count() == 1


async def test_a_run_whose_job_was_given_up_is_told_so(database: Database) -> None:
    await in_time(0)
    await Job.all().update(state="DEAD")
    assert not await in_time(1)
    run = await only_run()
    assert (run.state, run.error) == ("FAILED", "its worker went away")
    assert await in_time(15)


async def test_what_is_done_is_not_done_again(database: Database) -> None:
    await plan_anew()
    run = await only_run()
    assert run.state == "DONE"
    again = await reevaluate(run.id, currency="EUR", effort_s=1.0, by=TESTER, now=lambda: NOW)
    assert again is None


async def test_a_failure_is_noted_and_tried_again_until_its_job_is_given_up(database: Database) -> None:
    run_id = await request_reevaluation(by=TESTER, now=NOW)
    there = await build()
    await stock_up(there["leipzig"], {"A": 1})
    await place({"A": 1})
    await allocate()
    beyond = MONEY_MAX + 1
    await execute("UPDATE warehouses SET shipment_minor = $1", beyond)
    work = Work(
        payloads=[{"reevaluation_id": str(run_id)}],
        settings=Settings(job_attempts_max=2),
        outside=OUTSIDE,
        now=lambda: NOW,
    )
    for attempts, state in ((1, "RUNNING"), (2, "FAILED")):
        await Job.filter(kind="REEVALUATE").update(attempts=attempts)
        with pytest.raises(ValueError, match="minor units"):
            await handle(work)
        run = await only_run()
        assert run.state == state
        assert "minor units" in (run.error or "")
        assert (run.ended_at is None) == (state == "RUNNING")
