"""On which days parcels leave."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.warehouses.ship_days import Calendar, cutoff_at, releasable_at, ship_days

FRIDAY = date(2026, 11, 27)
WEEK = frozenset({1, 2, 3, 4, 5})


def at(hour: int, minute: int = 0, *, day: int = 27) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("timezone", "now", "first"),
    [
        ("Europe/Berlin", at(13, 59), FRIDAY),  # 14:59 there, the cut-off is at 15:00
        ("Europe/Berlin", at(14, 0), date(2026, 11, 30)),
        ("Asia/Shanghai", at(6, 59), FRIDAY),
        ("Asia/Shanghai", at(17, 0), date(2026, 11, 30)),  # it is Saturday there
        ("Pacific/Kiritimati", at(12, 0, day=26), FRIDAY),  # 14 hours ahead
        ("Pacific/Pago_Pago", at(10, 0, day=28), date(2026, 11, 30)),  # Friday 23:00, past the cut-off
        ("Pacific/Pago_Pago", at(1, 0, day=28), FRIDAY),  # Friday 14:00
    ],
)
def test_the_clock_on_its_wall_decides(timezone: str, now: datetime, first: date) -> None:
    calendar = Calendar(timezone=timezone, cutoff_minute=15 * 60, working_days=WEEK)
    assert ship_days(calendar, now=now, days_max=1) == (first,)


def test_closed_days_are_passed_over() -> None:
    closed = frozenset({FRIDAY, date(2026, 12, 1)})
    calendar = Calendar(timezone="UTC", cutoff_minute=900, working_days=WEEK, closed=closed)
    assert [day.day for day in ship_days(calendar, now=at(8), days_max=3)] == [30, 2, 3]


def test_the_clock_going_back_does_not_move_the_cut_off() -> None:
    calendar = Calendar(timezone="Europe/Berlin", cutoff_minute=3 * 60, working_days=frozenset(range(1, 8)))
    change = datetime(2026, 10, 25, 1, 59, tzinfo=UTC)  # 2:59 for the second time
    assert ship_days(calendar, now=change, days_max=1) == (date(2026, 10, 25),)


def test_a_cut_off_that_the_clock_shows_twice_is_one_moment() -> None:
    calendar = Calendar(timezone="Europe/Berlin", cutoff_minute=150, working_days=frozenset(range(1, 8)))
    sunday = date(2026, 10, 25)
    cutoff = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 2:30 for the first time
    assert cutoff_at(calendar, sunday) == cutoff
    assert ship_days(calendar, now=cutoff - timedelta(minutes=1), days_max=1) == (sunday,)
    for minutes in (0, 45, 60):
        now = cutoff + timedelta(minutes=minutes)
        assert ship_days(calendar, now=now, days_max=1) == (sunday + timedelta(days=1),)


def test_who_never_works_has_no_days() -> None:
    calendar = Calendar(timezone="UTC", cutoff_minute=900, working_days=frozenset())
    assert ship_days(calendar, now=at(8), days_max=3) == ()


def test_picking_waits_as_long_as_the_cut_off_allows() -> None:
    calendar = Calendar(timezone="Europe/Berlin", cutoff_minute=15 * 60, working_days=WEEK)
    hold = timedelta(hours=2)
    assert cutoff_at(calendar, FRIDAY) == at(14)
    assert releasable_at(calendar, FRIDAY, now=at(8), hold=hold) == at(10)
    assert releasable_at(calendar, FRIDAY, now=at(11), hold=hold) == at(12), "two hours before the cut-off"
    assert releasable_at(calendar, FRIDAY, now=at(12), hold=hold) is None
    assert releasable_at(calendar, None, now=at(12), hold=hold) == at(14)
    assert releasable_at(calendar, FRIDAY, now=at(8), hold=timedelta(0)) is None
