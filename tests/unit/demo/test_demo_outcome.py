"""The demo tells what went wrong, and is silent only when nothing did."""

from collections import Counter
from typing import Any

import pytest

from cli.demo.arriving import settle
from cli.demo.listing import Agreement, judged
from cli.demo.outcome import ChannelOutcome, troubles_of
from cli.demo.sending import Outbox
from cli.demo.tally import Tally
from cli.demo.verifying import Verdict, is_to_be_shipped, unexplained


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


@pytest.mark.parametrize(
    ("state", "fulfilment", "to_be_shipped"),
    [("OPEN", "UNFULFILLED", True), ("CANCELLED", "UNFULFILLED", False), ("OPEN", "SHIPPED", False)],
)
def test_an_order_is_to_be_shipped_until_it_left_or_was_called_off(
    state: str, fulfilment: str, *, to_be_shipped: bool
) -> None:
    assert is_to_be_shipped({"state": state, "fulfilmentStatus": fulfilment}) is to_be_shipped


def answered(outbox: Outbox, reference: str, answer: dict[str, Any]) -> None:
    order: Any = {"channel": "web", "externalReference": reference}
    outbox.sent += 1
    outbox.take(order, answer)


def channel(**changes: Any) -> ChannelOutcome:
    """Nine of its ten orders are in the pool, and one was refused."""
    figures = {
        "name": "Shop", "platform": "Square", "sent": 10, "in_pool": 9, "refused": 1, "repeated": 2,
        "tellings": Counter(), "told": 7, "turned_away": 1, "agreement": Agreement(listings=2),
    }  # fmt: skip
    return ChannelOutcome(**{**figures, **changes})


def listing(desired: int, acknowledged: int | None) -> dict[str, Any]:
    confirmed = None if acknowledged is None else {"quantity": acknowledged}
    return {"variant": {"sku": "A"}, "desired": {"quantity": desired}, "acknowledged": confirmed}


def test_a_listing_agrees_if_all_say_the_same() -> None:
    assert judged("shop", listing(5, 5), 5, 5) == []
    assert judged("shop", listing(5, 4), 5, 4) == ["shop: 5 of A sellable, 5 said, 4 confirmed, 4 held there"]


@pytest.mark.parametrize(
    ("desired", "acknowledged", "sellable", "held"),
    [(5, 5, 6, 5), (5, 5, 5, 4), (4, 5, 5, 5), (0, None, 0, None), (0, 0, 0, None), (0, None, 0, 0)],
)
def test_one_that_differs_is_seen(
    desired: int, acknowledged: int | None, sellable: int, held: int | None
) -> None:
    assert len(judged("shop", listing(desired, acknowledged), sellable, held)) == 1


def message(outcome: str, order: str | None = None) -> dict[str, Any]:
    failed = outcome == "FAILED"
    return {
        "outcome": outcome,
        "code": "INSUFFICIENT_STOCK" if failed else None,
        "detail": "Too little of A." if failed else None,
        "order": order and {"id": order},
    }


@pytest.mark.parametrize(
    ("messages", "placed", "refused"),
    [
        ([message("DUPLICATE", "a"), message("PLACED", "a")], "a", None),
        ([message("FAILED"), message("PLACED", "a")], "a", None),
        ([message("FAILED"), message("FAILED")], None, "INSUFFICIENT_STOCK"),
        ([message("FAILED"), message("RECEIVED")], None, None),
        ([message("FETCHING")], None, None),
    ],
)
def test_what_became_of_a_delivered_order_is_known_when_all_is_worked_off(
    messages: list[dict[str, Any]], placed: str | None, refused: str | None
) -> None:
    outbox, key = Outbox(), ("shop", "1")
    outbox.under_way(*key)
    settle(outbox, key, messages)
    assert (outbox.placed.get(key), outbox.refused.get(key)) == (placed, refused)
    assert (key in outbox.underway) == (placed is refused is None)
    assert outbox.new == 0  # what the feed did not tell was there before


def test_what_arrives_has_been_under_way_for_a_while() -> None:
    outbox, key = Outbox(), ("shop", "1")
    outbox.under_way(*key)
    outbox.arrive(key, "a")
    assert (outbox.new, outbox.answered) == (1, 1)
    assert len(outbox.lags_s["shop"]) == 1


def test_all_is_well() -> None:
    outbox = Outbox()
    answered(outbox, "1", {"order": {"id": "a"}, "replayed": True})
    shortfall = {"code": "INSUFFICIENT_STOCK", "field": "lines", "message": "Too little of A."}
    answered(outbox, "2", {"order": None, "userErrors": [shortfall]})
    assert troubles_of(Verdict(), Tally(), outbox, [channel()], waiting=0) == []


def test_every_trouble_is_told() -> None:
    outbox = Outbox(sent=1)
    answered(outbox, "1", {"order": {"id": "a"}, "replayed": False})
    wrong = {"code": "INVALID_ORDER", "field": "priority", "message": "Must be another."}
    answered(outbox, "2", {"order": None, "userErrors": [wrong]})
    disagreeing = Agreement(listings=2, wrong=["shop: 5 of A sellable, 5 said, 4 confirmed, 4 held there"])
    channels = [channel(in_pool=8, agreement=disagreeing)]
    told = troubles_of(Verdict(wrong=["order 9 is lost"]), Tally(), outbox, channels, waiting=3)
    assert told == [
        "order 9 is lost",
        "shop: 5 of A sellable, 5 said, 4 confirmed, 4 held there",
        "Shop sent 10 orders, of which 8 are in the pool and 1 refused",
        "1 of 3 orders were never answered",
        "1 orders were refused: INVALID_ORDER, such as 2 of web: priority: Must be another.",
        "3 orders still wait for a decision",
        "the event feed told of 0 of 1 placed orders",
    ]
