"""What a rule set can and cannot say."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.sourcing.rules.definition import RuleSet
from domain.sourcing.rules.registry import CONDITIONS, CRITERIA, FILTERS, problems


def found(**definition: Any) -> dict[str, str]:
    rules = RuleSet.model_validate(definition)
    return {
        one.path: one.message for one in problems(rules, channels={"web"}, warehouses={"leipzig", "hamburg"})
    }


def when(rule: str, *values: str) -> dict[str, str]:
    return found(routings=[{"name": "One", "when": [{"rule": rule, "values": values}]}])


def test_what_is_right_has_no_problems() -> None:
    routing = {
        "name": "Express",
        "when": [{"rule": "CHANNEL", "values": ["web"]}, {"rule": "PRIORITY", "values": ["URGENT"]}],
        "eligible": [{"rule": "WITHIN_KM", "values": ["500"]}],
        "groups": [{"name": "own", "where": [{"rule": "WAREHOUSE", "values": ["leipzig"]}]}],
    }
    assert found(routings=[routing], protections=[{"channel": "web", "units": 2}]) == {}


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("CHANNEL", ()),
        ("CHANNEL", ("nowhere",)),
        ("PRIORITY", ("HIGHEST",)),
        ("REGION", ("Germany",)),
        ("VALUE_AT_LEAST", ("100",)),
        ("VALUE_AT_LEAST", ("EUR", "1.001")),
        ("VALUE_AT_LEAST", ("EUR", "NaN")),
        ("PROMISED_WITHIN_DAYS", ("-1",)),
        ("PROMISED_WITHIN_DAYS", ("two",)),
        ("PROMISED_WITHIN_DAYS", ("1", "2")),
    ],
)
def test_wrong_values_are_told_with_their_path(rule: str, values: tuple[str, ...]) -> None:
    assert list(when(rule, *values)) == ["routings[0].when[0].values"]


def test_a_rule_stands_where_it_belongs() -> None:
    assert list(when("WITHIN_KM", "5")) == ["routings[0].when[0].rule"]
    assert "there are CHANNEL, PRIORITY" in when("NOWHERE")["routings[0].when[0].rule"]


def test_names_are_known_and_told_once() -> None:
    wrong = found(
        routings=[{"name": "A"}, {"name": "A"}],
        protections=[{"channel": "shop", "units": 1, "warehouses": ["berlin"]}],
    )
    assert list(wrong) == ["routings[1].name", "protections[0].channel", "protections[0].warehouses"]


def test_cancelling_needs_a_date_and_nothing_else_takes_one() -> None:
    routings = [
        {"name": "A", "unfillable": "CANCEL"},
        {"name": "B", "unfillable": "CANCEL", "cancelAfterDays": 0, "cancelFrom": "PROMISE"},
        {"name": "C", "unfillable": "PARK", "cancelAfterDays": 3},
    ]
    assert list(found(routings=routings)) == ["routings[0].cancelAfterDays", "routings[2].cancelAfterDays"]


def test_nothing_unknown_is_taken() -> None:
    with pytest.raises(ValidationError):
        RuleSet.model_validate({"routings": [{"name": "A", "whenn": []}]})


def test_every_rule_says_what_it_does() -> None:
    for rule in (*CONDITIONS.values(), *FILTERS.values()):
        assert rule.description.endswith(".")
        assert rule.values
    for criterion in CRITERIA.values():
        assert criterion.description.endswith(".")
        assert criterion.unit


def test_criteria_are_known_and_told_once() -> None:
    rank = [{"rule": "COST", "tolerance": 50}, {"rule": "NEAREST"}, {"rule": "COST"}]
    wrong = found(routings=[{"name": "A"}, {"name": "B", "rank": rank}])
    assert list(wrong) == ["routings[1].rank[1].rule", "routings[1].rank[2].rule"]
    assert "there are COST, DISTANCE" in wrong["routings[1].rank[1].rule"]
    with pytest.raises(ValidationError):
        RuleSet.model_validate({"routings": [{"name": "A", "rank": [{"rule": "COST", "tolerance": -1}]}]})
