"""What the demo's people decide is drawn by the order's number, and nothing else."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from cli.demo.deciding import Wish, days_on_the_way, rejection, tellings, tracking_number, wish
from cli.demo.pace import DAY_S, Pace
from cli.demo.platforms.shape import Telling
from cli.demo.staff import WAVE_MAX, Allowance

REFERENCES = [str(number) for number in range(20_000)]


def test_some_parcels_are_rejected_for_each_reason_and_always_the_same() -> None:
    reasons = Counter(rejection(reference, "east") for reference in REFERENCES)
    assert set(reasons) == {None, "OUT_OF_STOCK", "DAMAGED", "NO_CAPACITY"}
    assert 0.01 < 1 - reasons[None] / len(REFERENCES) < 0.03
    assert [rejection(r, "east") for r in REFERENCES[:500]] == [
        rejection(r, "east") for r in REFERENCES[:500]
    ]


def test_another_warehouse_rejects_other_parcels() -> None:
    rejected = [{r for r in REFERENCES if rejection(r, site)} for site in ("east", "west")]
    assert len(rejected[0] & rejected[1]) < 0.1 * len(rejected[0])


def test_few_orders_are_called_off_or_held() -> None:
    wishes = Counter(wish(reference) for reference in REFERENCES)
    assert set(wishes) == set(Wish)
    assert wishes[Wish.NOTHING] > 0.95 * len(REFERENCES)


def test_some_orders_are_told_twice_and_some_out_of_turn_but_each_is_told() -> None:
    told = Counter(tellings(reference) for reference in REFERENCES)
    placed, beside = Telling.PLACED, Telling.BESIDE
    assert set(told) == {(placed,), (placed, placed), (beside, placed), (placed, beside)}
    assert 0.9 < told[(placed,)] / len(REFERENCES) < 0.95


def test_the_way_is_longer_to_further_places() -> None:
    assert 0.7 < days_on_the_way("1", 0) < days_on_the_way("1", 3_000) < 4


def test_tracking_numbers_say_that_they_are_made_up() -> None:
    assert tracking_number("1", "east").startswith("DEMO-")


def test_a_paced_order_is_due_in_its_own_time_and_a_hurried_one_at_once() -> None:
    first = datetime(2017, 1, 1, tzinfo=UTC)
    paced, hurried = Pace(100.0, first, 8_640.0), Pace(100.0, first, None)
    tomorrow = first + timedelta(days=1)
    assert paced.due_s(tomorrow) == 110.0
    assert hurried.due_s(tomorrow) == 100.0
    assert paced.simulated(105.0) == first + timedelta(hours=12)
    assert hurried.simulated(105.0) is None
    assert (paced.seconds(DAY_S), hurried.seconds(DAY_S)) == (10.0, 0.0)


def test_a_crew_takes_on_what_its_capacity_allows() -> None:
    allowance = Allowance(per_s=10.0, began_s=0.0)
    allowance.spend(allowance.left(0.0))
    assert allowance.left(0.0) == 0
    assert allowance.left(2.5) == 25
    assert allowance.left(1_000.0) == WAVE_MAX  # idle time isn't saved up
    assert Allowance(per_s=None, began_s=0.0).left(0.0) == WAVE_MAX
