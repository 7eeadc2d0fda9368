"""How fast files of orders are worked off, beside a plain COPY of the same bytes into the same database."""

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random
from uuid import UUID

import asyncpg
import orjson

from benchmarks.company import CHANNEL, OPERATOR
from benchmarks.harness import House
from benchmarks.measuring import Result
from domain.imports.models import Import, ImportFormat
from domain.imports.open_import import OpenImport, open_import
from domain.imports.run_import import run_import
from domain.imports.upload import PIECE_BYTES, append_piece, complete_upload
from domain.shared.clock import utc_now

ROWS = 100_000
AT_MOST_S = 15.0  # of each file: a rate needs no more
_HEADER = (
    "external_id,placed_at,customer_ref,ship_to.country,ship_to.city,lines.sku,lines.qty,lines.unit_price\n"
)
# Each line is one text: marks that no line has make COPY leave it as it is.
_COPIED = "CREATE TABLE IF NOT EXISTS copied (line text)"
_COPY = {"table_name": "copied", "format": "csv", "delimiter": "\x01", "quote": "\x02"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worked:
    """How many rows were worked off in how long, and how long COPY took for all of the file."""

    rows: int
    placed: int
    seconds: float
    copied_s: float

    @property
    def rate(self) -> float:
        return self.rows / self.seconds


def run(house: House) -> Iterator[Result]:
    """One file of each format, every row an order of one line; one process, as one worker does it."""
    rows = int(ROWS * house.scale.share)
    for kind in ImportFormat:
        content = _file(kind, house.company.skus, rows)
        worked = house.within(partial(_work, house.database_url, kind, content))
        copied = rows / worked.copied_s
        yield Result(
            what=f"import of {rows:,} rows of {kind}",
            measured=worked.rate,
            unit="rows/s",
            note=f"{worked.placed:,} of {worked.rows:,} placed in {worked.seconds:.1f} s; a plain COPY of these "
            f"{len(content) / 1e6:.0f} MB: {copied:,.0f} rows/s, {copied / worked.rate:,.0f} times as many",
        )


def _file(kind: ImportFormat, skus: tuple[str, ...], rows: int) -> bytes:
    random = Random(7)
    stated = [(f"{kind}-{number}", random.choice(skus), random.randint(1, 4)) for number in range(rows)]
    if kind is ImportFormat.CSV:
        lines = [
            f"{ref},2026-11-20T10:00:00Z,C-{ref},DE,Leipzig,{sku},{units},9.90\n"
            for ref, sku, units in stated
        ]
        return (_HEADER + "".join(lines)).encode()
    return b"".join(
        orjson.dumps(
            {
                "external_id": ref,
                "placed_at": "2026-11-20T10:00:00Z",
                "customer_ref": f"C-{ref}",
                "ship_to": {"country": "DE", "city": "Leipzig"},
                "lines": [{"sku": sku, "qty": units, "unit_price": "9.90"}],
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )
        for ref, sku, units in stated
    )


async def _work(database_url: str, kind: ImportFormat, content: bytes) -> _Worked:
    copied_s = await _copied(database_url, content)
    import_id = await _uploaded(kind, content)
    began = time.perf_counter()
    await run_import(import_id, within_s=AT_MOST_S, now=utc_now)
    seconds = time.perf_counter() - began
    done = await Import.get(id=import_id)
    return _Worked(rows=done.rows, placed=done.placed, seconds=seconds, copied_s=copied_s)


async def _uploaded(kind: ImportFormat, content: bytes) -> UUID:
    now = utc_now()
    import_id = await open_import(OpenImport(channel=CHANNEL, format=kind), by=OPERATOR, now=now)
    for start in range(0, len(content), PIECE_BYTES):
        piece = content[start : start + PIECE_BYTES]
        await append_piece(import_id, piece, offset=start, by=OPERATOR, now=now)
    await complete_upload(import_id, size=len(content), by=OPERATOR, now=now)
    return import_id


async def _copied(database_url: str, content: bytes) -> float:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(_COPIED)
        began = time.perf_counter()
        await connection.copy_to_table(source=_in_one(content), **_COPY)
        return time.perf_counter() - began
    finally:
        await connection.close()


async def _in_one(content: bytes) -> AsyncIterator[bytes]:
    yield content
