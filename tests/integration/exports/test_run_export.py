"""Exports that are interrupted, overtaken, given up, or written while orders change: each order once."""

import asyncio
import csv
from datetime import timedelta
from io import StringIO
from uuid import UUID

import orjson
import pytest

from domain.exports import run_export as module
from domain.exports.cancel_export import cancel_export
from domain.exports.formats import xlsx_file
from domain.exports.formats.xlsx_file import XlsxAssembly
from domain.exports.kinds import orders as kind
from domain.exports.models import EXPORTS, Export
from domain.exports.prune import GRACE, prune_exports
from domain.exports.refusals import ExportEnded, LinkExpired, TooManyExports, UnknownExport
from domain.exports.run_export import run_export
from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.jobs.kinds import JobKind
from domain.jobs.long_work import note_fault, wake_unspoken
from domain.jobs.models import Job
from domain.orders.filter import OrderFilter
from domain.orders.models import Order
from domain.orders.place_orders import place_orders
from domain.shared.actor import Actor, Scope
from domain.shared.database import fetch_value, transaction
from domain.shared.settings import Settings
from tests.databases import Database
from tests.factories import NOW, OUTSIDE, TESTER, ask_export, incoming, make_channel, make_variant, written
from tests.workbooks import sheet_of
from workers import handling
from workers.handling import Work
from workers.jobs.export import export
from workers.run_job import JobRunner

KEEP = timedelta(days=7)


@pytest.fixture(autouse=True)
async def shop(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind, "ORDERS_A_PIECE", 10)
    for code in ("shop", "market"):
        await make_channel(code)
    await make_variant("MUG")


async def place(count: int, channel: str = "shop", **stated: str) -> list[int]:
    await place_orders([incoming(channel, {"MUG": 1}, **stated) for _ in range(count)], by=TESTER, now=NOW)
    return await Order.all().order_by("number").values_list("number", flat=True)  # type: ignore[return-value]


def numbers(content: bytes) -> list[int]:
    return [int(row["number"]) for row in csv.DictReader(StringIO(content.decode(), newline=""))]


async def step(export_id: UUID) -> bool:
    """Write one piece."""
    return await run_export(export_id, within_s=0, keep=KEEP, now=lambda: NOW)


@pytest.mark.parametrize("form", ["CSV", "XLSX"])
async def test_it_goes_on_where_it_was(form: str) -> None:
    placed = await place(95)
    export_id = await ask_export(form)
    steps = 1
    while await step(export_id):
        steps += 1
        half = await Export.get(id=export_id)
        assert half.rows == 10 * (steps - 1)
        assert half.done == pytest.approx(half.rows / 95)
    done = await Export.get(id=export_id)
    assert (steps, done.state, done.rows, done.done, done.expires_at) == (10, "DONE", 95, 1.0, NOW + KEEP)
    content = await written(export_id)
    assert len(content) == done.bytes
    found = numbers(content) if form == "CSV" else [int(row["number"][0]) for row in sheet_of(content)]
    assert found == placed


async def test_of_several_runs_only_the_newest_writes() -> None:
    placed = await place(300)
    for form in ("CSV", "PARQUET"):
        export_id = await ask_export(form)
        await asyncio.gather(
            *(run_export(export_id, within_s=60, keep=KEEP, now=lambda: NOW) for _ in range(4))
        )
        content = await written(export_id)
        done = await Export.get(id=export_id)
        assert (done.state, done.rows, done.bytes) == ("DONE", 300, len(content))
        if form == "CSV":
            assert numbers(content) == placed


