"""Which orders: a filter that can be stored, so that a list and an export mean the same by it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from tortoise.expressions import Q, Subquery

from domain.orders.models import OrderHold, OrderLine
from domain.shared.reading import Spread, having, one_of


class OrderFilter(BaseModel):
    """All that is given must hold. Columns are one of these; None: any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: tuple[UUID, ...] | None = None
    channel_id: tuple[UUID, ...] | None = None
    number: tuple[int, ...] | None = None
    number_from: int | None = None
    number_to: int | None = None
    state: tuple[str, ...] | None = None
    sourcing: tuple[str, ...] | None = None
    allocation_status: tuple[str, ...] | None = None
    fulfilment_status: tuple[str, ...] | None = None
    priority: tuple[int, ...] | None = None
    customer_reference: tuple[str, ...] | None = None
    sku: tuple[str, ...] | None = None  # in one of its lines
    tag: tuple[str, ...] | None = None  # it carries
    held_for: tuple[str, ...] | None = None  # now
    placed_since: datetime | None = None
    placed_before: datetime | None = None
    has_placed_at: bool | None = None
    promised_since: datetime | None = None
    promised_before: datetime | None = None
    has_promised_by: bool | None = None
    every: tuple["OrderFilter", ...] = ()
    either: tuple["OrderFilter", ...] = ()

    def stored(self) -> dict[str, Any]:
        """As JSON; `OrderFilter(**stored)` is the same again."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @property
    def spread(self) -> Spread:
        """Some SKUs, tags and reasons are of far more orders than others."""
        if self.id is not None:
            return Spread.FEW
        within = {each.spread for each in (*self.every, *self.either)}
        uneven = self.sku or self.tag or self.held_for or Spread.UNEVEN in within
        return Spread.UNEVEN if uneven else Spread.EVEN

    def passing(self) -> Q:
        """The orders that pass."""
        wanted = Q()
        for column in _CHOICES:
            wanted &= one_of(column, getattr(self, column))
        for field, lookup in _BOUNDS.items():
            value = getattr(self, field)
            wanted &= Q() if value is None else having(lookup, value)
        for field, column in _PRESENT.items():
            present = getattr(self, field)
            wanted &= Q() if present is None else having(f"{column}__isnull", not present)
        if self.sku is not None:
            wanted &= Q(id__in=Subquery(OrderLine.filter(one_of("sku", self.sku)).values("order_id")))
        if self.tag is not None:
            wanted &= having("tagged__overlap", list(self.tag))
        if self.held_for is not None:
            holds = OrderHold.filter(one_of("reason", self.held_for), released_at__isnull=True)
            wanted &= Q(id__in=Subquery(holds.values("order_id")))
        for each in self.every:
            wanted &= each.passing()
        if self.either:
            wanted &= Q(*(each.passing() for each in self.either), join_type="OR")
        return wanted


_CHOICES: Final = (
    "id",
    "channel_id",
    "number",
    "state",
    "sourcing",
    "allocation_status",
    "fulfilment_status",
    "priority",
    "customer_reference",
)
_BOUNDS: Final = {
    "number_from": "number__gte",
    "number_to": "number__lte",
    "placed_since": "placed_at__gte",
    "placed_before": "placed_at__lt",
    "promised_since": "promised_by__gte",
    "promised_before": "promised_by__lt",
}
_PRESENT: Final = {"has_placed_at": "placed_at", "has_promised_by": "promised_by"}
