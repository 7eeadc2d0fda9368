"""Rows of a CSV file: rows that stand together under one reference are one order. Pure.

Source: RFC 4180, with the delimiters, decimal commas and encodings that spreadsheets write.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import StringIO
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.channels.order_file.lines import Line
from domain.channels.order_file.parsing import ROW_MAX_BYTES, Into, parse_object
from domain.channels.order_file.reading import DELIMITERS, FIELDS, REQUIRED, Reading
from domain.channels.order_file.refusals import RefusalCode, RowRefusal
from domain.channels.order_file.units import RAW_KEPT_BYTES, Unit
from domain.shared.spreadsheets import plain

RECORD_LINES_MAX: Final = 1_000  # a quote that never closes must not swallow the file
_MONEY: Final = ("unit_price", "discount", "platform_discount", "tax", "shipping")
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

    def add(self, record: "_Record", cells: Mapping[str, str]) -> None:
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


class CsvRows:
    """CSV: the header has been read; rows become units as their orders are complete."""

    def __init__(self, header: Header, into: Into) -> None:
        self._header = header
        self._into = into
        self._open: list[Line] = []
        self._group: _Group | None = None
        self._encoding = header.reading.encoding or "utf-8"
        self._delimiter = header.reading.delimiter or ","
        self._zone = ZoneInfo(header.reading.timezone)

    def take(self, lines: Iterable[Line]) -> Iterator[Unit]:
        for line in lines:
            for record in self._records(line):
                yield from self._unit_of(record)

    def finish(self) -> Iterator[Unit]:
        for line in self._open:
            yield from self._unit_of(self._unclosed(line))
        self._open = []
        yield from self._end_group()

    # ------------------------------------------------------------ records

    def _records(self, line: Line) -> Iterator[_Record]:
        """The record that ends with this line; one whose quote does not close is given up line by line."""
        if not self._open and b'"' not in line.content:
            yield self._record([line])
            return
        self._open.append(line)
        raw = b"\n".join(each.content for each in self._open)
        if len(self._open) > RECORD_LINES_MAX or len(raw) > ROW_MAX_BYTES:
            # the first line alone is to blame; what follows is read anew
            first, rest = self._open[0], self._open[1:]
            self._open = []
            yield self._unclosed(first)
            for each in rest:
                yield from self._records(each)
        elif not self._in_quotes(raw):
            opened, self._open = self._open, []
            yield self._record(opened)

    def _in_quotes(self, raw: bytes) -> bool:
        """Whether a quoted cell is still open at the end of `raw`."""
        delimiter = self._delimiter.encode()[0]
        inside, at_start = False, True
        for sign in raw:
            if sign == 0x22 and (inside or at_start):
                inside = not inside
                at_start = not inside  # a quote right after a closing one opens again: it was a doubled one
            else:
                at_start = not inside and sign in (delimiter, 0x0A)
        return inside

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
        if isinstance(record.cells, RowRefusal):
            yield from self._end_group()
            yield self._refused(record, record.cells)
            return
        if not any(cell.strip() for cell in record.cells):
            yield from self._end_group()
            yield Unit(line=record.line, lines=record.lines, end=record.end, rows=0)
            return
        cells = self._named(record.cells)
        reference = cells.get("external_id", "")
        if not reference:
            yield from self._end_group()
            no = RowRefusal(record.line, RefusalCode.MISSING_FIELD, "external_id", "is required")
            yield self._refused(record, no)
            return
        if self._group is None or self._group.reference != reference:
            yield from self._end_group()
            self._group = _Group(reference, record.line)
        self._group.add(record, cells)

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
        if name in _MONEY:
            return self._decimal(text)
        if name in {"qty", "max_shipments"}:
            return _whole(self._decimal(text))
        if name in {"lat", "lon"}:
            return _number(self._decimal(text))
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

    def _decimal(self, text: str) -> str:
        return text.replace(".", "").replace(",", ".") if self._header.reading.decimal_comma else text


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
