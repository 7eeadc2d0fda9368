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
    cancelled_there_at: datetime | None  # where its channel cancelled it
    change_waits: bool

    def is_newer_than(self, updated_at: datetime | None) -> bool:
        """Whether the channel stated the order later than `updated_at`; what has no time is new."""
        known = self.external_updated_at
        return known is not None and updated_at is not None and updated_at < known

    def is_alive_there(self, updated_at: datetime | None) -> bool:
        """Whether a statement of this time revives what its channel had cancelled, and is the first to say so."""
        gone, known = self.cancelled_there_at, self.external_updated_at
        return gone is not None and updated_at is not None and updated_at > max(gone, known or gone)


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
