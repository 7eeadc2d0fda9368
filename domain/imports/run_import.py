"""Work an import off: chunk after chunk, each with its orders, its errors and its place in one transaction."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson
import structlog
from tortoise.exceptions import IntegrityError

from domain.channels.order_file.csv_rows import UnusableHeader
from domain.channels.order_file.parsing import Into
from domain.channels.order_file.refusals import RowRefusal
from domain.channels.order_file.units import Unit
from domain.imports.models import ImportFormat
from domain.imports.read_upload import Place, read_upload
from domain.imports.unpacking import DamagedFile
from domain.intake.read_message import with_our_skus
from domain.orders.entry import Placed
from domain.orders.incoming import IncomingOrder, parse_order
from domain.orders.place_orders import ORDERS_MAX, place_orders
from domain.orders.refusals import ReferenceReused
from domain.shared.actor import Actor, Scope
from domain.shared.database import execute, fetch_one, fetch_value, statement, transactional
from domain.shared.refusal import Refusal

log = structlog.stdlib.get_logger("forebay.imports")

CHUNK_BYTES: Final = 4 * 1024 * 1024
FAULT: Final = "FAULT"
_ROWS_APART: Final = "If the order's rows stand apart in the file, sort it by order."
_CLAIM = statement(__file__, "claim_run.sql")
_MOVE_ON = statement(__file__, "move_on.sql")
_LOCK = "SELECT true FROM imports WHERE id = $1 AND epoch = $2 AND state = 'RUNNING' FOR UPDATE"
_ERRORS = """
    INSERT INTO import_errors (import_id, line, reference, code, field, message, raw)
    SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[])
"""
_DONE = """
    UPDATE imports SET state = 'DONE', read_bytes = received, updated_at = $3, ended_at = $3
    WHERE id = $1 AND epoch = $2 AND state = 'RUNNING'
"""
_FAILED = """
    UPDATE imports SET state = 'FAILED', code = $3, error = $4, updated_at = $5, ended_at = $5
    WHERE id = $1 AND epoch = $2 AND state = 'RUNNING'
