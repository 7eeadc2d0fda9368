"""Cover spans of time by few blocks of roll-ups, added and taken away. Pure.

A block has so many minutes and begins at a multiple of them since 1970. Each length divides the next one, so
that a span is covered by a few long blocks and some short ones at its ends: its cost grows with the logarithm
of its length, as that of a query of a segment tree does. What roll-ups hold can be taken away as well, so the
end of a day that is 23:00 elsewhere is a day less an hour, not 23 hours more. Whether a span's end goes forth or back to
the next longer block is what leaves the fewest blocks in all, as the digits -1, 0 and 1 do of which most are 0.

Sources: M. de Berg et al., Computational Geometry (3rd ed.), section 10.3, "Segment Trees". G. W. Reitwiesner, "Binary
Arithmetic", Advances in Computers 1, 1960, on the non-adjacent form.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

QUARTER, HOUR, DAY, EIGHT_DAYS = 15, 60, 1440, 11_520
# Any two of days, so that few rows are read where there is one for each SKU. Stock is counted by days. Roll-ups by many
# things (SKU, region) have no lengths for hours: a row of theirs is as rare in an hour as in a quarter of it.
DAYS = tuple(DAY << doubled for doubled in range(7))
COARSE = (QUARTER, *DAYS)
# Every third of them: where a block has few rows, as by category, more blocks cost less than more lengths to write.
FEW = (QUARTER, DAY, EIGHT_DAYS, 8 * EIGHT_DAYS)
FINE = (QUARTER, HOUR, 6 * HOUR, *DAYS)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Block:
    """So many `minutes` from `starts_at` on; `times` is 1, or -1 for one that is taken away."""

    times: int
    minutes: int
    starts_at: datetime


def blocks_of(from_at: datetime, to_at: datetime, lengths: Sequence[int]) -> list[Block]:
    """The fewest blocks whose sum is [from_at, to_at), which are multiples of the shortest length."""
    starts, ends = _ways(_minutes(from_at), tuple(lengths)), _ways(_minutes(to_at), tuple(lengths))
    _, at, start, end = min(
        (before.blocks + abs(end - start) // length + after.blocks, at, start, end)
        for at, length in enumerate(lengths)
        for start, before in starts[at].items()
        for end, after in ends[at].items()
    )
    between = _Step(start, end, lengths[at])
    steps = (*starts[at][start].steps, between, *(step.back for step in ends[at][end].steps))
    return [block for step in steps for block in step.blocks()]


class _Step(NamedTuple):
    """From one moment to another, either of which may be the earlier one, by blocks of one length."""

    start: int
    end: int
    length: int

    @property
    def back(self) -> "_Step":
        return self._replace(start=self.end, end=self.start)

    def blocks(self) -> Iterator[Block]:
        """From an end that comes first, they are taken away."""
        times = 1 if self.start <= self.end else -1
        for at in range(min(self.start, self.end), max(self.start, self.end), self.length):
            yield Block(times, self.length, _EPOCH + timedelta(minutes=at))


class _Way(NamedTuple):
    """Steps, and how many blocks they have."""

    blocks: int
    steps: tuple[_Step, ...]


@lru_cache(maxsize=4_096)  # most spans end where the next one begins
def _ways(at: int, lengths: tuple[int, ...]) -> list[dict[int, _Way]]:
    """For each length: how to come from `at` to the multiples of it just before and just after, by fewest shorter blocks."""
    found = [{at: _Way(0, ())}]
    for length, longer in pairwise(lengths):
        further: dict[int, _Way] = {}
        for here, way in found[-1].items():
            for there in (here // longer * longer, -(-here // longer) * longer):
                step = _Step(here, there, length)
                longer_way = _Way(way.blocks + abs(there - here) // length, (*way.steps, step))
                if there not in further or longer_way.blocks < further[there].blocks:
                    further[there] = longer_way
        found.append(further)
    return found


def floor_to(moment: datetime, minutes: int) -> datetime:
    """The start of the block of so many minutes that `moment` lies in."""
    return _EPOCH + timedelta(minutes=_minutes(moment) // minutes * minutes)


def nearest(moment: datetime, minutes: int) -> datetime:
    """The start of such a block that is nearest to `moment`."""
    return floor_to(moment + timedelta(minutes=minutes // 2), minutes)


def _minutes(moment: datetime) -> int:
    return int((moment - _EPOCH) // timedelta(minutes=1))
