"""Write an export: piece after piece, each with its rows and the position after them in one statement."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import orjson
import structlog

from domain.exports.formats.names import ExportFormat
from domain.exports.formats.registry import FORMATS
from domain.exports.formats.writing import Assembly, Batch, CannotBeWritten, Format
from domain.exports.kinds.kind import Asked, Key, Kind, Page
from domain.exports.kinds.registry import KINDS
from domain.shared.database import execute, fetch_one, fetch_value, records, statement

log = structlog.stdlib.get_logger("forebay.exports")

PIECE_BYTES: Final = 512 * 1024
_CLAIM = statement(__file__, "claim_run.sql")
_MOVE_ON = statement(__file__, "move_on.sql")
_APPEND = statement(__file__, "append.sql")
_PIECE = """
    SELECT start, bytes FROM export_pieces WHERE export_id = $1 AND NOT assembled AND start >= $2
    ORDER BY start LIMIT 1
"""
_BEGIN_ANEW = """
    WITH anew AS (UPDATE exports SET bytes = 0, updated_at = $3 WHERE id = $1 AND epoch = $2 AND state = 'RUNNING'
                  RETURNING id), gone AS (
        DELETE FROM export_pieces WHERE assembled AND export_id IN (SELECT id FROM anew))
    SELECT true FROM anew
"""
_DELETE_ROWS = "DELETE FROM export_pieces WHERE export_id = $1 AND NOT assembled"
_DONE = """
    UPDATE exports SET state = 'DONE', done = 1, bytes = CASE WHEN $3 THEN bytes ELSE written END,
        updated_at = $4, ended_at = $4, expires_at = $5
    WHERE id = $1 AND epoch = $2 AND state = 'RUNNING'
"""
_FAILED = """
    UPDATE exports SET state = 'FAILED', code = $3, error = $4, updated_at = $5, ended_at = $5
    WHERE id = $1 AND epoch = $2 AND state = 'RUNNING'
"""
Now = Callable[[], datetime]


class Overtaken(Exception):
    """Somebody cancelled the export, or another run has taken it over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    id: UUID
    kind: str
    format: str
    what: str
    bom: bool
    channel_ids: list[UUID] | None
    epoch: int
    position: str | None
    rows: int
    written: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    id: UUID
    epoch: int
    kind: Kind
    format: Format
    asked: Asked
    bom: bool
    keep: timedelta
    now: Now


async def run_export(export_id: UUID, *, within_s: float, keep: timedelta, now: Now) -> bool:
    """Go on with it for about so long; whether there is more to do. Done, it is kept for so long.

    Safe to cut off anywhere, and to run twice: a piece and the position after it commit together, and only
    while this run is the newest.
    """
    row = await fetch_one(_CLAIM, _Row, export_id, now())
    if row is None:
        return False
    run = _Run(
        id=row.id,
        epoch=row.epoch,
        kind=KINDS[row.kind],
        format=FORMATS[ExportFormat(row.format)],
        asked=Asked(
            what=orjson.loads(row.what),
            channel_ids=None if row.channel_ids is None else frozenset(row.channel_ids),
        ),
        bom=row.bom,
        keep=keep,
        now=now,
    )
    try:
        return await _work(run, row, within_s)
    except Overtaken:
        log.info("an export goes on elsewhere, or not at all", export_id=str(export_id))
    except CannotBeWritten as no:
        await execute(_FAILED, run.id, run.epoch, no.code, str(no), now())
    return False


async def _work(run: _Run, row: _Row, within_s: float) -> bool:
    began = time.monotonic()
    after: Key | None = orjson.loads(row.position) if row.position else None
    rows, written, more = row.rows, row.written, True
    while more:
        page = await run.kind.page(run.asked, after)
        piece = await asyncio.to_thread(run.format.piece, Batch(run.kind, page.records, rows))
        head = b"" if written else run.format.head(run.kind.columns, bom=run.bom)
        await _keep(run, head + piece.content, page, piece.rows)
        rows, written = rows + piece.rows, written + len(head) + len(piece.content)
        after, more = page.reached, page.more
        if more and time.monotonic() - began > within_s:
            return True
    await _finish(run, rows)
    return False


async def _keep(run: _Run, content: bytes, page: Page, rows: int) -> None:
    position = orjson.dumps(page.reached).decode()
    if not await fetch_value(_MOVE_ON, run.id, run.epoch, content, position, rows, page.done, run.now()):
        raise Overtaken


async def _finish(run: _Run, rows: int) -> None:
    assembly = await asyncio.to_thread(run.format.assembly, run.kind.columns, rows=rows)
    if assembly is not None:
        await _assemble(run, assembly)
    now = run.now()
    if not await execute(_DONE, run.id, run.epoch, assembly is not None, now, now + run.keep):
        raise Overtaken
    if assembly is not None:  # what is left of them if nobody comes to this goes with the file
        await execute(_DELETE_ROWS, run.id)


async def _assemble(run: _Run, assembly: Assembly) -> None:
    """Make the file of its pieces; begun anew by each run that comes here."""
    if not await fetch_value(_BEGIN_ANEW, run.id, run.epoch, run.now()):
        raise Overtaken
    ready = bytearray()
    async for piece in _pieces(run.id):
        ready += await asyncio.to_thread(assembly.add, piece)
        while len(ready) >= PIECE_BYTES:
            await _append(run, bytes(ready[:PIECE_BYTES]))
            del ready[:PIECE_BYTES]
    ready += await asyncio.to_thread(assembly.finish)
    for start in range(0, len(ready), PIECE_BYTES):
        await _append(run, bytes(ready[start : start + PIECE_BYTES]))


async def _append(run: _Run, content: bytes) -> None:
    if not await fetch_value(_APPEND, run.id, run.epoch, content, run.now()):
        raise Overtaken


async def _pieces(export_id: UUID) -> AsyncIterator[bytes]:
    start = 0
    while found := await records(_PIECE, export_id, start):
        [piece] = found
        yield piece["bytes"]
        start = piece["start"] + len(piece["bytes"])
