"""Every decision says why: sentences, reasons and alternatives, word for word."""

from dataclasses import replace
from uuid import UUID

import orjson
import pytest

from domain.sourcing.planning import (
    Candidate,
    CostTerms,
    OrderToSource,
    Outcome,
    Snapshot,
    SourcingPolicy,
    SplitPolicy,
    UnfilledReason,
    money,
    plan,
)
from domain.sourcing.said import Phrase, Said, kept, recalled
from tests.unit.sourcing.instances import HAMBURG, LEIPZIG, MUNICH, SITES, decide, line, order, stock

ONE_LINE = order(line(7, 3))
TWO_LINES = order(line(7, 3), line(9, 1))


def test_the_cheaper_warehouse_that_lacks_units_is_named() -> None:
    cheaper = replace(HAMBURG, shipment_minor=200)
    sites = (LEIPZIG, cheaper, MUNICH)
    decision = decide(ONE_LINE, stock({LEIPZIG: {7: 3}, cheaper: {7: 1}}), sites)
    assert (
        decision.explanation
        == "From Leipzig: 149 km, 7.99 EUR; Hamburg is 1.94 cheaper but lacks 2 of SKU-7."
    )


def test_the_next_dearer_warehouse_is_named() -> None:
    decision = decide(ONE_LINE, stock({LEIPZIG: {7: 3}, HAMBURG: {7: 9}, MUNICH: {7: 9}}))
    assert decision.explanation == "From Hamburg: 255 km, 7.55 EUR; Leipzig is 0.44 dearer."


def test_an_excluded_warehouse_is_named_with_its_reason() -> None:
    asked = replace(ONE_LINE, excluded={HAMBURG.warehouse_id: "rejected as damaged"})
    decision = decide(asked, stock({LEIPZIG: {7: 3}, HAMBURG: {7: 3}}))
    assert decision.explanation == (
        "From Leipzig: 149 km, 7.99 EUR; Hamburg is 0.44 cheaper but is excluded: rejected as damaged."
    )


def test_a_warehouse_outside_the_channel_is_named() -> None:
    asked = replace(ONE_LINE, served=frozenset({LEIPZIG.warehouse_id}))
    decision = decide(asked, stock({LEIPZIG: {7: 3}, HAMBURG: {7: 3}}))
    assert decision.explanation.endswith("Hamburg is 0.44 cheaper but does not serve the channel.")


def test_a_split_says_what_one_warehouse_lacked() -> None:
    decision = decide(TWO_LINES, stock({LEIPZIG: {7: 3}, HAMBURG: {9: 1}}))
    assert decision.explanation == (
        "From Hamburg (255 km) and Leipzig (149 km): 14.54 EUR; Hamburg alone is 6.49 cheaper but lacks 3 of SKU-7."
    )


def test_a_waiting_line_is_named() -> None:
    decision = decide(TWO_LINES, stock({LEIPZIG: {7: 3}}))
    assert decision.outcome is Outcome.PARTLY_SOURCED
    assert decision.explanation == "From Leipzig: 149 km, 7.99 EUR; waiting: 1 of SKU-9 (no stock)."


def test_a_backorder_says_what_is_missing() -> None:
    asked = replace(TWO_LINES, split_policy=SplitPolicy.SHIP_COMPLETE)
    decision = decide(asked, stock({LEIPZIG: {7: 2}, HAMBURG: {7: 2, 9: 1}}))
    assert decision.outcome is Outcome.BACKORDERED
    assert decision.explanation == (
        "Backordered: 3 of SKU-7 (no warehouse has the whole line) and 1 of SKU-9 (waits for the rest of the order)."
    )


def test_an_unknown_place_is_said() -> None:
    decision = decide(replace(ONE_LINE, place=None), stock({LEIPZIG: {7: 3}}))
    assert decision.shipments[0].distance_km is None
    assert decision.explanation == (
        "From Leipzig: place unknown, counted as 232 km, 8.82 EUR; Hamburg is 1.50 cheaper but lacks 3 of SKU-7."
    )


def test_a_kept_reservation_is_said() -> None:
    held = {(UUID(int=107), LEIPZIG.warehouse_id): 2, (UUID(int=107), HAMBURG.warehouse_id): 1}
    asked = replace(ONE_LINE, split_policy=SplitPolicy.SINGLE_SHIPMENT, reserved=held)
    decision = decide(asked, {})
    assert decision.outcome is Outcome.SOURCED
    assert decision.released == ()
    assert decision.explanation == (
        "From Hamburg (255 km) and Leipzig (149 km): 14.04 EUR; "
        "kept as reserved, since nothing within its split policy fills it."
    )


def test_a_reservation_moves_to_a_cheaper_warehouse() -> None:
    asked = replace(ONE_LINE, reserved={(UUID(int=107), LEIPZIG.warehouse_id): 3})
    decision = decide(asked, stock({HAMBURG: {7: 3}}))
    assert [shipment.warehouse_id for shipment in decision.shipments] == [HAMBURG.warehouse_id]
    assert decision.released == ((UUID(int=107), LEIPZIG.warehouse_id, 3),)


def test_given_up_units_are_there_for_the_next() -> None:
    first = replace(ONE_LINE, reserved={(UUID(int=107), LEIPZIG.warehouse_id): 3})
    second = replace(order(line(8, 3, sku=7), number=2), served=frozenset({LEIPZIG.warehouse_id}))
    batch = Snapshot(orders=(second, first), sites=SITES, free=stock({HAMBURG: {7: 3}}))
    assert [one.outcome for one in plan(batch, SourcingPolicy(version="1")).decisions] == [
        Outcome.SOURCED
    ] * 2


