"""Judge moves again, now that everything they touch is locked: what no longer holds is left for the next round. Pure.

The hard rule stands here: no order loses units by a move, none of them comes later than its promise unless it
would have come later still, and there are no more parcels than allowed.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.sourcing.planning.assign import Laid, Layout, NotPossible
from domain.sourcing.planning.model import (
    Decision,
    Outcome,
    PlannedShipment,
    Site,
    SourcingPolicy,
    Zone,
)
from domain.sourcing.planning.turn import Turn
from domain.sourcing.reevaluating.explain import explain
from domain.sourcing.reevaluating.standing import Level, Move, Parcel, Standing, lines_of
from domain.sourcing.reevaluating.terms import cost_tolerance, least_saving, shipments_allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A move as it is carried out."""

    standing: Standing
    move: Move
    decision: Decision
    saved_minor: int
    units_filled: int  # that waited

    @property
    def cancelled(self) -> list[Parcel]:
        return [self.standing.parcels[key] for key in sorted(self.move.cancelled)]

    @property
    def units_open(self) -> int:
        """Afterwards."""
        return self.standing.units_open - self.units_filled


class Judge:
    """Shelves and days, from which one group after the other takes its part."""

    def __init__(
        self,
        *,
        standings: Mapping[UUID, Standing],
        sites: Sequence[Site],
        zones: tuple[Zone, ...],
        free: Mapping[Level, int],
        turn: Turn,
        policy: SourcingPolicy,
    ) -> None:
        self._standings = standings
        self._sites = tuple(sites)
        self._names = {site.warehouse_id: site.name for site in sites}
        self._zones = zones
        self._free: dict[UUID, Counter[UUID]] = defaultdict(Counter)  # variant -> warehouse -> units
        for (variant_id, warehouse_id), units in free.items():
            self._free[variant_id][warehouse_id] = units
        self._turn = turn
        self._policy = policy

    def judge(self, moves: Sequence[Move]) -> list[Carried]:
        """The group as it is carried out; it takes its units and days.

        Raises:
            NotPossible: something speaks against one of its moves, or it saves too little; nothing was taken.
        """
        standings = [self._unchanged(move) for move in moves]
        free = self._given_back(moves)
        sites = self._days_given_back(standings, moves)
        layout = Layout(
            sites=sites,
            zones=self._zones,
            free={(variant, place): units for variant, row in free.items() for place, units in row.items()},
            variants=free,
            turn=self._turn,
            policy=self._policy,
        )
        laid = [self._lay(layout, *pair) for pair in zip(standings, moves, strict=True)]
        self._require_worth(moves, laid)
        others = [standing.order.number for standing in standings]
        carried = [self._carried(*each, others) for each in zip(standings, moves, laid, strict=True)]
        self._take(free, laid, moves)
        self._sites = _with_days_taken(sites, laid)
        return carried

    # ------------------------------------------------------------ may it be?

    def _unchanged(self, move: Move) -> Standing:
        standing = self._standings.get(move.order_id)
        if standing is None or standing.version != move.version:
            raise NotPossible("the order has changed since, or somebody is at work on it")
        pieces = Counter(standing.pieces)
        pieces.subtract(piece for piece, _ in move.places)
        if min(pieces.values()) < 0:
            raise NotPossible("its units are not where they were")
        if any(piece.parcel and piece.parcel.id in move.cancelled for piece in +pieces):
            raise NotPossible("a parcel would be called off that is not moved whole")
        return standing

    def _lay(self, layout: Layout, standing: Standing, move: Move) -> Laid:
        order = replace(standing.order, lines=lines_of([piece for piece, _ in move.places]))
        laid = layout.lay(order, move.chosen(), move.present())
        stay = len(standing.parcels) - len(move.cancelled)
        if stay + len(laid.shipments) > shipments_allowed(standing, self._turn):
            raise NotPossible("it would be too many parcels")
        _require_promise(standing, move, laid)
        return laid

    def _require_worth(self, moves: Sequence[Move], laid: Sequence[Laid]) -> None:
        """What fills a line that waited is worth what it costs."""
        if any(piece.parcel is None for move in moves for piece, _ in move.places):
            return
        rule = self._policy.rules.reevaluation
        saved = sum(one.present_minor - one.cost_minor for one in laid)
        required = sum(
            least_saving(rule, one.present_minor, self._tolerance(move))
            for move, one in zip(moves, laid, strict=True)
        )
        if saved <= 0 or saved < required:
            raise NotPossible("it no longer saves enough")

    def _tolerance(self, move: Move) -> int:
        tolerance = cost_tolerance(self._turn.route(self._standings[move.order_id].order))
        if tolerance is None:
            raise NotPossible("its routing does not rank by cost first")
        return tolerance

    # ------------------------------------------------------------ giving and taking

    def _given_back(self, moves: Sequence[Move]) -> dict[UUID, Counter[UUID]]:
        """What is free of the variants that the group moves, with what it gives back."""
        pieces = [piece for move in moves for piece, _ in move.places]
        free = {piece.variant_id: Counter(self._free[piece.variant_id]) for piece in pieces}
        for piece in pieces:
            if piece.warehouse_id is not None:
                free[piece.variant_id][piece.warehouse_id] += piece.units
        return free

    def _take(self, free: Mapping[UUID, Counter[UUID]], laid: Sequence[Laid], moves: Sequence[Move]) -> None:
        self._free.update(free)
        variants = {piece.line_id: piece.variant_id for move in moves for piece, _ in move.places}
        for shipment in _shipments(laid):
            for line_id, units in shipment.lines:
                self._free[variants[line_id]][shipment.warehouse_id] -= units

    def _days_given_back(self, standings: Sequence[Standing], moves: Sequence[Move]) -> tuple[Site, ...]:
        called_off = Counter(
            (parcel.warehouse_id, parcel.planned_ship_on)
            for standing, move in zip(standings, moves, strict=True)
            for parcel in (standing.parcels[key] for key in move.cancelled)
        )
        return tuple(_more_room(site, called_off) for site in self._sites)

    def _carried(self, standing: Standing, move: Move, laid: Laid, numbers: Sequence[str]) -> Carried:
        filled = sum(piece.units for piece, _ in move.places if piece.parcel is None)
        others = [number for number in numbers if number != standing.order.number]
        decision = Decision(
            order_id=move.order_id,
            outcome=Outcome.SOURCED if standing.units_open == filled else Outcome.PARTLY_SOURCED,
            shipments=laid.shipments,
            unfilled=(),
            released=(),
            candidates=laid.candidates,
            said=explain(move, laid, others, self._names, self._policy),
            input_hash=laid.input_hash,
            proven=False,
            routing=laid.routing,
        )
        return Carried(
            standing=standing,
            move=move,
            decision=decision,
            saved_minor=0 if filled else laid.present_minor - laid.cost_minor,
            units_filled=filled,
        )