"""
# Faults that one order's values may cause, so that its neighbours deserve another try without it.
_PERHAPS_ONE_ORDERS_FAULT = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, IntegrityError)
Now = Callable[[], datetime]


class Overtaken(Exception):
    """Somebody paused or cancelled the import, or another run has taken it over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    id: UUID
    channel_id: UUID
    format: str
    reading: str
    epoch: int
    received: int
    read_bytes: int
    position: int
    lines: int
    refused: int
    pause_at: int
    created_by: str
    channel: str
    currency: str
    settings: str

    @property
    def actor(self) -> Actor:
        return Actor(
            name=self.created_by,
            scopes=frozenset({Scope.ORDERS_WRITE}),
            channel_ids=frozenset({self.channel_id}),
        )


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Why a unit is not taken."""

    code: str
    field: str | None
    message: str


async def run_import(import_id: UUID, *, within_s: float, now: Now) -> bool:
    """Go on with it for about so long; whether there is more to do.

    Safe to cut off anywhere, and to run twice: the orders of a chunk, its errors and the position after it
    commit together, and only while this run is the newest.
    """
    run = await fetch_one(_CLAIM, _Run, import_id, now())
    if run is None:
        return False
    try:
        return await _work(run, within_s, now)
    except Overtaken:
        log.info("an import goes on elsewhere, or not at all", import_id=str(import_id))
        return False
    except (DamagedFile, UnusableHeader) as wrong:
        code = "DAMAGED_FILE" if isinstance(wrong, DamagedFile) else "UNUSABLE_HEADER"
        await execute(_FAILED, run.id, run.epoch, code, str(wrong).replace("\x00", "�"), now())
        return False


async def _work(run: _Run, within_s: float, now: Now) -> bool:
    settings: Mapping[str, Any] = orjson.loads(run.settings)
    into = Into(channel=run.channel, currency=run.currency)
    place = Place(position=run.position, lines=run.lines)
    began: float | None = None
    reading = read_upload(run.id, ImportFormat(run.format), orjson.loads(run.reading), into, place)
    async for read in reading:
        began = began or time.monotonic()  # what was read before is passed over, in its own time
        for chunk in _chunks(read.units):
            await _settle(run, chunk, read.read_bytes, settings, now)
            if time.monotonic() - began > within_s:
                await reading.aclose()  # type: ignore[attr-defined]
                return True
    await execute(_DONE, run.id, run.epoch, now())
    return False


def _chunks(units: Sequence[Unit]) -> list[list[Unit]]:
    chunks: list[list[Unit]] = []
    room = 0
    for unit in units:
        if not chunks or len(chunks[-1]) >= ORDERS_MAX or room < len(unit.raw):
            chunks.append([])
            room = CHUNK_BYTES
        chunks[-1].append(unit)
        room -= len(unit.raw)
    return chunks


async def _settle(
    run: _Run, chunk: Sequence[Unit], read_bytes: int, settings: Mapping[str, Any], now: Now
) -> None:
    """Settle a chunk as a whole, or by halves until the order that faults is alone."""
    judged = [_judged(unit, settings, now()) for unit in chunk]
    try:
        await _write(run, chunk, judged, read_bytes, now())
    except _PERHAPS_ONE_ORDERS_FAULT as fault:
        if len(chunk) == 1:
            log.exception("an imported order faulted; it is refused", import_id=str(run.id))
            wrong = _Wrong(FAULT, None, f"{type(fault).__name__}: the database does not take it")
            await _write(run, chunk, [wrong], read_bytes, now())
            return
        middle = len(chunk) // 2
        await _settle(run, chunk[:middle], 0, settings, now)
        await _settle(run, chunk[middle:], read_bytes, settings, now)


def _judged(unit: Unit, settings: Mapping[str, Any], now: datetime) -> IncomingOrder | _Wrong | None:
    if unit.stated is None:
        return None
    if isinstance(unit.stated, RowRefusal):
        return _Wrong(unit.stated.code, unit.stated.field or None, unit.stated.message)
    try:
        return parse_order(with_our_skus(unit.stated, settings), now=now)
    except Refusal as no:
        return _wrong(no)


def _wrong(no: Refusal) -> _Wrong:
    return _Wrong(no.code, no.field, no.message)


def _told(no: Refusal, run: _Run) -> _Wrong:
    """Why an order was refused; of a CSV, what its rows may have to do with it."""
    wrong = _wrong(no)
    if isinstance(no, ReferenceReused) and run.format == ImportFormat.CSV:
        return replace(wrong, message=f"{wrong.message} {_ROWS_APART}")
    return wrong


@transactional
async def _write(
    run: _Run,
    chunk: Sequence[Unit],
    judged: Sequence[IncomingOrder | _Wrong | None],
    read_bytes: int,
    now: datetime,
) -> None:
    # the import first, then orders and stock: a run that was overtaken waits here and learns it
    if not await fetch_value(_LOCK, run.id, run.epoch):
        raise Overtaken
    orders = [each for each in judged if isinstance(each, IncomingOrder)]
    answers = iter(await place_orders(orders, by=run.actor, now=now) if orders else [])
    placed = replayed = 0
    refused: list[tuple[Unit, _Wrong]] = []
    for unit, each in zip(chunk, judged, strict=True):
        answer = next(answers) if isinstance(each, IncomingOrder) else each
        if isinstance(answer, Placed):
            replayed += answer.replayed
            placed += not answer.replayed
        elif isinstance(answer, Refusal):
            refused.append((unit, _told(answer, run)))
        elif isinstance(answer, _Wrong):
            refused.append((unit, answer))
    if refused:
        await _keep_errors(run, refused)
    rows = sum(unit.rows for unit in chunk)
    last = chunk[-1]
    await execute(
        _MOVE_ON,
        run.id,
        run.epoch,
        last.end,
        last.lines,
        read_bytes,
        rows,
        placed,
        replayed,
        len(refused),
        now,
    )


async def _keep_errors(run: _Run, refused: Sequence[tuple[Unit, _Wrong]]) -> None:
    await execute(
        _ERRORS,
        run.id,
        [unit.line for unit, _ in refused],
        [_reference(unit) for unit, _ in refused],
        [wrong.code for _, wrong in refused],
        [wrong.field for _, wrong in refused],
        [
            wrong.message.replace("\x00", "�").encode(errors="replace").decode()[:1_000]
            for _, wrong in refused
        ],
        [unit.raw for unit, _ in refused],
    )


def _reference(unit: Unit) -> str | None:
    if unit.stated is None or isinstance(unit.stated, RowRefusal):
        return None
    return unit.stated.external_reference.encode(errors="replace").decode().replace("\x00", "�")
