"""Refused rows as a file that a person mends and uploads again."""

import csv
from collections.abc import AsyncIterator, Sequence
from io import StringIO
from typing import Any, Final
from uuid import UUID

import orjson

from domain.channels.order_file.csv_rows import UnusableHeader
from domain.imports.models import Import, ImportFormat, RefusedRow
from domain.imports.read_upload import header_line, reading_stored
from domain.imports.unpacking import DamagedFile
from domain.shared.spreadsheets import inert

PAGE_ROWS: Final = 200
_SAID: Final = ("error_line", "error_code", "error_field", "error_message")


async def refused_csv(import_id: UUID) -> AsyncIterator[bytes]:
    """UTF-8 CSV: the file's own columns, if it was a CSV, or the raw row; and why, in four more columns.

    A cell that a spreadsheet would compute begins with a quote, which an import takes away again.
    """
    found = await Import.get(id=import_id)
    names, delimiter, encoding = ["raw"], ",", "utf-8"
    if found.format == ImportFormat.CSV:
        try:
            header = await header_line(import_id, reading_stored(found.reading))
        except (UnusableHeader, DamagedFile):
            header = None
        if header is not None:
            names = list(header.names)
            delimiter, encoding = header.reading.delimiter or ",", header.reading.encoding or encoding
    yield b"\xef\xbb\xbf" + _written([*names, *_SAID], delimiter)
    async for row in _refused(import_id):
        text = bytes(row["row"]).decode(encoding, errors="replace")
        is_csv = found.format == ImportFormat.CSV and len(names) > 1
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter)) if is_csv else [[text]]
        why = [str(row["line"]), row["code"], row["field"] or "", row["message"]]
        yield b"".join(
            _written([*(cells + [""] * len(names))[: len(names)], *why], delimiter) for cells in rows
        )


async def refused_jsonl(import_id: UUID) -> AsyncIterator[bytes]:
    """One JSON object a row: what came, as it came, with `_error`, which an import ignores."""
    async for row in _refused(import_id):
        raw = bytes(row["row"])
        why = {name: row[name] for name in ("line", "code", "field", "message")}
        try:
            stated: Any = orjson.loads(raw)
        except orjson.JSONDecodeError:
            stated = None
        order = stated if isinstance(stated, dict) else {"_raw": raw.decode(errors="replace")}
        yield orjson.dumps({**order, "_error": why}) + b"\n"


async def _refused(import_id: UUID) -> AsyncIterator[dict[str, Any]]:
    line = 0
    while rows := (
        await RefusedRow.filter(import_id=import_id, line__gt=line).order_by("line").limit(PAGE_ROWS).values()
    ):
        for row in rows:
            yield row
        line = rows[-1]["line"]


def _written(cells: Sequence[str], delimiter: str) -> bytes:
    out = StringIO()
    csv.writer(out, delimiter=delimiter).writerow([inert(cell) for cell in cells])
    return out.getvalue().encode(errors="replace")
