"""Local days where clocks change, and what a span is compared with."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reporting.periods import Comparison, Grain, Span

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "Asia/Kathmandu",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "America/Havana",
        "Asia/Shanghai",
    ]
).map(ZoneInfo)
DATES = st.dates(date(1990, 1, 1), date(2060, 1, 1))
PERIOD, YEAR = Comparison.PREVIOUS_PERIOD, Comparison.PREVIOUS_YEAR


def span(first: str, last: str, zone: ZoneInfo = BERLIN) -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last), zone)


def dates(of: Span) -> tuple[str, str]:
    return of.first.isoformat(), of.last.isoformat()


def hours(of: Span, grain: Grain = Grain.DAY) -> list[float]:
    return [(to - at).total_seconds() / 3600 for at, to in pairwise(of.cut(grain))]


def test_a_day_has_23_or_25_hours_where_clocks_change() -> None:
    assert hours(span("2026-03-28", "2026-03-30")) == [24, 23, 24]
    assert hours(span("2026-10-24", "2026-10-26")) == [24, 25, 24]
    assert len(hours(span("2026-10-25", "2026-10-25"), Grain.HOUR)) == 25


def test_a_day_begins_where_midnight_is_skipped_or_comes_twice() -> None:
    paulo, havana = ZoneInfo("America/Sao_Paulo"), ZoneInfo("America/Havana")
    assert span("2018-11-04", "2018-11-04", paulo).from_at == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert hours(span("2018-11-03", "2018-11-05", paulo)) == [24, 23, 24]
    assert hours(span("2026-10-31", "2026-11-02", havana)) == [24, 25, 24]


def test_weeks_and_months_begin_where_they_do() -> None:
    weeks = span("2026-01-28", "2026-02-10").cut(Grain.WEEK)
    assert [at.astimezone(BERLIN).date().isoformat() for at in weeks] == [
        "2026-01-28", "2026-02-02", "2026-02-09", "2026-02-11",
    ]  # fmt: skip
    months = span("2025-12-15", "2026-02-28").cut(Grain.MONTH)
    assert [at.astimezone(BERLIN).date().isoformat() for at in months] == [
        "2025-12-15", "2026-01-01", "2026-02-01", "2026-03-01",
    ]  # fmt: skip


@given(DATES, st.integers(0, 100), ZONES, st.sampled_from(Grain))
def test_periods_follow_each_other_without_gap(first: date, more: int, zone: ZoneInfo, grain: Grain) -> None:
    whole = Span(first, first + timedelta(days=more), zone)
    cut = whole.cut(grain)
    assert (cut[0], cut[-1]) == (whole.from_at, whole.to_at)
    assert all(at < to for at, to in pairwise(cut))
    assert all(at.minute % 15 == 0 == at.second for at in cut)


@pytest.mark.parametrize(
    ("first", "last", "comparison", "before"),
    [
        ("2026-03-01", "2026-03-31", PERIOD, ("2026-02-01", "2026-02-28")),
        ("2024-03-01", "2024-03-31", PERIOD, ("2024-02-01", "2024-02-29")),
        ("2026-01-01", "2026-03-31", PERIOD, ("2025-10-01", "2025-12-31")),
        ("2026-03-02", "2026-03-31", PERIOD, ("2026-01-31", "2026-03-01")),
        ("2026-03-30", "2026-03-30", PERIOD, ("2026-03-29", "2026-03-29")),
        ("2024-02-29", "2024-02-29", YEAR, ("2023-02-28", "2023-02-28")),
        ("2024-02-01", "2024-02-29", YEAR, ("2023-02-01", "2023-02-28")),
        ("2025-02-01", "2025-02-28", YEAR, ("2024-02-01", "2024-02-29")),
        ("2026-10-25", "2026-10-31", YEAR, ("2025-10-25", "2025-10-31")),
    ],
)
def test_what_a_span_is_compared_with(
    first: str, last: str, comparison: Comparison, before: tuple[str, str]
) -> None:
    assert dates(span(first, last).before(comparison)) == before


@given(DATES, st.integers(0, 400))
def test_the_period_before_ends_where_the_span_begins(first: date, more: int) -> None:
    whole = Span(first, first + timedelta(days=more), BERLIN)
    before = whole.before(PERIOD)
    assert before.to_at == whole.from_at
    assert before.days == whole.days or whole.first.day == before.first.day == 1


@given(DATES, st.integers(1, 24), st.sampled_from(Grain))
def test_earlier_has_enough_periods_more(first: date, periods: int, grain: Grain) -> None:
    whole = Span(first, first, BERLIN)
    begins = [at for at in whole.earlier(grain, periods).cut(grain) if at < whole.from_at]
    assert len(begins) >= periods
