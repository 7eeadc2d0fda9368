"""An upload's bytes, unpacked as they are read, within bounds. Pure."""

import lzma
import zlib
from typing import Final

STEP_BYTES: Final = 1024 * 1024
UNPACKED_MAX_BYTES: Final = 64 * 1024**3
# gzip reaches 1,032, xz far more; real orders come to less than 100
RATIO_MAX: Final = 400
RATIO_FREE_BYTES: Final = 64 * 1024 * 1024
_MAGIC_BYTES: Final = 6


class DamagedFile(Exception):
    """It cannot be unpacked any further, or would unpack to more than any file of orders."""


class Unpacker:
    """Unpacks gzip and xz, told by the first bytes; passes on what is neither."""

    def __init__(self) -> None:
        self.packed = 0
        self.unpacked = 0
        self._make: type[_Gzip | lzma.LZMADecompressor] | None = None
        self._stream: _Gzip | lzma.LZMADecompressor | None = None
        self._begun = False
        self._tail = b""  # packed bytes that the decompressor has not taken yet

    def feed(self, data: bytes, *, last: bool = False) -> None:
        """Give it the next bytes, once `unpack` has nothing left; `last` once there are no more."""
        self.packed += len(data)
        self._tail += data
        if not self._begun and (last or len(self._tail) >= _MAGIC_BYTES):
            self._begun = True
            self._make = maker(self._tail)

    def unpack(self) -> bytes:
        """Up to STEP_BYTES more; empty: it wants to be fed.

        Raises:
            DamagedFile: the bytes are no gzip or xz, or unpack to too much.
        """
        if not self._begun:
            return b""
        if self._make is None:
            step, self._tail = self._tail, b""
        else:
            step = self._step(self._make)
        self.unpacked += len(step)
        if self.unpacked > UNPACKED_MAX_BYTES or self.unpacked > RATIO_FREE_BYTES + RATIO_MAX * self.packed:
            raise DamagedFile("It unpacks to more than a file of orders can have.")
        return step

    def _step(self, make: "type[_Gzip | lzma.LZMADecompressor]") -> bytes:
        try:
            while True:
                if self._stream is None:
                    if not self._tail.strip(b"\x00"):
                        return b""
                    self._stream = make()
                data, self._tail = self._tail, b""
                step = self._stream.decompress(data, STEP_BYTES)
                if self._stream.eof:
                    self._tail, self._stream = self._stream.unused_data, None
                if step or self._stream is not None:
                    return step
        except (zlib.error, lzma.LZMAError, EOFError) as broken:
            raise DamagedFile(f"It cannot be unpacked: {broken}.") from broken

    def finish(self) -> None:
        """Raise DamagedFile if it ends in the middle of something."""
        if self._stream is not None:
            raise DamagedFile("It is cut short.")


def maker(beginning: bytes) -> "type[_Gzip | lzma.LZMADecompressor] | None":
    """What unpacks a file that begins so; None: it is not packed."""
    if beginning.startswith(b"\x1f\x8b"):
        return _Gzip
    return lzma.LZMADecompressor if beginning.startswith(b"\xfd7zXZ") else None


class _Gzip:
    """zlib's decompressor with the manners of lzma's: it keeps what it has not taken."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
