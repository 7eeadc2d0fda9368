"""Cut a stream of bytes into lines with their places, however long they are. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.channels.order_file.parsing import ROW_MAX_BYTES


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end; one that is too long comes cut to one byte more than ROW_MAX_BYTES."""

    number: int
    end: int  # where the next one begins, in unpacked bytes
    content: bytes
    complete: bool = True  # it ended with a line feed


class Lines:
    """Cuts from `position` on, after `lines` lines."""

    def __init__(self, *, position: int = 0, lines: int = 0) -> None:
        self._position = position
        self._number = lines
        self._rest = bytearray()
        self._rest_bytes = 0  # of which `_rest` keeps the beginning

    def push(self, data: bytes) -> Iterator[Line]:
        """The lines that end in `data`."""
        begin = 0
        while (end := data.find(b"\n", begin)) >= 0:
            self._add(data[begin:end])
            self._rest_bytes += 1
            yield self._line()
            begin = end + 1
        self._add(data[begin:] if begin else data)

    def finish(self) -> Iterator[Line]:
        """The last line, if it does not end with a line feed."""
        if self._rest_bytes:
            yield self._line(complete=False)

    def _add(self, part: bytes) -> None:
        self._rest_bytes += len(part)
        room = ROW_MAX_BYTES + 1 - len(self._rest)
        if room > 0:
            self._rest += part[:room]

    def _line(self, *, complete: bool = True) -> Line:
        self._number += 1
        self._position += self._rest_bytes
        content = bytes(self._rest)
        self._rest.clear()
        self._rest_bytes = 0
        return Line(self._number, self._position, content.removesuffix(b"\r"), complete)
