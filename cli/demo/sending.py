"""Each channel sends its own orders, in the orders' own time: the shops in batches, the others singly."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from cli.client import Client, KeyRefused
from cli.demo.company import DemoChannel
from cli.demo.pace import Pace
from cli.replaying.shape import PlaceOrderInput

BATCH_MAX: Final = 100
SENDERS_A_CHANNEL: Final = 6
QUEUE_MAX: Final = 400  # orders that are due and wait for a channel that is behind
TILL_CLOSES_EVERY_S: Final = 0.4  # a shop gathers its sales for so long

_PLACE: Final = """
mutation Place($input: PlaceOrderInput!) {
  placeOrder(input: $input) { replayed order { id } userErrors { code field message } }
}
"""
_PLACE_MANY: Final = """
mutation PlaceMany($orders: [PlaceOrderInput!]!) {
  placeOrders(input: {orders: $orders}) {
    results { index replayed order { id } userErrors { code field message } }
    userErrors { code field message }
  }
}
"""
OnPlaced = Callable[[str, str], None]  # the order's id, and its reference


@dataclass(slots=True)
class Outbox:
    """What was sent, and what became of it: a reference is placed or refused."""

    placed: dict[tuple[str, str], str] = field(default_factory=dict)  # to the order's id
    refused: dict[tuple[str, str], str] = field(default_factory=dict)  # to the refusal's code
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
        code = self.refused[key] = errors[0]["code"]
        self.examples.setdefault(
            code, f"{key[1]} of {key[0]}: {errors[0].get('field')}: {errors[0]['message']}"
        )
        return None


class Sender:
    """One channel: a queue of orders that are due, and those who send them."""

    def __init__(self, client: Client, channel: DemoChannel, outbox: Outbox, on_placed: OnPlaced) -> None:
        self.due: asyncio.Queue[PlaceOrderInput] = asyncio.Queue(QUEUE_MAX)
        self._client = client
        self._outbox = outbox
        self._on_placed = on_placed
        self._in_batches = channel.kind == "POS"

    async def send(self) -> None:
        """Send until cancelled; `due.join()` waits for the answers.

        Raises:
            ApiError: the API can't be asked.
        """
        async with asyncio.TaskGroup() as senders:
            for _ in range(1 if self._in_batches else SENDERS_A_CHANNEL):
                senders.create_task(self._send_batches() if self._in_batches else self._send_singly())

    async def _send_singly(self) -> None:
        while True:
            order = await self.due.get()
            answer = (await self._client.ask(_PLACE, input=order))["placeOrder"]
            self._note([order], [answer])

    async def _send_batches(self) -> None:
        while True:
            orders = [await self.due.get()]
            while len(orders) < BATCH_MAX and not self.due.empty():
                orders.append(self.due.get_nowait())
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
                self._on_placed(order_id, order["externalReference"])
            self.due.task_done()


async def hand_out(
    orders: Sequence[PlaceOrderInput],
    senders: dict[str, Sender],
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
