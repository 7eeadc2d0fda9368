"""Orders go out in their own time: each to its channel, and those without a platform in batches over GraphQL."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from cli.client import Client, KeyRefused
from cli.demo.pace import Pace
from cli.replaying.shape import PlaceOrderInput

BATCH_MAX: Final = 100
SENDERS_A_CHANNEL: Final = 6
QUEUE_MAX: Final = 400  # orders that are due and wait for a channel that is behind
TILL_CLOSES_EVERY_S: Final = 0.4  # a shop gathers its sales for so long

_PLACE_MANY: Final = """
mutation PlaceMany($orders: [PlaceOrderInput!]!) {
  placeOrders(input: {orders: $orders}) {
    results { index replayed order { id } userErrors { code field message } }
    userErrors { code field message }
  }
}
"""
Key = tuple[str, str]  # an order's channel and reference
OnPlaced = Callable[[Key, str], None]  # and its id


@dataclass(slots=True)
class Outbox:
    """What was sent, and what became of it: a reference is placed or refused."""

    placed: dict[Key, str] = field(default_factory=dict)  # to the order's id
    refused: dict[Key, str] = field(default_factory=dict)  # to the refusal's code
    underway: dict[Key, float] = field(default_factory=dict)  # delivered to a webhook: since when
    lags_s: dict[str, list[float]] = field(default_factory=dict)  # by channel: delivered to heard of
    examples: dict[str, str] = field(default_factory=dict)  # of each code, one refusal in full
    sent: int = 0  # handed to a channel
    replayed: int = 0  # of the placed, those that were there from an earlier run

    @property
    def new(self) -> int:
        return len(self.placed) - self.replayed

    @property
    def answered(self) -> int:
        return len(self.placed) + len(self.refused)

    def refusals(self) -> Counter[str]:
        return Counter(self.refused.values())

    def take(self, order: PlaceOrderInput, answer: dict[str, Any]) -> str | None:
        """Note the answer to `order`; its id if it is in the pool."""
        key = order["channel"], order["externalReference"]
        if answer.get("order"):
            order_id: str = answer["order"]["id"]
            self.placed[key] = order_id
            self.replayed += answer["replayed"]
            return order_id
        errors = answer.get("userErrors") or [{"code": "NO_ANSWER", "message": "nothing was said"}]
        self.refuse(key, errors[0]["code"], f"{errors[0].get('field')}: {errors[0]['message']}")
        return None

    def under_way(self, channel: str, reference: str) -> None:
        """The order is being delivered to its channel's webhook."""
        self.underway[channel, reference] = time.monotonic()

    def arrive(self, key: Key, order_id: str, *, replayed: bool = False) -> None:
        """An order that was under way is in the pool."""
        since = self.underway.pop(key)
        self.placed[key] = order_id
        self.replayed += replayed
        if not replayed:
            self.lags_s.setdefault(key[0], []).append(time.monotonic() - since)

    def refuse(self, key: Key, code: str, why: str) -> None:
        """An order is not taken."""
        self.underway.pop(key, None)
        self.refused[key] = code
        self.examples.setdefault(code, f"{key[1]} of {key[0]}: {why}")


class HasDue(Protocol):
    """Who takes a channel's orders when their time has come."""

    due: asyncio.Queue[PlaceOrderInput]


class Sender:
    """A channel that places its orders itself: a queue of those that are due, sent in batches."""

    def __init__(self, client: Client, outbox: Outbox, on_placed: OnPlaced) -> None:
        self.due: asyncio.Queue[PlaceOrderInput] = asyncio.Queue(QUEUE_MAX)
        self._client = client
        self._outbox = outbox
        self._on_placed = on_placed

    async def send(self) -> None:
        """Send until cancelled; `due.join()` waits for the answers.

        Raises:
            ApiError: the API can't be asked.
        """
        while True:
            orders = await due_together(self.due, BATCH_MAX)
            payload = (await self._client.ask(_PLACE_MANY, orders=orders))["placeOrders"]
            answers = {result["index"]: result for result in payload["results"]}
            self._note(orders, [answers.get(index, payload) for index in range(len(orders))])
            await asyncio.sleep(TILL_CLOSES_EVERY_S if self.due.empty() else 0)

    def _note(self, orders: Sequence[PlaceOrderInput], answers: Sequence[dict[str, Any]]) -> None:
        for order, answer in zip(orders, answers, strict=True):
            if any(error["code"] == "NOT_ALLOWED" for error in answer.get("userErrors") or ()):
                raise KeyRefused(self._client.url)
            order_id = self._outbox.take(order, answer)
            if order_id is not None:
                self._on_placed((order["channel"], order["externalReference"]), order_id)
            self.due.task_done()


async def due_together(due: asyncio.Queue[PlaceOrderInput], together_max: int) -> list[PlaceOrderInput]:
    """The next order that is due, with those that are due as well."""
    orders = [await due.get()]
    while len(orders) < together_max and not due.empty():
        orders.append(due.get_nowait())
    return orders


async def hand_out(
    orders: Sequence[PlaceOrderInput],
    senders: Mapping[str, HasDue],
    pace: Pace,
    *,
    outbox: Outbox,
    on_sent: Callable[[int], None],
) -> None:
    """Give each order to its channel when its time has come, and wait until all are answered.

    Waits where a channel is behind: what is late stays in order.
    """
    clock = asyncio.get_running_loop()
    for order in orders:
        wait_s = pace.due_s(datetime.fromisoformat(order["placedAt"])) - clock.time()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        await senders[order["channel"]].due.put(order)
        outbox.sent += 1
        on_sent(outbox.sent)
    for sender in senders.values():
        await sender.due.join()
