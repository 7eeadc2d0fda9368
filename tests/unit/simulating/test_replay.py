"""What a replay finds: nothing where rules are the same, and exactly what differs where they are not."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from domain.orders.policies import SplitPolicy
from domain.sourcing.planning.model import (
    ANYWHERE,
    LineToSource,
    OrderToSource,
    Place,
    Site,
    SourcingPolicy,
)
from domain.sourcing.rules.definition import Routing, RuleCall, RuleSet, Unfillable
from domain.sourcing.simulating.compare import Change, Comparison
from domain.sourcing.simulating.happenings import (
    Arrival,
    Cancellation,
    Gate,
    Happening,
    StockChange,
    World,
    in_turn,
)
from domain.sourcing.simulating.replay import Replay
from domain.sourcing.simulating.report import Report
from domain.sourcing.simulating.shelves import Level
from domain.warehouses.ship_days import Calendar

START = datetime(2026, 11, 1, 8, tzinfo=UTC)
NEAR, FAR = UUID(int=1), UUID(int=2)
MUG, POT = UUID(int=11), UUID(int=12)
BERLIN = Place(lat=52.52, lon=13.4)
ANY = RuleSet()
NOT_NEAR = RuleSet(
    routings=(
        Routing(name="Not near", eligible=(RuleCall(rule="WAREHOUSE", values=("near",), negated=True),)),
    )
)


def site(warehouse_id: UUID, code: str, *, shipment_minor: int) -> Site:
    return Site(
        warehouse_id=warehouse_id,
        code=code,
        name=code.title(),
        place=BERLIN,
        shipment_minor=shipment_minor,
        kg_minor=0,
        km_millis=0,
    )


WORLD = World(
    sites=(site(NEAR, "near", shipment_minor=300), site(FAR, "far", shipment_minor=500)), zones=(ANYWHERE,)
)


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def arrival(
    number: int, minutes: float, lines: dict[UUID, int], *, cancelled: float | None = None, priority: int = 0
) -> Arrival:
    return Arrival(
        at=after(minutes),
        cancelled_at=None if cancelled is None else after(cancelled),
        order=OrderToSource(
            order_id=UUID(int=1000 + number),
            number=str(number),
            place=BERLIN,
            priority=priority,
            placed_at=after(minutes),
            split_policy=SplitPolicy.PARTIAL_ALLOWED,
            max_shipments=2,
            lines=tuple(
                LineToSource(
                    line_id=UUID(int=number * 100 + at),
                    variant_id=variant,
                    sku=f"S{variant.int}",
                    quantity=units,
                    weight_g=100,
                )
                for at, (variant, units) in enumerate(lines.items())
            ),
        ),
    )


def stock(minutes: float, variant_id: UUID, warehouse_id: UUID, units: int) -> StockChange:
    return StockChange(at=after(minutes), variant_id=variant_id, warehouse_id=warehouse_id, units=units)


def compared(
    happenings: Iterable[Happening],
    opening: dict[Level, int],
    *,
    baseline: RuleSet = ANY,
    candidate: RuleSet = ANY,
    at_once: int = 1000,
) -> tuple[Report, list[Change]]:
    """The report and all changes; told `at_once` happenings at a time."""
    comparison = Comparison(
        WORLD,
        opening,
        baseline=SourcingPolicy(version="1", rules=baseline),
        candidate=SourcingPolicy(version="2", rules=candidate),
    )
    turn = in_turn(happenings)
    changes = []
    for start in range(0, len(turn), at_once):
        changes += comparison.run(turn[start : start + at_once], ())
    changes += comparison.finish()
    return comparison.report(), changes


def some_world(seed: int, orders: int = 120) -> tuple[list[Happening], dict[Level, int]]:
    random = Random(seed)
    happenings: list[Happening] = []
    for number in range(orders):
        minutes = random.uniform(0, 500)
        lines = {variant: random.randint(1, 3) for variant in random.sample([MUG, POT], random.randint(1, 2))}
        cancelled = minutes + random.uniform(1, 60) if random.random() < 0.1 else None
        happenings.append(
            arrival(number, minutes, lines, cancelled=cancelled, priority=random.choice([0, 0, 2]))
        )
        if cancelled is not None:
            happenings.append(Cancellation(at=after(cancelled), order_id=UUID(int=1000 + number)))
    for _ in range(30):
        place, variant = random.choice([NEAR, FAR]), random.choice([MUG, POT])
        happenings.append(stock(random.uniform(0, 500), variant, place, random.randint(-3, 12)))
    return happenings, {(MUG, NEAR): 20, (MUG, FAR): 20, (POT, NEAR): 10}


def test_the_same_rules_change_nothing() -> None:
    for seed in range(5):
        report, changes = compared(*some_world(seed), baseline=NOT_NEAR, candidate=NOT_NEAR)
        assert changes == []
        assert report.baseline == report.candidate
        assert report.baseline.orders == 120
        assert report.difference.cost == tuple(
            type(one)(currency=one.currency, minor=0) for one in report.baseline.cost
        )


def test_a_replay_is_a_function_of_what_happened() -> None:
    happenings, opening = some_world(7)
    first = compared(happenings, opening, candidate=NOT_NEAR)
    shuffled = Random(1).sample(happenings, len(happenings))
    for at_once in (1, 7, 1000):  # however it is cut into pieces
        report, changes = compared(shuffled, opening, candidate=NOT_NEAR, at_once=at_once)
        assert report == first[0]
        assert sorted(changes, key=lambda c: c.order_id) == sorted(first[1], key=lambda c: c.order_id)


def test_what_rules_cost_is_known_to_the_cent() -> None:
    orders = [arrival(number, number, {MUG: 1}) for number in range(4)]
    report, changes = compared(orders, {(MUG, NEAR): 3, (MUG, FAR): 10}, baseline=NOT_NEAR, candidate=ANY)

    assert [change.saved_minor for change in changes] == [200, 200, 200]  # the fourth finds near empty
    assert [change.order_id for change in changes] == [order.order.order_id for order in orders[:3]]
    [difference] = report.difference.cost
    assert difference.minor == -600
    assert {one.warehouse: one.parcels for one in report.candidate.load} == {"near": 3, "far": 1}
    assert {one.warehouse: one.units for one in report.difference.load} == {"near": 3, "far": -3}


def test_the_report_is_the_sum_of_its_changes() -> None:
    report, changes = compared(*some_world(3), candidate=NOT_NEAR)
    saved = sum(change.saved_minor for change in changes)
    assert saved == -sum(one.minor for one in report.difference.cost)
    assert report.orders_changed == len(changes) > 0
    for side in (report.baseline, report.candidate):
        assert sum(one.units for one in side.load) == side.units_filled
        assert sum(one.parcels for one in side.load) == side.shipments


def test_stock_counts_from_when_it_arrives() -> None:
    orders = [arrival(1, 10, {MUG: 1}), arrival(2, 30, {MUG: 1})]
    for minutes, expected in ((5, {"near": 2}), (20, {"far": 1, "near": 1}), (40, {"far": 2})):
        report, _ = compared([*orders, stock(minutes, MUG, NEAR, 5)], {(MUG, FAR): 5})
        assert {one.warehouse: one.parcels for one in report.baseline.load} == expected


def test_backorders_are_filled_in_turn_when_stock_arrives() -> None:
    orders = [arrival(1, 1, {MUG: 2}), arrival(2, 2, {MUG: 2}), arrival(3, 3, {MUG: 2}, priority=2)]
    report, _ = compared([*orders, stock(60, MUG, FAR, 4)], {})
    assert (report.baseline.orders_backordered, report.baseline.units_filled) == (1, 4)

    nothing_else, _ = compared(orders, {})
    assert nothing_else.baseline.orders_backordered == 3
    assert nothing_else.baseline.cost == ()


def test_what_is_cancelled_goes_to_who_waits() -> None:
    first, second = arrival(1, 1, {MUG: 1}, cancelled=30), arrival(2, 2, {MUG: 1})
    opening = {(MUG, NEAR): 1}
    waits, _ = compared([first, second], opening)
    assert waits.baseline.orders_backordered == 1
    gone = Cancellation(at=after(30), order_id=first.order.order_id)
    served, _ = compared([first, second, gone], opening)
    assert served.baseline.orders_backordered == 0


def test_what_others_took_is_not_there() -> None:
    happenings: list[Happening] = [stock(5, MUG, NEAR, -3), arrival(1, 10, {MUG: 1}), stock(20, MUG, NEAR, 2)]
    report, _ = compared(happenings, {(MUG, NEAR): 1})
    assert report.baseline.orders_backordered == 1  # 1 - 3 + 2 is none


def test_a_batch_serves_the_urgent_first() -> None:
    for minutes, served in ((0.05, "2"), (1, "1")):  # within 5 s, and after
        orders = [arrival(1, 0, {MUG: 1}), arrival(2, minutes, {MUG: 1}, priority=2)]
        replay = Replay(WORLD, {(MUG, NEAR): 1}, SourcingPolicy(version="1"))
        settled = [*replay.run(in_turn(orders)), *replay.finish()]
        numbers = {order.order.order_id: order.order.number for order in orders}
        assert [numbers[one.order_id] for one in settled if one.is_filled] == [served]


def test_a_full_day_moves_parcels_on_and_a_cancelled_one_makes_room() -> None:
    calendar = Calendar(timezone="UTC", cutoff_minute=1439, working_days=frozenset({7, 1, 2}))
    world = World(
        sites=WORLD.sites[:1], zones=WORLD.zones, gates={NEAR: Gate(calendar=calendar, daily_capacity=1)}
    )
    orders = [arrival(1, 1, {MUG: 1}, cancelled=3), arrival(2, 2, {MUG: 1}), arrival(3, 4, {MUG: 1})]
    gone = Cancellation(at=after(3), order_id=orders[0].order.order_id)
    replay = Replay(world, {(MUG, NEAR): 9}, SourcingPolicy(version="1"))
    settled = [*replay.run(in_turn([*orders, gone])), *replay.finish()]
    days = [parcel.ship_on for one in settled for parcel in one.parcels]
    assert days == [date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 1)]  # a Sunday, a Monday


def test_what_is_parked_is_not_looked_at_again() -> None:
    park = RuleSet(routings=(Routing(name="Park", unfillable=Unfillable.PARK),))
    happenings: list[Happening] = [arrival(1, 1, {MUG: 1}), stock(60, MUG, FAR, 4)]
    report, [change] = compared(happenings, {}, candidate=park)
    assert (report.baseline.units_filled, report.candidate.units_filled) == (1, 0)
    assert change.saved_minor == 500


def test_a_day_that_was_full_is_looked_at_again_on_the_next() -> None:
    calendar = Calendar(timezone="UTC", cutoff_minute=1439, working_days=frozenset(range(1, 8)))
    world = World(
        sites=WORLD.sites[:1], zones=WORLD.zones, gates={NEAR: Gate(calendar=calendar, daily_capacity=1)}
    )
    orders = [arrival(number, number, {MUG: 1}) for number in range(11)]  # ten days ahead are filled
    much_later = arrival(99, 60 * 24 * 3, {POT: 1})
    replay = Replay(world, {(MUG, NEAR): 99}, SourcingPolicy(version="1"))
    assert len(replay.run(in_turn([*orders, much_later]))) == 11
    assert [one.order_id for one in replay.finish()] == [much_later.order.order_id]


def test_who_waits_for_room_has_it_before_who_comes_later() -> None:
    calendar = Calendar(timezone="UTC", cutoff_minute=12 * 60, working_days=frozenset(range(1, 8)))
    world = World(
        sites=WORLD.sites[:1], zones=WORLD.zones, gates={NEAR: Gate(calendar=calendar, daily_capacity=1)}
    )
    orders = [arrival(number, number, {MUG: 1}) for number in range(11)]  # ten days ahead are filled
    later = arrival(11, 4 * 60 + 1, {MUG: 1})  # a minute after the cut-off
    replay = Replay(world, {(MUG, NEAR): 99}, SourcingPolicy(version="1"))
    assert len(replay.run(in_turn([*orders, later, arrival(99, 4 * 60 + 9, {POT: 1})]))) == 11
    assert {one.order_id: one.is_filled for one in replay.finish()}[later.order.order_id] is False


def test_an_order_comes_to_another_routing_when_its_day_has_come() -> None:
    far = (RuleCall(rule="WAREHOUSE", values=("far",)),)
    soon = (RuleCall(rule="PROMISED_WITHIN_DAYS", values=("1",)),)
    rules = RuleSet(routings=(Routing(name="Soon", when=soon), Routing(name="Not yet", eligible=far)))
    first = arrival(1, 1, {MUG: 1})
    promised = replace(first, order=replace(first.order, promised_on=date(2026, 11, 4)))
    for day, filled in ((1, 0), (2, 1)):
        later = arrival(9, 60 * 24 * day, {POT: 1})
        replay = Replay(WORLD, {(MUG, NEAR): 1}, SourcingPolicy(version="1", rules=rules))
        assert len(replay.run(in_turn([promised, later]))) == filled
