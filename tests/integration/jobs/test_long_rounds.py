"""Rounds that would take long leave the rest to another one, and outlast a database that is away for a moment."""

import asyncio
from typing import Any

import orjson
import pytest

from domain.channels.adapters.contract import Message
from domain.intake.archive import archive
from domain.intake.arrived import arrived
from domain.intake.models import InboundMessage
from domain.intake.outcomes import Source
from domain.jobs.enqueue import enqueue
from domain.jobs.fill_backorders import fill_backorders
from domain.jobs.kinds import JobKind
from domain.jobs.models import Job
from domain.orders.models import Order
from domain.orders.place_orders import place_orders
from domain.shared.database import execute, fetch_value
from domain.shared.settings import Settings
from tests.databases import Database
from tests.factories import (
    NOW,
    OUTSIDE,
    TESTER,
    incoming,
    make_channel,
    make_variant,
    make_warehouse,
    stock_up,
)
from tests.working import do_jobs
from workers import handling
from workers.handling import Work
from workers.jobs.allocate import allocate
from workers.jobs.intake import intake
from workers.jobs.registry import HANDLERS
from workers.run_job import JobRunner


def work(**settings: Any) -> Work:
    return Work(payloads=[{}], settings=Settings(**settings), outside=OUTSIDE, now=lambda: NOW)


async def waiting() -> int:
    return await Order.filter(sourcing="WAITING").count()


async def test_a_long_backlog_is_left_to_another_round(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_channel("web")
    await make_variant("A")
    await stock_up(await make_warehouse("leipzig"), {"A": 100})
    await place_orders([incoming("web", {"A": 1}) for _ in range(30)], by=TESTER, now=NOW)
    await Job.all().delete()
    monkeypatch.setattr(handling, "TURNS_S", -1.0)
    await allocate(work(allocation_batch_max=2))
    assert 0 < await waiting() < 30
    assert await Job.filter(kind="ALLOCATE").count() > 0
    monkeypatch.undo()
    await do_jobs("ALLOCATE", now=lambda: NOW)
    assert await waiting() == 0


async def test_a_flood_of_messages_is_left_to_another_round(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        channel = await make_channel()
        message = Message(topic="x", body=orjson.dumps({"type": "stock.asked"}))
        await archive(arrived(channel.id, [message], Source.POLL), now=NOW)
    await Job.all().delete()
    monkeypatch.setattr(handling, "TURNS_S", -1.0)
    await intake(work())
    assert await InboundMessage.filter(outcome="RECEIVED").count() == 2
    assert [job.kind for job in await Job.all()] == ["INTAKE"]
    monkeypatch.undo()
    await do_jobs("INTAKE", now=lambda: NOW)
    assert await InboundMessage.filter(outcome="RECEIVED").count() == 0


async def test_many_queues_are_woken_a_part_at_a_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_channel("web")
    variants = [await make_variant(sku) for sku in "ABC"]
    leipzig = await make_warehouse("leipzig")
    await place_orders([incoming("web", {sku: 1}) for sku in "ABC"], by=TESTER, now=NOW)
    await do_jobs("ALLOCATE", now=lambda: NOW)
    assert await waiting() == 0
    await stock_up(leipzig, {"A": 1, "B": 1, "C": 1})
    await Job.all().delete()
    for variant in variants:
        await fill_backorders([variant.id, variants[0].id], now=NOW)

    monkeypatch.setattr("workers.jobs.fill_backorders.STARTS_A_JOB_MAX", 2)
    monkeypatch.setattr(handling, "TURNS_S", -1.0)
    await do_jobs("FILL_BACKORDERS", now=lambda: NOW)
    assert await waiting() == 0
    [left] = await Job.all()
    assert (left.kind, len(left.payload["after"])) == ("FILL_BACKORDERS", 3)
    monkeypatch.setattr(handling, "TURNS_S", 60.0)
    await do_jobs("FILL_BACKORDERS", now=lambda: NOW)
    assert await waiting() == 3


async def test_a_lease_that_cannot_be_extended_once_fails_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = "SELECT lease_until FROM jobs"

    async def goes_on(_: Work) -> None:
        began = await fetch_value(lease)
        await execute("ALTER TABLE jobs RENAME COLUMN lease_until TO elsewhere")
        await asyncio.sleep(1.5)
        await execute("ALTER TABLE jobs RENAME COLUMN elsewhere TO lease_until")
        assert await fetch_value(lease) == began
        async with asyncio.timeout(30):
            while await fetch_value(lease) == began:
                await asyncio.sleep(0.1)

    monkeypatch.setitem(HANDLERS, JobKind.SIMULATE, goes_on)
    await enqueue(JobKind.SIMULATE, {}, now=NOW)
    async with asyncio.TaskGroup() as rounds:
        await JobRunner(Settings(job_lease_s=3), OUTSIDE, rounds).begin(JobKind.SIMULATE)
    assert await Job.all().count() == 0
