"""On which days a warehouse hands parcels over. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

PICKING_TIME = timedelta(hours=2)
_LOOK_AHEAD_DAYS = 366  # a warehouse that is closed for longer has no days


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When a warehouse works. `cutoff_minute` counts from midnight in its own time zone."""

    timezone: str
    cutoff_minute: int
    working_days: frozenset[int]  # ISO: 1 is Monday
    closed: frozenset[date] = frozenset()


def ship_days(calendar: Calendar, *, now: datetime, days_max: int) -> tuple[date, ...]:
    """The next days, rising, on which a parcel decided `now` (aware) can leave, at most `days_max`.

    The first is today, as the warehouse's clock has it, if it works today and the cut-off is not past.
    """
    return tuple(islice(_days(calendar, now), days_max))


def _days(calendar: Calendar, now: datetime) -> Iterator[date]:
    local = now.astimezone(ZoneInfo(calendar.timezone))
    first = 0 if now < cutoff_at(calendar, local.date()) else 1
    for ahead in range(first, _LOOK_AHEAD_DAYS):
        day = local.date() + timedelta(days=ahead)
        if day.isoweekday() in calendar.working_days and day not in calendar.closed:
            yield day


def cutoff_at(calendar: Calendar, day: date) -> datetime:
    """The moment after which nothing more leaves on `day`; where the clock shows it twice, the first time."""
    hour, minute = divmod(calendar.cutoff_minute, 60)
    return datetime.combine(day, time(hour, minute), ZoneInfo(calendar.timezone)).astimezone(UTC)


def releasable_at(
    calendar: Calendar, ship_on: date | None, *, now: datetime, hold: timedelta
) -> datetime | None:
    """Until when a parcel that leaves on `ship_on` may be held back from picking; None: it may not.

    As long as `hold`, but never into the last PICKING_TIME before its cut-off.
    """
    latest = cutoff_at(calendar, ship_on) - PICKING_TIME if ship_on else now + hold
    until = min(now + hold, latest)
    return until if until > now else None