def _require_promise(standing: Standing, move: Move, laid: Laid) -> None:
    """Units that were in time stay so; what was late comes no later."""
    promised_on = standing.order.promised_on
    if promised_on is None:
        return
    arrives = {shipment.warehouse_id: shipment.arrives_on for shipment in laid.shipments}
    for piece, place in move.places:
        then = arrives[place]
        if piece.parcel is None or then is None or then <= promised_on:
            continue
        if piece.parcel.arrives_on is None or then > piece.parcel.arrives_on:
            raise NotPossible(f"it would come on {then}, promised for {promised_on}")


def _more_room(site: Site, called_off: Mapping[tuple[UUID, date | None], int]) -> Site:
    if not any(
        day.left is not None and (site.warehouse_id, day.day) in called_off for day in site.days or ()
    ):
        return site
    days = tuple(
        day
        if day.left is None
        else replace(day, left=day.left + called_off.get((site.warehouse_id, day.day), 0))
        for day in site.days or ()
    )
    return replace(site, days=days)


def _with_days_taken(sites: tuple[Site, ...], laid: Sequence[Laid]) -> tuple[Site, ...]:
    taken = Counter((shipment.warehouse_id, shipment.ship_on) for shipment in _shipments(laid))
    return tuple(_more_room(site, {key: -count for key, count in taken.items()}) for site in sites)


def _shipments(laid: Sequence[Laid]) -> list[PlannedShipment]:
    return [shipment for one in laid for shipment in one.shipments]
