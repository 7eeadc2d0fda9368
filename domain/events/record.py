"""Record what happened, in the transaction in which it happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain.events.kinds import EventKind
from domain.shared.actor import Actor
from domain.shared.database import execute, statement

_RECORD = statement(__file__, "record.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEvent:
    """One thing that happened to an order; `version` is the order's after it."""

    order_id: UUID
    version: int
    kind: EventKind
    payload: Mapping[str, Any] = field(default_factory=dict)


async def record(events: Sequence[OrderEvent], *, by: Actor, now: datetime) -> None:
    """Append `events`; the relay announces them once the transaction has committed."""
    await execute(
        _RECORD,
        [event.order_id for event in events],
        [event.version for event in events],
        [event.kind for event in events],
        [orjson.dumps(event.payload).decode() for event in events],
        by.name,
        now,
    )
