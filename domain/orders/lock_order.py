"""Lock orders for a change: their rows are what give their events their gapless versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.orders.models import OrderState
from domain.orders.refusals import UnknownOrder
from domain.shared.actor import Actor
from domain.shared.database import fetch, statement
from domain.shared.refusal import VersionConflict

_LOCK = statement(__file__, "lock_orders.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedOrder:
    """What decisions about an order need to know."""

    id: UUID
    number: int
    channel_id: UUID
    state: str
    version: int
    units_shipped: int

    @property
    def is_open(self) -> bool:
        return self.state == OrderState.OPEN


async def lock_orders(order_ids: Sequence[UUID]) -> list[LockedOrder]:
    """The orders that there are, locked until the transaction ends, whoever may see them."""
    return await fetch(_LOCK, LockedOrder, list(order_ids))


async def lock_order(order_id: UUID, *, by: Actor, expected_version: int | None = None) -> LockedOrder:
    """The order, locked until the transaction ends.

    Raises:
        UnknownOrder: there is none that `by` may see.
        VersionConflict: it moved on since `expected_version`.
    """
    order = next(iter(await lock_orders([order_id])), None)
    if order is None or not by.sees_channel(order.channel_id):
        raise UnknownOrder("There is no such order for this key.", field="id")
    if expected_version not in (None, order.version):
        raise VersionConflict(expected=expected_version, actual=order.version)
    return order
