"""What is known of the orders that a batch of messages speaks of. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOrder:
    """An order that is in the pool."""

    id: UUID
    external_reference: str
    number: int
    state: str
    content_hash: bytes
    external_updated_at: datetime | None
    stated_at: datetime | None  # when the statement came that it follows
    cancelled_there_at: datetime | None  # where its channel cancelled it
    change_waits: bool

    def is_newer_than(self, updated_at: datetime | None) -> bool:
        """Whether the channel stated the order later than `updated_at`; what has no time is new."""
        known = self.external_updated_at
        return known is not None and updated_at is not None and updated_at < known

    def outlives(self, cancelled_at: datetime | None, *, came_at: datetime) -> bool:
        """Whether the channel stated it after this cancellation.

        One without a time counts from when it came, and not against what came before it: a channel's clock may be fast.
        """
        if cancelled_at is not None:
            return self.is_newer_than(cancelled_at)
        return self.stated_at is not None and self.stated_at > came_at and self.is_newer_than(came_at)

    def is_alive_there(self, updated_at: datetime | None) -> bool:
        """Whether a statement of this time revives what its channel had cancelled, and is the first to say so."""
        gone, known = self.cancelled_there_at, self.external_updated_at
        if gone is None or updated_at is None:
            return False
        return updated_at > gone and (known is None or known <= gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledAhead:
    """A cancellation that came before its order."""

    reference: str
    cancelled_at: datetime

    def wins_over(self, updated_at: datetime | None) -> bool:
        """Whether a statement of this time comes too late; one without a time does."""
        return updated_at is None or updated_at <= self.cancelled_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Orders and cancellations by reference."""

    orders: Mapping[str, KnownOrder]
    ahead: Mapping[str, CancelledAhead]
