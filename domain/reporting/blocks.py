"""Cover spans of time by few blocks of roll-ups, added and taken away. Pure.

A block has so many minutes and begins at a multiple of them since 1970. Each length divides the next one, so
that a span is covered by a few long blocks and some short ones at its ends: its cost grows with the logarithm
of its length, as that of a query of a segment tree does. What roll-ups hold can be taken away as well, so the
end of a day that is 23:00 elsewhere is a day less an hour, not 23 hours more: half as many blocks at each end.

Sources: M. de Berg et al., Computational Geometry (3rd ed.), section 10.3, "Segment Trees". D. E. Knuth, The Art of
Computer Programming, vol. 2, section 4.1, on balanced number systems.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import zip_longest

QUARTER, HOUR, DAY, EIGHT_DAYS = 15, 60, 1440, 11_520
# Roll-ups by few things (channel, warehouse) have all lengths; those by many (SKU, region) only some, since a row of
# theirs is as rare in an hour as in a quarter of it. Stock is counted by days.
FINE = (QUARTER, HOUR, 6 * HOUR, DAY, EIGHT_DAYS, 8 * EIGHT_DAYS)
COARSE = (QUARTER, DAY, EIGHT_DAYS, 8 * EIGHT_DAYS)
DAYS = (DAY, EIGHT_DAYS, 8 * EIGHT_DAYS)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Block:
    """So many `minutes` from `starts_at` on; `times` is 1, or -1 for one that is taken away."""

    times: int
    minutes: int
    starts_at: datetime


def blocks_of(from_at: datetime, to_at: datetime, lengths: Sequence[int]) -> Iterator[Block]:
    """Few blocks whose sum is [from_at, to_at), which are multiples of the shortest length."""
    start, end = _minutes(from_at), _minutes(to_at)
    for length, longer in zip_longest(lengths, lengths[1:]):
        if longer is None or end - start < longer // 2:
            yield from _blocks(length, start, end)
            return
        inner_start, inner_end = _nearest(start, longer), _nearest(end, longer)
        yield from _blocks(length, start, inner_start)
        yield from _blocks(length, inner_end, end)
        start, end = inner_start, inner_end


def _blocks(length: int, start: int, end: int) -> Iterator[Block]:
    """Blocks of one length from `start` to `end`; from an end that comes first, they are taken away."""
    times = 1 if start <= end else -1
    for at in range(min(start, end), max(start, end), length):
        yield Block(times, length, _EPOCH + timedelta(minutes=at))


def floor_to(moment: datetime, minutes: int) -> datetime:
    """The start of the block of so many minutes that `moment` lies in."""
    return _EPOCH + timedelta(minutes=_minutes(moment) // minutes * minutes)


def nearest(moment: datetime, minutes: int) -> datetime:
    """The start of such a block that is nearest to `moment`."""
    return _EPOCH + timedelta(minutes=_nearest(_minutes(moment), minutes))


def _nearest(at: int, minutes: int) -> int:
    return (at + minutes // 2) // minutes * minutes


def _minutes(moment: datetime) -> int:
    return int((moment - _EPOCH) // timedelta(minutes=1))
