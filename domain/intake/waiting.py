"""A message that waits to be worked off. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.channels.adapters.contract import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A message that is in this transaction's hands."""

    id: UUID
    topic: str
    delivery_id: str | None
    event_id: str | None
    reference: str | None
    external_updated_at: datetime | None
    body: bytes
    received_at: datetime

    @property
    def message(self) -> Message:
        return Message(
            topic=self.topic,
            body=self.body,
            delivery_id=self.delivery_id,
            event_id=self.event_id,
            reference=self.reference,
            external_updated_at=self.external_updated_at,
        )
