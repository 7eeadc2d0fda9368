"""Read an order file line by line, whatever it is compressed with, in bounded memory."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from domain.channels.order_file.parsing import ROW_MAX_BYTES

_BOM = b"\xef\xbb\xbf"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_BROKEN = (EOFError, OSError, lzma.LZMAError, zlib.error)


class UnreadableFile(Exception):
    """The file can't be read to its end; the rows before `line_number` were complete."""

    def __init__(self, path: Path, line_number: int, reason: str) -> None:
        super().__init__(f"{path.name}, line {line_number}: {reason}")
        self.path = path
        self.line_number = line_number
        self.reason = reason


def read_lines(path: Path, *, start_offset_line: int = 0) -> Iterator[tuple[int, bytes]]:
    """Each line that isn't blank with its number, counted from 1.

    The compression is told by the file's first bytes, not by its name. A row longer than
    ROW_MAX_BYTES comes cut to one byte more, which the parser refuses.

    Args:
        path: plain, gzip, xz or bzip2.
        start_offset_line: how many lines to pass over: the last line number already done.

    Raises:
        UnreadableFile: it doesn't exist, is damaged or cut short, or is compressed in another way.
    """
    number = 0
    try:
        with _opened(path) as file:
            for line in _bounded_lines(file):
                number += 1
                content = line.removeprefix(_BOM) if number == 1 else line
                if number > start_offset_line and not content.isspace() and content:
                    yield number, content
    except _BROKEN as broken:
        raise UnreadableFile(path, number + 1, str(broken)) from broken


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        magic = file.read(6)
    if magic.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.open(path, "rb"))
    if magic.startswith(b"\xfd7zXZ"):
        return lzma.open(path, "rb")
    if magic.startswith(b"BZh"):
        return bz2.open(path, "rb")
    if magic.startswith(_ZSTD_MAGIC):
        raise UnreadableFile(path, 1, "zstd isn't read by this Python; decompress it first")
    return path.open("rb")


def _bounded_lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(ROW_MAX_BYTES + 1):
        yield line
        rest = line
        while len(rest) > ROW_MAX_BYTES and not rest.endswith(b"\n"):
            rest = file.readline(ROW_MAX_BYTES + 1)
