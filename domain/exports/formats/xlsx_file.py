"""XLSX: one sheet, whose rows are written by XlsxWriter a piece at a time and joined into one workbook.

In its mode of constant memory a row refers to nothing but formats, so that rows of different workbooks can stand in
one sheet if these have the same formats in the same order. Texts are written as texts, never as formulas or links.

Source: ECMA-376 part 1, 18.3.1.73 (row); https://xlsxwriter.readthedocs.io/working_with_memory.html
"""

import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from domain.exports.formats.writing import Batch, CannotBeWritten, Format, Outlet, Piece
from domain.exports.kinds.kind import Cells, Column, Type
from domain.shared.money import exponent, to_decimal

ROWS_MAX: Final = 1_048_575  # below the header
SHEET_BYTES_MAX: Final = 2**31 - 2**20  # beyond, a ZIP file is of a kind that Excel wants to repair
_SHEET: Final = "xl/worksheets/sheet1.xml"
_EXACT: Final = 10**15  # a cell's number has 15 digits; what is longer is written as a text
_LEVEL: Final = 1
_TIME, _DATE, _BOLD = "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd", "bold"
_MONEY: Final = {0: "#,##0", 2: "#,##0.00", 3: "#,##0.000"}
Write = Callable[[int, int, Any, Cells], object]  # row, column, cell, its row


class XlsxFile(Format):
    """Writes XLSX; money as numbers in the currency's main unit, times in UTC."""

    def piece(self, batch: Batch) -> Piece:
        rows = batch.rows()
        if batch.rows_before + len(rows) > ROWS_MAX:
            raise CannotBeWritten(
                "TOO_MANY_ROWS",
                f"A sheet holds {ROWS_MAX:,} rows: ask for CSV, JSONL or Parquet, or for less.",
            )
        sheet = _Sheet()
        sheet.write(batch.kind.columns, rows, first=batch.rows_before + 1)
        _, _, written, _ = sheet.parts()
        return Piece(zlib.compress(written, _LEVEL), len(rows))

    def assembly(self, columns: Sequence[Column], *, rows: int) -> "XlsxAssembly":
        return XlsxAssembly(columns, rows)


class XlsxAssembly:
    """A workbook with a header, into whose sheet the pieces' rows are put."""

    def __init__(self, columns: Sequence[Column], rows: int) -> None:
        frame = _Sheet([column.name for column in columns])
        frame.span(rows, len(columns))
        others, before, _, after = frame.parts()
        self._outlet = Outlet()
        self._zip = ZipFile(self._outlet, "w", ZIP_DEFLATED, compresslevel=_LEVEL)
        for name, content in others.items():
            self._zip.writestr(name, content)
        self._sheet = self._zip.open(_SHEET, "w")
        self._sheet.write(before)
        self._after = after
        self._bytes = len(before) + len(after)

    def add(self, piece: bytes) -> bytes:
        rows = zlib.decompress(piece)
        self._bytes += len(rows)
        if self._bytes > SHEET_BYTES_MAX:
            raise CannotBeWritten(
                "TOO_LARGE", "A sheet cannot hold so much: ask for CSV, JSONL or Parquet, or for less."
            )
        self._sheet.write(rows)
        return self._outlet.take()

    def finish(self) -> bytes:
        self._sheet.write(self._after)
        self._sheet.close()
        self._zip.close()
        return self._outlet.take()


class _Sheet:
    """A workbook of one sheet; its first row has the names, or stands there for its formats alone."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        self._file = BytesIO()
        self._book = Workbook(self._file, {"constant_memory": True})
        self._sheet: Worksheet = self._book.add_worksheet("Export")
        self._formats = {_BOLD: self._book.add_format({"bold": True})}
        for form in (_TIME, _DATE, *_MONEY.values()):
            self._formats[form] = self._book.add_format({"num_format": form})
        for column, name in enumerate(names):
            self._sheet.write_string(0, column, name, self._formats[_BOLD])
        self._number_formats(1 if names else 0)

    def _number_formats(self, row: int) -> None:
        """Use each format once, in their order: it is by their first use that they are numbered."""
        for column, form in enumerate(self._formats.values()):
            self._sheet.write_blank(row, column, None, form)

    def span(self, rows: int, columns: int) -> None:
        """Say how far the sheet goes, and make it one that is read with ease."""
        self._sheet.write_blank(max(rows, 1), columns - 1, None, self._formats[_BOLD])
        self._sheet.freeze_panes(1, 0)
        self._sheet.autofilter(0, 0, max(rows, 1), columns - 1)
        self._sheet.set_column(0, columns - 1, 14)

    def write(self, columns: Sequence[Column], rows: Sequence[Cells], *, first: int) -> None:
        """Write rows, the first of them at that place."""
        writers = [self._writer(column, columns) for column in columns]
        for number, row in enumerate(rows, first):
            for at, (write, cell) in enumerate(zip(writers, row, strict=True)):
                if cell is not None:
                    write(number, at, cell, row)

    def _writer(self, column: Column, columns: Sequence[Column]) -> Write:
        if column.type is Type.MONEY:
            currency_at = next(at for at, each in enumerate(columns) if each.name == column.currency)
            return lambda row, at, cell, cells: self._amount(row, at, cell, cells[currency_at])
        sheet, formats = self._sheet, self._formats
        writers: dict[Type, Write] = {
            Type.TEXT: lambda row, at, cell, _: sheet.write_string(row, at, cell),
            Type.TEXTS: lambda row, at, cell, _: sheet.write_string(row, at, ";".join(cell)),
            Type.TIME: lambda row, at, cell, _: sheet.write_datetime(row, at, _naive(cell), formats[_TIME]),
            Type.DATE: lambda row, at, cell, _: sheet.write_datetime(row, at, cell, formats[_DATE]),
            Type.BOOLEAN: lambda row, at, cell, _: sheet.write_boolean(row, at, cell),
        }
        return writers.get(column.type) or (lambda row, at, cell, _: self._number(row, at, cell))

    def _amount(self, row: int, at: int, minor: int, currency: str) -> None:
        form = self._formats[_MONEY[exponent(currency)]]
        self._sheet.write_number(row, at, to_decimal(minor, currency), form)

    def _number(self, row: int, at: int, cell: float) -> None:
        if abs(cell) < _EXACT:
            self._sheet.write_number(row, at, cell)
        else:
            self._sheet.write_string(row, at, str(cell))

    def parts(self) -> tuple[dict[str, bytes], bytes, bytes, bytes]:
        """The workbook's other files; of its sheet what stands up to the first row, below it, and after all."""
        self._book.close()
        with ZipFile(self._file) as read:
            files = {name: read.read(name) for name in read.namelist()}
        sheet = files.pop(_SHEET)
        first = sheet.index(b"</row>") + len(b"</row>")
        end = sheet.index(b"</sheetData>")
        return files, sheet[:first], sheet[first:end], sheet[end:]


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
