"""CSV: UTF-8, a header, a row a line; no text in it is a formula to a spreadsheet.

Source: RFC 4180; OWASP, "CSV Injection".
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from typing import Any, Final

from domain.exports.formats.cells import decimal_text, time_text
from domain.exports.formats.writing import Batch, Format, Piece
from domain.exports.kinds.kind import Cells, Column, Type
from domain.shared.spreadsheets import inert

_BOM: Final = b"\xef\xbb\xbf"  # without it Excel takes UTF-8 for another character set
_WRITTEN: Final[dict[Type, Callable[[Any], str]]] = {
    Type.TEXT: inert,
    Type.TEXTS: lambda texts: inert(";".join(texts)),
    Type.INTEGER: str,
    Type.NUMBER: repr,
    Type.TIME: time_text,
    Type.DATE: lambda day: day.isoformat(),
    Type.BOOLEAN: lambda yes: "true" if yes else "false",
}


class CsvFile(Format):
    """Writes CSV; money in the currency's main unit."""

    def head(self, columns: Sequence[Column], *, bom: bool) -> bytes:
        return (_BOM if bom else b"") + _written([[column.name for column in columns]])

    def piece(self, batch: Batch) -> Piece:
        write = _writer(batch.kind.columns)
        rows = [write(row) for row in batch.rows()]
        return Piece(_written(rows), len(rows))


def _written(rows: Iterable[Sequence[str]]) -> bytes:
    out = StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _writer(columns: Sequence[Column]) -> Callable[[Cells], list[str]]:
    at = {column.name: index for index, column in enumerate(columns)}
    money = [at[column.currency] if column.currency else None for column in columns]
    plain = [_WRITTEN.get(column.type, str) for column in columns]

    def write(row: Cells) -> list[str]:
        return [
            ""
            if cell is None
            else write_plain(cell)
            if currency is None
            else decimal_text(cell, row[currency])
            for cell, write_plain, currency in zip(row, plain, money, strict=True)
        ]

    return write