def test_a_waiting_line_keeps_what_it_holds() -> None:
    asked = replace(ONE_LINE, reserved={(UUID(int=107), LEIPZIG.warehouse_id): 2})
    rival = replace(order(line(8, 1, sku=7), number=2))
    decisions = plan(
        Snapshot(orders=(asked, rival), sites=SITES, free={}), SourcingPolicy(version="1")
    ).decisions
    assert [one.outcome for one in decisions] == [Outcome.BACKORDERED] * 2
    assert decisions[0].released == ()


def test_candidates_are_the_chosen_then_the_able_then_the_rest() -> None:
    decision = decide(ONE_LINE, stock({LEIPZIG: {7: 3}, HAMBURG: {7: 3}, MUNICH: {7: 2}}))
    lacking = Said(Phrase.LACKS, lines=[Said(Phrase.UNITS_OF, units=1, sku="SKU-7")])
    assert decision.candidates == (
        Candidate(warehouse_ids=(HAMBURG.warehouse_id,), cost=terms(350, 255), chosen=True),
        Candidate(warehouse_ids=(LEIPZIG.warehouse_id,), cost=terms(500, 149)),
        Candidate(warehouse_ids=(MUNICH.warehouse_id,), cost=terms(400, 503), reason=lacking),
    )


def terms(shipment_minor: int, km_minor: int) -> CostTerms:
    return CostTerms(shipment_minor=shipment_minor, km_minor=km_minor, weight_minor=150)


ELSEWHERE = frozenset({LEIPZIG.warehouse_id, MUNICH.warehouse_id})


@pytest.mark.parametrize(
    ("asked", "table", "reason"),
    [
        (ONE_LINE, {HAMBURG: {7: 2}}, UnfilledReason.NO_STOCK),
        (ONE_LINE, {HAMBURG: {7: 2}, LEIPZIG: {7: 1}}, UnfilledReason.SCATTERED),
        (
            replace(ONE_LINE, excluded={HAMBURG.warehouse_id: "full"}),
            {HAMBURG: {7: 3}},
            UnfilledReason.EXCLUDED,
        ),
        (replace(ONE_LINE, served=ELSEWHERE), {HAMBURG: {7: 3}}, UnfilledReason.NOT_SERVED),
        (
            replace(TWO_LINES, split_policy=SplitPolicy.SINGLE_SHIPMENT),
            {HAMBURG: {7: 3}, LEIPZIG: {9: 1}},
            UnfilledReason.SPLIT_NOT_ALLOWED,
        ),
        (
            replace(TWO_LINES, max_shipments=1, split_policy=SplitPolicy.SHIP_COMPLETE),
            {HAMBURG: {7: 3}, LEIPZIG: {9: 1}},
            UnfilledReason.SHIPMENT_LIMIT,
        ),
        (order(line(1, 2, sku=7), line(2, 2, sku=7)), {HAMBURG: {7: 3}}, UnfilledReason.NO_STOCK),
    ],
)
def test_a_line_waits_for_a_reason(
    asked: OrderToSource, table: dict[object, dict[int, int]], reason: UnfilledReason
) -> None:
    free = stock({site: table[site] for site in SITES if site in table})
    assert decide(asked, free).unfilled[0][1] is reason


@pytest.mark.parametrize(
    ("amount_minor", "exponent", "text"),
    [(810, 2, "8.10"), (5, 2, "0.05"), (810, 0, "810"), (1_234, 3, "1.234"), (-190, 2, "-1.90")],
)
def test_money_reads_in_its_currency(amount_minor: int, exponent: int, text: str) -> None:
    assert money(amount_minor, exponent) == text


def test_a_currency_without_minor_units() -> None:
    yen = SourcingPolicy(version="1", currency="JPY", exponent=0)
    batch = Snapshot(orders=(ONE_LINE,), sites=(LEIPZIG,), free=stock({LEIPZIG: {7: 3}}))
    assert (
        plan(batch, yen).decisions[0].explanation
        == "From Leipzig: 149 km, 799 JPY; no other warehouse has it all."
    )


def test_a_reservation_in_two_places_ships_so_when_that_is_cheapest() -> None:
    """Each part's weight is rounded for itself: 2 x 40 g in one parcel cost 1, in two parcels nothing."""
    near, far = (replace(one, shipment_minor=0, km_millis=0, kg_minor=10) for one in (LEIPZIG, HAMBURG))
    asked = order(line(7, 2, weight_g=40))
    held = {(UUID(int=107), near.warehouse_id): 1, (UUID(int=107), far.warehouse_id): 1}
    decision = decide(replace(asked, reserved=held), stock({near: {7: 1}}), (near, far))
    assert decision.total_minor == 0
    assert len(decision.shipments) == 2


def test_the_sentence_does_not_depend_on_how_many_candidates_are_kept() -> None:
    batch = Snapshot(orders=(ONE_LINE,), sites=SITES, free=stock({LEIPZIG: {7: 3}, MUNICH: {7: 3}}))
    few, many = (
        plan(batch, SourcingPolicy(version="1", candidates_max=most)).decisions[0] for most in (1, 12)
    )
    assert few.explanation == many.explanation
    assert few.candidates == many.candidates[:1]


def test_what_is_said_is_kept_in_parts_and_recalled_as_it_was() -> None:
    decision = decide(TWO_LINES, stock({LEIPZIG: {7: 3}, HAMBURG: {9: 1}}))
    parts = orjson.loads(orjson.dumps(decision.said, default=kept))
    assert parts["against"]["why"] == {
        "phrase": "LACKS",
        "lines": [{"phrase": "UNITS_OF", "units": 3, "sku": "SKU-7"}],
    }
    again = recalled(parts)
    assert (again, str(again)) == (decision.said, decision.explanation)
    assert recalled("as it once was") == "as it once was"
