"""What `where` inputs are made of. What is left out, or null, does not filter."""

from datetime import date, datetime
from enum import Enum
from typing import Any, Generic, TypeVar

import strawberry
from tortoise.expressions import Q

from api.graphql.scalars import RawDateTime, WholeNumber, bigint_of, bigint_or_none, instant_or_none
from domain.shared.reading import having, one_of
from domain.shared.refusal import InvalidInput
from domain.shared.text import require_text

E = TypeVar("E", bound=Enum)

TEXT_MAX = 200
CHOICES_MAX = 500


@strawberry.input(description="A text that is one of these.")
class TextFilter:
    """A text that is one of these."""

    eq: str | None = strawberry.field(default=None, description="Exactly this.")
    in_: list[str] | None = strawberry.field(default=None, name="in", description="One of these, up to 500.")

    def choices(self, field: str) -> list[str] | None:
        """The texts that pass; None: all."""
        wanted = _choices(self.eq, self.in_, field)
        return (
            None if wanted is None else [require_text(text, field=field, longest=TEXT_MAX) for text in wanted]
        )


@strawberry.input(description="A value that is one of these.")
class ChoiceFilter(Generic[E]):
    """A value that is one of these."""

    eq: E | None = strawberry.field(default=None, description="Exactly this.")
    in_: list[E] | None = strawberry.field(default=None, name="in", description="One of these.")

    def choices(self, field: str) -> list[Any] | None:
        """The stored values that pass; None: all."""
        wanted = _choices(self.eq, self.in_, field)
        return None if wanted is None else [choice.value for choice in wanted]


@strawberry.input(description="Moments from one to another.")
class DateTimeRange:
    """Moments from `from` (inclusive) until `until` (exclusive)."""

    from_: RawDateTime | None = strawberry.field(
        default=None, name="from", description="At this moment or later."
    )
    until: RawDateTime | None = strawberry.field(default=None, description="Before this moment.")

    def bounds(self, field: str) -> tuple[datetime | None, datetime | None]:
        return (
            instant_or_none(self.from_, field=f"{field}.from"),
            instant_or_none(self.until, field=f"{field}.until"),
        )


@strawberry.input(description="A moment in a range, or none at all.")
class DateTimeFilter:
    """A moment in a range, or none at all."""

    range: DateTimeRange | None = strawberry.field(default=None, description="In this range.")
    is_null: bool | None = strawberry.field(default=None, description="True: has none; false: has one.")

    def bounds(self, field: str) -> tuple[datetime | None, datetime | None]:
        """From when on they pass, and until when."""
        return (None, None) if self.range is None else self.range.bounds(f"{field}.range")


@strawberry.input(description="Days from one to another, both included.")
class DayRange:
    """Days from one to another, both included."""

    from_: date | None = strawberry.field(default=None, name="from", description="This day or later.")
    to: date | None = strawberry.field(default=None, description="This day or before.")


@strawberry.input(description="Numbers from one to another, both inclusive.")
class NumberRange:
    """Numbers from one to another, both inclusive."""

    from_: WholeNumber | None = strawberry.field(default=None, name="from", description="This or more.")
    to: WholeNumber | None = strawberry.field(default=None, description="This or less.")


@strawberry.input(description="A number that is one of these, or in a range.")
class NumberFilter:
    """A number that is one of these, or in a range."""

    eq: WholeNumber | None = strawberry.field(default=None, description="Exactly this.")
    in_: list[WholeNumber] | None = strawberry.field(
        default=None, name="in", description="One of these, up to 500."
    )
    range: NumberRange | None = strawberry.field(default=None, description="In this range.")

    def choices(self, field: str) -> list[int] | None:
        """The numbers that pass; None: all."""
        wanted = _choices(self.eq, self.in_, field)
        return None if wanted is None else [bigint_of(number, field=field) for number in wanted]

    def bounds(self, field: str) -> tuple[int | None, int | None]:
        """The least and the greatest that pass."""
        if self.range is None:
            return None, None
        return (
            bigint_or_none(self.range.from_, field=f"{field}.range.from"),
            bigint_or_none(self.range.to, field=f"{field}.range.to"),
        )


def _choices(eq: Any, in_: list[Any] | None, field: str) -> list[Any] | None:
    if in_ is not None and len(in_) > CHOICES_MAX:
        raise InvalidInput(f"Up to {CHOICES_MAX} choices, not {len(in_)}.", field=f"{field}.in")
    if eq is None:
        return in_
    return [eq] if in_ is None or eq in in_ else []


def texts_of(texts: list[str], *, field: str, most: int = CHOICES_MAX) -> list[str]:
    """`texts`, once each is known to be comparable, and they are not too many."""
    if len(texts) > most:
        raise InvalidInput(f"Up to {most}, not {len(texts)}.", field=field)
    return [require_text(text, field=f"{field}[{at}]", longest=TEXT_MAX) for at, text in enumerate(texts)]


def texts(column: str, where: TextFilter | None, field: str) -> Q:
    """Rows whose `column` passes."""
    return Q() if where is None else one_of(column, where.choices(field))


def choices(column: str, where: ChoiceFilter[Any] | None, field: str) -> Q:
    """Rows whose `column` passes."""
    return Q() if where is None else one_of(column, where.choices(field))


def moments(column: str, where: DateTimeFilter | None, field: str) -> Q:
    """Rows whose `column` passes."""
    if where is None:
        return Q()
    wanted = Q() if where.is_null is None else having(f"{column}__isnull", where.is_null)
    since, until = where.bounds(field)
    wanted &= Q() if since is None else having(f"{column}__gte", since)
    return wanted & (Q() if until is None else having(f"{column}__lt", until))


def days(column: str, where: DayRange | None) -> Q:
    """Rows whose `column` passes."""
    if where is None:
        return Q()
    wanted = Q() if where.from_ is None else having(f"{column}__gte", where.from_)
    return wanted & (Q() if where.to is None else having(f"{column}__lte", where.to))


def numbers(column: str, where: NumberFilter | None, field: str) -> Q:
    """Rows whose `column` passes."""
    if where is None:
        return Q()
    wanted = one_of(column, where.choices(field))
    low, high = where.bounds(field)
    wanted &= Q() if low is None else having(f"{column}__gte", low)
    return wanted & (Q() if high is None else having(f"{column}__lte", high))
