"""Rows of a CSV file: rows that stand together under one reference are one order. Pure.

Source: RFC 4180, with the delimiters, decimal commas and encodings that spreadsheets write.
"""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import StringIO
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.channels.order_file.fields import Unclear
from domain.channels.order_file.lines import Line
from domain.channels.order_file.parsing import ROW_MAX_BYTES, Into, parse_object
from domain.channels.order_file.reading import DELIMITERS, FIELDS, REQUIRED, Reading
from domain.channels.order_file.refusals import RefusalCode, RowRefusal
from domain.channels.order_file.units import RAW_KEPT_BYTES, Unit
from domain.shared.spreadsheets import plain

RECORD_LINES_MAX: Final = 1_000  # a quote that never closes must not swallow the file
_GROUPED: Final = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?")
_LINE_END: Final = re.compile("[\r\n]")
_GB2312_MIN: Final = 0xA1  # both bytes of the common characters


class UnusableHeader(Exception):
    """The file's first line does not say what its columns are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The columns of a file: which field of an order each of them is, None: none."""

    reading: Reading  # with encoding and delimiter decided
    names: tuple[str, ...]
    fields: tuple[str | None, ...]


def header_of(beginning: bytes, first: bytes, reading: Reading) -> Header:
    """What the first line says, read as the file's beginning suggests where `reading` leaves it open.

    Raises:
        UnusableHeader: it is no text in the encoding, or a required column is missing.
    """
    encoding = reading.encoding or encoding_of(beginning)
    try:
        text = first.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise UnusableHeader(f"The first line is no text in {encoding}; give the encoding.") from None
    delimiter = reading.delimiter or max(DELIMITERS, key=text.count)
    names = tuple(cell.strip() for cell in next(csv.reader([text], delimiter=delimiter), []))
    ours = {theirs.casefold(): name for name, theirs in reading.columns.items()}
    fields = tuple(ours.get(name.casefold(), name if name in FIELDS else None) for name in names)
    missing = [name for name in REQUIRED if name not in fields and name not in reading.constants]
    if missing:
        called = ", ".join(reading.columns.get(name, name) for name in missing)
        raise UnusableHeader(f"Columns are missing: {called}. The file has: {', '.join(names)[:500]}.")
    if len({name for name in fields if name}) != sum(name is not None for name in fields):
        raise UnusableHeader("Two columns are the same field of an order.")
    return Header(
        reading=replace(reading, encoding=encoding, delimiter=delimiter), names=names, fields=fields
    )


def encoding_of(beginning: bytes) -> str:
    """UTF-8 if it can be; else GB 18030 if that reads mostly as Chinese; else Windows-1252."""
    if beginning.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    whole = beginning[: beginning.rfind(b"\n") + 1] or beginning
    try:
        whole.decode()
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    try:
        foreign = [sign for sign in whole.decode("gb18030") if sign > "\x7f"]
    except UnicodeDecodeError:
        return "cp1252"
    # in Western text a letter of two bytes would be an accented one and whatever follows it
    chinese = sum(min(sign.encode("gb18030")) >= _GB2312_MIN for sign in foreign)
    return "gb18030" if chinese > len(foreign) * 0.8 else "cp1252"


@dataclass(slots=True)
class _Group:
    """Rows under one reference."""

    reference: str
    line: int
    rows: int = 0
    lines: int = 0
    end: int = 0
    raw: bytearray = field(default_factory=bytearray)
    cells: list[Mapping[str, str]] = field(default_factory=list[Mapping[str, str]])
    too_long: bool = False
    refused: RowRefusal | None = None  # of its first row that cannot be read

    def add(self, record: "_Record", cells: Mapping[str, str] | RowRefusal) -> None:
        if isinstance(cells, RowRefusal):
            self.refused, cells = self.refused or cells, {}
        self.rows += 1
        self.lines, self.end = record.lines, record.end
        if len(self.raw) + len(record.raw) > ROW_MAX_BYTES:
            self.too_long = True
            self.cells.clear()
            del self.raw[RAW_KEPT_BYTES:]
        if not self.too_long:
            self.raw += (b"\n" if self.raw else b"") + record.raw
            self.cells.append(cells)


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    lines: int
    end: int
    raw: bytes
    cells: Sequence[str] | RowRefusal


@dataclass(frozen=True, slots=True)
class _Quoting:
    """A line, and what it makes of a quoted cell that is open at its beginning, or is not."""

    line: Line
    opens: bool  # none is open before it, one is after it
    closes: bool  # one is open before it, none is after it