async def test_a_fault_while_the_file_is_assembled_costs_the_assembling(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    placed = await place(35)
    monkeypatch.setattr(module, "PIECE_BYTES", 100)
    export_id = await ask_export("XLSX")
    with monkeypatch.context() as broken:
        broken.setattr(XlsxAssembly, "finish", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await written(export_id)
    assert await fetch_value("SELECT count(*) FROM export_pieces WHERE assembled") > 1
    content = await written(export_id)
    assert [int(row["number"][0]) for row in sheet_of(content)] == placed
    assert await fetch_value("SELECT count(*) FROM export_pieces WHERE NOT assembled") == 0


async def test_each_order_that_was_there_is_in_it_once_whatever_happens_meanwhile() -> None:
    asked_for = await place(40)
    export_id = await ask_export("JSONL", OrderFilter(sku=("MUG",)))
    assert await step(export_id)
    await place(15)
    for number in (asked_for[0], asked_for[-1]):  # one that is written, and one that is not
        order = await Order.get(number=number)
        await cancel_order(CancelOrder(order_id=order.id, reason=CancelReason.CUSTOMER), by=TESTER, now=NOW)
    content = await written(export_id, within_s=0)
    found = [orjson.loads(line) for line in content.splitlines()]
    assert [each["number"] for each in found] == asked_for
    told = {each["number"]: (each["status"], each["lines"][0]["cancelled"]) for each in found}
    assert told[asked_for[0]] == ("OPEN", 0)
    assert told[asked_for[-1]] == ("CANCELLED", 1)


async def test_an_order_that_was_just_being_taken_in_does_no_harm() -> None:
    await place(5)
    async with asyncio.timeout(30):
        asked, committed = asyncio.Event(), asyncio.Event()

        async def slow() -> None:
            async with transaction():
                await place_orders([incoming("shop", {"MUG": 1})], by=TESTER, now=NOW)
                committed.set()
                await asked.wait()

        late = asyncio.create_task(slow())
        await committed.wait()
        there = await place(5)  # their numbers are above that of the one under way
        export_id = await ask_export("CSV")
        asked.set()
        await late
    found = numbers(await written(export_id))
    assert found == sorted(set(found))
    assert set(there) <= set(found)


async def test_large_orders_are_written_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind, "LINES_A_PIECE", 3)
    placed = await place(10)
    export_id = await ask_export("CSV")
    assert numbers(await written(export_id, within_s=0)) == placed
    assert await fetch_value("SELECT count(*) FROM export_pieces") == 4


async def test_a_key_that_is_limited_exports_its_channels_and_sees_no_other_exports() -> None:
    await place(3)
    placed = await place(4, "market")
    market = await fetch_value("SELECT id FROM channels WHERE code = 'market'")
    partner = Actor(name="partner", scopes=frozenset({Scope.READ}), channel_ids=frozenset({market}))
    own = await ask_export("CSV", by=partner)  # nothing in its filter says so
    assert numbers(await written(own)) == placed[3:]
    everything = await ask_export("CSV")
    with pytest.raises(UnknownExport):
        await cancel_export(everything, by=partner, now=NOW)
    with pytest.raises(ExportEnded):
        await cancel_export(own, by=TESTER, now=NOW)


async def test_a_filter_means_the_same_when_it_was_stored() -> None:
    placed = await place(12)
    urgent = await place(3, priority="URGENT")
    some = OrderFilter(
        either=(
            OrderFilter(priority=(2,), placed_since=NOW - timedelta(days=2), has_promised_by=False),
            OrderFilter(number=tuple(placed[:2])),
        )
    )
    assert OrderFilter(**some.stored()) == some
    assert numbers(await written(await ask_export("CSV", some))) == [*placed[:2], *urgent[12:]]


async def test_what_is_cancelled_stops_and_is_forgotten() -> None:
    await place(25)
    export_id = await ask_export("CSV")
    assert await step(export_id)
    for _ in range(2):
        await cancel_export(export_id, by=TESTER, now=NOW)
    assert not await step(export_id)
    assert (await Export.get(id=export_id)).rows == 10
    with pytest.raises(UnknownExport):
        await written(export_id)
    await prune_exports(now=NOW + timedelta(seconds=1))
    assert await fetch_value("SELECT count(*) FROM export_pieces") == 0


async def test_a_run_that_is_cancelled_at_work_writes_nothing_more() -> None:
    await place(25)
    export_id = await ask_export("CSV")

    async def cancelled_meanwhile() -> None:
        while (await Export.get(id=export_id)).rows == 0:
            await asyncio.sleep(0)
        await cancel_export(export_id, by=TESTER, now=NOW)

    stopping = asyncio.create_task(cancelled_meanwhile())
    steps = 0
    while await step(export_id):
        steps += 1
        await asyncio.sleep(0.05)
    await stopping
    assert (await Export.get(id=export_id)).state == "CANCELLED"
    assert steps < 3


async def test_a_file_is_kept_for_its_time_and_a_download_may_end() -> None:
    export_id = await ask_export("CSV")
    await written(export_id)
    late = NOW + KEEP
    with pytest.raises(LinkExpired):
        await written(export_id, now=late)
    await prune_exports(now=late + GRACE)
    assert (await Export.get(id=export_id)).pruned_at is None
    await prune_exports(now=late + GRACE + timedelta(seconds=1))
    assert (await Export.get(id=export_id)).pruned_at is not None
    assert await fetch_value("SELECT count(*) FROM export_pieces") == 0


async def test_more_rows_than_a_sheet_has_are_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xlsx_file, "ROWS_MAX", 20)
    await place(21)
    export_id = await ask_export("XLSX")
    with pytest.raises(UnknownExport):
        await written(export_id)
    failed = await Export.get(id=export_id)
    assert (failed.state, failed.code) == ("FAILED", "TOO_MANY_ROWS")
    assert "CSV" in (failed.error or "")


