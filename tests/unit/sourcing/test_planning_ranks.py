"""Criteria in turn: what each prefers, what ties, and how a decision by them is explained."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.sourcing.planning import Decision, Site
from domain.sourcing.planning.model import ShipDay
from tests.unit.sourcing.instances import HAMBURG, LEIPZIG, MUNICH, SITES, line, order, stock
from tests.unit.sourcing.test_planning_rules import TODAY, decide, sources

ONE = order(line(1))


def by(*rank: str | tuple[str, int], sites: tuple[Site, ...] = SITES, **more: Any) -> Decision:
    criteria = [(one, 0) if isinstance(one, str) else one for one in rank]
    routing = {"rank": [{"rule": rule, "tolerance": tolerance} for rule, tolerance in criteria]}
    return decide(more.pop("one", ONE), routing, sites=sites, **more)


def leaving(site: Site, *lefts: int | None, after: int = 0) -> Site:
    """With so much room on each of its days, the first `after` days from now."""
    days = tuple(ShipDay(day=TODAY + timedelta(days=after + at), left=left) for at, left in enumerate(lefts))
    return replace(site, days=days)


def test_the_cheapest_is_said_and_unsaid() -> None:
    assert sources(by()) == sources(by("COST")) == ["Hamburg"]


def test_the_nearest_though_it_costs_more() -> None:
    decision = by("DISTANCE")
    assert sources(decision) == ["Leipzig"]
    assert (
        decision.explanation
        == "From Leipzig: 149 km, 6.99 EUR; Hamburg is 0.44 cheaper but is 106 km further."
    )
    assert {str(one.behind) for one in decision.candidates if not one.chosen} == {
        "is 106 km further",
        "is 355 km further",
    }


def test_what_ties_within_a_tolerance_goes_on_to_the_next() -> None:
    assert sources(by(("DISTANCE", 105), "COST")) == ["Leipzig"]
    assert sources(by(("DISTANCE", 107), "COST")) == ["Hamburg"]
    assert sources(by(("COST", 44), "DISTANCE")) == ["Leipzig"]
    tight = by(("COST", 43), "DISTANCE")
    assert sources(tight) == ["Hamburg"]
    assert tight.explanation == "From Hamburg: 255 km, 6.55 EUR; Leipzig is 0.44 dearer."


def test_the_preferred_warehouse() -> None:
    sites = (replace(LEIPZIG, priority=2), replace(HAMBURG, priority=1), MUNICH)
    decision = by("WAREHOUSE_PRIORITY", sites=sites)
    assert sources(decision) == ["Munich"]
    assert decision.explanation.endswith("Hamburg is 2.98 cheaper but is less preferred.")
    assert sources(by(("WAREHOUSE_PRIORITY", 1), sites=sites)) == ["Hamburg"]


def test_where_most_stock_is_line_by_line() -> None:
    free = stock({LEIPZIG: {1: 5, 2: 30}, HAMBURG: {1: 9, 2: 8}, MUNICH: {1: 7, 2: 7}})
    decision = by("STOCK_DEPTH", free=free)
    assert sources(decision) == ["Hamburg"]
    two = order(line(1), line(2))
    assert sources(by("STOCK_DEPTH", one=two, free=free)) == ["Hamburg", "Leipzig"]
    assert sources(by("FEWEST_SHIPMENTS", "STOCK_DEPTH", one=two, free=free)) == ["Leipzig"]
    assert sources(by("STOCK_DEPTH", one=replace(two, max_shipments=1), free=free)) == ["Leipzig"]


def test_the_most_room_left_and_a_day_less_is_seen_by_the_next_order() -> None:
    sites = (leaving(LEIPZIG, 2, 5), leaving(HAMBURG, 3, 3), leaving(MUNICH, 1))
    assert sources(by("CAPACITY_LEFT", sites=sites)) == ["Leipzig"]
    assert sources(by("CAPACITY_LEFT", sites=(leaving(LEIPZIG, 9), leaving(HAMBURG, 9, None)))) == ["Hamburg"]
    fuller = by("CAPACITY_LEFT", sites=(leaving(LEIPZIG, 1, 4), *sites[1:]))
    assert sources(fuller) == ["Hamburg"]
    assert fuller.input_hash != by("CAPACITY_LEFT", sites=sites).input_hash


def test_the_earliest_arrival() -> None:
    sites = (leaving(LEIPZIG, None, after=2), leaving(HAMBURG, None, after=2), leaving(MUNICH, None, after=1))
    decision = by("EARLIEST_ARRIVAL", sites=sites)
    assert sources(decision) == ["Munich"]
    assert "Hamburg is 2.98 cheaper but arrives later" in decision.explanation
    assert sources(by(("EARLIEST_ARRIVAL", 1), sites=sites)) == ["Hamburg"]


@pytest.mark.parametrize("rank", ["DISTANCE", "STOCK_DEPTH", "WAREHOUSE_PRIORITY"])
def test_more_filled_lines_come_before_any_criterion(rank: str) -> None:
    free = stock({LEIPZIG: {1: 9}, MUNICH: {1: 1, 2: 1}})
    decision = by(rank, one=order(line(1), line(2)), free=free, sites=(replace(MUNICH, priority=5), LEIPZIG))
    assert not decision.unfilled
    assert "Munich" in sources(decision)