class CsvRows:
    """CSV: the header has been read; rows become units as their orders are complete."""

    def __init__(self, header: Header, into: Into) -> None:
        self._header = header
        self._into = into
        self._open: deque[_Quoting] = deque()
        self._open_bytes = 0
        self._group: _Group | None = None
        self._encoding = header.reading.encoding or "utf-8"
        self._delimiter = header.reading.delimiter or ","
        self._zone = ZoneInfo(header.reading.timezone)

    def take(self, lines: Iterable[Line]) -> Iterator[Unit]:
        for line in lines:
            for record in self._records(line):
                yield from self._unit_of(record)

    def finish(self) -> Iterator[Unit]:
        while self._open:
            yield from self._unit_of(self._unclosed(self._let_go()))
            for record in self._ended():
                yield from self._unit_of(record)
        yield from self._end_group()

    # ------------------------------------------------------------ records

    def _records(self, line: Line) -> Iterator[_Record]:
        """The records that end with this line."""
        if not self._open and b'"' not in line.content:
            yield self._record([line])
            return
        cell = f'{self._delimiter}"'.encode()
        opens = _ends_in_quotes(line.content, cell, inside=False)
        closes = not _ends_in_quotes(line.content, cell, inside=True)
        self._open.append(_Quoting(line, opens=opens, closes=closes))
        self._open_bytes += len(line.content)
        yield from self._ended()

    def _ended(self) -> Iterator[_Record]:
        """The records that end with the last of the open lines; one whose quote does not close is given up line by line.

        No line between the first and the last closes a quote, so that what follows a line that is given up need not be
        looked at again.
        """
        while self._open:
            if not self._open[0].opens:
                yield self._record([self._let_go()])
            elif len(self._open) > RECORD_LINES_MAX or self._open_bytes > ROW_MAX_BYTES:
                yield self._unclosed(self._let_go())  # it alone is to blame
            elif len(self._open) > 1 and self._open[-1].closes:
                yield self._record([self._let_go() for _ in range(len(self._open))])
            else:
                return

    def _let_go(self) -> Line:
        """The first of the open lines, which is none any more."""
        line = self._open.popleft().line
        self._open_bytes -= len(line.content)
        return line

    def _unclosed(self, line: Line) -> _Record:
        no = RowRefusal(line.number, RefusalCode.BAD_CSV, "", "has a quote that is not closed")
        return _Record(line.number, line.number, line.end, line.content, no)

    def _record(self, lines: Sequence[Line]) -> _Record:
        raw = b"\n".join(line.content for line in lines)
        return _Record(lines[0].number, lines[-1].number, lines[-1].end, raw, self._cells(lines[0], raw))

    def _cells(self, first: Line, raw: bytes) -> Sequence[str] | RowRefusal:
        def no(code: RefusalCode, message: str) -> RowRefusal:
            return RowRefusal(first.number, code, "", message)

        if len(raw) > ROW_MAX_BYTES:
            return no(RefusalCode.TOO_LONG, f"is longer than {ROW_MAX_BYTES} bytes")
        try:
            text = raw.decode(self._encoding)
            cells = next(csv.reader(StringIO(text, newline=""), delimiter=self._delimiter), [])
        except UnicodeDecodeError:
            return no(RefusalCode.BAD_ENCODING, f"is no text in {self._encoding}")
        except csv.Error as wrong:
            return no(RefusalCode.BAD_CSV, str(wrong))
        wanted = len(self._header.names)
        if len(cells) != wanted and any(cell.strip() for cell in (cells[wanted:] or cells)):
            return no(RefusalCode.BAD_CSV, f"has {len(cells)} cells, where the header has {wanted}")
        return cells

    # ------------------------------------------------------------ orders

    def _unit_of(self, record: _Record) -> Iterator[Unit]:
        if not isinstance(record.cells, RowRefusal) and not any(cell.strip() for cell in record.cells):
            yield from self._end_group()
            yield Unit(line=record.line, lines=record.lines, end=record.end, rows=0)
            return
        cells = self._told(record)
        reference = self._reference(record, cells)
        if isinstance(cells, RowRefusal) and not reference:
            yield from self._end_group()
            yield self._refused(record, cells)
            return
        if self._group is None or self._group.reference != reference:
            yield from self._end_group()
            self._group = _Group(reference, record.line)
        self._group.add(record, cells)

    def _told(self, record: _Record) -> Mapping[str, str] | RowRefusal:
        if isinstance(record.cells, RowRefusal):
            return record.cells
        cells = self._named(record.cells)
        if cells.get("external_id"):
            return cells
        return RowRefusal(record.line, RefusalCode.MISSING_FIELD, "external_id", "is required")

    def _reference(self, record: _Record, cells: Mapping[str, str] | RowRefusal) -> str:
        """Which order a row is of, so that none is taken without one of its rows.

        A row that cannot be read is of the order that it names as far as it can be, else of the one before it. One that
        can be, but is no line, is of none: spreadsheets put totals below their rows.
        """
        if not isinstance(cells, RowRefusal):
            return cells["external_id"]
        text = record.raw[:RAW_KEPT_BYTES].decode(self._encoding, errors="replace")
        found = self._named(next(csv.reader([_LINE_END.split(text)[0]], delimiter=self._delimiter), []))
        if named := found.get("external_id"):
            return named
        is_total = not isinstance(record.cells, RowRefusal) and not (
            found.get("lines.sku") and found.get("lines.qty")
        )
        return "" if self._group is None or is_total else self._group.reference

    def _refused(self, record: _Record, no: RowRefusal) -> Unit:
        raw = record.raw if len(record.raw) <= ROW_MAX_BYTES else record.raw[:RAW_KEPT_BYTES]
        return Unit(line=record.line, lines=record.lines, end=record.end, raw=raw, stated=no)

    def _named(self, cells: Sequence[str]) -> dict[str, str]:
        named = dict(self._header.reading.constants)
        for name, cell in zip(self._header.fields, cells, strict=False):
            if name is not None and (text := plain(cell.strip())):
                named[name] = text
        return named

    def _end_group(self) -> Iterator[Unit]:
        group, self._group = self._group, None
        if group is not None:
            yield Unit(
                line=group.line,
                lines=group.lines,
                end=group.end,
                rows=group.rows,
                raw=bytes(group.raw),
                stated=parse_object(group.line, self._order(group), self._into)
                if (wrong := self._wrong(group)) is None
                else wrong,
            )

    def _wrong(self, group: _Group) -> RowRefusal | None:
        if group.refused is not None:
            return group.refused
        if group.too_long:
            return RowRefusal(
                group.line, RefusalCode.TOO_LONG, "", f"its rows have more than {ROW_MAX_BYTES} bytes"
            )
        first = group.cells[0]
        for cells in group.cells[1:]:
            for name, text in cells.items():
                if not name.startswith("lines.") and first.get(name) != text:
                    message = (
                        f"{text[:40]!r} differs from {first.get(name, '')[:40]!r} in the order's first row"
                    )
                    return RowRefusal(group.line, RefusalCode.ROWS_DIFFER, name, message)
        return None

    def _order(self, group: _Group) -> dict[str, Any]:
        if not group.cells:
            return {}
        order: dict[str, Any] = {"ship_to": {}}
        for name, text in group.cells[0].items():
            folder, _, leaf = name.rpartition(".")
            if folder == "lines":
                continue
            (order["ship_to"] if folder else order)[leaf] = self._value(leaf, text)
        order["lines"] = [
            {
                name.removeprefix("lines."): self._value(name.removeprefix("lines."), text)
                for name, text in cells.items()
                if name.startswith("lines.")
            }
            for cells in group.cells
        ]
        return order

    def _value(self, name: str, text: str) -> Any:
        if name in {"placed_at", "promised_by"}:
            return self._moment(text)
        if name in _NUMBERS:
            number = self._decimal(text)
            return Unclear(text) if number is None else _NUMBERS[name](number)
        if name == "tags":
            return [tag.strip() for tag in text.replace("|", ";").split(";") if tag.strip()]
        return text

    def _moment(self, text: str) -> str:
        form = self._header.reading.date_format
        try:
            moment = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007
        except ValueError:
            return text
        return (moment if moment.tzinfo else moment.replace(tzinfo=self._zone)).isoformat()

    def _decimal(self, text: str) -> str | None:
        """The number with a point before its decimals; None: its points group no thousands."""
        if not self._header.reading.decimal_comma:
            return text
        whole = text.replace(".", "") if _GROUPED.fullmatch(text) else text
        return None if "." in whole else whole.replace(",", ".")


