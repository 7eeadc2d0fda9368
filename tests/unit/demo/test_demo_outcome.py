"""The demo tells what went wrong, and is silent only when nothing did."""

from typing import Any

import pytest

from cli.demo.outcome import troubles_of
from cli.demo.sending import Outbox
from cli.demo.tally import Tally
from cli.demo.verifying import Verdict, unexplained


def decision(**changes: Any) -> dict[str, Any]:
    cost = {"total": {"amount": "5.00"}}
    return {
        "outcome": "SOURCED",
        "explanation": "From the nearest.",
        "candidates": [
            {"chosen": True, "cost": cost, "reason": None},
            {"chosen": False, "cost": None, "reason": "lacks 2 of A"},
        ],
        **changes,
    }


def test_a_decision_that_tells_all() -> None:
    assert unexplained(decision()) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"explanation": ""}, "no explanation"),
        ({"candidates": []}, "no alternatives"),
        ({"candidates": [{"chosen": False, "cost": {}, "reason": None}]}, "which alternative was chosen"),
        ({"candidates": [{"chosen": True, "cost": None, "reason": None}]}, "neither a cost nor a reason"),
    ],
)
def test_what_a_decision_does_not_tell(changes: dict[str, Any], said: str) -> None:
    assert said in (unexplained(decision(**changes)) or "")


def answered(outbox: Outbox, reference: str, answer: dict[str, Any]) -> None:
    order: Any = {"channel": "web", "externalReference": reference}
    outbox.sent += 1
    outbox.take(order, answer)


def test_all_is_well() -> None:
    outbox = Outbox()
    answered(outbox, "1", {"order": {"id": "a"}, "replayed": True})
    shortfall = {"code": "INSUFFICIENT_STOCK", "field": "lines", "message": "Too little of A."}
    answered(outbox, "2", {"order": None, "userErrors": [shortfall]})
    assert troubles_of(Verdict(), Tally(), outbox, waiting=0) == []


def test_every_trouble_is_told() -> None:
    outbox = Outbox(sent=1)
    answered(outbox, "1", {"order": {"id": "a"}, "replayed": False})
    wrong = {"code": "INVALID_ORDER", "field": "priority", "message": "Must be another."}
    answered(outbox, "2", {"order": None, "userErrors": [wrong]})
    told = troubles_of(Verdict(wrong=["order 9 is lost"]), Tally(), outbox, waiting=3)
    assert told == [
        "order 9 is lost",
        "1 of 3 orders were never answered",
        "1 orders were refused: INVALID_ORDER, such as 2 of web: priority: Must be another.",
        "3 orders still wait for a decision",
        "the event feed told of 0 of 1 placed orders",
    ]
