"""How it goes with a channel's platform: whether it answers, how far it was asked for orders, what a day's comparison found."""

from datetime import date, datetime
from typing import Self

import strawberry

from domain.shared.reading import Row


@strawberry.type(description="Whether the channel's platform answers.")
class ChannelLink:
    """Whether the channel's platform answers."""

    last_ok_at: datetime | None = strawberry.field(description="When it last answered as it should.")
    failures: int = strawberry.field(description="How often in a row it did not, since then.")
    last_error: str | None = strawberry.field(description="What went wrong last.")
    last_error_at: datetime | None = strawberry.field(description="When.")
    retry_at: datetime | None = strawberry.field(description="It is left alone until then; null: it is not.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            last_ok_at=row["last_ok_at"],
            failures=row["failures"],
            last_error=row["last_error"],
            last_error_at=row["last_error_at"],
            retry_at=row["not_before"],
        )


@strawberry.type(description="How far the channel's platform was asked for orders.")
class ChannelPoll:
    """How far the channel's platform was asked for orders."""

    complete_to: datetime = strawberry.field(description="What changed before this is here.")
    polled_at: datetime | None = strawberry.field(description="When the last page came.")
    next_at: datetime = strawberry.field(description="When it is asked next.")
    error: str | None = strawberry.field(description="Why the last page could not be had.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            complete_to=row["complete_to"],
            polled_at=row["polled_at"],
            next_at=row["next_at"],
            error=row["error"],
        )


@strawberry.type(description="A past day, compared with what the platform lists of it.")
class ChannelDay:
    """A past day, compared with what the platform lists of it."""

    day: date = strawberry.field(description="In the channel's time zone.")
    theirs: int = strawberry.field(description="Orders that the platform lists.")
    missing: int = strawberry.field(description="How many of them we had never heard of; they were fetched.")
    swept_at: datetime = strawberry.field(description="When it was compared.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(day=row["day"], theirs=row["theirs"], missing=row["missing"], swept_at=row["swept_at"])
