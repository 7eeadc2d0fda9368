"""One step of fulfilment orders: lock, check the transition, move on, and record it.

Every step works on many at once, all or none: a wave of a warehouse is one transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.events.kinds import EventKind
from domain.events.record import OrderEvent, record
from domain.fulfilment.lifecycle import FulfilmentState, states_before
from domain.shared.actor import Actor
from domain.shared.database import execute, fetch, statement
from domain.shared.refusal import Conflict, NotFound

_LOCK = statement(__file__, "lock.sql")
_SET_STATE = "UPDATE fulfilment_orders SET state = $2, updated_at = $3 WHERE id = ANY($1::uuid[])"
_SET_VERSIONS = """
    UPDATE orders SET version = t.version, updated_at = $3
    FROM unnest($1::uuid[], $2::bigint[]) AS t (id, version) WHERE orders.id = t.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedFulfilment:
    """A fulfilment order, locked with its order."""

    id: UUID
    order_id: UUID
    warehouse_id: UUID
    state: str
    channel_id: UUID
    version: int
    warehouse: str


class UnknownFulfilmentOrder(NotFound):
    """There is no such fulfilment order that the caller may see."""

    code = "UNKNOWN_FULFILMENT_ORDER"


class WrongState(Conflict):
    """The fulfilment order is not where this step can be taken from."""

    code = "WRONG_STATE"

    def __init__(self, *, state: str, allowed: Iterable[str]) -> None:
        self.state = state
        self.allowed = tuple(sorted(allowed))
        super().__init__(f"It is {state}; this takes {' or '.join(self.allowed)}.", field="id")


async def lock_for(ids: Sequence[UUID], to: FulfilmentState, *, by: Actor) -> list[LockedFulfilment]:
    """The fulfilment orders, locked, if each of them may go to `to`.

    Raises:
        UnknownFulfilmentOrder: one is not there, or `by` may not see it.
        WrongState: one is elsewhere in its life.
    """
    locked = await fetch(_LOCK, LockedFulfilment, list(ids))
    if len(locked) < len(set(ids)) or not all(by.sees_channel(f.channel_id) for f in locked):
        raise UnknownFulfilmentOrder("There is no such fulfilment order for this key.", field="id")
    allowed = states_before(to)
    for fulfilment in locked:
        if fulfilment.state not in allowed:
            raise WrongState(state=fulfilment.state, allowed=allowed)
    return locked


async def step(
    fulfilments: Sequence[LockedFulfilment],
    to: FulfilmentState,
    kind: EventKind,
    *,
    by: Actor,
    now: datetime,
    payloads: Mapping[UUID, Mapping[str, Any]] | None = None,
) -> None:
    """Set the state and record `kind` in each order's timeline, with what `payloads` adds to it."""
    versions: dict[UUID, int] = {}
    events: list[OrderEvent] = []
    for fulfilment in fulfilments:
        version = versions.get(fulfilment.order_id, fulfilment.version) + 1
        versions[fulfilment.order_id] = version
        payload = {"fulfilmentOrderId": str(fulfilment.id), "warehouse": fulfilment.warehouse}
        more = payloads[fulfilment.id] if payloads else {}
        events.append(
            OrderEvent(order_id=fulfilment.order_id, version=version, kind=kind, payload=payload | dict(more))
        )
    await execute(_SET_STATE, [f.id for f in fulfilments], to, now)
    await execute(_SET_VERSIONS, list(versions), list(versions.values()), now)
    await record(events, by=by, now=now)
