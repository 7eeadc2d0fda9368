"""Say in one sentence what a move is good for. Pure."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.sourcing.planning.assign import Laid
from domain.sourcing.planning.cost import money
from domain.sourcing.planning.model import SourcingPolicy
from domain.sourcing.reevaluating.standing import Move
from domain.sourcing.said import Phrase, Said, Words, few


def explain(
    move: Move, laid: Laid, others: Sequence[str], names: Mapping[UUID, str], policy: SourcingPolicy
) -> Said:
    """'Moved from Hamburg to Leipzig: 1.90 EUR cheaper (3.50 instead of 5.40), leaves 2026-11-23.'"""
    if not move.moves_parcels:
        after = _named({place for _, place in move.places}, names)
        why = _with_others(Said(Phrase.ROOM_WAS_MADE), others)
        return Said(Phrase.FILLED_BY_MOVES, after=after, what=_leaves(laid, _price(laid, policy)), why=why)
    before, after = _changed(move, names)
    what = _with_others(_leaves(laid, _worth(move, laid, policy)), others)
    if before and after:
        return Said(Phrase.MOVED, before=before, after=after, what=what)
    together = _named({place for _, place in move.places}, names)
    return Said(Phrase.MOVED_TOGETHER, after=together, what=what)


def _changed(move: Move, names: Mapping[UUID, str]) -> tuple[list[str], list[str]]:
    """The warehouses that units leave, and those they come to."""
    left = {piece.warehouse_id for piece, _ in move.shuffled if piece.warehouse_id is not None}
    come = {place for _, place in move.shuffled}
    return _named(left, names), _named(come, names)


def _named(places: set[UUID], names: Mapping[UUID, str]) -> list[str]:
    return sorted(names[place] for place in places)


def _worth(move: Move, laid: Laid, policy: SourcingPolicy) -> Said:
    waited = sum(piece.units for piece, _ in move.places if piece.parcel is None)
    if waited:
        return Said(Phrase.MORE_UNITS, units=waited, cost=_price(laid, policy))
    saved = laid.present_minor - laid.cost_minor
    cost, before = (money(minor, policy.exponent) for minor in (laid.cost_minor, laid.present_minor))
    amount = f"{money(abs(saved), policy.exponent)} {policy.currency}"
    if saved < 0:
        return Said(Phrase.NOW_DEARER, lost=amount, cost=cost, before=before)
    return Said(Phrase.NOW_CHEAPER, saved=amount, cost=cost, before=before)


def _price(laid: Laid, policy: SourcingPolicy) -> str:
    return f"{money(laid.cost_minor, policy.exponent)} {policy.currency}"


def _leaves(laid: Laid, what: Words) -> Words:
    days = sorted({str(shipment.ship_on) for shipment in laid.shipments if shipment.ship_on})
    return Said(Phrase.LEAVES, what=what, day=days) if days else what


def _with_others(what: Words, others: Sequence[str]) -> Words:
    if not others:
        return what
    return Said(Phrase.WITH_ORDERS, what=what, orders=few([Said(Phrase.ORDER, number=one) for one in others]))
