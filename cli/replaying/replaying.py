"""One replay from where it stands to the file's end: read, send, report, remember."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO

import orjson

from cli.client import Client
from cli.replaying.batching import Batch, batches
from cli.replaying.reading import read_lines
from cli.replaying.resuming import Position, beginning_of, load_position, save_position
from cli.replaying.sending import Sent, knows, send


@dataclass(slots=True)
class Counts:
    """What became of a file's rows, over all its replays."""

    rows: int = 0
    accepted: int = 0
    replayed: int = 0
    lost: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def add(self, sent: Sent) -> None:
        self.accepted += sent.accepted
        self.replayed += sent.replayed
        self.lost += sum(line.lost for line in sent.report)
        self.refused.update(line.code for line in sent.report if not line.lost)
        self.rows += sent.accepted + sent.replayed + len(sent.report)

    def flat(self) -> dict[str, int]:
        plain = {"rows": self.rows, "accepted": self.accepted, "replayed": self.replayed, "lost": self.lost}
        return plain | {f"refused:{code}": count for code, count in self.refused.items()}

    @classmethod
    def of(cls, flat: dict[str, int]) -> "Counts":
        refused = Counter({key[8:]: count for key, count in flat.items() if key.startswith("refused:")})
        return cls(**{key: count for key, count in flat.items() if ":" not in key}, refused=refused)


async def start_of(client: Client, file: Path, report: Path, *, restart: bool) -> Position:
    """Where to go on: the saved position, unless the API has forgotten the orders before it."""
    beginning = beginning_of(file)
    start = Position(url=client.url, beginning=beginning)
    if restart:
        return start
    position = load_position(report, url=client.url, beginning=beginning)
    if position.last_order is not None and not await knows(client, *position.last_order):
        return start
    return position


async def replay_file(
    client: Client,
    file: Path,
    report: Path,
    position: Position,
    *,
    batch_max: int,
    limit: int | None,
    seen: Callable[[Counts], None],
) -> Counts:
    """Send what comes after `position`; `seen` is told the counts after each batch.

    The report is written before the position, so a crash in between only sends a batch twice.

    Raises:
        UnreadableFile, ApiError: it stopped there, and a repetition goes on from there.
    """
    counts = Counts.of(position.counts)
    lines = itertools.islice(read_lines(file, start_offset_line=position.line), limit)
    coming = batches(lines, orders_max=batch_max)
    with _opened_report(report, position) as out:
        batch = await asyncio.to_thread(_next, coming)
        while batch is not None:
            # the next batch is read and parsed while this one is on its way
            reading = asyncio.create_task(asyncio.to_thread(_next, coming))
            try:
                sent = await send(client, batch)
            except BaseException:
                await asyncio.wait({reading})  # a generator can't be left while a thread runs in it
                raise
            counts.add(sent)
            position = _remembered(out, report, position, batch=batch, sent=sent, counts=counts)
            seen(counts)
            batch = await reading
    return counts


def _next(coming: Iterator[Batch]) -> Batch | None:
    return next(coming, None)


def _opened_report(report: Path, position: Position) -> IO[bytes]:
    """The report, cut to what it held at `position`."""
    report.parent.mkdir(parents=True, exist_ok=True)
    out = report.open("ab")
    out.truncate(position.report_bytes)
    return out


def _remembered(
    out: IO[bytes], report: Path, position: Position, *, batch: Batch, sent: Sent, counts: Counts
) -> Position:
    for line in sent.report:
        out.write(orjson.dumps(asdict(line), option=orjson.OPT_APPEND_NEWLINE))
    out.flush()
    position = replace(
        position,
        line=batch.last_line,
        report_bytes=out.tell(),
        last_order=sent.last_order or position.last_order,
        counts=counts.flat(),
    )
    save_position(report, position)
    return position


def count_rows(file: Path) -> int:
    """How many rows the file has; the whole of it is read once."""
    return sum(1 for _ in read_lines(file))
