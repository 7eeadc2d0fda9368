"""Orders of a replay that wait for stock, each variant's in turn. Pure."""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import itemgetter
from uuid import UUID

from domain.sourcing.planning.model import LineToSource, OrderToSource
from domain.sourcing.said import Words
from domain.sourcing.simulating.happenings import Parcel, Sourced

SPARE_UNITS = 100  # as `wake_backorders.sql`: for those that turn out to want something else

Turn = tuple[int, datetime, int]
HEAD: Turn = (-9, datetime.min.replace(tzinfo=UTC), 0)


@dataclass(slots=True, kw_only=True)
class Standing:
    """How far one order has come."""

    order: OrderToSource
    open: dict[UUID, LineToSource]
    parcels: list[Parcel] = field(default_factory=list[Parcel])
    explanation: Words = ""

    @classmethod
    def of(cls, order: OrderToSource) -> "Standing":
        return cls(order=order, open={line.line_id: line for line in order.lines})

    @property
    def turn(self) -> Turn:
        return -self.order.priority, self.order.placed_at, self.order.order_id.int

    def told(self, currency: str) -> Sourced:
        return Sourced(
            order_id=self.order.order_id,
            lines=len(self.order.lines),
            units=sum(line.quantity for line in self.order.lines),
            lines_filled=len(self.order.lines) - len(self.open),
            parcels=tuple(self.parcels),
            currency=currency,
            explanation=self.explanation,
        )


class Backlog:
    """Orders by the variants they wait for; the most urgent and oldest first."""

    def __init__(self) -> None:
        self._standings: dict[UUID, Standing] = {}
        self._queues: dict[UUID, list[tuple[Turn, UUID, int]]] = defaultdict(list)

    def add(self, standing: Standing) -> None:
        self._standings[standing.order.order_id] = standing
        for entry, variant_id in _entries(standing):
            insort(self._queues[variant_id], entry)

    def pop(self, order_id: UUID) -> Standing | None:
        """The order, which waits no more."""
        standing = self._standings.pop(order_id, None)
        for entry, variant_id in _entries(standing) if standing else ():
            queue = self._queues[variant_id]
            del queue[bisect_left(queue, entry)]
            if not queue:
                del self._queues[variant_id]
        return standing

    def all(self) -> list[Standing]:
        return list(self._standings.values())

    def takers(
        self, variant_id: UUID, after: Turn, *, most: int, total: int
    ) -> tuple[list[UUID], Turn | None]:
        """Orders behind a turn that `total` free units may serve, of which one warehouse has `most`.

        The last of their turns, if more come behind these.
        """
        queue = self._queues.get(variant_id, [])
        takers: list[UUID] = []
        before, last = 0, after
        for turn, order_id, units in queue[bisect_right(queue, after, key=itemgetter(0)) :]:
            if units > most:
                continue
            if before >= 2 * total + SPARE_UNITS:
                return takers, last
            takers.append(order_id)
            before, last = before + units, turn
        return takers, None


def _entries(standing: Standing) -> Iterable[tuple[tuple[Turn, UUID, int], UUID]]:
    for line in standing.open.values():
        yield (standing.turn, standing.order.order_id, line.quantity), line.variant_id
