"""What every format does: rows become a piece, and pieces become a file."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from domain.exports.kinds.kind import Cells, Column, Kind


class CannotBeWritten(Exception):
    """The format cannot hold it; another one can."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Batch:
    """Records to be written together, after so many rows."""

    kind: Kind
    records: Sequence[Any]
    rows_before: int

    def rows(self) -> list[Cells]:
        return [row for record in self.records for row in self.kind.rows(record)]


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows as they are kept, and how many they are."""

    content: bytes
    rows: int


class Assembly(Protocol):
    """Makes a file of pieces, holding a few of them at a time; each step gives what is ready of the file."""

    def add(self, piece: bytes) -> bytes: ...

    def finish(self) -> bytes: ...


class Format(ABC):
    """Writes rows as pieces."""

    def head(self, columns: Sequence[Column], *, bom: bool) -> bytes:  # noqa: ARG002 -- most have none
        """What comes before the first row."""
        return b""

    @abstractmethod
    def piece(self, batch: Batch) -> Piece:
        """The batch's rows.

        Raises:
            CannotBeWritten: as it says.
        """

    def assembly(self, columns: Sequence[Column], *, rows: int) -> Assembly | None:  # noqa: ARG002 -- not all need one
        """Begin the file of so many rows; None: its pieces, one after the other, are the file."""
        return None


class Outlet:
    """A file to write to that hands on what was written; it cannot be sought in."""

    closed = False

    def __init__(self) -> None:
        self._ready = bytearray()
        self._taken = 0

    def write(self, data: Any) -> int:
        self._ready += data
        return memoryview(data).nbytes

    def take(self) -> bytes:
        """What was written since it was last asked."""
        ready = bytes(self._ready)
        self._taken += len(ready)
        self._ready.clear()
        return ready

    def tell(self) -> int:
        return self._taken + len(self._ready)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        self.closed = True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True
