"""An order on its way into the tables, and what it is once it is there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from domain.orders.incoming import IncomingOrder
from domain.orders.policies import StockPolicy
from domain.orders.reserve import Places
from domain.shared.ids import new_id

Reference = tuple[UUID, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """The order that is in the pool; `replayed` when it was there before this request."""

    order_id: UUID
    number: int
    version: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An order on its way into the tables."""

    order: IncomingOrder
    id: UUID = field(default_factory=new_id)
    line_ids: tuple[UUID, ...]
    places: Places = field(default_factory=dict)

    @property
    def requires_stock(self) -> bool:
        return self.order.stock_policy is StockPolicy.REQUIRE

    def allocated(self, index: int) -> int:
        """Units of the line at `index` that are reserved already."""
        return self.order.lines[index].quantity if index in self.places else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged(Entry):
    """One whose channel and SKUs exist."""

    channel_id: UUID
    variants: Mapping[str, UUID]

    @property
    def reference(self) -> Reference:
        return self.channel_id, self.order.external_reference


def line_ids(order: IncomingOrder) -> tuple[UUID, ...]:
    return tuple([new_id() for _ in order.lines])
