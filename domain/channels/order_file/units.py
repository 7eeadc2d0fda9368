"""Units: what is settled together because it is one order, with its place in the file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from domain.channels.order_file.lines import Line
from domain.channels.order_file.parsing import ROW_MAX_BYTES, Into, parse_raw
from domain.channels.order_file.refusals import RowRefusal
from domain.channels.raw_order import RawOrder

RAW_KEPT_BYTES: Final = 4_096  # of a row that is too long
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One order as the file states it, or why it is none; `rows` 0: blank lines, which state nothing."""

    line: int  # where it begins
    lines: int  # of the file, once it is done
    end: int
    rows: int = 1
    raw: bytes = b""
    stated: RawOrder | RowRefusal | None = None


class Rows(Protocol):
    """Makes units of lines."""

    def take(self, lines: Iterable[Line]) -> Iterator[Unit]:
        """The units that are complete with these lines."""
        ...

    def finish(self) -> Iterator[Unit]:
        """The last unit."""
        ...


class JsonRows:
    """JSON Lines: each line is an order."""

    def __init__(self, into: Into) -> None:
        self._into = into

    def take(self, lines: Iterable[Line]) -> Iterator[Unit]:
        for line in lines:
            raw = line.content.removeprefix(_BOM) if line.number == 1 else line.content
            if not raw or raw.isspace():
                yield Unit(line=line.number, lines=line.number, end=line.end, rows=0)
                continue
            yield Unit(
                line=line.number,
                lines=line.number,
                end=line.end,
                raw=kept(raw),
                stated=parse_raw(line.number, raw, self._into),
            )

    def finish(self) -> Iterator[Unit]:
        yield from ()


def kept(raw: bytes) -> bytes:
    """What is kept of a refused row: all of it, unless it is too long to be one."""
    return raw if len(raw) <= ROW_MAX_BYTES else raw[:RAW_KEPT_BYTES]
