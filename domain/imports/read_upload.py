"""Read an upload from a position on: units of orders, in bounded memory."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from domain.channels.order_file.csv_rows import CsvRows, Header, header_of
from domain.channels.order_file.lines import Line, Lines
from domain.channels.order_file.parsing import Into
from domain.channels.order_file.reading import Reading
from domain.channels.order_file.units import JsonRows, Rows, Unit
from domain.imports.models import ImportFormat
from domain.imports.unpacking import Unpacker, maker
from domain.shared.database import fetch_value, records

BEGINNING_BYTES: Final = 64 * 1024
_BEGINNING = "SELECT bytes FROM import_pieces WHERE import_id = $1 AND start = 0"
_NEXT = """
    SELECT start, bytes FROM import_pieces WHERE import_id = $1 AND start >= (
        SELECT max(start) FROM import_pieces WHERE import_id = $1 AND start <= $2)
    ORDER BY start LIMIT 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where to begin, in unpacked bytes and lines."""

    position: int
    lines: int


@dataclass(frozen=True, slots=True)
class Read:
    """Units, and how many bytes of the upload have been read for them."""

    units: list[Unit]
    read_bytes: int


async def read_upload(
    import_id: UUID, kind: ImportFormat, said: Mapping[str, Any], into: Into, place: Place
) -> AsyncIterator[Read]:
    """The units from `place` on, a megabyte of text at a time.

    Raises:
        DamagedFile, UnusableHeader: it cannot be read any further, or at all.
    """
    rows: Rows
    if kind is ImportFormat.CSV:
        header, after = await _header(import_id, reading_stored(said))
        rows = CsvRows(header, into)
        if place.position == 0:
            place = after
    else:
        rows = JsonRows(into)
    lines = Lines(position=place.position, lines=place.lines)
    read_bytes = 0
    async for data, read_bytes in _bytes_from(import_id, place.position):
        # in a thread: a worker has other things to do meanwhile
        units = await asyncio.to_thread(_taken, rows, lines, data)
        if units:
            yield Read(units, read_bytes)
    yield Read([*rows.take(lines.finish()), *rows.finish()], read_bytes)


def _taken(rows: Rows, lines: Lines, data: bytes) -> list[Unit]:
    return list(rows.take(lines.push(data)))


def reading_stored(said: Mapping[str, Any]) -> Reading:
    """A reading as it was stored."""
    return Reading(
        columns=said["columns"],
        constants=said["constants"],
        delimiter=said["delimiter"],
        decimal_comma=said["decimalComma"],
        date_format=said["dateFormat"],
        encoding=said["encoding"],
        timezone=said["timezone"],
    )


async def _header(import_id: UUID, reading: Reading) -> tuple[Header, Place]:
    """What the file's first line says, and where the rows begin."""
    beginning = b""
    async for data, _ in _bytes_from(import_id, 0):
        beginning += data
        if len(beginning) >= BEGINNING_BYTES:
            break
    lines = Lines()
    first = next(iter([*lines.push(beginning), *lines.finish()]), Line(1, 0, b""))
    header = header_of(beginning, first.content, reading)
    return header, Place(position=first.end, lines=1)


async def header_line(import_id: UUID, reading: Reading) -> Header:
    """The header of a CSV that was uploaded."""
    return (await _header(import_id, reading))[0]


async def _bytes_from(import_id: UUID, position: int) -> AsyncIterator[tuple[bytes, int]]:
    """Unpacked bytes from `position` on, each with how much of the upload was read by then."""
    beginning = await fetch_value(_BEGINNING, import_id)
    packed = beginning is not None and maker(beginning) is not None
    unpacker = Unpacker()
    start, skip = (0, position) if packed else (position, 0)
    async for piece, end in _pieces_from(import_id, start):
        if not packed:
            yield piece, end
            continue
        unpacker.feed(piece)
        while step := unpacker.unpack():
            passed = min(skip, len(step))
            skip -= passed
            if passed < len(step):
                yield step[passed:], end
    if packed:
        unpacker.feed(b"", last=True)
        while step := unpacker.unpack():
            yield step[min(skip, len(step)) :], unpacker.packed
        unpacker.finish()


async def _pieces_from(import_id: UUID, start: int) -> AsyncIterator[tuple[bytes, int]]:
    """The upload's bytes from `start` on, and where each piece ends."""
    while found := await records(_NEXT, import_id, start):
        row = next((row for row in found if row["start"] + len(row["bytes"]) > start), None)
        if row is None:
            return
        yield row["bytes"][start - row["start"] :], row["start"] + len(row["bytes"])
        start = row["start"] + len(row["bytes"])
