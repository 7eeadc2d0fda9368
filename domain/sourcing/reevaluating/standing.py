"""How an open order stands before a re-evaluation, and how one of its moves would change that. Pure values."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from domain.sourcing.planning import LineToSource, OrderToSource

Level = tuple[UUID, UUID]  # (variant, warehouse)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A fulfilment order that nobody has begun to pick."""

    id: UUID
    warehouse_id: UUID
    planned_ship_on: date | None
    arrives_on: date | None
    releasable_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Units of a line that travel together; without a parcel they wait for a warehouse."""

    line_id: UUID
    variant_id: UUID
    sku: str
    units: int
    weight_g: int  # of one unit
    parcel: Parcel | None

    @property
    def warehouse_id(self) -> UUID | None:
        return self.parcel.warehouse_id if self.parcel else None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An order with what of it may move, and what waits."""

    order: OrderToSource  # its lines are those of its pieces
    version: int
    pieces: tuple[Piece, ...]  # in a fixed order
    parcels_fixed: int  # under way or gone
    units_open: int  # of all its lines, with what is only reserved

    @cached_property
    def parcels(self) -> dict[UUID, Parcel]:
        """Those that may move."""
        return {piece.parcel.id: piece.parcel for piece in self.pieces if piece.parcel}

    @property
    def holds(self) -> bool:
        return bool(self.parcels)

    @property
    def in_time(self) -> bool:
        """Whether no parcel that may move was planned to come after the promised day."""
        promised_on = self.order.promised_on
        return promised_on is None or all(
            parcel.arrives_on is None or parcel.arrives_on <= promised_on for parcel in self.parcels.values()
        )

    @property
    def latest_arrival(self) -> date | None:
        """After this day nothing of it may arrive that would move; None: it was promised for no day."""
        promised_on = self.order.promised_on
        if promised_on is None or self.in_time:
            return promised_on
        return max(parcel.arrives_on for parcel in self.parcels.values() if parcel.arrives_on)

    def shipments_max(self, allowed: int) -> int:
        """How many parcels what may move can become: as many as allowed, or as many as it is now."""
        return max(0, allowed - self.parcels_fixed, len(self.parcels))


@dataclass(frozen=True, kw_only=True)
class Move:
    """Pieces of one order, where they go, and the parcels that are called off for it."""

    order_id: UUID
    version: int  # of the order, when it was proposed
    places: tuple[tuple[Piece, UUID], ...]  # all pieces of the parcels that are made anew
    cancelled: frozenset[UUID]

    @property
    def shuffled(self) -> list[tuple[Piece, UUID]]:
        """The pieces that really change their place."""
        return [(piece, place) for piece, place in self.places if piece.warehouse_id != place]

    @cached_property
    def units(self) -> Counter[Level]:
        """Units by (variant, warehouse) that it takes, less those that it gives back."""
        units: Counter[Level] = Counter()
        for piece, place in self.shuffled:
            units[piece.variant_id, place] += piece.units
            if piece.warehouse_id is not None:
                units[piece.variant_id, piece.warehouse_id] -= piece.units
        return units

    @cached_property
    def parcels(self) -> Counter[UUID]:
        """Parcels by warehouse that it adds, less those that it calls off."""
        parcels = Counter({place for _, place in self.places})
        parcels.subtract({p.id: p.warehouse_id for p in self._called_off()}.values())
        return parcels

    def _called_off(self) -> list[Parcel]:
        return [piece.parcel for piece, _ in self.places if piece.parcel]

    @property
    def moves_parcels(self) -> bool:
        return bool(self.cancelled)

    def chosen(self) -> dict[tuple[UUID, UUID], int]:
        """(line, warehouse) -> units, as it would be."""
        return _summed((piece.line_id, place, piece.units) for piece, place in self.places)

    def present(self) -> dict[tuple[UUID, UUID], int]:
        """(line, warehouse) -> units, as it is."""
        return _summed(
            (piece.line_id, piece.warehouse_id, piece.units)
            for piece, _ in self.places
            if piece.warehouse_id is not None
        )


def lines_of(pieces: Sequence[Piece]) -> tuple[LineToSource, ...]:
    """The lines that pieces are of, each with the units of its pieces."""
    known = {piece.line_id: piece for piece in pieces}
    units = Counter[UUID]()
    for piece in pieces:
        units[piece.line_id] += piece.units
    return tuple(
        LineToSource(
            line_id=piece.line_id,
            variant_id=piece.variant_id,
            sku=piece.sku,
            quantity=units[piece.line_id],
            weight_g=piece.weight_g,
        )
        for piece in known.values()
    )


def _summed(rows: Iterable[tuple[UUID, UUID, int]]) -> dict[tuple[UUID, UUID], int]:
    units: dict[tuple[UUID, UUID], int] = defaultdict(int)
    for one, other, count in rows:
        units[one, other] += count
    return dict(units)


def move_of(standing: Standing, places: Sequence[UUID | None]) -> Move | None:
    """The move that brings each piece (by its position) to its place; None: nothing changes.

    A parcel whose content stays the same is left alone; where something leaves or joins, it is made anew.
    """
    before: dict[UUID, set[int]] = defaultdict(set)
    after: dict[UUID, set[int]] = defaultdict(set)
    for at, piece in enumerate(standing.pieces):
        if piece.warehouse_id is not None:
            before[piece.warehouse_id].add(at)
        place = places[at]
        if place is not None:
            after[place].add(at)
    changed = {place for place in before.keys() | after.keys() if before[place] != after[place]}
    touched = sorted({at for place in changed for at in before[place] | after[place]})
    moved = []
    for at in touched:
        place = places[at]
        if place is not None:
            moved.append((standing.pieces[at], place))
    if not moved:
        return None
    return Move(
        order_id=standing.order.order_id,
        version=standing.version,
        places=tuple(moved),
        cancelled=frozenset(
            parcel.id for parcel in standing.parcels.values() if parcel.warehouse_id in changed
        ),
    )
