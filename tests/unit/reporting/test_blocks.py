"""Blocks cover a span exactly, and are few."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reporting.blocks import COARSE, DAYS, FEW, FINE, blocks_of, floor_to, nearest

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DECADES = 60 * 365 * 96
quarters = st.integers(0, DECADES).map(lambda n: EPOCH + timedelta(minutes=15 * n))


@pytest.mark.parametrize("lengths", [FINE, COARSE, DAYS, FEW])
def test_each_length_divides_the_next(lengths: tuple[int, ...]) -> None:
    assert all(longer % shorter == 0 for shorter, longer in pairwise(lengths))


@given(quarters, quarters, st.sampled_from([FINE, COARSE, FEW]))
def test_blocks_sum_to_the_span(one: datetime, other: datetime, lengths: tuple[int, ...]) -> None:
    from_at, to_at = sorted((one, other))
    edges: Counter[datetime] = Counter()  # of a sum of intervals only its ends stay
    for block in blocks_of(from_at, to_at, lengths):
        assert block.starts_at == floor_to(block.starts_at, block.minutes)
        edges[block.starts_at] += block.times
        edges[block.starts_at + timedelta(minutes=block.minutes)] -= block.times
    wanted = Counter({from_at: 1})
    wanted[to_at] -= 1
    assert {at: n for at, n in edges.items() if n} == {at: n for at, n in wanted.items() if n}


@given(quarters, st.integers(1, 5 * 365 * 96))
def test_a_span_of_years_is_some_blocks(from_at: datetime, length: int) -> None:
    to_at = from_at + timedelta(minutes=15 * length)
    ends = 2 * (2 + 3 + 2 + 4 + 4)
    assert len(blocks_of(from_at, to_at, FINE)) <= ends + 5 * 365 / 64 + 1


@given(st.integers(0, 30), st.integers(1, 30), st.sampled_from([(1, 2, 4, 8), (1, 4, 16), (1, 3, 6, 24)]))
def test_no_fewer_blocks_would_do(begin: int, length: int, days: tuple[int, ...]) -> None:
    """Against the shortest way from one end to the other, a block a step, forth or back."""
    lengths = [1440 * each for each in days]
    distances, reached = {begin: 0}, [begin]
    for at in reached:
        for there in [at + sign * each for each in days if at % each == 0 for sign in (-1, 1)]:
            if there not in distances and -40 <= there <= 100:
                distances[there] = distances[at] + 1
                reached.append(there)
    found = blocks_of(EPOCH + timedelta(days=begin), EPOCH + timedelta(days=begin + length), lengths)
    assert len(found) == distances[begin + length]


def test_a_day_elsewhere_is_a_day_and_its_ends() -> None:
    from_at = datetime(2026, 3, 1, 23, tzinfo=UTC)
    blocks = blocks_of(from_at, from_at + timedelta(days=1), FINE)
    assert [(block.times, block.minutes) for block in blocks] == [(1, 60), (1, 1440), (-1, 60)]


def test_the_nearest_day() -> None:
    assert nearest(datetime(2026, 3, 1, 23, tzinfo=UTC), 1440) == datetime(2026, 3, 2, tzinfo=UTC)
    assert nearest(datetime(2026, 3, 1, 8, tzinfo=UTC), 1440) == datetime(2026, 3, 1, tzinfo=UTC)
