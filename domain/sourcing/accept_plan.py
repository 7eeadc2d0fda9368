"""What of a plan still holds, now that its levels are locked. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.sourcing.planning import Decision, OrderToSource, Snapshot
from domain.sourcing.planning.turn import kept, kept_from
from domain.sourcing.rules.definition import Protection

Level = tuple[UUID, UUID]  # (variant, warehouse)
WarehouseDay = tuple[UUID, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """What one decision does to the shelves, besides turning reservations into fulfilment lines.

    `allocate` and `release` are (line, variant, warehouse, units).
    """

    decision: Decision
    order: OrderToSource
    allocate: tuple[tuple[UUID, UUID, UUID, int], ...]
    release: tuple[tuple[UUID, UUID, UUID, int], ...]

    @property
    def needs(self) -> Counter[Level]:
        """Free units that must be there, per level."""
        needs: Counter[Level] = Counter()
        for _, variant, warehouse, units in self.allocate:
            needs[variant, warehouse] += units
        for _, variant, warehouse, units in self.release:
            needs[variant, warehouse] -= units
        return needs

    @property
    def days(self) -> list[WarehouseDay]:
        """The days its parcels leave, one entry a parcel."""
        return [(one.warehouse_id, one.ship_on) for one in self.decision.shipments if one.ship_on]

    @property
    def unfilled_variants(self) -> frozenset[UUID]:
        variants = {line.line_id: line.variant_id for line in self.order.lines}
        return frozenset(variants[line_id] for line_id, _ in self.decision.unfilled)


def takes(decisions: Sequence[Decision], orders: Sequence[OrderToSource]) -> list[Take]:
    """Each decision with what it takes, in the plan's order."""
    by_id = {order.order_id: order for order in orders}
    return [_take(decision, by_id[decision.order_id]) for decision in decisions]


def _take(decision: Decision, order: OrderToSource) -> Take:
    variants = {line.line_id: line.variant_id for line in order.lines}
    allocate = []
    for shipment in decision.shipments:
        for line_id, units in shipment.lines:
            more = units - order.reserved.get((line_id, shipment.warehouse_id), 0)
            if more > 0:
                allocate.append((line_id, variants[line_id], shipment.warehouse_id, more))
    return Take(
        decision=decision,
        order=order,
        allocate=tuple(allocate),
        release=tuple(
            (line, variants[line], warehouse, units) for line, warehouse, units in decision.released
        ),
    )


def still_holding(
    planned: Sequence[Take],
    snapshot: Snapshot,
    locked: Mapping[Level, int],
    room: Mapping[WarehouseDay, int],
    protections: Sequence[Protection],
) -> tuple[list[Take], list[Take]]:
    """Split `planned` into what can be done and what must be planned again.

    `room` says how many parcels each day takes that does not take any number. Again: its units or its
    place in a day were taken by a rival, or what is left is kept for other channels, or it was left
    unfilled although units have arrived since (those would otherwise lie there while the order waits for
    the next delivery).
    """
    arrived = {level[0] for level, units in locked.items() if units > snapshot.free.get(level, 0)}
    left, room_left = dict(locked), dict(room)
    codes = {site.warehouse_id: site.code for site in snapshot.sites}
    done: list[Take] = []
    again: list[Take] = []
    for take in planned:
        needs, theirs = take.needs, _kept(take, codes, protections)
        fits = all(
            units <= max(0, left.get(level, 0) - theirs.get(level, 0))
            for level, units in needs.items()
            if units > 0
        )
        fits = fits and all(room_left.get(day, 1) > 0 for day in take.days)
        if fits and not (take.unfilled_variants & arrived):
            for day in take.days:
                if day in room_left:
                    room_left[day] -= 1
            for level, units in needs.items():
                left[level] = left.get(level, 0) - units
            done.append(take)
        else:
            again.append(take)
    return done, again


def _kept(take: Take, codes: Mapping[UUID, str], protections: Sequence[Protection]) -> Mapping[Level, int]:
    """Units of the levels it takes from that its order may not have, as when it was planned."""
    others = kept_from(take.order, protections)
    if not others:
        return {}
    skus = {line.variant_id: line.sku for line in take.order.lines}
    return {(variant, place): kept(skus[variant], [codes[place]], others)[0] for variant, place in take.needs}
