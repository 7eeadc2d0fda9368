"""Blocks cover a span exactly, and are few."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reporting.blocks import COARSE, DAYS, FINE, blocks_of, floor_to, nearest

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DECADES = 60 * 365 * 96
quarters = st.integers(0, DECADES).map(lambda n: EPOCH + timedelta(minutes=15 * n))


@pytest.mark.parametrize("lengths", [FINE, COARSE, DAYS])
def test_each_length_divides_the_next(lengths: tuple[int, ...]) -> None:
    assert all(longer % shorter == 0 for shorter, longer in pairwise(lengths))


@given(quarters, quarters, st.sampled_from([FINE, COARSE]))
def test_blocks_tile_the_span(one: datetime, other: datetime, lengths: tuple[int, ...]) -> None:
    from_at, to_at = sorted((one, other))
    at = from_at
    for block in blocks_of(from_at, to_at, lengths):
        assert block.starts_at == at == floor_to(at, block.minutes)
        at += timedelta(minutes=block.minutes)
    assert at == to_at


@given(quarters, st.integers(1, 5 * 365 * 96))
def test_a_span_of_years_is_some_blocks(from_at: datetime, length: int) -> None:
    to_at = from_at + timedelta(minutes=15 * length)
    ends = 2 * (3 + 5 + 3 + 7 + 7)
    assert len(list(blocks_of(from_at, to_at, FINE))) <= ends + 5 * 365 / 64 + 1


def test_the_nearest_day() -> None:
    assert nearest(datetime(2026, 3, 1, 23, tzinfo=UTC), 1440) == datetime(2026, 3, 2, tzinfo=UTC)
    assert nearest(datetime(2026, 3, 1, 8, tzinfo=UTC), 1440) == datetime(2026, 3, 1, tzinfo=UTC)
