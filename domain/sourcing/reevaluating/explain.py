"""Say in one sentence what a move is good for. Pure."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.sourcing.planning.assign import Laid
from domain.sourcing.planning.cost import money
from domain.sourcing.planning.model import SourcingPolicy
from domain.sourcing.planning.verdict import listed
from domain.sourcing.reevaluating.standing import Move


def explain(
    move: Move, laid: Laid, others: Sequence[str], names: Mapping[UUID, str], policy: SourcingPolicy
) -> str:
    """'Moved from Hamburg to Leipzig: 1.90 EUR cheaper (3.50 instead of 5.40), leaves 2026-11-23.'"""
    with_others = f", together with {listed([f'order {number}' for number in others])}" if others else ""
    if not move.moves_parcels:
        return f"From {_to(move, names)}: {_price(laid, policy)}{_leaves(laid)}; room was made by moving others{with_others}."
    gone, come = _changed(move, names)
    way = f"from {gone} to {come}" if gone and come else f"together in {_to(move, names)}"
    return f"Moved {way}: {_worth(move, laid, policy)}{_leaves(laid)}{with_others}."


def _changed(move: Move, names: Mapping[UUID, str]) -> tuple[str, str]:
    """The warehouses that units leave, and those they come to."""
    left = {piece.warehouse_id for piece, _ in move.shuffled if piece.warehouse_id is not None}
    come = {place for _, place in move.shuffled}
    return _named(left, names), _named(come, names)


def _to(move: Move, names: Mapping[UUID, str]) -> str:
    return _named({place for _, place in move.places}, names)


def _named(places: set[UUID], names: Mapping[UUID, str]) -> str:
    return " and ".join(sorted(names[place] for place in places))


def _worth(move: Move, laid: Laid, policy: SourcingPolicy) -> str:
    price = _price(laid, policy)
    waited = sum(piece.units for piece, _ in move.places if piece.parcel is None)
    if waited:
        return f"{waited} more units with it, {price}"
    saved = laid.present_minor - laid.cost_minor
    word = "cheaper" if saved >= 0 else "dearer, to make room"
    amount = money(abs(saved), policy.exponent)
    before = money(laid.present_minor, policy.exponent)
    return (
        f"{amount} {policy.currency} {word} ({money(laid.cost_minor, policy.exponent)} instead of {before})"
    )


def _price(laid: Laid, policy: SourcingPolicy) -> str:
    return f"{money(laid.cost_minor, policy.exponent)} {policy.currency}"


def _leaves(laid: Laid) -> str:
    days = sorted({str(shipment.ship_on) for shipment in laid.shipments if shipment.ship_on})
    return f", leaves {' and '.join(days)}" if days else ""
