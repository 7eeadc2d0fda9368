"""The order desk: payments that are looked at first, and customers who call off.

A customer of a platform calls off there, and the platform says so; others are called off through the public API.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from cli.client import Client
from cli.demo.deciding import Wish, wish
from cli.demo.pace import Pace
from cli.demo.sending import Key

LOOKED_AT_FOR_S: Final = 3 * 3600.0  # simulated: how long a payment is checked
CALLED_OFF_AFTER_S: Final = 5 * 3600.0

_CANCEL: Final = """
mutation Cancel($id: ID!) {
  cancelOrder(input: {id: $id, reason: CUSTOMER, note: "demo: changed their mind"}) { userErrors { code } }
}
"""
_HOLD: Final = """
mutation Hold($id: ID!) {
  holdOrder(input: {id: $id, reason: PAYMENT, note: "demo: payment is looked at"}) { userErrors { code } }
}
"""
_RELEASE: Final = """
mutation Release($id: ID!) { releaseOrder(input: {id: $id, reason: PAYMENT}) { userErrors { code } } }
"""


class Desk:
    """Takes calls while the demo runs; `close` settles what is still on somebody's mind.

    `cancels` is how the platform of each channel that has one cancels an order, by its reference.
    """

    def __init__(
        self, client: Client, pace: Pace, cancels: Mapping[str, Callable[[str], Awaitable[None]]]
    ) -> None:
        self.done: Counter[str] = Counter()
        self._client = client
        self._pace = pace
        self._cancels = cancels
        self._tasks: set[asyncio.Task[None]] = set()

    def placed(self, key: Key, order_id: str) -> None:
        """An order came in; perhaps something is to be done about it."""
        kind = wish(key[1])
        if kind is not Wish.NOTHING:
            task = asyncio.create_task(self._see_to(kind, key, order_id))
            self._tasks.add(task)

    async def settle(self) -> None:
        """Wait until nothing is on the desk.

        Raises:
            ApiError: the API couldn't be asked.
        """
        while self._tasks:
            tasks, self._tasks = self._tasks, set()
            await asyncio.gather(*tasks)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _see_to(self, kind: Wish, key: Key, order_id: str) -> None:
        if kind is Wish.HOLD:
            await self._ask("holdOrder", _HOLD, order_id)
            await self._pace.let_pass(LOOKED_AT_FOR_S)
            await self._ask("releaseOrder", _RELEASE, order_id)
            return
        if kind is Wish.LATE_CANCEL:
            await self._pace.let_pass(CALLED_OFF_AFTER_S)
        await self._call_off(key, order_id)

    async def _call_off(self, key: Key, order_id: str) -> None:
        channel, reference = key
        if cancel := self._cancels.get(channel):
            await cancel(reference)
            self.done["cancelled at the platform"] += 1
        else:
            await self._ask("cancelOrder", _CANCEL, order_id)

    async def _ask(self, mutation: str, document: str, order_id: str) -> None:
        """What is too late is refused (ALREADY_SHIPPED, ORDER_CLOSED), as it would be in life."""
        answer = await self._client.ask(document, id=order_id)
        refused = answer[mutation]["userErrors"]
        self.done[f"{mutation}: {refused[0]['code']}" if refused else mutation] += 1
