"""Where a replay stands: a small file beside its report, so that an interrupted one goes on there."""

from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

import orjson

_BEGINNING_BYTES: Final = 65_536
_VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Everything up to `line` is answered and in the report, which then had `report_bytes`."""

    url: str
    beginning: str  # sha256 of the file's beginning, as it lies on disk
    line: int = 0
    report_bytes: int = 0
    last_order: tuple[str, str] | None = None  # channel and reference of one that the API has
    counts: dict[str, int] = field(default_factory=dict)


def position_file(report: Path) -> Path:
    return report.with_name(f"{report.name}.position")


def beginning_of(path: Path) -> str:
    """The digest that tells whether it is still the same file; rows may have been added to its end.

    Of a file below 64 kB only the first line counts: it may grow past that by its next replay.
    """
    with path.open("rb") as file:
        start = file.read(_BEGINNING_BYTES)
    if len(start) < _BEGINNING_BYTES:
        start = start[: start.find(b"\n") + 1] or start
    return sha256(start).hexdigest()


def load_position(report: Path, *, url: str, beginning: str) -> Position:
    """The position saved beside `report`; the start if it is of another file, of another API, or unreadable."""
    start = Position(url=url, beginning=beginning)
    try:
        saved = orjson.loads(position_file(report).read_bytes())
        if saved.pop("version") != _VERSION:
            return start
        last = saved.pop("last_order")
        position = Position(**saved, last_order=None if last is None else (last[0], last[1]))
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return start
    report_bytes = report.stat().st_size if report.exists() else 0
    same = (position.url, position.beginning) == (url, beginning)
    return position if same and report_bytes >= position.report_bytes else start


def save_position(report: Path, position: Position) -> None:
    """Replace the saved position; a crash leaves the old one or the new one."""
    target = position_file(report)
    written = target.with_name(f"{target.name}.new")
    written.write_bytes(orjson.dumps({"version": _VERSION, **asdict(position)}))
    written.replace(target)
