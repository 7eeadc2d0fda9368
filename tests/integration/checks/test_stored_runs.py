"""Checks that run by themselves: what came out is kept, what is due is asked for, what takes too long ends."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.checks import run_stored as runner
from domain.checks.models import CheckRun
from domain.checks.request_checks import LONGEST, SHARE, enqueue_due_checks, request_checks
from domain.checks.run_checks import CHECKS, Check, CheckKind
from domain.checks.run_stored import RUNS_KEPT, run_stored
from domain.jobs.models import Job
from domain.shared.actor import Scope
from domain.shared.database import execute
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from tests.databases import Database
from tests.factories import NOW, OUTSIDE, TESTER
from tests.integration.graphql.conftest import Client
from tests.integration.graphql.conftest import client as client  # noqa: PLC0414 -- a fixture
from workers import relay
from workers.handling import Work
from workers.jobs.run_checks import run_checks

EVERY = timedelta(minutes=5)
LIMIT = timedelta(seconds=30)
CHECKED = """{ dataChecks { name kind promise advice waiting
    lastRun { at seconds violations samples error } runs { violations } } }"""
RUN = """mutation ($input: RunDataChecksInput!) { m: runDataChecks(input: $input) {
    dataChecks { name waiting } userErrors { code field } } }"""
LISTS = "{ board { workLists { kind count { count } } } }"


async def work_off(now: datetime = NOW) -> None:
    """As a worker does."""
    jobs = await Job.filter(kind="RUN_CHECKS")
    work = Work(payloads=[job.payload for job in jobs], settings=Settings(), outside=OUTSIDE, now=lambda: now)
    await Job.filter(kind="RUN_CHECKS").delete()
    await run_checks(work)


async def ran() -> list[Any]:
    """The checks that have run."""
    return sorted(await CheckRun.all().values_list("name", flat=True))


async def noted(name: str, *, at: datetime, seconds: float = 0.1, violations: int | None = 0) -> None:
    kind = next(check.kind for check in CHECKS if check.name == name)
    await CheckRun.create(
        id=new_id(),
        name=name,
        kind=kind,
        at=at,
        seconds=seconds,
        violations=violations,
        samples=[],
        error=None if violations is not None else "too slow",
    )


async def due(now: datetime) -> list[str]:
    """What would be asked for now; nothing is."""
    await enqueue_due_checks(every=EVERY, now=now)
    jobs = await Job.filter(kind="RUN_CHECKS")
    await Job.filter(kind="RUN_CHECKS").delete()
    return [name for job in jobs for name in job.payload["names"]]


@pytest.fixture
async def dead_job(database: Database) -> None:
    await execute("""
        INSERT INTO jobs (id, kind, payload, state, run_after, created_at, last_error)
        VALUES (gen_random_uuid(), 'POLL', '{}', 'DEAD', now(), now(), 'no luck')
    """)


async def test_all_run_and_say_what_came_out(client: Client, dead_job: None) -> None:
    assert {each["lastRun"] for each in (await client.ask(CHECKED))["dataChecks"]} == {None}
    asked = (await client.ask(RUN, input={}))["m"]
    assert [each["name"] for each in asked["dataChecks"] if each["waiting"]] == [each.name for each in CHECKS]

    await work_off()

    checks = {each["name"]: each for each in (await client.ask(CHECKED))["dataChecks"]}
    assert checks.keys() == {check.name for check in CHECKS}
    assert not any(each["waiting"] for each in checks.values())
    broken = [name for name, each in checks.items() if each["lastRun"]["violations"]]
    assert broken == ["no_dead_letters"]
    run = checks["no_dead_letters"]["lastRun"]
    assert (run["at"], run["violations"], run["error"]) == ("2026-11-22T12:00:00Z", 1, None)
    assert "no luck" in run["samples"][0]
    assert checks["no_dead_letters"]["kind"] == "WARNING"
    assert "replayJob" in checks["no_dead_letters"]["advice"]


async def test_single_ones_are_asked_for_by_admins(client: Client) -> None:
    names = ["levels_are_their_ledger", "no_dead_letters"]
    await client.ask(RUN, input={"names": names})
    await work_off()
    assert await ran() == names
    refused = (await client.ask(RUN, input={"names": ["no_dead_letters", "nonsense"]}))["m"]
    assert refused["userErrors"] == [{"code": "INVALID_INPUT", "field": "names[1]"}]
    reader = client.limited_to(Scope.READ, Scope.ORDERS_WRITE)
    assert (await reader.ask(RUN, input={}))["m"]["userErrors"] == [{"code": "NOT_ALLOWED", "field": None}]
    assert len((await reader.ask(CHECKED))["dataChecks"]) == len(CHECKS)
    partner = client.limited_to(Scope.READ, channels=frozenset({new_id()}))
    assert "limited" in str(await partner.refused(CHECKED))


async def test_a_check_that_takes_too_long_ends_and_says_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Check(
        name="slow",
        kind=CheckKind.SAFETY,
        promise="It ends.",
        advice="Wait.",
        query="SELECT 'never' AS violation FROM pg_sleep(20)",
    )
    monkeypatch.setattr(runner, "CHECKS", (slow,))
    limit = timedelta(milliseconds=50)
    run = await asyncio.wait_for(run_stored({"slow"}, asked_at=NOW, limit=limit, now=NOW), timeout=10)
    assert run is not None
    assert (run.violations, run.error) == (None, "It did not end within 0.05 seconds.")


async def test_a_check_may_change_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    vandal = Check(
        name="vandal",
        kind=CheckKind.SAFETY,
        promise="It only looks.",
        advice="Look.",
        query="SELECT nextval('orders_number_seq')::text AS violation",
    )
    monkeypatch.setattr(runner, "CHECKS", (vandal,))
    with pytest.raises(Exception, match="read-only"):
        await run_stored({"vandal"}, asked_at=NOW, limit=LIMIT, now=NOW)


async def test_a_round_that_is_cut_off_goes_on_where_it_was(database: Database) -> None:
    names = [check.name for check in CHECKS[:5]]
    for _ in range(2):  # a worker that dies after two
        await run_stored(names, asked_at=NOW, limit=LIMIT, now=NOW)
    await request_checks(names, by=TESTER, now=NOW)
    await work_off(NOW + timedelta(seconds=1))
    assert await ran() == sorted(names)


async def test_runs_are_kept_for_a_while(database: Database) -> None:
    for minute in range(RUNS_KEPT + 5):
        at = NOW + timedelta(minutes=minute)
        await run_stored({"no_dead_letters"}, asked_at=at, limit=LIMIT, now=at)
    kept = await CheckRun.filter(name="no_dead_letters").order_by("at")
    assert len(kept) == RUNS_KEPT
    assert kept[0].at == NOW + timedelta(minutes=5)


async def test_what_costs_more_is_due_less_often(database: Database) -> None:
    assert len(await due(NOW)) == len(CHECKS)
    for check in CHECKS:
        await noted(check.name, at=NOW)
    await noted("levels_are_their_ledger", at=NOW + timedelta(seconds=1), seconds=10.0)
    await noted("ledger_is_gapless", at=NOW + timedelta(seconds=1), seconds=120.0, violations=None)
    await noted("no_dead_letters", at=NOW + timedelta(seconds=1), violations=3)
    costly, hopeless = "levels_are_their_ledger", "ledger_is_gapless"

    async def due_after(pause: timedelta) -> set[str]:
        return set(await due(NOW + timedelta(seconds=1) + pause))

    everything = {check.name for check in CHECKS}
    assert await due_after(EVERY / 5 - timedelta(seconds=2)) == set()
    assert await due_after(EVERY / 5) == {"no_dead_letters"}
    assert await due_after(EVERY) == everything - {costly, hopeless}
    assert await due_after(timedelta(seconds=10 / SHARE)) == everything - {hopeless}
    assert await due_after(LONGEST) == everything


async def test_nothing_is_asked_for_twice(database: Database) -> None:
    assert await enqueue_due_checks(every=EVERY, now=NOW) == len(CHECKS)
    assert await enqueue_due_checks(every=EVERY, now=NOW) == 0
    assert await Job.filter(kind="RUN_CHECKS").count() == 1


@pytest.mark.parametrize(("interval_s", "jobs"), [(300, 1), (0, 0)])
async def test_the_relay_asks_in_time(
    database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch, interval_s: int, jobs: int
) -> None:
    monkeypatch.setattr(relay, "CHECKS_PAUSE_S", 0)
    await relay.Relay(Settings(check_interval_s=interval_s), redis_url)._enqueue_checks()
    assert await Job.filter(kind="RUN_CHECKS").count() == jobs


async def test_the_board_counts_what_is_broken(client: Client) -> None:
    await noted("ledger_is_gapless", at=NOW, violations=2)
    await noted("timelines_are_gapless", at=NOW, violations=None)
    await noted("no_dead_letters", at=NOW, violations=1)  # has a list of its own
    await noted("jobs_are_taken", at=NOW - EVERY, violations=1)
    await noted("jobs_are_taken", at=NOW)

    async def broken(asking: Client) -> Any:
        lists = (await asking.ask(LISTS))["board"]["workLists"]
        return {each["kind"]: each["count"]["count"] for each in lists}.get("BROKEN_PROMISES")

    assert await broken(client) == 2
    assert await broken(client.limited_to(Scope.READ, channels=frozenset({new_id()}))) is None