async def test_a_sheet_that_grows_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_file, "SHEET_BYTES_MAX", 10_000)
    await place(21)
    export_id = await ask_export("XLSX")
    with pytest.raises(UnknownExport):
        await written(export_id)
    assert (await Export.get(id=export_id)).code == "TOO_LARGE"


async def test_so_many_at_a_time_in_one_name() -> None:
    asked = await asyncio.gather(*(ask_export("CSV") for _ in range(8)), return_exceptions=True)
    refused = [each for each in asked if isinstance(each, TooManyExports)]
    assert (len(refused), await Export.all().count()) == (3, 5)
    other = Actor(name="other", scopes=frozenset({Scope.READ}))
    await written(await ask_export("CSV", by=other))


async def test_an_export_has_failed_once_its_job_is_given_up() -> None:
    export_id = await ask_export("CSV")
    for attempts, state in ((1, "WAITING"), (8, "FAILED")):
        await fetch_value("UPDATE jobs SET attempts = $1 RETURNING true", attempts)
        await note_fault(EXPORTS, export_id, ValueError("no"), attempts_max=8, now=NOW)
        found = await Export.get(id=export_id)
        assert (found.state, found.error) == (state, "ValueError: no")


async def test_an_export_that_lost_its_job_gets_another_and_one_whose_job_is_dead_has_failed() -> None:
    export_id = await ask_export("CSV")
    await Job.all().delete()
    later = NOW + timedelta(minutes=2)
    assert await wake_unspoken(EXPORTS, now=later) == 1
    [job] = await Job.all()
    assert (job.kind, job.payload) == ("EXPORT", {"export_id": str(export_id)})
    await Job.all().update(state="DEAD", last_error="its worker went away")
    assert await wake_unspoken(EXPORTS, now=later) == 0
    given_up = await Export.get(id=export_id)
    assert (given_up.state, given_up.code, given_up.error) == ("FAILED", "FAULT", "its worker went away")


async def test_one_that_faults_keeps_its_own_job_only() -> None:
    broken, good = await ask_export("CSV"), await ask_export("CSV")
    await Export.filter(id=broken).update(what={})
    async with asyncio.TaskGroup() as rounds:
        await JobRunner(Settings(), OUTSIDE, rounds, now=lambda: NOW).begin(JobKind.EXPORT)
    assert (await Export.get(id=good)).state == "DONE"
    [left] = await Job.all()
    assert (left.payload, left.last_error) == ({"export_id": str(broken)}, "KeyError('first')")


async def test_a_round_that_took_long_leaves_the_rest_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = await ask_export("CSV"), await ask_export("CSV")
    payloads = [{"export_id": str(each)} for each in (first, second, first)]
    work = Work(payloads=payloads, settings=Settings(), outside=OUTSIDE, now=lambda: NOW)
    monkeypatch.setattr(handling, "TURNS_S", -1.0)
    await export(work)
    assert await Export.filter(state="WAITING").count() == 2
    assert await Job.filter(kind="EXPORT").count() == 4  # the two that are this round, and one more for each
    monkeypatch.undo()
    await export(work)
    assert await Export.filter(state="DONE").count() == 2
