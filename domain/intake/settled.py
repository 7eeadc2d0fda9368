"""What became of messages, on its way into the tables. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.intake.outcomes import MessageOutcome
from domain.intake.read_message import Reading, Wrong
from domain.intake.waiting import Waiting
from domain.shared.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A message with what it says."""

    message: Waiting
    reading: Reading

    @property
    def reference(self) -> str | None:
        """The order it speaks of."""
        return getattr(self.reading, "reference", None)

    @property
    def updated_at(self) -> datetime | None:
        return getattr(self.reading, "updated_at", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A message and what became of it. `follows`: its order follows it from now on."""

    read: Read
    outcome: MessageOutcome
    order_id: UUID | None = None
    code: str | None = None
    field: str | None = None
    detail: str | None = None
    follows: bool = False


def refused(read: Read, no: Refusal) -> Settled:
    """Failed, as the use case that it asked for was refused."""
    return Settled(read=read, outcome=MessageOutcome.FAILED, code=no.code, field=no.field, detail=no.message)


def wrong(read: Read, why: Wrong) -> Settled:
    """Failed, as it cannot be read."""
    return Settled(
        read=read, outcome=MessageOutcome.FAILED, code=why.code, field=why.field, detail=why.detail
    )