def _ends_in_quotes(content: bytes, cell: bytes, *, inside: bool) -> bool:
    """Whether a quoted cell is open at the end of a line; `cell` is how one begins within it, `inside`: one is open before."""
    at = 0
    if not inside:
        at = 1 if content.startswith(b'"') else _after(content, cell, 0)
    while at >= 0 and (quote := content.find(b'"', at)) >= 0:
        is_doubled = content.startswith(b'"', quote + 1)
        at = quote + 2 if is_doubled else _after(content, cell, quote + 1)
    return at >= 0


def _after(content: bytes, cell: bytes, begin: int) -> int:
    """Where the next quoted cell has begun; -1: nowhere."""
    found = content.find(cell, begin)
    return found + len(cell) if found >= 0 else -1


def _whole(text: str) -> int | str:
    whole, _, rest = text.partition(".")
    digits = whole.removeprefix("-")
    return (
        int(whole)
        if digits.isascii() and digits.isdecimal() and len(digits) < 19 and not rest.strip("0")
        else text
    )


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


_NUMBERS: Final[Mapping[str, Callable[[str], Any]]] = {
    **dict.fromkeys(("unit_price", "discount", "platform_discount", "tax", "shipping"), str),
    **dict.fromkeys(("qty", "max_shipments"), _whole),
    **dict.fromkeys(("lat", "lon"), _number),
}
