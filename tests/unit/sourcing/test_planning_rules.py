"""Rules in front of cost: what each means for a decision, and how it is explained."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import given, settings

from domain.sourcing.planning import (
    Decision,
    OrderToSource,
    Outcome,
    Site,
    Snapshot,
    SourcingPolicy,
    SplitPolicy,
    plan,
)
from domain.sourcing.planning.model import ShipDay, UnfilledReason, Zone
from domain.sourcing.rules.definition import RuleSet, Unfillable
from domain.sourcing.rules.routing import changes_on
from tests.unit.sourcing.instances import (
    HAMBURG,
    LEIPZIG,
    MUNICH,
    NOON,
    SEEDS,
    SITES,
    batch,
    line,
    order,
    stock,
)

TODAY = date(2026, 1, 5)
EVERYWHERE = stock({site: {1: 9, 2: 9} for site in SITES})


def decide(
    one: OrderToSource,
    *routings: dict[str, Any],
    free: dict[tuple[UUID, UUID], int] = EVERYWHERE,
    sites: tuple[Site, ...] = SITES,
    **more: Any,
) -> Decision:
    rules = RuleSet.model_validate({"routings": [{"name": "Test"} | routing for routing in routings]} | more)
    snapshot = Snapshot(orders=(one,), sites=sites, free=free, now=NOON)
    (decision,) = plan(snapshot, SourcingPolicy(version="test/1", rules=rules)).decisions
    return decision


def sources(decision: Decision) -> list[str]:
    names = {site.warehouse_id: site.name for site in SITES}
    return [names[shipment.warehouse_id] for shipment in decision.shipments]


def call(rule: str, *values: str, negated: bool = False) -> dict[str, Any]:
    return {"rule": rule, "values": values, "negated": negated}


def verdicts(decision: Decision) -> dict[str, tuple[str | None, str | None]]:
    names = {site.warehouse_id: site.name for site in SITES}
    return {
        names[one.warehouse_ids[0]]: (one.rule, str(one.reason) if one.reason else None)
        for one in decision.candidates
        if len(one.warehouse_ids) == 1
    }


def test_without_rules_the_cheapest_warehouse_ships() -> None:
    decision = decide(order(line(1)))
    assert sources(decision) == ["Hamburg"]
    assert decision.routing == "Otherwise"


def test_an_order_follows_the_first_routing_whose_conditions_it_meets_all() -> None:
    south = {"name": "South", "when": [call("CHANNEL", "web"), call("TAG", "gift")]}
    routings = (south | {"eligible": [call("WAREHOUSE", "MUN")]}, {"name": "Rest"})
    web = replace(order(line(1)), channel="web")
    gift = replace(web, tags=frozenset({"gift", "new"}))
    assert (decide(gift, *routings).routing, sources(decide(gift, *routings))) == ("South", ["Munich"])
    assert (decide(web, *routings).routing, sources(decide(web, *routings))) == ("Rest", ["Hamburg"])


def test_conditions_mean_what_they_say() -> None:
    one = replace(
        order(line(1)),
        channel="web",
        priority=1,
        country_code="DE",
        postcode="04 109",
        currency="EUR",
        total_minor=10_000,
        tags=frozenset({"vip"}),
        promised_on=TODAY + timedelta(days=2),
    )
    meets = [
        call("CHANNEL", "pos", "web"),
        call("PRIORITY", "HIGH"),
        call("REGION", "FR", "DE-041"),
        call("TAG", "vip"),
        call("VALUE_AT_LEAST", "EUR", "100.00"),
        call("PROMISED_WITHIN_DAYS", "2"),
    ]
    misses = [
        call("CHANNEL", "pos"),
        call("PRIORITY", "NORMAL", "URGENT"),
        call("REGION", "DE-05"),
        call("TAG", "VIP"),
        call("VALUE_AT_LEAST", "EUR", "100.01"),
        call("VALUE_AT_LEAST", "USD", "1.00"),
        call("PROMISED_WITHIN_DAYS", "1"),
    ]
    for one_call in meets:
        assert decide(one, {"when": [one_call]}).routing == "Test", one_call
        assert decide(one, {"when": [one_call | {"negated": True}]}).routing == "Otherwise", one_call
    for one_call in misses:
        assert decide(one, {"when": [one_call]}).routing == "Otherwise", one_call
        assert decide(one, {"when": [one_call | {"negated": True}]}).routing == "Test", one_call


def test_a_filter_names_itself_and_its_reason() -> None:
    decision = decide(order(line(1)), {"eligible": [call("WITHIN_KM", "200"), call("FOR_REGION", "FR")]})
    assert decision.outcome is Outcome.BACKORDERED
    assert decision.unfilled[0][1] is UnfilledReason.RULE
    near = decide(order(line(1)), {"eligible": [call("WITHIN_KM", "200")]})
    assert sources(near) == ["Leipzig"]
    assert verdicts(near)["Munich"] == ("WITHIN_KM", "is 504 km away, more than 200")
    assert "Hamburg is 0.44 cheaper but is 255 km away, more than 200" in near.explanation
    but = decide(order(line(1)), {"eligible": [call("WAREHOUSE", "HAM", negated=True)]})
    assert sources(but) == ["Leipzig"]
    assert verdicts(but)["Hamburg"] == ("WAREHOUSE", "is among those left out")


def test_a_warehouse_serves_its_regions_only() -> None:
    sites = (LEIPZIG, replace(HAMBURG, regions=frozenset({"DK", "DE-2"})), MUNICH)
    home = replace(order(line(1)), country_code="DE", postcode="20095")
    away = replace(home, postcode="10115")
    assert sources(decide(home, sites=sites)) == ["Hamburg"]
    assert sources(decide(away, sites=sites)) == ["Leipzig"]
    assert verdicts(decide(away, sites=sites))["Hamburg"] == ("REGIONS", "does not serve DE")


def test_a_later_group_is_tried_only_if_the_earlier_do_not_fill_everything() -> None:
    groups = [
        {"name": "own", "where": [call("WAREHOUSE", "MUN")]},
        {"name": "partners", "where": [call("WAREHOUSE", "HAM", "LEI")]},
    ]
    own = decide(order(line(1)), {"groups": groups})
    assert sources(own) == ["Munich"]
    assert verdicts(own)["Hamburg"] == ("GROUP", "is in group 'partners', which is not needed")
    short = decide(order(line(1)), {"groups": groups}, free=stock({HAMBURG: {1: 1}, LEIPZIG: {1: 1}}))
    assert sources(short) == ["Hamburg"]
    two = decide(order(line(1), line(2)), {"groups": groups}, free=stock({MUNICH: {1: 1}, HAMBURG: {2: 1}}))
    assert sorted(sources(two)) == ["Hamburg", "Munich"]
    neither = decide(order(line(1)), {"groups": groups[:1]}, free=stock({HAMBURG: {1: 1}}))
    assert neither.outcome is Outcome.BACKORDERED


def test_split_limits() -> None:
    free = stock({HAMBURG: {1: 1}, MUNICH: {2: 1}})
    both = replace(order(line(1), line(2)), total_minor=5_000)
    assert len(decide(both, free=free).shipments) == 2
    assert len(decide(both, {"split": {"shipmentsMax": 1}}, free=free).shipments) == 1
    assert len(decide(both, {"split": {"valueMinMinor": {"EUR": 5_001}}}, free=free).shipments) == 1
    assert (
        len(decide(both, {"split": {"valueMinMinor": {"EUR": 5_000, "USD": 9_999}}}, free=free).shipments)
        == 2
    )


def test_protected_units_are_for_their_channel_alone() -> None:
    protections = [{"channel": "web", "units": 2, "warehouses": ["HAM"], "skus": ["SKU-1"]}]
    free = stock({HAMBURG: {1: 3}})
    web, pos = (replace(order(line(1, 2)), channel=channel) for channel in ("web", "pos"))
    assert sources(decide(web, protections=protections, free=free)) == ["Hamburg"]
    kept = decide(pos, protections=protections, free=free)
    assert kept.unfilled[0][1] is UnfilledReason.PROTECTED
    assert "kept for another channel" in kept.explanation
    assert sources(decide(replace(pos, lines=(line(1, 1),)), protections=protections, free=free)) == [
        "Hamburg"
    ]


def with_days(*left: int | None, site: Site = HAMBURG) -> Site:
    days = tuple(ShipDay(day=TODAY + timedelta(days=at), left=room) for at, room in enumerate(left))
    return replace(site, days=days)


def test_a_parcel_leaves_on_the_first_day_with_room() -> None:
    sites = (with_days(0, 2, None),)
    orders = tuple(order(line(1), number=number) for number in range(1, 6))
    snapshot = Snapshot(orders=orders, sites=sites, free=EVERYWHERE, now=NOON)
    found = plan(snapshot, SourcingPolicy(version="test/1")).decisions
    days = Counter((shipment.ship_on, shipment.arrives_on) for one in found for shipment in one.shipments)
    assert [(on.day if on else None, by.day if by else None, count) for (on, by), count in days.items()] == [
        (6, 7, 2),
        (7, 8, 3),
    ]


def test_a_warehouse_without_room_is_passed_over() -> None:
    decision = decide(order(line(1)), sites=(with_days(0, 0), LEIPZIG))
    assert sources(decision) == ["Leipzig"]
    assert verdicts(decision)["Hamburg"] == ("CAPACITY", "has no room for another parcel")
    nowhere = decide(order(line(1)), sites=(with_days(),))
    assert nowhere.unfilled[0][1] is UnfilledReason.NO_CAPACITY
    assert nowhere.no_room == (HAMBURG.warehouse_id,)


def test_what_only_a_full_warehouse_has_together_waits_for_room() -> None:
    sites, table = (with_days(0), LEIPZIG, MUNICH), {HAMBURG: {1: 9, 2: 9}, LEIPZIG: {1: 9}, MUNICH: {2: 9}}
    free = stock(table)
    both = order(line(1), line(2))
    for one, many in ((SplitPolicy.SINGLE_SHIPMENT, 3), (SplitPolicy.SHIP_COMPLETE, 1)):
        decision = decide(replace(both, split_policy=one, max_shipments=many), sites=sites, free=free)
        assert [reason for _, reason in decision.unfilled] == [UnfilledReason.NO_CAPACITY] * 2, one
        assert decision.no_room == (HAMBURG.warehouse_id,)
    limited = decide(replace(both, max_shipments=1), sites=sites, free=free)
    assert [reason for _, reason in limited.unfilled] == [UnfilledReason.NO_CAPACITY]

    half = stock(table | {HAMBURG: {1: 9}})
    apart = decide(replace(both, split_policy=SplitPolicy.SINGLE_SHIPMENT), sites=sites, free=half)
    assert {reason for _, reason in apart.unfilled} == {UnfilledReason.SPLIT_NOT_ALLOWED}
    no_parcel_left = replace(both, max_shipments=1, parcels_before=1)
    assert {reason for _, reason in decide(no_parcel_left, sites=sites, free=free).unfilled} == {
        UnfilledReason.SHIPMENT_LIMIT
    }


def test_what_only_comes_together_too_late_says_so() -> None:
    sites = (with_days(0, 0, 0, 5), LEIPZIG, MUNICH)
    free = stock({HAMBURG: {1: 9, 2: 9}, LEIPZIG: {1: 9}, MUNICH: {2: 9}})
    both = replace(
        order(line(1), line(2)),
        split_policy=SplitPolicy.SINGLE_SHIPMENT,
        promised_on=TODAY + timedelta(days=2),
    )
    late = decide(both, {"promise": "REQUIRE"}, sites=sites, free=free)
    assert {reason for _, reason in late.unfilled} == {UnfilledReason.TOO_LATE}


def test_days_are_counted_where_the_channel_is() -> None:
    within = {"name": "Soon", "when": [call("PROMISED_WITHIN_DAYS", "1")]}
    one = replace(order(line(1)), promised_on=TODAY + timedelta(days=2))
    assert decide(one, within).routing == "Otherwise"
    assert decide(replace(one, timezone="Pacific/Kiritimati"), within).routing == "Soon"  # 2 a.m. on the 6th
    soon = replace(one, promised_on=TODAY + timedelta(days=1))
    assert decide(soon, within).routing == "Soon"
    behind = (replace(soon, timezone="Etc/GMT+12"),)  # 11 p.m. on the 4th
    snapshot = Snapshot(orders=behind, sites=SITES, free=EVERYWHERE, now=NOON - timedelta(hours=1))
    rules = RuleSet.model_validate({"routings": [within]})
    assert plan(snapshot, SourcingPolicy(version="test/1", rules=rules)).decisions[0].routing == "Otherwise"


def test_a_routing_by_the_promise_is_another_from_a_day_on() -> None:
    rules = RuleSet.model_validate(
        {
            "routings": [
                {"name": "Soon", "when": [call("PROMISED_WITHIN_DAYS", "2")]},
                {"name": "Not yet", "when": [call("PROMISED_WITHIN_DAYS", "9", negated=True)]},
            ]
        }
    )
    promised = replace(order(line(1)), promised_on=TODAY + timedelta(days=12))
    assert changes_on(rules, promised, TODAY) == TODAY + timedelta(days=3)
    assert changes_on(rules, promised, TODAY + timedelta(days=3)) == TODAY + timedelta(days=10)
    assert changes_on(rules, promised, TODAY + timedelta(days=10)) is None
    assert changes_on(rules, order(line(1)), TODAY) is None


def test_a_promise_is_preferred_required_or_ignored() -> None:
    sites = (with_days(0, 0, 0, 5), with_days(5, site=MUNICH))
    one = replace(order(line(1)), promised_on=TODAY + timedelta(days=2))
    assert sources(decide(one, sites=sites)) == ["Munich"]
    ignored = decide(one, {"promise": "IGNORE"}, sites=sites)
    assert (sources(ignored), ignored.shipments[0].late) == (["Hamburg"], True)
    only_late = decide(one, sites=sites[:1])
    assert (sources(only_late), only_late.shipments[0].late) == (["Hamburg"], True)
    required = decide(one, {"promise": "REQUIRE"}, sites=sites[:1])
    assert required.unfilled[0][1] is UnfilledReason.TOO_LATE
    assert verdicts(required)["Hamburg"] == (
        "PROMISE",
        "would deliver on 2026-01-09, promised for 2026-01-07",
    )


def test_no_more_parcels_come_late_than_must() -> None:
    hamburg, munich = with_days(0, 0, 0, 5), with_days(0, 0, 0, 5, site=MUNICH)
    leipzig = with_days(5, site=replace(LEIPZIG, shipment_minor=2_000))
    one = replace(order(line(1), line(2)), promised_on=TODAY + timedelta(days=2))
    free = stock({HAMBURG: {1: 1}, LEIPZIG: {1: 1}, MUNICH: {2: 1}})
    sites = (hamburg, leipzig, munich)
    preferred = decide(one, sites=sites, free=free)
    assert [(name, one.late) for name, one in zip(sources(preferred), preferred.shipments, strict=True)] == [
        ("Leipzig", False),
        ("Munich", True),
    ]
    assert preferred.explanation == (
        "From Leipzig (149 km, leaves 2026-01-05) and Munich (504 km, leaves 2026-01-08, arrives late on "
        "2026-01-09, promised for 2026-01-07): 31.52 EUR; Hamburg alone is 24.47 cheaper but lacks 1 of SKU-2."
    )
    ignored = decide(one, {"promise": "IGNORE"}, sites=sites, free=free)
    assert sorted(sources(ignored)) == ["Hamburg", "Munich"]


def test_nothing_ships_beyond_the_last_zone() -> None:
    zones = (Zone(km_max=300, shipment_minor=100, kg_minor=20, transit_days=1),)
    snapshot = Snapshot(orders=(order(line(1)),), sites=SITES, free=EVERYWHERE, zones=zones)
    (decision,) = plan(snapshot, SourcingPolicy(version="test/1")).decisions
    assert sources(decision) == ["Hamburg"]
    assert verdicts(decision)["Munich"] == ("ZONE", "is 504 km away, beyond the last zone")
    assert decision.shipments[0].cost.shipment_minor == 450
    assert decision.shipments[0].cost.weight_minor == 70


def test_what_becomes_of_the_unfillable_is_the_routings_say() -> None:
    decision = decide(order(line(1)), {"unfillable": "PARK"}, free={})
    assert decision.unfillable is Unfillable.PARK


@settings(max_examples=300, deadline=None)
@given(SEEDS)
def test_no_day_takes_more_parcels_than_it_has_room_for(seed: int) -> None:
    random = Random(seed)
    made = batch(seed)
    sites = tuple(with_days(*(random.randint(0, 2) for _ in range(3)), site=site) for site in made.sites)
    orders = tuple(replace(one, reserved={}) for one in made.orders)
    snapshot = replace(made, sites=sites, orders=orders, now=NOON)
    policy = SourcingPolicy(version="test/1")
    found = plan(snapshot, policy)
    used = Counter(
        (shipment.warehouse_id, str(shipment.ship_on))
        for one in found.decisions
        for shipment in one.shipments
    )
    room = {(site.warehouse_id, str(day.day)): day.left or 0 for site in sites for day in site.days or ()}
    assert all(count <= room[where] for where, count in used.items())
    turned = replace(snapshot, orders=orders[::-1], sites=sites[::-1])
    assert plan(turned, policy) == found
