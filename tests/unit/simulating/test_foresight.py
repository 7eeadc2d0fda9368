"""A replay counts bid prices where its rules do, worked out from what it was told before, and nothing later."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sourcing.planning.model import OrderToSource, SourcingPolicy
from domain.sourcing.rules.definition import BidPricing, RuleSet
from domain.sourcing.simulating.happenings import Foresight, Happening, Sourced, in_turn
from domain.sourcing.simulating.replay import Replay
from tests.unit.simulating.test_replay import (
    FAR,
    MUG,
    NEAR,
    WORLD,
    after,
    arrival,
    compared,
    some_world,
    stock,
)

OFF, ON = RuleSet(), RuleSet(bid_prices=BidPricing.ON)
ONE_NEAR = {(MUG, NEAR): 1, (MUG, FAR): 10}


def expected(count: int, *, first: int = 9_000) -> tuple[OrderToSource, ...]:
    """Of a past day: each wanted a mug, and only the near warehouse serves their channel."""
    orders = (arrival(first + number, 0, {MUG: 1}).order for number in range(count))
    return tuple(replace(order, served=frozenset({NEAR})) for order in orders)


def foresight(minutes: float, *days: tuple[OrderToSource, ...]) -> Foresight:
    return Foresight(at=after(minutes), days=days)


def replayed(happenings: Sequence[Happening], rules: RuleSet) -> dict[int, Sourced]:
    replay = Replay(WORLD, ONE_NEAR, SourcingPolicy(version="1", rules=rules))
    told = replay.run(in_turn(happenings)) + replay.finish()
    return {one.order_id.int - 1000: one for one in told}


def test_the_last_unit_is_left_to_whom_only_it_can_reach() -> None:
    needs_near = arrival(2, 30, {MUG: 1})
    needs_near = replace(needs_near, order=replace(needs_near.order, served=frozenset({NEAR})))
    happenings: list[Happening] = [foresight(0, expected(2)), arrival(1, 10, {MUG: 1}), needs_near]

    without, priced = replayed(happenings, OFF), replayed(happenings, ON)

    assert [parcel.warehouse_id for parcel in without[1].parcels] == [NEAR]
    assert without[2].parcels == ()
    assert [parcel.warehouse_id for parcel in priced[1].parcels] == [FAR]
    assert [parcel.warehouse_id for parcel in priced[2].parcels] == [NEAR]
    assert "is worth" in str(priced[1].explanation)


def test_what_is_known_later_decides_nothing_before() -> None:
    early = arrival(1, 10, {MUG: 1})
    seen: list[Happening] = [foresight(0, expected(2)), foresight(20, expected(9)), arrival(2, 30, {MUG: 1})]
    told = replayed([early, *seen[1:]], ON)
    assert [parcel.warehouse_id for parcel in told[1].parcels] == [NEAR]
    assert [parcel.warehouse_id for parcel in replayed([early, *seen], ON)[1].parcels] == [FAR]
    assert replayed([early, seen[0]], ON)[1] == replayed([early, *seen], ON)[1]


def test_without_a_past_there_are_no_prices() -> None:
    happenings: list[Happening] = [foresight(0), arrival(1, 10, {MUG: 1})]
    assert replayed(happenings, ON) == replayed(happenings, OFF)


def test_prices_know_what_is_left_when_they_are_asked_for() -> None:
    """With units enough for all that is expected none is worth anything."""
    happenings: list[Happening] = [
        foresight(0, expected(2)),
        stock(5, MUG, NEAR, 5),
        arrival(1, 10, {MUG: 1}),
    ]
    assert [parcel.warehouse_id for parcel in replayed(happenings, ON)[1].parcels] == [NEAR]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_rules_without_bid_prices_do_the_same_whatever_is_foreseen(seed: int) -> None:
    happenings, opening = some_world(seed, orders=40)
    told = [foresight(minutes, expected(5)) for minutes in (0, 100, 200, 300)]
    plain, _ = compared(happenings, opening)
    seen, changes = compared([*happenings, *told], opening)
    assert (seen, changes) == (plain, [])


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 40))
def test_pieces_of_any_length_say_the_same(seed: int, at_once: int) -> None:
    happenings, opening = some_world(seed, orders=40)
    told = [foresight(minutes, expected(5)) for minutes in (0, 100, 200, 300)]
    whole, _ = compared([*happenings, *told], opening, candidate=ON)
    parts, _ = compared([*happenings, *told], opening, candidate=ON, at_once=at_once)
    assert whole == parts
