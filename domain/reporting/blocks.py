"""Cover spans of time by few blocks of roll-ups. Pure.

A block has so many minutes and begins at a multiple of them since 1970. Each length divides the next one, so
that a span is covered by a few long blocks and some short ones at its ends: its cost grows with the logarithm
of its length, as that of a query of a segment tree does.

Source: M. de Berg et al., Computational Geometry (3rd ed.), section 10.3, "Segment Trees".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

QUARTER, HOUR, DAY, EIGHT_DAYS = 15, 60, 1440, 11_520
# Roll-ups by few things (channel, warehouse) have all lengths; those by many (SKU, region) only some, since a row of
# theirs is as rare in an hour as in a quarter of it. Stock is counted by days.
FINE = (QUARTER, HOUR, 6 * HOUR, DAY, EIGHT_DAYS, 8 * EIGHT_DAYS)
COARSE = (QUARTER, DAY, EIGHT_DAYS, 8 * EIGHT_DAYS)
DAYS = (DAY, EIGHT_DAYS, 8 * EIGHT_DAYS)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Block:
    """So many `minutes` from `starts_at` on."""

    minutes: int
    starts_at: datetime


def blocks_of(from_at: datetime, to_at: datetime, lengths: Sequence[int]) -> Iterator[Block]:
    """The fewest blocks that together are [from_at, to_at), which are multiples of the shortest length."""
    at, end = _minutes(from_at), _minutes(to_at)
    while at < end:
        length = max(n for n in lengths if at % n == 0 and at + n <= end)
        yield Block(length, _EPOCH + timedelta(minutes=at))
        at += length


def floor_to(moment: datetime, minutes: int) -> datetime:
    """The start of the block of so many minutes that `moment` lies in."""
    return _EPOCH + timedelta(minutes=_minutes(moment) // minutes * minutes)


def nearest(moment: datetime, minutes: int) -> datetime:
    """The start of such a block that is nearest to `moment`."""
    return floor_to(moment + timedelta(minutes=minutes / 2), minutes)


def _minutes(moment: datetime) -> int:
    return int((moment - _EPOCH) // timedelta(minutes=1))
