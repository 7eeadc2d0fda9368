"""Lock an order for a change: its row is what gives its events their gapless versions."""

from dataclasses import dataclass
from uuid import UUID

from domain.orders.models import OrderState
from domain.orders.refusals import UnknownOrder
from domain.shared.actor import Actor
from domain.shared.database import fetch_one
from domain.shared.refusal import VersionConflict

_LOCK = (
    "SELECT id, number, channel_id, state, version, units_shipped FROM orders WHERE id = $1 FOR NO KEY UPDATE"
)


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


async def lock_order(order_id: UUID, *, by: Actor, expected_version: int | None = None) -> LockedOrder:
    """The order, locked until the transaction ends.

    Raises:
        UnknownOrder: there is none that `by` may see.
        VersionConflict: it moved on since `expected_version`.
    """
    order = await fetch_one(_LOCK, LockedOrder, order_id)
    if order is None or not by.sees_channel(order.channel_id):
        raise UnknownOrder("There is no such order for this key.", field="id")
    if expected_version not in (None, order.version):
        raise VersionConflict(expected=expected_version, actual=order.version)
    return order
