"""Was it all true? Read every order back through the API, and compare with what was sent."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cli.client import Client
from cli.demo.sending import Key

PAGE: Final = 50

_ORDERS: Final = """
query Orders($first: Int!, $after: String) {
  orders(first: $first, after: $after, sortBy: {field: NUMBER, direction: ASC}) {
    nodes {
      id externalReference state fulfilmentStatus
      channel { code }
      sourcingDecisions { outcome explanation candidates { chosen cost { total { amount } } reason } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
_WAITING: Final = "query Waiting { orderCount(where: {sourcing: {in: [WAITING, ON_HOLD]}}) { count } }"


@dataclass(slots=True)
class Verdict:
    """What the pool says about the orders that were sent."""

    orders: Counter[str] = field(default_factory=Counter)  # by channel
    decided: int = 0
    alternatives: int = 0  # candidates that were weighed, the chosen included
    wrong: list[str] = field(default_factory=list)  # each a line about one order

    @property
    def alternatives_each(self) -> float:
        return self.alternatives / self.decided if self.decided else 0.0


async def orders_waiting(client: Client) -> int:
    """How many orders the engine has yet to decide on."""
    count: int = (await client.ask(_WAITING))["orderCount"]["count"]
    return count


async def verify(
    client: Client,
    sent: Mapping[Key, str],
    advance: Callable[[int], None],
    *,
    refused: Collection[Key],
    cancelled: Collection[Key],
) -> Verdict:
    """Every order of `sent` is in the pool exactly once, under its id, with a decision and alternatives.

    None of `refused` is there, and none of `cancelled`, which their platforms cancelled, is still to be shipped. An order that was called off before anybody decided has none to show. Orders of earlier runs
    are passed over.
    """
    verdict = Verdict()
    seen: Counter[Key] = Counter()
    after: str | None = None
    while True:
        page = (await client.ask(_ORDERS, first=PAGE, after=after))["orders"]
        for order in page["nodes"]:
            key = order["channel"]["code"], order["externalReference"]
            if key in sent:
                seen[key] += 1
                _judge(verdict, key, order, sent[key])
                if key in cancelled and is_to_be_shipped(order):
                    verdict.wrong.append(f"{name(key)} was cancelled there and is to be shipped")
            elif key in refused:
                verdict.wrong.append(f"{name(key)} was refused and is there")
        advance(len(page["nodes"]))
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    verdict.wrong += [f"{name(key)} is lost" for key in sent if not seen[key]]
    verdict.wrong += [f"{name(key)} is there {times} times" for key, times in seen.items() if times > 1]
    return verdict


def _judge(verdict: Verdict, key: Key, order: dict[str, Any], order_id: str) -> None:
    verdict.orders[key[0]] += 1
    if order["id"] != order_id:
        verdict.wrong.append(f"{name(key)} has another id than it was placed with")
    decisions = order["sourcingDecisions"]
    if not decisions:
        if order["state"] != "CANCELLED":
            verdict.wrong.append(f"{name(key)} has no decision")
        return
    verdict.decided += 1
    verdict.alternatives += len(decisions[0]["candidates"])
    for decision in decisions:
        if why := unexplained(decision):
            verdict.wrong.append(f"{name(key)}: {why}")


def is_to_be_shipped(order: Mapping[str, Any]) -> bool:
    """Whether nothing of it has left, and nobody called it off."""
    return (order["state"], order["fulfilmentStatus"]) == ("OPEN", "UNFULFILLED")


def unexplained(decision: dict[str, Any]) -> str | None:
    """What a decision doesn't tell; None: it tells all."""
    candidates = decision["candidates"]
    if not decision["explanation"]:
        return "a decision has no explanation"
    if not candidates:
        return "a decision shows no alternatives"
    if decision["outcome"] != "BACKORDERED" and sum(one["chosen"] for one in candidates) != 1:
        return "a decision doesn't show which alternative was chosen"
    if any(one["cost"] is None and not one["reason"] for one in candidates):
        return "an alternative has neither a cost nor a reason"
    return None


def name(key: Key) -> str:
    return f"order {key[1]} of {key[0]}"
