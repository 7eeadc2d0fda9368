"""Spans of local days, cut by a grain, and what they are compared with. Pure.

A day begins at midnight of its time zone, and is 23 or 25 hours long where clocks change.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.reporting.blocks import QUARTER, floor_to


class Grain(StrEnum):
    """How a span is cut. A WEEK begins on Monday; those at the ends of a span may be shorter."""

    HOUR = "HOUR"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


class Comparison(StrEnum):
    """What a span is compared with.

    Whole calendar months are compared with as many whole months before, other spans with as many days; a year
    before, with the same dates.
    """

    NONE = "NONE"
    PREVIOUS_PERIOD = "PREVIOUS_PERIOD"
    PREVIOUS_YEAR = "PREVIOUS_YEAR"


@dataclass(frozen=True, slots=True)
class Span:
    """Local days from `first` to `last`, both included."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def from_at(self) -> datetime:
        return _midnight(self.first, self.zone)

    @property
    def to_at(self) -> datetime:
        """The moment at which the last day ends."""
        return _midnight(self.last + timedelta(days=1), self.zone)

    def cut(self, grain: Grain) -> list[datetime]:
        """Where its periods begin, and at last where it ends."""
        return [*_starts(self, grain), self.to_at]

    def before(self, comparison: Comparison) -> "Span":
        """The span that it is compared with; not for NONE."""
        months = self._whole_months()
        if comparison is Comparison.PREVIOUS_YEAR:
            first = _months_later(self.first, -12)
            last = (
                _month_end(_months_later(self.last.replace(day=1), -12))
                if months
                else _months_later(self.last, -12)
            )
        elif months:
            first, last = _months_later(self.first, -months), self.first - timedelta(days=1)
        else:
            first, last = self.first - timedelta(days=self.days), self.first - timedelta(days=1)
        return Span(first, last, self.zone)

    def earlier(self, grain: Grain, periods: int) -> "Span":
        """The span with at least so many periods of the grain more before it."""
        if grain is Grain.MONTH:
            first = _months_later(self.first.replace(day=1), -periods)
        elif grain is Grain.WEEK:
            first = self.first - timedelta(days=self.first.weekday() + 7 * periods)
        else:
            first = self.first - timedelta(days=periods if grain is Grain.DAY else -(-periods // 24))
        return Span(first, self.last, self.zone)

    def _whole_months(self) -> int:
        """How many whole calendar months it is; 0: none."""
        if self.first.day != 1 or self.last != _month_end(self.last):
            return 0
        return 12 * (self.last.year - self.first.year) + self.last.month - self.first.month + 1


def _starts(span: Span, grain: Grain) -> Iterator[datetime]:
    if grain is Grain.HOUR:
        at = span.from_at
        while at < span.to_at:
            yield at
            at += timedelta(hours=1)
        return
    day = span.first
    while day <= span.last:
        yield _midnight(day, span.zone)
        if grain is Grain.DAY:
            day += timedelta(days=1)
        elif grain is Grain.WEEK:
            day += timedelta(days=7 - day.weekday())
        else:
            day = _month_end(day) + timedelta(days=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """When the local day begins: where clocks skip midnight, at the hour they skip to.

    Old local times had odd offsets, which blocks do not: such a day begins at the quarter of an hour before.
    """
    return floor_to(datetime.combine(day, time(), zone).astimezone(UTC), QUARTER)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _months_later(day: date, months: int) -> date:
    """The same day of another month, or its last one."""
    number = 12 * day.year + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
