"""One step of fulfilment orders: lock, check the transition, move on, and record it.

Every step works on many at once, in one transaction and as many statements as for one: `..._each`
leaves out those that cannot take it and says why; its namesake without takes all of them or none.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from domain.events.kinds import EventKind
from domain.events.record import OrderEvent, record
from domain.fulfilment.lifecycle import FulfilmentState, states_before
from domain.shared.actor import Actor
from domain.shared.database import execute, fetch, statement, transactional
from domain.shared.refusal import Conflict, NotFound, Refusal

Ask = TypeVar("Ask")
Params = ParamSpec("Params")
# Why each fulfilment order that took no step took none, in the order they were asked for.
Refused = dict[UUID, Refusal]

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


async def lock(ids: Sequence[UUID]) -> list[LockedFulfilment]:
    """The fulfilment orders that there are, locked until the transaction ends, wherever they stand."""
    return await fetch(_LOCK, LockedFulfilment, list(ids))


async def lock_each(
    ids: Sequence[UUID], to: FulfilmentState, *, by: Actor
) -> tuple[list[LockedFulfilment], Refused]:
    """Those of the fulfilment orders that may go to `to`, locked; and why each other may not.

    Others are refused as UnknownFulfilmentOrder (there is none that `by` may see) or WrongState.
    """
    locked = await lock(ids)
    seen = {f.id: f for f in locked if by.sees_channel(f.channel_id)}
    refused: Refused = {}
    allowed = states_before(to)
    for asked in ids:
        if asked not in seen:
            refused[asked] = UnknownFulfilmentOrder(
                "There is no such fulfilment order for this key.", field="id"
            )
        elif seen[asked].state not in allowed:
            refused[asked] = WrongState(state=seen[asked].state, allowed=allowed)
    return [f for f in locked if f.id not in refused], refused


def all_or_none(
    each: Callable[Concatenate[Sequence[Ask], Params], Awaitable[Refused]],
) -> Callable[Concatenate[Sequence[Ask], Params], Awaitable[None]]:
    """The step that raises the first refusal of `each`, and then nothing has happened."""

    @transactional
    @wraps(each)
    async def take(asks: Sequence[Ask], /, *args: Params.args, **kwargs: Params.kwargs) -> None:
        for no in (await each(asks, *args, **kwargs)).values():
            raise no

    return take


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
    if not fulfilments:
        return
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
